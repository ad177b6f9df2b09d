"""Rates as people write them, and clips whose rate varies."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.media.timing import at_rate, exact_rate, frame_position, is_uneven, slowest_and_fastest
from recast_nodes.wires import Attribute

from .plates import image

UNEVEN = (0, 1 / 30, 2 / 30, 4 / 30, 6 / 30)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (24, Fraction(24)),
        (25.0, Fraction(25)),
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (12.5, Fraction(25, 2)),
        (5, Fraction(5)),
    ],
)
def test_a_rate_as_it_is_meant(said: float, meant: Fraction) -> None:
    assert exact_rate(said) == meant


@given(st.integers(2, 200), st.sampled_from([24, 25, 30, 60]))
def test_rounded_time_stamps_are_even(count: int, rate: int) -> None:
    assert not is_uneven([round(at / rate, 3) for at in range(count)])
    assert not is_uneven([round(at / 24, 2) for at in range(count)])


def test_a_rate_that_varies() -> None:
    assert is_uneven(UNEVEN)
    assert slowest_and_fastest(UNEVEN) == pytest.approx((15, 30))


@pytest.mark.parametrize(
    ("seconds", "frame"), [(0, 0), (1 / 60, 0.5), (3 / 30, 2.5), (6 / 30, 4), (11 / 30, 7 + 1 / 3)]
)
def test_between_and_beyond_frames(seconds: float, frame: float) -> None:
    assert frame_position(UNEVEN, seconds) == pytest.approx(frame)


def test_an_image_says_its_rate_once() -> None:
    once = at_rate(image(), Fraction(24000, 1001))
    assert once.main.attributes["framesPerSecond"] == Attribute((24000, 1001), "rational")
    assert at_rate(once, Fraction(24000, 1001)) is once
