"""Who lends a mouth: the frame whose lips fit best, for as long as it does, and nobody who cannot."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recast_nodes.stages.lenders.choose import Candidates, can_lend, choose_mouths
from recast_nodes.stages.lenders.fit import BETTER, LIPS, measure_gain, miss_of_lips
from recast_nodes.stages.lenders.path import find_path, shares_about_changes

from ...performer import track

JAW, SMILE, PUCKER = {25: 0.8}, {44: 1.0, 45: 1.0}, {38: 1.0}


def lips(*expressions, size=200):
    return torch.stack([track(each, size=size).landmarks for each in expressions])


def turned(points, angle, scale=1.0):
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    plane = points[..., :2] @ points.new_tensor([[cosine, sine], [-sine, cosine]])
    return torch.cat([plane + 31.0, points[..., 2:]], -1)


def choose(given_lips, wanted, source=None, **other):
    count = len(given_lips)
    known = {
        "keypoints": given_lips,
        "rotations": torch.eye(3).expand(count, 3, 3),
        "sharpness": torch.ones(count),
        "away": torch.zeros(count),
    } | other
    source = lips(None).expand_as(wanted) if source is None else source
    opened = torch.ones(len(wanted))
    return choose_mouths(Candidates(**known), source, wanted, torch.eye(3).expand(len(wanted), 3, 3), opened)


def test_place_size_and_turn_of_lips_do_not_matter():
    mouths = lips(None, JAW, SMILE)
    missed = miss_of_lips(turned(mouths, 0.4, 2.5), mouths)
    torch.testing.assert_close(torch.diagonal(missed), torch.zeros(3), atol=1e-4, rtol=0)
    assert float(missed[0, 1]) > BETTER.start


def test_lips_are_lent_as_far_as_they_fit_better():
    rest, opened, smile = lips(None, JAW, SMILE)
    assert measure_gain(opened, rest, opened) == 1.0
    assert measure_gain(opened, rest, rest) == 0.0 and measure_gain(smile, smile, opened) == 0.0


@pytest.mark.parametrize(("nearer", "lent"), [(0.012, 0.0), (0.06, 1.0)])
def test_a_still_mouth_lends_nothing_to_itself(nearer, lent):
    """Noise of the landmarks, root mean square in mouths, on the plate's side alone."""
    wanted = lips(JAW)[0]
    width = torch.linalg.vector_norm(wanted[291, :2] - wanted[61, :2])
    noise = torch.zeros_like(wanted)
    noise[list(LIPS[::2]), 1], noise[list(LIPS[1::2]), 1] = nearer * width, -nearer * width
    assert measure_gain(wanted, wanted + noise, wanted) == pytest.approx(lent, abs=0.05)


def test_the_frame_that_fits_best_lends():
    mouths = lips(None, JAW, SMILE)
    chosen = choose(mouths, lips(JAW, JAW, JAW, JAW))
    assert [each.own for each in chosen] == [1] * 4


def test_nobody_lends_a_mouth_that_shows_too_little():
    assert [each.own for each in choose(lips(None, SMILE), lips(JAW, JAW))] == [None, None]


@pytest.mark.parametrize(("degrees", "lends"), [(10.0, True), (40.0, False)])
def test_a_head_turned_far_away_lends_nothing(degrees, lends):
    angle = np.radians(degrees)
    rotation = torch.tensor(
        [[[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]], dtype=torch.float32
    )
    assert (choose(lips(JAW), lips(JAW), rotations=rotation)[0].own is not None) is lends


def test_of_two_that_fit_alike_the_sharp_one_of_the_shot_itself_lends():
    assert choose(lips(JAW, JAW), lips(JAW), sharpness=torch.tensor([0.7, 1.0]))[0].own == 1
    assert choose(lips(JAW, JAW), lips(JAW), away=torch.tensor([1.0, 0.0]))[0].own == 1


def test_what_is_blurred_or_covered_cannot_lend():
    assert can_lend([1.0, 0.5, 1.1, 0.8], [False, False, True, False]) == pytest.approx([1.25, 0.625, 0, 1])
    assert can_lend([1.0, 0.5, 1.0], [False] * 3)[1] == 0.0
    assert can_lend([], []) == [] and can_lend([1.0], [True]) == [0.0]


def test_one_frame_s_fit_does_not_change_the_lender():
    """A mouth that is a little nearer to the other candidate for one frame."""
    one, other = lips(JAW), lips({25: 0.86})
    wanted = torch.cat([one, one, other, one, one])
    assert {each.own for each in choose(torch.cat([one, other]), wanted)} == {0}


def test_a_change_is_a_dissolve_where_it_is_seen():
    path, shown = [0, 0, 0, 1, 1, 1], torch.ones(6)
    shares = shares_about_changes(path, shown, 2)
    assert [share for _, share in shares] == [0, 0.125, 0.375, 0.375, 0.125, 0]
    assert [other for other, _ in shares][1:5] == [1, 1, 0, 0]
    hidden = shares_about_changes(path, torch.tensor([1.0, 1, 0, 1, 1, 1]), 2)
    assert all(share == 0 for _, share in hidden)


small = st.integers(0, 20).map(float)


@given(costs=arrays(np.float64, (5, 3), elements=small), changes=arrays(np.float64, 4, elements=small))
def test_the_path_is_the_cheapest_of_all(costs, changes):
    def total(path):
        jumps = sum(changes[at] for at in range(4) if path[at] != path[at + 1])
        return jumps + sum(costs[at, who] for at, who in enumerate(path))

    found = find_path(torch.from_numpy(costs), torch.from_numpy(changes))
    assert total(found) == min(map(total, itertools.product(range(3), repeat=5)))


def test_who_cannot_lend_is_not_on_the_path():
    costs = torch.tensor([[0.0, 5.0], [torch.inf, 5.0], [0.0, 5.0]])
    assert find_path(costs, torch.ones(2)) == [0, 1, 0]
