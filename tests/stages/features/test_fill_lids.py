"""A lid that an edit shuts is skin from its crease to its lashes, and nothing of the eyeball is left."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import (
    EYE_UPPER,
    LEFT_EYE,
    LEFT_IRIS,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    RIGHT_EYE,
    RIGHT_IRIS,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
)
from recast_nodes.stages.features.fill_lids import fill_lids
from recast_nodes.stages.features.lid_frame import frame_lids
from recast_nodes.stages.grid.shapes import distance_from, fill_polygon

from ...performer import track

SIZE = 600
OPEN = track(size=550).landmarks
SKIN, WHITE, LASH = 0.4, 0.9, 0.04
FREE = torch.ones(1, 1, 1)
LIDS = {False: (LEFT_UPPER_LID, LEFT_LOWER_LID), True: (RIGHT_UPPER_LID, RIGHT_LOWER_LID)}


def shut(points, share, eyes=(False, True)):
    """Keypoints whose lids are closed by a share of their gap, the upper one going down."""
    points = points.clone()
    for right in eyes:
        upper, lower = (list(lid) for lid in LIDS[right])
        points[upper] += share * (points[lower] - points[upper])
    return points


def plate():
    """Skin with eyes: white, a dark iris, and lashes along the upper lid in single dark strokes."""
    picture = torch.full((3, SIZE, SIZE), SKIN)
    for contour, iris in ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)):
        picture = torch.lerp(picture, torch.tensor(WHITE), fill_polygon(OPEN[list(contour), :2], (SIZE, SIZE)))
        disc = OPEN[list(iris), :2]
        x, y = torch.arange(SIZE) + 0.5 - disc[0, 0], (torch.arange(SIZE) + 0.5 - disc[0, 1])[:, None]
        radius = (disc[1:] - disc[0]).norm(dim=1).mean()
        inside = (torch.hypot(x, y) < radius) * fill_polygon(OPEN[list(contour), :2], (SIZE, SIZE))
        picture = torch.where(inside > 0, torch.tensor(0.1), picture)
        lid = OPEN[list(contour[EYE_UPPER]), :2]
        near = distance_from(lid, (SIZE, SIZE)) < 2
        strokes = (distance_from(lid, (SIZE, SIZE)) < 6) * (torch.arange(SIZE) % 7 < 2)
        picture = torch.where(
            near | (strokes * (1 - fill_polygon(OPEN[list(contour), :2], (SIZE, SIZE))) > 0), LASH, picture
        )
    return picture


PLATE = plate()


def fill(driven, free=FREE):
    return fill_lids(PLATE, torch.zeros(2, SIZE, SIZE), PLATE, (OPEN, driven), free)


def on_lid(picture, right, share):
    """(3, N) what the picture shows along a lid, at a share of the way from its socket to its lashes when shut."""
    eye = frame_lids(shut(OPEN, 1.0), right)
    along = torch.linspace(0.2, 0.8, 40)
    column = ((along + 0.4) / 1.8 * 95).long()
    down = torch.lerp(eye.socket[column], eye.upper[column], share)
    x, y = eye.place(along, down)
    return picture[:, y.long(), x.long()]


@pytest.mark.parametrize("right", [False, True])
def test_a_shut_lid_is_skin_without_streaks(right):
    filled, _ = fill(shut(OPEN, 1.0))
    for share in (0.3, 0.6, 0.8):
        lid = on_lid(filled, right, share)
        assert float((lid - SKIN).abs().max()) < 0.15 * SKIN, "neither eyeball nor drawn out lashes"


@pytest.mark.parametrize("right", [False, True])
def test_lashes_lie_where_lids_meet(right):
    filled, _ = fill(shut(OPEN, 1.0))
    eye = frame_lids(shut(OPEN, 1.0), right)
    x, y = eye.place(torch.tensor(0.5), torch.linspace(-0.2, 0.3, 200) + eye.lower[48])
    line = filled[0, y.long(), x.long()]
    assert float(line.min()) < 0.5 * SKIN
    dark = torch.linspace(-0.2, 0.3, 200)[line < 0.8 * SKIN]
    assert float(dark.max() - dark.min()) < 0.15, "one line"
    assert float(filled.max()) < 1.1 * SKIN, "nothing is left of the white"


def test_an_eye_that_stays_open_keeps_its_pixels():
    for share in (0.0, 0.2):
        filled, flow = fill(shut(OPEN, share))
        assert filled is PLATE and not bool(flow.any())


def narrowed(share):
    """Keypoints of eyes narrowed as by a smile: of the share of the gap that closes, half is the lower lid's rise."""
    points = OPEN.clone()
    for upper, lower in LIDS.values():
        gap = OPEN[list(lower)] - OPEN[list(upper)]
        points[list(upper)] += share / 2 * gap
        points[list(lower)] -= share / 2 * gap
    return points


