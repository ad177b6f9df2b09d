"""Lashes: they ride the lid, and what is far from it or inside the eye does not know of them."""

from __future__ import annotations

import torch

from recast_nodes.face.anatomy import LEFT_BROW, LEFT_EYE, LEFT_LOWER_LID, LEFT_SOCKET, LEFT_UPPER_LID, RIGHT_SOCKET
from recast_nodes.stages.field.lashes import carry_lashes
from recast_nodes.stages.grid.shapes import fill_polygon

from ...performer import track

SIZE = 200
LASH = 0.13  # of the eye's width
FACE = track(size=180)
RAISED = FACE.landmarks.clone()
RAISED[list(LEFT_SOCKET[10:15] + RIGHT_SOCKET[10:15]), 1] -= 12
LID = FACE.landmarks[LEFT_UPPER_LID[3], :2]
WIDTH = float((FACE.landmarks[33, :2] - FACE.landmarks[133, :2]).norm())


def stretched():
    """A field that draws everything above the lid upwards, the more the further away."""
    y = torch.arange(SIZE)[:, None].expand(SIZE, SIZE) + 0.5
    return torch.stack([torch.zeros(SIZE, SIZE), 0.4 * (LID[1] - y)])


def above(share):
    """Column and row so many eye widths above the middle of the lid."""
    return int(LID[0]), int(LID[1] - share * WIDTH)


def test_what_is_just_above_a_lid_moves_as_the_lid_does():
    x, y = above(0.8 * LASH)
    carried = carry_lashes(stretched(), FACE.landmarks, RAISED)[:, y, x]
    assert float(carried.abs().max()) < 0.5 * float(stretched()[:, y, x].abs().max())


def test_beyond_lashes_and_inside_the_eye_nothing_changes():
    flow, carried = stretched(), carry_lashes(stretched(), FACE.landmarks, RAISED)
    x, y = above(0.9)
    assert bool((carried[:, : y + 1] == flow[:, : y + 1]).all())
    inside = fill_polygon(FACE.landmarks[list(LEFT_EYE), :2], (SIZE, SIZE))[0] > 0
    assert bool((carried[:, inside] == flow[:, inside]).all())


def test_no_part_of_the_lid_is_drawn_out_much_more_than_the_rest():
    brow = FACE.landmarks[LEFT_BROW[6], 1]
    height, lash = float(LID[1] - brow), LASH * WIDTH
    carried = carry_lashes(stretched(), FACE.landmarks, RAISED)[1, :, int(LID[0])]
    from_lid, from_brow = int(LID[1]), int(brow) + 2
    source = torch.arange(from_brow, from_lid) + 0.5 + carried[from_brow:from_lid]
    drawn_out = 1 / (source[3:] - source[:-3]).mul(1 / 3).clamp_min(0.01)
    left = height * 0.6 - lash  # of the plate's height for what is not lash
    assert float(drawn_out.max()) < 1.3 * (height - lash) / left


HALF_SHUT = FACE.landmarks.clone()
HALF_SHUT[list(LEFT_UPPER_LID), 1] = (
    0.55 * HALF_SHUT[list(LEFT_UPPER_LID), 1] + 0.45 * HALF_SHUT[list(LEFT_LOWER_LID), 1]
)


def lagging():
    """A field as smoothing leaves it at a lid that falls: half of its way there, all of it further up, where it thins
    out.
    """
    fallen = float((HALF_SHUT - FACE.landmarks)[LEFT_UPPER_LID[3], 1])
    up = float(HALF_SHUT[LEFT_UPPER_LID[3], 1]) - torch.arange(SIZE)[:, None].expand(SIZE, SIZE) - 0.5
    return torch.stack([torch.zeros(SIZE, SIZE), -fallen * (0.5 + up / 6).clamp(0, 1) * (1 - up / 40).clamp(0, 1)])


def test_a_lid_that_falls_half_way_takes_its_lashes_along():
    flow, fallen = lagging(), float((HALF_SHUT - FACE.landmarks)[LEFT_UPPER_LID[3], 1])
    carried = carry_lashes(flow, FACE.landmarks, HALF_SHUT)
    x, y = int(LID[0]), int(HALF_SHUT[LEFT_UPPER_LID[3], 1] - 0.6 * LASH * WIDTH)
    assert float(carried[1, y, x]) < -0.85 * fallen
    below = int(HALF_SHUT[LEFT_LOWER_LID[3], 1]) + 1
    assert bool((carried[:, below:, x] == flow[:, below:, x]).all()), "skin below the eye is none of it"


def test_a_field_that_moves_evenly_stays():
    even = torch.ones(2, SIZE, SIZE) * torch.tensor([3.0, -2.0])[:, None, None]
    torch.testing.assert_close(carry_lashes(even, FACE.landmarks, RAISED), even)


def test_eyes_beyond_the_picture_do_no_harm():
    flow = torch.randn(2, 20, 20)
    assert bool((carry_lashes(flow, FACE.landmarks + 500, RAISED + 500) == flow).all())


def test_skin_that_is_not_drawn_out_keeps_its_movement():
    assert bool((carry_lashes(stretched(), FACE.landmarks, FACE.landmarks) == stretched()).all())


def test_lashes_of_a_few_pixels_do_no_harm():
    """Places are then hundreds of a Gaussian's widths away, where nothing is left of it to divide by."""
    for size in (5.0, 9.0, 14.0, 20.0):
        face = track(size=size)
        raised = face.landmarks.clone()
        raised[list(LEFT_SOCKET[10:15] + RIGHT_SOCKET[10:15]), 1] -= 0.07 * size
        assert bool(torch.isfinite(carry_lashes(torch.rand(2, 40, 40), face.landmarks, raised)).all())
