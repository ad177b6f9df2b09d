"""The field: still outside the hull, folded nowhere, and pixels that move without ringing or spreading bad ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.face.anatomy import INNER_LIPS, OVAL
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.field.backward import backward_flow, has_arrived, hull_falloff, hull_ring
from recast_nodes.stages.field.folding import jacobian, unfold
from recast_nodes.stages.finish.grain import lost_grain, noise_level, restore_grain, scale_detail
from recast_nodes.stages.grid.resample import fill_not_finite, resample
from recast_nodes.stages.grid.shapes import face_size, fill_polygon, smooth_step

from ...performer import track

TRIANGLES = canonical_face().triangles


def flow_between(source, driven, size=(200, 200)):
    return backward_flow(source.landmarks, driven.landmarks, TRIANGLES, source.hull, (0, 0), size)


def test_nothing_moves_where_nothing_is_asked():
    face = track()
    assert float(flow_between(face, face).abs().max()) == 0


def test_what_was_held_back_has_not_arrived():
    """Lips are painted where the field brought them: a head that leaves its boundary takes them nowhere."""
    source, smile = track(size=140), track({44: 1.0, 45: 1.0}, size=140)
    assert has_arrived(flow_between(source, smile), source.landmarks, smile.landmarks, INNER_LIPS)
    away = smile.landmarks + torch.tensor([20.0, 0.0, 0.0])
    assert not has_arrived(flow_between(source, smile), source.landmarks, away, INNER_LIPS)


@given(coefficient=st.sampled_from((3, 9, 25, 32, 38, 44)), amount=st.floats(-2, 4), yaw=st.floats(-0.9, 0.9))
def test_still_outside_the_hull_and_nowhere_folded(coefficient, amount, yaw):
    source, driven = track(yaw=yaw), track({coefficient: amount}, yaw=yaw)
    flow = flow_between(source, driven)
    outside = fill_polygon(source.hull, (200, 200))[0] == 0
    assert float(flow[:, outside].abs().max()) == 0
    assert float(jacobian(flow).min()) > 0
    assert bool(torch.isfinite(flow).all())


@given(seed=st.integers(0, 10_000), strength=st.floats(0, 60))
def test_even_nonsense_is_unfolded(seed, strength):
    noise = torch.randn(2, 24, 24, generator=torch.Generator().manual_seed(seed)) * strength
    assert float(jacobian(unfold(noise)).min()) > 0


def test_the_driven_place_shows_the_source():
    source, driven = track(size=140), track({44: 1.0, 45: 1.0}, size=140)
    flow = flow_between(source, driven)
    corner = driven.landmarks[291, :2]
    column, row = int(corner[0]), int(corner[1])
    wanted = source.landmarks[291, :2] - corner
    assert float((flow[:, row, column] - wanted).norm()) < 0.35 * float(wanted.norm())


def test_more_weight_moves_continuously():
    source = track()
    steps = [flow_between(source, track({25: value})) for value in torch.linspace(0, 0.6, 25).tolist()]
    jumps = [float((after - before).abs().mean()) for before, after in zip(steps, steps[1:], strict=False)]
    assert max(jumps) < 4 * (sum(jumps) / len(jumps))


@pytest.mark.parametrize("size", (0.5, 3.0, 12.0))
def test_tiny_faces(size):
    source, driven = (track(moved, size=size, centre=(8, 8)) for moved in ({}, {25: 1.0}))
    flow = flow_between(source, driven, (16, 16))
    assert flow.shape == (2, 16, 16)
    assert bool(torch.isfinite(flow).all())


def test_one_pixel():
    assert flow_between(track(size=1), track({25: 1.0}, size=1), (1, 1)).shape == (2, 1, 1)


def test_no_flow_is_no_change():
    pixels = torch.rand(3, 9, 11) * 50
    torch.testing.assert_close(resample(pixels, torch.zeros(2, 9, 11)), pixels, rtol=1e-4, atol=1e-4)


def test_whole_steps_are_exact():
    pixels = torch.rand(3, 12, 12)
    flow = torch.zeros(2, 12, 12)
    flow[0] = 2
    torch.testing.assert_close(resample(pixels, flow)[:, 2:-2, :8], pixels[:, 2:-2, 2:10], atol=1e-5, rtol=0)


def test_highlights_do_not_ring():
    pixels = torch.full((3, 20, 20), 0.2)
    pixels[:, 10, 10] = 500
    moved = resample(pixels, torch.full((2, 20, 20), 0.4))
    assert float(moved.min()) >= 0.2 - 1e-6
    assert float(moved.max()) > 100


def test_a_batch_equals_its_frames():
    pixels, flow = torch.rand(2, 3, 16, 16), torch.randn(2, 2, 16, 16)
    frames = [resample(one, way) for one, way in zip(pixels, flow, strict=True)]
    for one, way, frame in zip(pixels, flow, frames, strict=True):
        assert torch.equal(resample(one.clone(), way.clone()), frame)


def test_bad_pixels_become_their_neighbours():
    pixels = torch.full((3, 6, 6), 0.25)
    pixels[0, 2, 2], pixels[1, 3, 3] = np.nan, np.inf
    pixels[2, :3] = -np.inf
    torch.testing.assert_close(fill_not_finite(pixels), torch.full((3, 6, 6), 0.25))
    assert torch.equal(fill_not_finite(torch.full((3, 2, 2), np.nan)), torch.zeros(3, 2, 2))


def test_grain_is_measured_and_given_back():
    grainy = 0.4 + 0.03 * torch.randn(3, 128, 128, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(noise_level(grainy).flatten(), torch.full((3,), 0.03), rtol=0.1, atol=0)
    flow, shown = torch.full((2, 128, 128), 0.5), torch.ones(1, 128, 128)
    soft = resample(grainy, flow)
    again = restore_grain(soft, grainy, flow, shown, 1.0, (0, 0))
    inner = (slice(None), slice(4, -4), slice(4, -4))
    assert float(soft[inner].std()) < 0.025
    assert abs(float(again[inner].std()) - 0.03) < 0.002
    assert torch.equal(lost_grain(torch.zeros(2, 4, 4), torch.ones(1, 4, 4)), torch.zeros(1, 4, 4))


def test_detail_one_leaves_all_as_it_is():
    pixels, change = torch.rand(3, 8, 8), torch.ones(1, 8, 8)
    assert scale_detail(pixels, change, 1.0, 0.0, 100) is pixels
    assert float(scale_detail(pixels, change, 0.0, 0.0, 100).std()) < float(pixels.std())


def test_the_hulls_edge_comes_from_exact_distances():
    """OpenCV's own differ in their last bits from thread to thread."""
    turn = torch.arange(36) * (torch.pi / 18)
    edge, size = torch.tensor([40.5, 36.5]) + 30 * torch.stack([turn.cos(), turn.sin()], 1), (82, 74)
    inside = fill_polygon(edge, size)[0] > 0
    rows, columns = (~inside).nonzero().unbind(1)
    y, x = torch.arange(size[1])[:, None, None], torch.arange(size[0])[None, :, None]
    nearest = ((y - rows) ** 2 + (x - columns) ** 2).amin(-1).double().sqrt().float()
    assert torch.equal(hull_falloff(edge, size)[0], smooth_step((nearest - 1.5) / (0.1 * face_size(edge))))


