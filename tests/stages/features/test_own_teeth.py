"""What a frame shows in a mouth that opens further: upper teeth stay, lower ones go with the jaw, a tongue is drawn."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import INNER_LIPS, LOWER_LIP_RINGS, OUTER_LIPS, UPPER_LIP_RINGS
from recast_nodes.stages.features.donor import Donor
from recast_nodes.stages.features.own_teeth import lay_in_own_teeth
from recast_nodes.stages.grid.shapes import fill_polygon

from ...performer import track

SIZE, LIPS, TEETH, DARK = (200, 200), (0.35, 0.12, 0.16), (0.7, 0.68, 0.6), 0.01
PARTED, WIDE = track({25: 0.35}, size=180).landmarks, track({25: 0.9}, size=180).landmarks
TOP, BOTTOM = (int(PARTED[point, 1]) for point in (13, 14))
X = int(PARTED[13, 0])


def painted(points, *rows):
    """(3, H, W) lips with a dark mouth, in which each of `rows` (from, to), shares of the way down, is teeth."""
    picture, y = torch.full((3, *SIZE), 0.3), torch.arange(SIZE[1])[:, None]
    for contour, colour in ((OUTER_LIPS, LIPS), (INNER_LIPS, (DARK,) * 3)):
        inside = fill_polygon(points[list(contour), :2], SIZE)
        picture = torch.lerp(picture, torch.tensor(colour)[:, None, None].expand_as(picture), inside)
    for start, end in rows:
        level = (y >= TOP + start * (BOTTOM - TOP)) & (y < TOP + end * (BOTTOM - TOP))
        picture = torch.where(level & (inside > 0), torch.tensor(TEETH)[:, None, None], picture)
    return picture.contiguous()


def laid(driven, *rows, source=PARTED, light=1.0):
    return lay_in_own_teeth(torch.zeros(3, *SIZE), Donor(painted(source, *rows), source), driven, light)


def ends_of_teeth(picture):
    """The rows of the mouth's middle column in which there are teeth, first and last."""
    rows = torch.nonzero(picture[1, : int(WIDE[14, 1]), X] > 0.6 * TEETH[1])[:, 0]
    return int(rows[0]), int(rows[-1])


def test_upper_teeth_stay_where_the_plate_shows_them():
    got, plate = laid(WIDE, (0, 0.5)), painted(PARTED, (0, 0.5))
    assert ends_of_teeth(got)[1] == pytest.approx(ends_of_teeth(plate)[1], abs=1)
    y = TOP + round(0.25 * (BOTTOM - TOP))
    torch.testing.assert_close(got[:, y, X], plate[:, y, X], rtol=1e-3, atol=1e-3)


def test_what_is_below_them_is_not_theirs():
    below = int(PARTED[14, 1]) + 4
    assert below < int(WIDE[14, 1]) - 4
    assert not laid(WIDE, (0, 0.5))[:, below:, X].any()


def test_lower_teeth_go_with_the_jaw():
    got, lower = laid(WIDE, (0, 0.3), (0.7, 1)), list(LOWER_LIP_RINGS[0][2:7])
    dropped = float((WIDE[lower, 1] - PARTED[lower, 1]).mean())
    y = TOP + 0.85 * (BOTTOM - TOP)
    torch.testing.assert_close(got[:, round(y + dropped), X], torch.tensor(TEETH), rtol=0.05, atol=0.02)
    assert not got[:, round(TOP + 0.6 * (BOTTOM - TOP)) : round(y + dropped) - 6, X].any()


def test_a_spot_of_light_on_the_lower_lip_is_no_tooth():
    spotted, y = painted(PARTED, (0, 0.3)), BOTTOM - 3
    spotted[:, y : y + 2, X : X + 2] = 0.7
    got = lay_in_own_teeth(torch.zeros(3, *SIZE), Donor(spotted, PARTED), WIDE)
    torch.testing.assert_close(got, laid(WIDE, (0, 0.3)))


