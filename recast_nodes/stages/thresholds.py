"""Numbers that decide something, each with its unit and why it is that number.

They are floats, so arithmetic does not know the difference; `tools/thresholds.py` finds them, moves each, and lists
those that nothing depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from torch import Tensor


class Amount(float):
    """How much of something: a reach, a share, a strength. `unit` is what it is counted in; '' for a plain ratio."""

    unit: str
    why: str

    def __new__(cls, value: float, unit: str, why: str) -> Self:
        self = super().__new__(cls, value)
        self.unit, self.why = unit, why
        return self


class Threshold(Amount):
    """Where one thing ends and another begins; `parts` names both, such as "an open eye from a shut one"."""

    parts: str

    def __new__(cls, value: float, unit: str, parts: str, why: str) -> Self:
        self = super().__new__(cls, value, unit, why)
        self.parts = parts
        return self


class Ramp(NamedTuple):
    """A threshold with a soft edge: 0 up to `start`, 1 from `over` beyond it on, smooth between (`smooth_step`).

    A negative `over` falls: 1 up to `start + over`, 0 from `start` on.
    """

    start: float
    over: float
    unit: str
    parts: str
    why: str

    def __call__(self, value: Tensor) -> Tensor:
        """How far each value is along the ramp, in 0..1; of `value`'s shape and type."""
        return smooth_step((value - self.start) / self.over)


def smooth_step(value: Tensor) -> Tensor:
    """0 up to 0, 1 from 1 on, with flat ends and no corner in the slope; of `value`'s shape and type."""
    value = value.clamp(0, 1)
    return value * value * (3 - 2 * value)
