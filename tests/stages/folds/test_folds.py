"""Ratios of light in the texture of a face: what is a fold, what is not, and what is exchanged."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recast_nodes.face.blendshapes import COEFFICIENTS, GAZE, blendshapes
from recast_nodes.face.regions import REGIONS
from recast_nodes.models.mesh.complexion import layout
from recast_nodes.models.mesh.retarget import landmark_regions
from recast_nodes.stages.folds.exchange import exchange_folds, light_gain
from recast_nodes.stages.folds.lay import draw_folds, tint_of
from recast_nodes.stages.folds.measure import measure_folds, skin_room
from recast_nodes.stages.folds.register import move, register
from recast_nodes.stages.folds.resting import choose_calm, resting_skin, with_even_light
from recast_nodes.stages.folds.room import find_room, region_maps
from recast_nodes.stages.grid.shapes import blur, fill_polygon

HEIGHT, WIDTH = layout().owner.shape
ROOM = find_room(layout())
CHEEK = (84, 28)  # row and column of bare skin


def skin(noise: float = 0.0, seed: int = 0, light: float = 0.0) -> Tensor:
    """(3, h, w) a texture: dark where features are, lit from one side by `light`, NaN beyond the face."""
    made = torch.Generator().manual_seed(seed)
    across = torch.linspace(-1, 1, WIDTH)
    brightness = -0.8 * blur(1 - ROOM, 2.0) + light * across + noise * torch.randn(1, HEIGHT, WIDTH, generator=made)
    tint = torch.tensor([0.5, -0.3])[:, None, None].expand(2, HEIGHT, WIDTH)
    return torch.where(layout().owner > 0, torch.cat([brightness, tint]), torch.nan)


def line(depth: float, row: int = CHEEK[0], column: int = CHEEK[1], sigma: float = 1.3) -> Tensor:
    """(1, h, w) a dark line of twelve cells, downwards."""
    drawn = torch.zeros(1, HEIGHT, WIDTH)
    drawn[0, row - 6 : row + 6, column] = 1.0
    drawn = blur(drawn, sigma)
    return -depth * drawn / drawn.max()


def with_light(texture: Tensor, added: Tensor) -> Tensor:
    return torch.cat([texture[:1] + added, texture[1:]])


def measured(texture: Tensor, rest: Tensor | None = None) -> Tensor:
    return measure_folds(texture, skin() if rest is None else rest, ROOM)


def test_a_line_that_is_not_there_at_rest_is_a_fold() -> None:
    found = measured(with_light(skin(), line(0.4)))
    assert -0.4 < float(found[0, CHEEK[0], CHEEK[1]]) < -0.2
    far = found.clone()
    far[0, CHEEK[0] - 16 : CHEEK[0] + 16, CHEEK[1] - 12 : CHEEK[1] + 12] = 0
    assert float(far.abs().max()) < 0.02


@pytest.mark.parametrize("depth", (0.4, -0.25))
def test_it_is_dark_or_light_as_it_was(depth: float) -> None:
    found = float(measured(with_light(skin(), line(depth)))[0, CHEEK[0], CHEEK[1]])
    assert found * -depth > 0


def test_exposure_broad_light_and_grain_are_none() -> None:
    rest = skin(noise=0.01, seed=1)
    assert float(measured(skin(noise=0.01, seed=2), rest).abs().max()) < 0.01
    assert float(measured(with_light(rest, torch.full((1, HEIGHT, WIDTH), 0.7)), rest).abs().max()) < 1e-3
    assert float(measured(skin(light=0.5)).abs().max()) < 0.02


def test_folds_do_not_boil_with_the_noise_of_a_dark_driver() -> None:
    rest = resting_skin([skin(noise=0.15, seed=seed) for seed in range(5)])
    boiling = measured(skin(noise=0.15, seed=9), rest)[ROOM > 0.5]
    assert float(boiling.square().mean().sqrt()) < 0.012
    noisy = measured(with_light(skin(noise=0.15, seed=9), line(0.5, sigma=2.0)), rest)
    assert float(noisy[0, CHEEK[0] - 3 : CHEEK[0] + 3, CHEEK[1]].mean()) < -0.15


def test_a_line_says_less_where_light_changes_broadly() -> None:
    """As on a head that turns."""
    y = torch.arange(HEIGHT)[:, None] / 30
    waves = 0.3 * torch.sin(y + torch.arange(WIDTH) / 30)[None]
    still, turned = (
        float(measured(with_light(skin(), line(0.15) + each))[0, CHEEK[0], CHEEK[1]]) for each in (0 * waves, waves)
    )
    assert still < 1.5 * turned < 0


def test_what_is_too_strong_for_a_fold_is_none() -> None:
    assert float(measured(with_light(skin(), line(2.0, sigma=2.5))).abs().max()) < 0.05


def test_lips_lids_brows_and_hair_have_none() -> None:
    assert float((ROOM * (1 - (layout().owner > 0).float())).max()) == 0
    assert float((ROOM * layout().lips).max()) < 0.25 and float((ROOM * layout().lips).mean()) < 2e-3
    fringe = torch.zeros(1, HEIGHT, WIDTH)
    fringe[:, :30, :40] = -1.6
    covered = skin_room(with_light(skin(), fringe), ROOM)
    assert float(covered[:, :33, :42].max()) < 0.05 < 0.9 < float(covered.max())


def test_registering_follows_features_and_leaves_folds() -> None:
    slipped = torch.stack([torch.full((HEIGHT, WIDTH), 1.5), torch.zeros(HEIGHT, WIDTH)])
    rest = skin().nan_to_num()
    moved, known = move(rest, slipped), torch.ones(1, HEIGHT, WIDTH)
    flow = register(moved[:1], rest[:1], known)
    brow = fill_polygon(layout().places[[70, 63, 105, 66, 107, 55, 65, 52, 53, 46]], (WIDTH, HEIGHT))[0] > 0
    assert float(flow[0][brow].median()) == pytest.approx(1.5, abs=0.5)
    folded = register((rest[:1] + line(0.4)), rest[:1], known)
    assert float(torch.hypot(*folded).max()) < 0.6


def test_the_calmest_frames_are_chosen() -> None:
    coefficients = torch.full((20, COEFFICIENTS), 0.5)
    coefficients[[3, 8, 15, 19]] = 0.0
    coefficients[3, list(GAZE + blendshapes("eyeBlink"))] = 1.0  # where the eyes look makes no folds
    assert sorted(choose_calm(coefficients, torch.zeros(COEFFICIENTS))) == [3, 8, 15, 19]
    unknown = choose_calm(torch.full((20, COEFFICIENTS), torch.nan), torch.zeros(COEFFICIENTS))
    assert unknown == [0, 5, 10, 15] and choose_calm(coefficients[:1], torch.zeros(COEFFICIENTS)) == [0]


def test_rest_is_what_most_calm_frames_show() -> None:
    calm = [skin(noise=0.02, seed=seed) for seed in range(4)]
    rest = resting_skin([*calm, with_light(skin(), line(0.4) + 0.5)])
    difference = (with_even_light(rest) - with_even_light(skin()))[0].nan_to_num()
    assert float(difference[CHEEK[0] - 6 : CHEEK[0] + 6, CHEEK[1]].mean().abs()) < 0.03
    assert torch.isnan(rest[:, 0, 0]).all()


def test_replacing_takes_the_plates_folds_and_enhancing_keeps_them() -> None:
    given, own, maps = torch.full((1, 2, 2), -0.2), torch.full((1, 2, 2), -0.1), torch.ones(1, 2, 2)
    each = [
        exchange_folds(given, own, torch.tensor(weights), maps, 1.0) for weights in ([[1.0], [1.0]], [[1.0], [0.0]])
    ]
    assert float(each[0][0, 0, 0]) == pytest.approx(-0.1, abs=0.01)
    assert float(each[1][0, 0, 0]) == pytest.approx(-0.2, abs=0.01)
    twice = exchange_folds(0 * given, own, torch.tensor([[1.0], [1.0]]), maps, 2.0)
    assert float(twice[0, 0, 0]) == pytest.approx(0.1, abs=0.01)  # what is gone is gone
    deep = exchange_folds(10 * given, own, torch.tensor([[2.0], [0.0]]), maps, 2.0)
    assert float(deep.min()) >= -0.7


def test_regions_share_the_face() -> None:
    maps = region_maps(layout(), landmark_regions())
    torch.testing.assert_close(maps.sum(0), torch.ones(HEIGHT, WIDTH))
    order = list(REGIONS)
    assert maps[:, 25, WIDTH // 2].argmax() == order.index("brows")
    assert maps[:, HEIGHT - 12, WIDTH // 2].argmax() == order.index("jaw")


def test_a_softly_lit_plate_gets_soft_folds() -> None:
    y, x = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    relief = torch.sin(x / 6.0) * torch.sin(y / 6.0)[None]
    soft, hard = (with_light(skin(), amount * relief) for amount in (0.02, 0.4))
    assert light_gain(soft, hard, ROOM) < 0.75 and light_gain(hard, soft, ROOM) > 1.2
    assert light_gain(soft, soft, ROOM) == pytest.approx(1)
    assert light_gain(torch.full_like(soft, torch.nan), soft, ROOM) == 1


def test_folds_in_skin_are_redder_and_grey_stays_grey() -> None:
    red, green, blue = tint_of(skin()).flatten().tolist()
    assert red < green < blue
    grey = torch.where(torch.isfinite(skin()), torch.zeros(3, HEIGHT, WIDTH), torch.nan)
    assert tint_of(grey).flatten().tolist() == [1, 1, 1]


def test_a_fold_is_drawn_where_the_face_has_it() -> None:
    keypoints = torch.cat([layout().places * 3 + 20, torch.zeros(len(layout().places), 1)], 1)
    drawn = draw_folds(line(0.4), keypoints, (400, 420), layout())[0]
    row, column = CHEEK[0] * 3 + 20, round((CHEEK[1] + 0.5) * 3 + 20)
    assert float(drawn[row, column]) == pytest.approx(-0.4, abs=0.1)
    assert float(drawn[row, column + 40]) == pytest.approx(0, abs=1e-3) and float(drawn[:10].abs().max()) == 0