def test_an_upper_lip_that_rises_uncovers_teeth_and_no_second_lip():
    raised = WIDE.clone()
    raised[list(sum(UPPER_LIP_RINGS, ())), 1] -= 5
    got, top = laid(raised, (0, 0.6)), int(raised[13, 1])
    torch.testing.assert_close(got[:, top + 2, X], torch.tensor(TEETH), rtol=0.1, atol=0.05)
    assert ends_of_teeth(got)[1] == pytest.approx(ends_of_teeth(laid(WIDE, (0, 0.6)))[1], abs=1)


def test_teeth_turn_and_move_with_the_head():
    angle, shift = torch.tensor(0.2), torch.tensor([6.0, -4.0])
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
    centre = PARTED[:, :2].mean(0)
    driven = WIDE.clone()
    driven[:, :2] = (WIDE[:, :2] - centre) @ turn.T + centre + shift
    tooth = torch.tensor([X + 0.5, TOP + 0.25 * (BOTTOM - TOP) + 0.5])
    x, y = ((tooth - centre) @ turn.T + centre + shift).long().tolist()
    torch.testing.assert_close(laid(driven, (0, 0.5))[:, y, x], torch.tensor(TEETH), rtol=0.05, atol=0.02)


def test_a_mouth_without_teeth_in_sight_stays_as_it_is():
    assert not laid(WIDE).any()  # parted, and dark
    shut, lower, upper = PARTED.clone(), list(LOWER_LIP_RINGS[0]), list(UPPER_LIP_RINGS[0])
    shut[lower] = shut[upper] + 0.05 * (shut[lower] - shut[upper])
    assert not laid(WIDE, (-1, 2), source=shut).any()


def test_a_mouth_that_has_not_moved_is_the_plate_s():
    plate, inside = painted(PARTED, (0, 0.5)), fill_polygon(PARTED[list(INNER_LIPS), :2], SIZE) > 0
    got = laid(PARTED, (0, 0.5))
    torch.testing.assert_close(got[:, inside[0]], plate[:, inside[0]], rtol=1e-3, atol=1e-3)


def test_it_opens_without_a_jump():
    steps = [PARTED.lerp(WIDE, share) for share in torch.linspace(0, 1, 41)]
    inside = fill_polygon(PARTED[list(INNER_LIPS), :2], SIZE) > 0
    made = torch.stack([laid(driven, (0, 0.5))[:, inside[0]] for driven in steps])
    assert float((made[1:] - made[:-1]).abs().mean((1, 2)).max()) < 0.02


def test_teeth_of_another_frame_come_in_their_size_and_in_the_light_given():
    larger = PARTED.clone()
    larger[:, :2] = (PARTED[:, :2] - 100) * 1.2 + 100
    y, x = round(float(larger[13, 1]) + 4), round(float(larger[13, 0]))
    got = laid((WIDE - 100) * 1.2 + 100, (0, 0.5), light=0.5)
    torch.testing.assert_close(got[:, y, x], 0.5 * torch.tensor(TEETH), rtol=0.05, atol=0.02)


def test_a_tongue_is_drawn_with_an_opened_mouth_and_not_without_end():
    wide, wider = track({25: 0.5}, size=180).landmarks, track({25: 0.9}, size=180).landmarks
    tongue = painted(wide)
    tongue[:, fill_polygon(wide[list(INNER_LIPS), :2], SIZE)[0] > 0] = 0.15
    y = int(wider[[13, 14], 1].mean())
    for source, expected in ((wide, 0.15), (PARTED, 0.0)):
        seen = tongue if source is wide else painted(PARTED)
        got = lay_in_own_teeth(torch.zeros(3, *SIZE), Donor(seen, source), wider)
        assert float(got[0, y, X]) == pytest.approx(expected, abs=0.02)


def test_a_gap_between_teeth_goes_with_them():
    gapped, at = painted(PARTED, (0, 0.5)), slice(X + 8, X + 10)
    gapped[:, TOP : TOP + round(0.5 * (BOTTOM - TOP)), at] = 0.05
    got = lay_in_own_teeth(torch.ones(3, *SIZE), Donor(gapped, PARTED), WIDE)
    assert float(got[:, TOP + 3 : TOP + 5, at].mean()) < 0.2