def test_eyes_narrowed_by_a_smile_keep_their_lids():
    filled, flow = fill(narrowed(0.5))
    assert filled is PLATE and not bool(flow.any())


def test_eyes_that_a_lower_lid_shuts_are_filled():
    filled, _ = fill(narrowed(1.0))
    assert not torch.equal(filled, PLATE)


@pytest.mark.parametrize("right", [False, True])
def test_a_half_shut_lid_keeps_a_darker_line_of_the_field(right):
    driven = shut(OPEN, 0.4)
    line = distance_from(driven[list((LEFT_EYE, RIGHT_EYE)[right][EYE_UPPER]), :2], (SIZE, SIZE)) < 2
    moved = torch.where(line, torch.tensor(0.01), PLATE)
    filled, _ = fill_lids(moved, torch.zeros(2, SIZE, SIZE), PLATE, (OPEN, driven), FREE)
    eye = frame_lids(driven, right)
    x, y = eye.place(torch.linspace(0.3, 0.7, 40), eye.upper[48] - torch.linspace(0, 0.06, 30)[:, None])
    assert float(filled[0, y.long(), x.long()].amin(0).max()) < 0.1


def test_a_wink_leaves_the_other_eye_alone():
    filled, _ = fill(shut(OPEN, 1.0, (True,)))
    bridge = int(OPEN[168, 0])
    assert torch.equal(filled[:, :, :bridge], PLATE[:, :, :bridge]) and not torch.equal(filled, PLATE)


def test_what_is_before_the_face_stays():
    filled, flow = fill(shut(OPEN, 1.0), torch.zeros(1, SIZE, SIZE))
    assert torch.equal(filled, PLATE) and not bool(flow.any())


@pytest.mark.parametrize("close", [lambda share: shut(OPEN, share), narrowed])
def test_lids_shut_without_a_jump(close):
    shares = torch.linspace(0, 1, 41).tolist()
    steps = [fill(close(share))[0] for share in shares]
    means = [float((after - before).abs().mean()) for before, after in zip(steps, steps[1:])]
    assert max(means) < 0.2 * sum(means), "a fifth of the way at most in each of forty steps"


def test_a_plate_whose_eyes_are_shut_stays():
    asleep = shut(OPEN, 1.0)
    filled, _ = fill_lids(PLATE, torch.zeros(2, SIZE, SIZE), PLATE, (asleep, shut(asleep, 1.0)), FREE)
    assert filled is PLATE


@pytest.mark.parametrize("height", [6, 15])
def test_an_eye_at_the_lower_edge_of_the_picture_is_shut_too(height):
    """There is no skin below it whose pores could be taken."""
    cut = PLATE[:, :height].contiguous()
    shown, _ = fill_lids(cut, torch.zeros(2, *cut.shape[1:]), cut, (OPEN, shut(OPEN, 1.0)), FREE)
    assert torch.isfinite(shown).all() and (shown != cut).any()
