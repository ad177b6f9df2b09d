"""Blinks in a performance: found by how long and how deep they are, and taken out."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.expression.find_blinks import bridge, measure_shut, runs


def gaps(*shut: tuple[int, int, float], count: int = 60) -> torch.Tensor:
    """(F, 2) gaps between lids of eyes that are open by 0.3, but from one frame to another, of one eye."""
    values = torch.full((count, 2), 0.3)
    for first, last, depth in shut:
        values[first : last + 1, 0] = 0.3 * (1 - depth)
    return values


@pytest.mark.parametrize("at", (0, 20, 54))
def test_a_short_deep_valley_is_a_blink_wherever_it_is(at):
    shut = measure_shut(gaps((at, at + 5, 0.9)))
    torch.testing.assert_close(shut[at : at + 6, 0], torch.full((6,), 0.9))
    assert int((shut > 0).sum()) == 6


def test_what_is_long_or_shallow_is_none():
    assert not measure_shut(gaps((10, 40, 0.9))).any()
    assert not measure_shut(gaps((10, 14, 0.2))).any()
    assert not measure_shut(torch.linspace(0.3, 0.1, 60)[:, None].expand(-1, 2)).any()


def test_a_blink_lasts_so_many_seconds_whatever_the_frame_rate():
    slow = gaps((20, 39, 0.9))  # 0.83 s at 24 frames a second, a third of a second at 60
    assert not measure_shut(slow).any() and not measure_shut(slow, 24.0).any()
    assert int((measure_shut(slow, 60.0) > 0).sum()) == 20


def test_a_blink_begins_as_lids_begin_to_close():
    values = gaps((20, 20, 0.1), (21, 21, 0.5), (22, 23, 1.0), (24, 24, 0.6), (25, 25, 0.02))
    assert runs(measure_shut(values)[:, 0] > 0) == [(20, 24)]


def test_what_a_blink_hides_is_bridged_from_one_side_to_the_other():
    values, shut = torch.arange(10.0)[:, None].clone(), torch.zeros(10)
    values[3:6] = 99
    shut[3:6] = 1
    torch.testing.assert_close(bridge(values, shut), torch.arange(10.0)[:, None])
    shut[:6] = 1
    assert bridge(values, shut)[:6].unique().tolist() == [6.0]
    assert torch.equal(bridge(values, torch.ones(10)), values)
