"""Numbers that decide: they are floats with a reason, and a ramp is what it says at its ends."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.stages.thresholds import Amount, Ramp, Threshold

numbers = st.floats(-100, 100, width=32)


@given(value=numbers, other=numbers)
def test_arithmetic_does_not_know_the_difference(value: float, other: float) -> None:
    threshold, tensor = Threshold(value, "pixels", "one from another", "a test"), torch.tensor(other)
    assert threshold == value and isinstance(threshold, Amount)
    assert torch.equal(tensor * threshold, tensor * value) and bool(tensor > threshold) == bool(tensor > value)


@pytest.mark.parametrize(("over", "ends"), [(0.25, (0.0, 1.0)), (-0.25, (1.0, 0.0))])
def test_a_ramp_is_flat_beyond_its_ends(over: float, ends: tuple[float, float]) -> None:
    ramp = Ramp(0.5, over, "", "one from another", "a test")
    low, high = sorted((0.5, 0.5 + over))
    below, above = ramp(torch.tensor([low - 1.0, low])), ramp(torch.tensor([high, high + 1.0]))
    assert below.tolist() == [ends[0]] * 2 and above.tolist() == [ends[1]] * 2
    assert ramp(torch.tensor((low + high) / 2)) == 0.5
