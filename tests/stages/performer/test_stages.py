"""How own frames are chosen, laid and blended."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.canonical import canonical_face, expression_basis
from recast_nodes.stages.features.donor import Donor
from recast_nodes.stages.grid.shapes import blur
from recast_nodes.stages.performer.blend import REACH, blend_layers, register
from recast_nodes.stages.performer.fit import FEATURES, LOWER, UPPER, measure_fit
from recast_nodes.stages.performer.lay import MOST_LIGHT, draw_places, draw_room, lay_frame, match_light

SIDE = 160
TRIANGLES = canonical_face().triangles


def place(scale: float = 7.0, **shapes: float) -> torch.Tensor:
    moved = sum(
        (value * expression_basis()[BLENDSHAPES.index(name)] for name, value in shapes.items()), torch.zeros(())
    )
    return (canonical_face().vertices + moved) * scale + torch.tensor([SIDE / 2, SIDE / 2, 0.0])


def noise(sigma: float = 1.5) -> torch.Tensor:
    return 0.3 + 2 * blur(torch.rand(3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) - 0.5, sigma)


def test_the_same_face_elsewhere_fits_and_each_half_minds_its_own() -> None:
    given = torch.stack([place(9.0), place(jawOpen=0.8), place(eyeBlinkLeft=0.8, eyeBlinkRight=0.8)])
    fits = measure_fit(given, torch.zeros(3), place(), canonical_face().vertices)
    assert fits.shape == (2, 3, FEATURES) and float(fits[:, 0].max()) < 1e-3
    assert fits[LOWER, 1].sum() > 4 * fits[UPPER, 1].sum() and fits[UPPER, 2].sum() > 4 * fits[LOWER, 2].sum()


def test_a_wink_does_not_fit_two_eyes_half_shut() -> None:
    given = torch.stack([place(eyeBlinkLeft=0.8), place(eyeBlinkLeft=0.4, eyeBlinkRight=0.4)])
    wanted = place(eyeBlinkLeft=0.35, eyeBlinkRight=0.35)
    wink, both = measure_fit(given, torch.zeros(2), wanted, canonical_face().vertices)[UPPER, :, 3]
    assert wink > 2 * both


def test_a_turned_head_counts_in_both_halves() -> None:
    fits = measure_fit(place()[None], torch.tensor([0.3]), place(), canonical_face().vertices)
    assert fits[:, 0, -1].tolist() == pytest.approx([0.03, 0.03])


def test_a_frame_at_its_own_keypoints_is_itself_within_the_face() -> None:
    pixels, points = noise(), place()
    room = draw_room(points, (SIDE, SIDE))[0] > 0.99
    laid = lay_frame(Donor(pixels, points), points, TRIANGLES, (SIDE, SIDE))
    assert float((laid - pixels)[:, room].abs().max()) < 0.02
    places = draw_places(points, canonical_face().vertices, TRIANGLES, (SIDE, SIDE))
    nose = points[4, :2].long()
    torch.testing.assert_close(places[:, nose[1], nose[0]], canonical_face().vertices[4, :2], rtol=0, atol=0.3)


@pytest.mark.parametrize(("light", "left"), [(1.0, 1.0), (1.6, 1.0), (5.0, 5 / MOST_LIGHT)])
def test_light_is_matched_up_to_a_stop(light: float, left: float) -> None:
    pixels = noise()
    matched = match_light(pixels / light, pixels, torch.ones(SIDE, SIDE, dtype=torch.bool))
    assert float((pixels / matched).median()) == pytest.approx(left, rel=0.02)


def test_form_is_the_means_and_detail_the_likeliest_ones() -> None:
    smooth = noise(12.0)
    fine = torch.rand(3, SIDE, SIDE, generator=torch.Generator().manual_seed(1)) * 0.05
    layers = torch.stack([smooth + fine, smooth + 0.1])
    errors = torch.tensor([0.01, 0.02])[:, None, None, None].expand(-1, 1, SIDE, SIDE)
    blended = blend_layers(layers, errors, form=1e3, detail=1e-5, size=SIDE)
    inner = (slice(None), slice(20, -20), slice(20, -20))
    assert float((blended - layers.mean(0))[inner].mean().abs()) < 0.01
    assert float((blended - blur(blended, 1.0))[inner].std()) > 0.8 * float((fine - blur(fine, 1.0))[inner].std())


def test_a_layer_a_pixel_off_is_registered_and_one_far_off_is_not_dragged() -> None:
    picture = noise(3.0)
    moved = torch.stack([torch.roll(picture, 1, 2), torch.roll(picture, 12, 2)])
    near, far = register(picture, moved, SIDE)
    inner = (slice(None), slice(30, -30), slice(30, -30))
    assert (near - picture)[inner].abs().mean() < 0.4 * (moved[0] - picture)[inner].abs().mean()
    least = (torch.roll(picture, 12 - round(REACH * SIDE) - 1, 2) - picture)[inner].abs().mean()
    assert (far - picture)[inner].abs().mean() > 0.5 * least
