"""A mouth from somebody else: nobody's second pair of lips, no dark line about it, light of the plate."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import INNER_LIPS, LOWER_LIP_RINGS, OUTER_LIPS, UPPER_LIP_RINGS
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.features.dark_mouth import paint_dark_mouth
from recast_nodes.stages.features.donated_mouth import lay_in_mouth
from recast_nodes.stages.features.donor import DRIVER, PLATE, Donor
from recast_nodes.stages.features.mouth import (
    cover_lips,
    draw_mouth_matte,
    measure_donor,
    measure_lender,
    measure_opening,
    measure_redrawn,
)
from recast_nodes.stages.grid.shapes import fill_polygon

from ...performer import track

SIZE = (200, 200)
SKIN, PLATE_LIPS, DONOR_LIPS = ((0.5, 0.35, 0.3), (0.35, 0.12, 0.16), (0.6, 0.25, 0.12))


def painted(face, lips, mouth):
    """(3, H, W) skin with lips and the inside of a mouth in plain colours."""
    picture = torch.tensor(SKIN)[:, None, None].expand(3, *SIZE)
    for contour, colour in ((OUTER_LIPS, lips), (INNER_LIPS, mouth)):
        inside = fill_polygon(face.landmarks[list(contour), :2], SIZE)
        picture = torch.lerp(picture, torch.tensor(colour)[:, None, None].expand(3, *SIZE), inside)
    return picture.contiguous()


OPEN = track({25: 0.7}, size=180)
LOWER_LIP = list(LOWER_LIP_RINGS[1] + LOWER_LIP_RINGS[2])


def lay_in(donor, plate, amount=1.0):
    """The donor's mouth laid into a plate that moves nowhere."""
    face = Donor(plate, OPEN.landmarks)
    return lay_in_mouth(donor, face, plate, OPEN.landmarks, canonical_face().triangles, amount)


def given(mouth):
    plate = painted(OPEN, PLATE_LIPS, (0.01, 0.01, 0.01))
    donor = Donor(painted(OPEN, DONOR_LIPS, mouth), OPEN.landmarks)
    return lay_in(donor, plate)


def test_a_donor_s_lips_take_the_colour_of_the_plate_s():
    x, y = OPEN.landmarks[LOWER_LIP[3], :2].long().tolist()
    torch.testing.assert_close(given((0.01, 0.01, 0.01))[:, y, x], torch.tensor(PLATE_LIPS), rtol=0.1, atol=0.01)


def test_teeth_stay_white():
    teeth = given((0.7, 0.7, 0.65))
    x, y = ((OPEN.landmarks[13, :2] + OPEN.landmarks[14, :2]) / 2).long().tolist()
    hue = teeth[:, y, x] / teeth[:, y, x].mean()
    assert float((hue - 1).abs().max()) < 0.12


def test_teeth_of_the_same_shot_keep_the_shade_that_they_have():
    plate, teeth = painted(OPEN, PLATE_LIPS, (0.01, 0.01, 0.01)), painted(OPEN, PLATE_LIPS, (0.6, 0.6, 0.55))
    same, other = (lay_in(Donor(teeth, OPEN.landmarks, lender), plate) for lender in (PLATE, DRIVER))
    x, y = OPEN.landmarks[[13, 14], :2].mean(0).long().tolist()
    assert float(same[:, y, x].mean()) == pytest.approx(1.75 / 3, rel=0.1)
    x, y = (0.9 * OPEN.landmarks[78, :2] + 0.1 * OPEN.landmarks[308, :2]).long().tolist()
    assert float(other[:, y, x].mean()) < 0.9 * float(same[:, y, x].mean())


def test_it_covers_the_edge_of_the_lips_softly():
    matte = draw_mouth_matte(OPEN.landmarks, SIZE)
    grown = cover_lips(matte)
    assert bool((grown >= 0).all()) and bool((grown <= 1).all())
    for rings in (UPPER_LIP_RINGS, LOWER_LIP_RINGS):
        x, y = OPEN.landmarks[rings[0][4], :2].long().tolist()
        assert float(grown[0, y, x]) > float(matte[0, y, x])
    assert float((grown[..., 1:] - grown[..., :-1]).abs().max()) < 0.8


def test_a_donor_s_lip_inside_the_opening_gives_way_to_the_plate_s():
    plate = painted(OPEN, PLATE_LIPS, (0.01, 0.01, 0.01))
    inside = fill_polygon(OPEN.landmarks[list(INNER_LIPS), :2], SIZE)
    shrunk = fill_polygon(
        OPEN.landmarks[list(INNER_LIPS), :2].mean(0) * 0.3 + 0.7 * OPEN.landmarks[list(INNER_LIPS), :2], SIZE
    )
    donor = painted(OPEN, DONOR_LIPS, DONOR_LIPS)
    donor = torch.lerp(donor, torch.full_like(donor, 0.01), shrunk)
    mouth = lay_in(Donor(donor, OPEN.landmarks), plate)
    middle = OPEN.landmarks[list(INNER_LIPS), :2].mean(0)
    edge = (OPEN.landmarks[14, :2] * 0.93 + middle * 0.07).long()
    assert float(inside[0, edge[1], edge[0]]) == 1
    torch.testing.assert_close(mouth[:, edge[1], edge[0]], torch.tensor(PLATE_LIPS), rtol=0.1, atol=0.01)


