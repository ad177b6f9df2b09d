"""The shoulder between a plate and what networks see."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.stages.finish.colour import from_display, to_display


@given(st.floats(-65504, 65504, width=32))
def test_there_and_back(value: float) -> None:
    light = torch.tensor([value])
    torch.testing.assert_close(from_display(to_display(light)), light, rtol=2e-4, atol=1e-6)


@given(st.floats(0, 0.9990234375, width=32))
def test_back_and_there(value: float) -> None:
    code = torch.tensor([value])
    torch.testing.assert_close(to_display(from_display(code)), code, rtol=1e-5, atol=1e-5)


def test_below_the_knee_it_is_srgb() -> None:
    torch.testing.assert_close(to_display(torch.tensor([0.0, 0.18, 0.5])), torch.tensor([0.0, 0.46136, 0.73536]))


def test_it_rises_everywhere_and_stays_in_range() -> None:
    light = torch.logspace(-6, 9, 4000)
    codes = to_display(torch.cat([-light.flip(0), light]))
    assert (codes.diff() >= 0).all()
    assert (to_display(torch.linspace(0, 100, 10000)).diff() > 0).all()
    assert codes.abs().max() <= 1


def test_the_shoulder_has_no_corner() -> None:
    slopes = to_display(torch.arange(0.3, 3.0, 0.005, dtype=torch.float64)).diff()
    assert float((slopes.diff() / slopes[:-1]).abs().max()) < 0.1


def test_any_finite_value_stays_finite() -> None:
    extreme = torch.tensor([3.4e38, -3.4e38, 1e-45, -0.0])
    assert to_display(extreme).isfinite().all()
    assert from_display(to_display(extreme)).isfinite().all()


def test_a_networks_error_in_a_highlight_comes_back_small() -> None:
    """A knee too high or a roll too fast leaves highlights few codes: one of 255 is then most of their light."""
    light = torch.tensor([1.0, 16.0])
    wrong = from_display(to_display(light) + 1 / 255) / light - 1
    assert float(wrong[0]) < 0.08 and float(wrong[1]) < 0.45
