"""The blend is the paper's equations at its corners, and continuous between them."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.face.anatomy import CHIN_COLUMNS, LOWER_LIP_RINGS
from recast_nodes.face.regions import REGIONS
from recast_nodes.models.canonical import canonical_face, expression_basis
from recast_nodes.stages.expression.blend import (
    blend,
    close_lips,
    keypoint_weights,
    lower_chin,
    proportions,
    resting_difference,
    uncross,
)
from recast_nodes.stages.expression.neutral import estimate_neutral
from recast_nodes.stages.expression.sliders import SLIDERS, slider_basis, slider_sum
from recast_nodes.stages.membership import region_weights, share_of, stillness
from recast_nodes.stages.track import kalman

FACE = canonical_face().vertices
ONE = torch.ones(478, 1)


def test_replacement_and_enhancement_at_the_corners():
    source, driving, reference = torch.rand(3, 478, 3, dtype=torch.float64)
    torch.testing.assert_close(blend(source, driving, reference, 1, 0, ONE), driving)
    torch.testing.assert_close(blend(source, driving, reference, 0, 1, ONE), source + driving - reference)
    assert torch.equal(blend(source, driving, reference, 0, 0, ONE), source)


@given(replace=st.floats(0, 1), enhance=st.floats(0, 2), step=st.floats(0, 1e-3))
def test_a_little_more_weight_moves_a_little(replace, enhance, step):
    source, driving, reference = torch.rand(3, 478, 3, dtype=torch.float64)
    here = blend(source, driving, reference, replace, enhance, ONE)
    there = blend(source, driving, reference, replace + step, enhance + step, ONE)
    assert float((there - here).abs().max()) <= 2 * step + 1e-12


def test_regions_share_the_face_out():
    weights = region_weights(FACE)
    assert weights.shape == (len(REGIONS), 478)
    torch.testing.assert_close(weights.sum(0), torch.ones(478))
    assert bool((weights >= 0).all())
    assert float(share_of(weights, "gaze")[:468].abs().max()) == 0
    assert float(share_of(weights, "mouth")[13]) > 0.8
    assert float(share_of(weights, "brows")[105]) > 0.8


def test_only_its_region_follows():
    regions = tuple(float(name == "mouth") for name in REGIONS)
    weight = keypoint_weights(regions, region_weights(FACE), stillness(FACE), 1.0)
    assert float(weight[13]) > 0.8
    assert float(weight[[105, 159, 468]].abs().max()) < 0.01


def test_the_skull_is_held():
    weight = keypoint_weights((1.0,) * len(REGIONS), region_weights(FACE), stillness(FACE), 1.0)
    for landmark in (10, 151, 168, 127, 356):
        held = float(weight[landmark]) < 0.25
        assert held, f"landmark {landmark} lies on the skull, but a region of face/regions.py makes it follow"
    torch.testing.assert_close(keypoint_weights((1.0,) * len(REGIONS), region_weights(FACE), stillness(FACE), 0.0), ONE)


def test_the_same_face_needs_no_retargeting():
    membership = region_weights(FACE)
    torch.testing.assert_close(proportions(FACE, FACE, membership), torch.ones(478, 3))
    assert float(resting_difference(FACE, FACE, membership).abs().max()) == 0


def test_a_small_mouth_gets_small_movements():
    small = FACE.clone()
    small[[61, 291], 0] *= 0.7
    assert float(proportions(small, FACE, region_weights(FACE))[13, 0]) < 0.8


def test_lips_meet_where_the_driver_s_do():
    uncross = FACE.clone()
    uncross[[14, 87, 317, 178, 402], 1] += 0.4
    touching = FACE.clone()
    touching[[14, 87, 317, 178, 402, 88, 318, 95, 324], :] = touching[[13, 82, 312, 81, 311, 80, 310, 191, 415], :]
    met = close_lips(uncross, touching, 1.0)
    torch.testing.assert_close(met[14], met[13], atol=1e-4, rtol=0)
    torch.testing.assert_close(met[17] - met[14], uncross[17] - uncross[14])
    assert torch.equal(close_lips(uncross, touching, 0.0), uncross)
    wide = FACE.clone()
    wide[[14, 87, 317], 1] += 3
    assert torch.equal(close_lips(uncross, wide, 1.0), uncross)


def test_lips_and_lids_touch_but_do_not_cross():
    crossed = FACE.clone()
    crossed[[14, 87, 317], 1] = FACE[[13, 82, 312], 1] - 0.5
    crossed[[159, 386], 1] = FACE[[145, 374], 1] + 0.3
    apart = uncross(crossed, FACE)
    for upper, lower in ((13, 14), (82, 87), (159, 145), (386, 374)):
        gap = float(FACE[lower, 1] - FACE[upper, 1])
        torch.testing.assert_close(float(apart[lower, 1] - apart[upper, 1]), min(gap, 0.0), atol=1e-4, rtol=0)
    assert torch.equal(uncross(FACE, FACE), FACE)


def test_a_chin_goes_down_with_the_lip():
    jaw = share_of(region_weights(FACE), "jaw")
    assert torch.equal(lower_chin(FACE, FACE, jaw), FACE)
    dropped = FACE.clone()
    dropped[17, 1] += 2.5
    tall, now = (float(shape[152, 1] - shape[17, 1]) for shape in (FACE, lower_chin(dropped, FACE, jaw)))
    assert now > 0.99 * 0.65 * tall


def test_no_part_of_the_chin_is_passed_by_the_lip():
    jaw, dropped = share_of(region_weights(FACE), "jaw"), FACE.clone()
    dropped[list(LOWER_LIP_RINGS[-1]), 1] += 2.5
    columns = torch.tensor(CHIN_COLUMNS)
    own, got = (shape[columns, 1].diff(dim=1) for shape in (FACE, lower_chin(dropped, FACE, jaw)))
    assert float(dropped[columns, 1].diff(dim=1).min()) < 0 < float(own.min())
    assert bool((got > 0.99 * 0.65 * own).all())


def test_rest_is_found_under_a_constant_smile():
    coefficients = torch.zeros(9, 52)
    coefficients[:, 44] = coefficients[:, 45] = torch.linspace(0.4, 0.8, 9)
    smiling = FACE + torch.einsum("fc,ckd->fkd", coefficients, expression_basis())
    away = (estimate_neutral(smiling, coefficients, expression_basis()) - FACE).norm(dim=-1).max()
    assert float(away) < 0.05
    assert float(away) < 0.1 * float((smiling.median(0).values - FACE).norm(dim=-1).max())


def test_rest_without_coefficients_is_the_median():
    shapes = torch.rand(5, 478, 3)
    assert torch.equal(
        estimate_neutral(shapes, torch.full((5, 52), torch.nan), expression_basis()), shapes.median(0).values
    )


def test_smoothing_keeps_what_is_steady_and_bridges_what_is_lost():
    steady = torch.full((7, 2, 3), 0.5)
    torch.testing.assert_close(kalman.smooth(steady, [True] * 7, 1e-5), steady)
    noisy = torch.randn(50, 4)
    calm = kalman.smooth(noisy, [True] * 50, 1e-4)
    assert float(calm.diff(dim=0).abs().mean()) < 0.5 * float(noisy.diff(dim=0).abs().mean())
    ramp = torch.arange(5.0)[:, None]
    ramp[2] = torch.nan
    bridged = kalman.smooth(ramp, [True, True, False, True, True], 1e-9)
    assert abs(float(bridged[2]) - 2) < 0.01


def test_sliders_move_what_they_are_called_after():
    basis = slider_basis(FACE, expression_basis())
    moved, back = (dict(zip(SLIDERS, side, strict=True)) for side in basis)
    assert float(moved["smile"][61, 1]) < -0.5 and float(moved["smile"][291, 0]) > 0.3
    assert float(moved["jaw_open"][152, 1]) > 1 and float(moved["jaw_open"][105].abs().max()) < 0.1
    assert float(moved["blink"][159, 1]) > 0.3 and float(moved["brow_raise"][105, 1]) < -0.3
    assert float(moved["gaze_x"][468, 0]) > 0.3 and float(moved["gaze_y"][473, 1]) > 0.2
    assert float(slider_sum(basis, (0.0,) * 6).abs().max()) == 0
    assert float(back["smile"][61, 1]) > 0.1 and float(back["brow_raise"][105, 1]) > 0.1
    assert float(back["blink"][159, 1]) < 0 and float(back["jaw_open"][14, 1]) < 0
    torch.testing.assert_close(back["gaze_x"], -moved["gaze_x"])
    upper, lower = FACE[159] + moved["blink"][159], FACE[145] + moved["blink"][145]
    torch.testing.assert_close(upper, lower, atol=1e-4, rtol=0)


@pytest.mark.parametrize(("size", "factor"), [(0.3, 0.6), (0.7, 0.7), (1.5, 1.5), (3.0, 1.6)])
def test_sizes_out_of_all_proportion_are_a_rest_measured_wrongly(size, factor):
    plate = FACE.clone()
    plate[[61, 291], 0] *= size
    whole = torch.zeros(len(REGIONS), 478)
    whole[list(REGIONS).index("mouth")] = 1.0
    torch.testing.assert_close(float(proportions(plate, FACE, whole)[13, 0]), factor)
