"""The published edits of expression, stitching and openings: what must be true, and some numbers by hand."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.expression import liveportrait, performrecast
from recast_nodes.stages.expression.head_pose import Pose
from recast_nodes.stages.expression.published_pose import liveportrait_rotation
from recast_nodes.stages.membership import share_of, weights_near
from recast_nodes.stages.track.crop203 import square_of

EVERYWHERE = {performrecast: torch.ones(49, 1), liveportrait: torch.ones(21, 1)}
STAGES = pytest.mark.parametrize("stage", (performrecast, liveportrait))


def performances(stage):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(3, len(EVERYWHERE[stage]), 3, generator=generator)


@STAGES
def test_nothing_asked_is_the_source(stage):
    source, driving, reference = performances(stage)
    assert torch.equal(stage.mix_expression(source, driving, reference, 0.0, 0.0, EVERYWHERE[stage], 1.0), source)


@STAGES
def test_without_protection_replacement_is_equation_six_and_enhancement_nine(stage):
    source, driving, reference = performances(stage)
    replaced = stage.mix_expression(source, driving, reference, 1.0, 0.0, EVERYWHERE[stage], 0.0)
    torch.testing.assert_close(replaced, driving)
    enhanced = stage.mix_expression(source, driving, reference, 0.0, 1.0, EVERYWHERE[stage], 0.0)
    torch.testing.assert_close(enhanced, source + driving - reference)


def test_the_published_replacement_by_hand():
    source, driving = torch.zeros(49, 3), torch.ones(49, 3)
    replaced = performrecast.replace_expression(source, driving)
    torch.testing.assert_close(replaced[33], torch.tensor([0.7, 0.7, 0.0]))
    torch.testing.assert_close(replaced[36], torch.tensor([0.7, 0.7, 0.0]))
    torch.testing.assert_close(replaced[45], torch.tensor([0.0, 0.8, 0.0]))
    free = [at for at in range(49) if at not in (31, 32, 33, 36, 37, 38, 44, 45, 46)]
    assert torch.equal(replaced[free], driving[free])


def test_the_blend_is_the_published_replacement_and_enhancement():
    source, driving, reference = performances(performrecast)
    blend = performrecast.mix_expression(source, driving, reference, 1.0, 0.0, EVERYWHERE[performrecast], 1.0)
    torch.testing.assert_close(blend, performrecast.replace_expression(source, driving))
    blend = performrecast.mix_expression(source, driving, reference, 0.0, 1.0, EVERYWHERE[performrecast], 1.0)
    torch.testing.assert_close(blend, performrecast.enhance_expression(source, driving, reference))


def test_what_liveportrait_takes_for_expression():
    mask = liveportrait.expressive()
    assert int(mask.sum()) == 13 * 3 + 6
    assert mask[3].tolist() == [0, 1, 0] and mask[9].tolist() == [0, 1, 1] and not mask[[0, 7, 10]].any()


@pytest.mark.parametrize("amount", (0.0, 0.5, 1.0))
def test_a_driver_that_does_not_move_leaves_the_pose(amount):
    turn = liveportrait_rotation(*torch.tensor([10.0, -20.0, 5.0]))
    other = liveportrait_rotation(*torch.tensor([-4.0, 8.0, 15.0]))
    source = Pose(turn, torch.tensor([1.3]), torch.tensor([0.1, 0.2, 0.0]))
    driver = Pose(other, torch.tensor([0.9]), torch.tensor([0.3, 0.0, 0.0]))
    for found, wanted in zip(liveportrait.blend_pose(source, driver, driver, amount), source, strict=True):
        torch.testing.assert_close(found, wanted, atol=1e-6, rtol=0)
    whole = liveportrait.blend_pose(source, driver, None, 1.0)
    assert all(torch.equal(found, wanted) for found, wanted in zip(whole, driver, strict=True))


def test_stitching_moves_each_keypoint_and_all_of_them():
    x_d = torch.zeros(1, 21, 3)
    offsets = torch.zeros(1, 65)
    offsets[0, 3:6] = torch.tensor([1.0, 2.0, 3.0])
    offsets[0, 63:] = torch.tensor([10.0, 20.0])
    moved = liveportrait.stitch(x_d, offsets)
    assert moved[0, 1].tolist() == [11, 22, 3] and moved[0, 0].tolist() == [10, 20, 0]
    torch.testing.assert_close(liveportrait.stitch(x_d, offsets, 0.5), moved / 2)


def test_openings_do_not_depend_on_size_or_turn():
    marks = torch.rand(203, 2, generator=torch.Generator().manual_seed(2)) * 100
    turn = torch.tensor([[0.6, 0.8], [-0.8, 0.6]])
    torch.testing.assert_close(
        liveportrait.openings(marks), liveportrait.openings(3 * marks @ turn + 40), rtol=1e-4, atol=1e-4
    )


def test_regions_of_liveportrait_add_up():
    weights = liveportrait.regions()
    torch.testing.assert_close(weights.sum(1), torch.ones(21))
    assert share_of(weights.T, "mouth")[17] == 1 and share_of(weights.T, "mouth")[0] == 0


def test_a_keypoint_on_a_landmark_has_its_regions():
    landmarks = torch.stack(torch.meshgrid(torch.arange(10.0), torch.arange(10.0), indexing="ij"), -1).reshape(-1, 2)
    weights = torch.zeros(6, 100)
    weights[3, :50], weights[1, 50:] = 1, 1
    found = weights_near(landmarks[[5, 95]] + 0.01, landmarks, weights)
    torch.testing.assert_close(found, torch.tensor([[0, 0, 0, 1.0, 0, 0], [0, 1.0, 0, 0, 0, 0]]), atol=1e-4, rtol=0)
    between = weights_near(torch.tensor([[4.5, 4.0]]), landmarks, weights)
    assert 0.4 < float(between[0, 3]) < 0.6


@pytest.mark.parametrize("count", (203, 106))
def test_the_square_of_foreign_landmarks_turns_with_them(count):
    marks = torch.rand(count, 2, generator=torch.Generator().manual_seed(3)).double() * 200
    turn = torch.tensor([[0.8, 0.6], [-0.6, 0.8]]).double()
    upright, turned = (square_of(each, 1.5, 0.0, -0.125, True) for each in (marks, marks @ turn))
    torch.testing.assert_close(turned[:2], upright[:2] @ turn, atol=1e-6, rtol=0)
    assert float(turned[2]) == pytest.approx(float(upright[2]))
