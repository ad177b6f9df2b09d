"""A borrowed mouth is as sharp as the plate, whatever either was photographed with."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.evaluation.mouth import measure_mouth
from recast_nodes.face.anatomy import INNER_LIPS, LEFT_BROW, LEFT_EYE, LEFT_IRIS, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.features.donated_mouth import lay_in_mouth
from recast_nodes.stages.features.donor import PLATE, Donor, bounds
from recast_nodes.stages.features.mouth_sharpness import match_sharpness
from recast_nodes.stages.grid.filters import blur_wide
from recast_nodes.stages.grid.shapes import fill_polygon

from ...performer import track

SIZE = (260, 260)
FACE = track({25: 0.5}, size=240).landmarks
SHUT = track({}, size=240).landmarks


def face(points, softness, teeth=0.55):
    """(3, H, W) a face with eyes, brows, lips and teeth in stripes, blurred."""
    picture = torch.tensor((0.5, 0.36, 0.3))[:, None, None].repeat(1, *SIZE)
    parts = ((LEFT_EYE, 0.6), (RIGHT_EYE, 0.6), (LEFT_IRIS[1:], 0.05), (LEFT_BROW, 0.1), (RIGHT_BROW, 0.1))
    for part, level in (*parts, (OUTER_LIPS, 0.25), (INNER_LIPS, 0.02)):
        inside = fill_polygon(points[list(part), :2], SIZE)
        picture = torch.lerp(picture, torch.tensor(level).expand_as(picture), inside)
    stripes = (torch.arange(SIZE[0]) % 12 < 10).float() * fill_polygon(points[list(INNER_LIPS), :2], SIZE)
    rows = (torch.arange(SIZE[1])[:, None] < float(points[[13, 14], 1].mean())).float()
    return blur_wide(torch.lerp(picture, torch.tensor(teeth).expand_as(picture), stripes * rows), softness)


def displayed(picture):
    return (picture.clamp(0, 1) ** (1 / 2.2) * 255).byte().permute(1, 2, 0).contiguous().numpy()


def laid_in(plate_softness, donor_softness):
    """The plate with the donor's mouth, as the report measures it."""
    plate, donor = face(SHUT, plate_softness), face(FACE, donor_softness)
    opened = face(FACE, plate_softness, 0.02)
    mouth = lay_in_mouth(Donor(donor, FACE), Donor(plate, SHUT), opened, FACE, canonical_face().triangles, 1.0)
    inside = fill_polygon(FACE[list(INNER_LIPS), :2], SIZE)
    return measure_mouth(displayed(plate), displayed(torch.lerp(opened, mouth, inside)), SHUT.numpy(), FACE.numpy())


@pytest.mark.parametrize("plate", [1.0, 2.0, 3.0])
def test_a_sharp_donor_s_mouth_is_as_soft_as_the_plate(plate):
    fit = laid_in(plate, 0.8)
    assert fit.sharpness is not None and 0.7 < fit.sharpness < 1.45, fit
    assert fit.light is not None and fit.light < 1.1


def test_a_softer_donor_is_helped_within_bounds():
    fit = laid_in(1.0, 1.6)
    assert fit.sharpness is not None and fit.sharpness > 0.6


def test_an_eye_too_small_to_measure_leaves_the_mouth_as_it_is():
    small = FACE.clone()
    small[:, :2] = small[:, :2] * 0.1 + 100
    pixels = torch.rand(3, *SIZE, generator=torch.Generator().manual_seed(0))
    mouth = lay_in_mouth(Donor(pixels, small), Donor(pixels, small), pixels, small, canonical_face().triangles, 1.0)
    assert bool(torch.isfinite(mouth).all())


def test_a_mouth_of_the_same_shot_is_softened_only_where_this_frame_is_softer():
    picture = face(FACE, 1.2)
    left, top, right, bottom = bounds(FACE[list(OUTER_LIPS), :2], picture.shape)
    patch, place = picture[:, top:bottom, left:right], FACE[:, :2] - FACE.new_tensor([left, top])
    donor = Donor(picture, FACE, PLATE)
    same, softer = (
        match_sharpness(patch, donor, Donor(plate, FACE), place) for plate in (picture, blur_wide(picture, 2.5))
    )
    torch.testing.assert_close(same, patch, atol=0.02, rtol=0)
    assert float((softer - patch).abs().mean()) > 0.01