@pytest.mark.parametrize(("share", "there"), [(0.15, True), (0.4, False)])
def test_a_few_landmarks_may_stray_and_many_may_not(share, there):
    source, flow = track(size=140), torch.zeros(2, 200, 200)
    driven = source.landmarks.clone()
    astray = list(INNER_LIPS)[: round(share * len(INNER_LIPS))]
    driven[astray, 0] += 30
    assert has_arrived(flow, source.landmarks, driven, INNER_LIPS) is there


@pytest.mark.parametrize(("miss", "there"), [(0.07, True), (0.14, False)])
def test_landmarks_arrive_within_a_tenth_of_the_face(miss, there):
    source, flow = track(size=140), torch.zeros(2, 200, 200)
    driven = source.landmarks + torch.tensor([miss * face_size(source.landmarks[:, :2]), 0.0, 0.0])
    assert has_arrived(flow, source.landmarks, driven, INNER_LIPS) is there


def test_the_ring_lies_about_the_face_even_where_the_hull_cuts_it():
    """Triangles between outline and ring would turn over, were it inside."""
    points = track(size=140).landmarks[:, :2]
    oval = points[list(OVAL)]
    middle = oval.mean(0)
    box = torch.tensor([[-40.0, -200.0], [200.0, -200.0], [200.0, 200.0], [-40.0, 200.0]]) + middle
    reach = (hull_ring(points, box) - middle).norm(dim=1) / (oval - middle).norm(dim=1)
    assert bool(torch.isfinite(reach).all())
    assert 1.01 < float(reach.min()) < 1.04


def test_holes_are_filled_from_their_rim_as_far_as_it_reaches():
    pixels = torch.full((1, 3, 200), torch.nan)
    pixels[:, :, 0] = 1.0  # the picture's mean is 1 as well, so the far end has a value of its own
    pixels[:, :, 199] = 3.0
    filled = fill_not_finite(pixels)[0, 1]
    assert float(filled[25]) == 1.0 and float(filled[40]) == 2.0, "beyond the rim's reach it is the picture's mean"
