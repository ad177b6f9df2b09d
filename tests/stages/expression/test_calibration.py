"""What trials miss is learned once for a shot: only what varies in it, and only of what may be asked for."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import (
    LEFT_EYE,
    LEFT_IRIS,
    LOWER_LIP_RINGS,
    RIGHT_EYE,
    RIGHT_IRIS,
    UPPER_LIP_RINGS,
)
from recast_nodes.models.canonical import canonical_face, expression_basis
from recast_nodes.stages.expression.calibration import (
    ASKED,
    FROWNS,
    SQUINTS,
    Rule,
    Trial,
    learn_rule,
    move_for,
    predict_missing,
)
from recast_nodes.stages.membership import region_weights

MEMBERSHIP = region_weights(canonical_face().vertices)
ACTS = [1, 2, 44, 14]  # frowns, a smile, and a gaze, which is not asked for
REFUSED = [number for number in range(52) if number not in ASKED]


def trials(count: int, share: float = 0.5, constant: float = 0.0) -> list[Trial]:
    """Results that show only a `share` of what a driver does, and a `constant` too little of it."""
    acted = torch.full((count, 52), 0.2)
    acted[:, ACTS] = torch.rand(count, len(ACTS), generator=torch.Generator().manual_seed(1))
    return [Trial(each, torch.zeros(52), share * each - constant) for each in acted]


def rule(seen: list[Trial]) -> Rule:
    told = learn_rule(seen)
    assert told is not None
    return told


def test_what_is_missed_in_proportion_is_asked_for():
    seen = trials(24)
    middle = torch.stack([trial.driver for trial in seen]).mean(0)
    more = predict_missing(rule(seen), seen[0].driver, seen[0].plate)
    lacking = 0.5 * (seen[0].driver - middle)
    once = [number for number in ASKED if number not in FROWNS]
    torch.testing.assert_close(more[once], lacking.clamp(-0.4, 0.4)[once], atol=0.04, rtol=0)
    assert float(more[1].abs()) > 0.05


def test_squints_are_asked_for_several_times_within_their_own_bound():
    squints, seen = list(SQUINTS), trials(24)
    for trial in seen:
        trial.driver[squints], trial.result[squints] = float(trial.driver[1]), 0.5 * float(trial.driver[1])
    told = rule(seen)
    one = predict_missing(told, seen[0].driver, seen[0].plate)
    told = told._replace(always=torch.zeros(52))
    one = predict_missing(told, seen[0].driver, seen[0].plate)
    torch.testing.assert_close(one[squints], (2 * one[[1, 1]]).clamp(-0.8, 0.8))
    assert float(predict_missing(told, torch.full((52,), 9.0), torch.zeros(52))[squints].abs().max()) <= 0.8 + 1e-6


def test_lids_gaze_and_jaw_are_never_asked_for():
    seen = trials(24)
    assert float(predict_missing(rule(seen), seen[0].driver, seen[0].plate)[REFUSED].abs().max()) == 0
    assert {*range(9, 19), 21, 22, *range(23, 27)} <= set(REFUSED)


def test_what_is_missed_in_all_frames_alike_is_left_but_for_a_frown():
    seen, frowns = trials(24, share=1.0, constant=0.3), list(FROWNS)
    more = predict_missing(rule(seen), seen[3].driver, seen[3].plate)
    torch.testing.assert_close(more[frowns], torch.full((2,), 0.3), atol=1e-4, rtol=0)
    more[frowns] = 0
    assert float(more.abs().max()) < 1e-5
    too_much = rule(trials(24, share=1.0, constant=-0.3))
    assert float(predict_missing(too_much, seen[3].driver, seen[3].plate).abs().max()) < 1e-5


def test_trials_of_a_result_that_misses_nothing_ask_for_nothing():
    seen = trials(24, share=1.0)
    assert float(predict_missing(rule(seen), seen[3].driver, seen[3].plate).abs().max()) == 0


def test_too_few_trials_tell_nothing():
    assert learn_rule(trials(7)) is None
    unknown = Trial(torch.full((52,), torch.nan), torch.zeros(52), torch.zeros(52))
    assert learn_rule([*trials(7), unknown]) is None


def test_what_is_asked_for_is_bounded_and_unknown_coefficients_ask_for_nothing():
    told = rule(trials(24, share=-3.0))
    most = predict_missing(told, torch.ones(52), torch.zeros(52))
    assert 0 < float(most.abs().max()) <= 0.8 + 1e-6
    assert float(predict_missing(told, torch.full((52,), torch.nan), torch.zeros(52)).abs().max()) == 0
    moved = move_for(100 * most, expression_basis(), MEMBERSHIP)
    assert float(torch.linalg.vector_norm(moved, dim=1).max()) <= 0.3 + 1e-6


def test_irises_stay_lips_keep_their_gap_and_brows_leave_lids_alone():
    more = torch.zeros(52)
    more[list(ASKED)] = 0.1
    moved = move_for(more, expression_basis(), MEMBERSHIP)
    assert float(moved[list(LEFT_IRIS + RIGHT_IRIS)].abs().max()) == 0
    assert torch.equal(moved[list(UPPER_LIP_RINGS[0])], moved[list(LOWER_LIP_RINGS[0])])
    more = torch.zeros(52)
    more[[3, 4, 5]] = 0.3  # brows rise
    lids, free = list(LEFT_EYE + RIGHT_EYE), torch.einsum("c,ckd->kd", more, expression_basis())
    moved = move_for(more, expression_basis(), MEMBERSHIP)
    assert float(moved[lids].abs().max()) < 0.4 * float(free[lids].abs().max())
    assert float(moved.abs().max()) > 0.03


def test_nothing_missing_moves_nothing():
    assert float(move_for(torch.zeros(52), expression_basis(), MEMBERSHIP).abs().max()) == 0


def test_eight_trials_are_enough():
    assert learn_rule(trials(8)) is not None and learn_rule(trials(7)) is None


def test_no_more_is_asked_for_than_may_be_missed():
    """Two fifths of a coefficient, twice that of a squint or a frown, and three millimetres of any keypoint."""
    told, squints = rule(trials(24, share=-3.0)), list(SQUINTS + FROWNS)
    more = predict_missing(told._replace(missed=torch.full_like(told.missed, 9.0)), torch.ones(52), torch.ones(52))
    others = [number for number in ASKED if number not in squints]
    torch.testing.assert_close(more[others].abs(), torch.full((len(others),), 0.4))
    torch.testing.assert_close(more[squints].abs(), torch.full((4,), 0.8))
    moved = move_for(100 * more, expression_basis(), MEMBERSHIP).norm(dim=1)
    assert float(moved.max()) == pytest.approx(0.3, rel=0.01)


def test_what_is_weakly_read_is_asked_for_by_as_much():
    one = Rule(
        torch.zeros(104), torch.zeros(104, 52).index_fill(1, torch.tensor([1, 44, *SQUINTS]), 0.001), torch.zeros(52)
    )
    more = predict_missing(one, torch.ones(52), torch.zeros(52))
    torch.testing.assert_close(more[list(SQUINTS)], 4 * more[[44, 44]])
    torch.testing.assert_close(more[1], 2 * more[44])
