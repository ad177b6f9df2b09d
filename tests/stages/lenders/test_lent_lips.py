"""Lips of another frame: in the light of this one, softly, and not over what is before the face."""

from __future__ import annotations

import torch

from recast_nodes.face.anatomy import INNER_LIPS, OUTER_LIPS
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.features.donor import PLATE, Donor
from recast_nodes.stages.grid.shapes import fill_polygon
from recast_nodes.stages.lenders.lent_lips import lay_in_lips, lend_lips

from ...performer import track

SIZE = (200, 200)
SHUT, OPEN = track(size=180), track({25: 0.8}, size=180)
TEETH = (0.7, 0.7, 0.65)


def painted(face, light=1.0, mouth=TEETH):
    picture = torch.tensor((0.5, 0.35, 0.3))[:, None, None].expand(3, *SIZE)
    for contour, colour in ((OUTER_LIPS, (0.4, 0.15, 0.18)), (INNER_LIPS, mouth)):
        inside = fill_polygon(face.landmarks[list(contour), :2], SIZE)
        picture = torch.lerp(picture, torch.tensor(colour)[:, None, None].expand(3, *SIZE), inside)
    return (picture * light).contiguous()


def lend(donor, wanted=OPEN):
    pixels = painted(wanted, mouth=(0.02, 0.01, 0.01))
    lent = lend_lips(donor, pixels, SHUT.landmarks, wanted.landmarks, canonical_face().triangles)
    return pixels, lent


def between(points):
    return ((points[13, :2] + points[14, :2]) / 2).long().tolist()


def test_lent_teeth_are_lit_as_the_plate_is():
    pixels, lent = lend(Donor(painted(OPEN, light=0.5), OPEN.landmarks, PLATE))
    result, shown = lay_in_lips(pixels, lent, None)
    x, y = between(OPEN.landmarks)
    torch.testing.assert_close(result[:, y, x], torch.tensor(TEETH), rtol=0.05, atol=0.01)
    assert float(shown[0, y, x]) > 0.99


def test_what_is_far_from_the_lips_stays_to_the_bit():
    pixels, lent = lend(Donor(painted(OPEN), OPEN.landmarks, PLATE))
    result, shown = lay_in_lips(pixels, lent, None)
    assert torch.equal(result[:, shown[0] == 0], pixels[:, shown[0] == 0])
    assert float(shown[0, :100].max()) == 0


def test_nothing_is_lent_that_fits_no_better():
    assert lend(Donor(painted(SHUT), SHUT.landmarks, PLATE), OPEN)[1] is None


def test_a_thing_before_the_mouth_stays():
    pixels, lent = lend(Donor(painted(OPEN), OPEN.landmarks, PLATE))
    free = torch.ones(1, *SIZE)
    free[:, :, :100] = 0
    result, shown = lay_in_lips(pixels, lent, free)
    assert torch.equal(result[:, :, :100], pixels[:, :, :100]) and float(shown[:, :, 100:].max()) > 0.9


def test_two_lenders_dissolve_into_each_other():
    dark = Donor(painted(OPEN, mouth=(0.1, 0.1, 0.1)), OPEN.landmarks, PLATE)
    both = Donor(painted(OPEN), OPEN.landmarks, PLATE, fading=(dark, 0.5))
    x, y = between(OPEN.landmarks)
    pixels, lent = lend(both)
    result, _ = lay_in_lips(pixels, lent, None)
    assert 0.35 < float(result[0, y, x]) < 0.45
