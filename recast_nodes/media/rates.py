"""Frames a second, as headers of pictures say them."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from ..wires import Attribute

RATES = (Fraction(1, 100), Fraction(10_000))  # frames a second that can be meant


@lru_cache(maxsize=64)
def header_rate(path: str) -> Fraction | None:
    """Frames a second that a file's header says; None where it says nothing."""
    from .exr.header import is_exr, read_layout

    if not is_exr(path):
        return None
    return frame_rate(read_layout(path).headers[0].attributes.get("framesPerSecond"))


def frame_rate(attribute: Attribute | None) -> Fraction | None:
    """Frames a second as a header says them; None where it says nothing that can be meant."""
    rate = attribute.value if attribute else None
    if isinstance(rate, tuple) and len(rate) == 2 and attribute and attribute.type == "rational" and rate[1]:
        rate = Fraction(*rate)
    elif isinstance(rate, float) and 0 < rate <= RATES[1]:
        rate = Fraction(rate).limit_denominator(1001)
    return rate if isinstance(rate, Fraction) and RATES[0] <= rate <= RATES[1] else None