def nobodys_mouth(face):
    """Brightness over the lips' of a mouth that nobody shows: under the palate, on the tongue, in a corner."""
    plate = painted(face, PLATE_LIPS, (0.01, 0.01, 0.01))
    mouth = paint_dark_mouth(plate, face.landmarks).mean(0) / (sum(PLATE_LIPS) / 3)
    points, (top, bottom) = face.landmarks[:, :2], face.landmarks[[13, 14], :2]
    corner = 0.93 * points[78] + 0.07 * points[308]
    return [float(mouth[y, x]) for x, y in (place.long().tolist() for place in
            (top.lerp(bottom, 0.2), top.lerp(bottom, 0.75), corner))]  # fmt: skip


def test_a_mouth_that_nobody_shows_has_a_tongue_in_the_dark():
    palate, tongue, corner = nobodys_mouth(OPEN)
    assert palate < 0.1 and corner < 0.1 and 0.15 < tongue < 0.4


def test_its_tongue_meets_the_lower_lip_without_a_dark_rim():
    plate = painted(OPEN, PLATE_LIPS, (0.01, 0.01, 0.01))
    mouth = paint_dark_mouth(plate, OPEN.landmarks).mean(0)
    x, (top, bottom) = int(OPEN.landmarks[14, 0]), OPEN.landmarks[[13, 14], 1].long().tolist()
    down = mouth[top + round(0.3 * (bottom - top)) : bottom, x]
    assert float((down.diff() / down.max()).min()) > -0.05


def test_a_mouth_that_is_hardly_open_is_dark():
    assert max(nobodys_mouth(track({25: 0.12}, size=180))) < 0.2


def test_a_lip_falls_off_into_the_dark_of_such_a_mouth():
    """From its inner edge on it is darker with every step, and nowhere by much at once; the lower one is seen more."""
    plate = painted(OPEN, PLATE_LIPS, (0.01, 0.01, 0.01))
    mouth = paint_dark_mouth(plate, OPEN.landmarks).mean(0) / (sum(PLATE_LIPS) / 3)
    x, (top, bottom) = int(OPEN.landmarks[14, 0]), OPEN.landmarks[[13, 14], 1].long().tolist()
    upper, lower = mouth[top + 1 : top + 5, x], mouth[bottom - 4 : bottom, x].flip(0)
    for lip in (upper, lower):
        assert 0.15 < float(lip[0]) < 1 and bool((lip.diff() < 0).all()) and float(lip.diff().min()) > -0.3
    assert float(upper[3]) < float(lower[3])


def test_a_donor_s_dark_corner_between_its_lips_is_no_part_of_the_opening():
    """An O shows the donor's corners inside of the plate's: there the plate's lips go on."""
    plate, lips = painted(OPEN, PLATE_LIPS, (0.01, 0.01, 0.01)), painted(OPEN, DONOR_LIPS, DONOR_LIPS)
    left, right = OPEN.landmarks[[78, 308], :2]
    x, y = (left + 0.05 * (right - left)).long().tolist()
    spotted = lips.clone()
    spotted[:, y : y + 2, x : x + 2] = 0.02
    got, clean = (lay_in(Donor(picture, OPEN.landmarks), plate) for picture in (spotted, lips))
    assert float((got - clean).abs()[:, y - 2 : y + 4, x - 2 : x + 4].max()) < 0.12


def parted(gap):
    """An open mouth whose lips are `gap` times as far apart."""
    points, upper, lower = OPEN.landmarks.clone(), list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    points[lower] = points[upper] + gap * (points[lower] - points[upper])
    return points


@pytest.mark.parametrize(("gap", "enough"), [(0.1, 0.0), (0.15, 0.0), (0.3, 0.5), (0.45, 1.0)])
def test_a_donor_shows_enough_from_a_third_of_the_opening_on(gap, enough):
    donor = Donor(torch.zeros(3, *SIZE), parted(gap))
    assert measure_donor(donor, OPEN.landmarks) == pytest.approx(enough, abs=0.01)


def test_a_shown_mouth_is_drawn_anew_from_the_first_step_on():
    shut, shown = parted(0.05), parted(0.4)
    assert measure_redrawn(shown, shown) == 0
    assert measure_redrawn(shown, parted(0.45)) == 1 > measure_opening(shown, parted(0.45))
    assert measure_redrawn(shut, parted(0.15)) == measure_opening(shut, parted(0.15)) < 1


def test_a_frame_that_shows_no_more_than_the_plate_lends_nothing():
    own, wanted = parted(0.4), OPEN.landmarks
    shares = [measure_lender(Donor(torch.zeros(3, *SIZE), parted(gap)), own, wanted) for gap in (0.2, 0.4, 0.7, 0.9, 1)]
    assert shares[:2] == [0, 0] and 0.2 < shares[2] < 0.8 and shares[3:] == [1, 1]
