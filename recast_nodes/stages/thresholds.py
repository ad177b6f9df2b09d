"""Numbers that decide something, each with its unit and why it is that number.

They are floats, whole numbers and tuples, so arithmetic does not know the difference; `tools/thresholds.py` finds them,
moves each, and lists those that nothing depends on. Which is which:

Threshold        where one thing ends and another begins
Ramp             the same with a soft edge
Amount           how much of something: a reach, a share, a strength
Amounts          several of those that belong together, such as one for each channel
Count            how many of something
PublishedNumber  a number of mathematics, of a standard or of published code, which is not ours to move
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

if TYPE_CHECKING:
    from torch import Tensor

Number = TypeVar("Number", bound=float)


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


class Count(int):
    """How many of something: rounds, frames, places. `unit` is what is counted."""

    unit: str
    why: str

    def __new__(cls, value: int, unit: str, why: str) -> Self:
        self = super().__new__(cls, value)
        self.unit, self.why = unit, why
        return self


class Amounts(tuple[Number, ...]):
    """Several amounts of one kind that belong together, such as one for each channel."""

    unit: str
    why: str

    def __new__(cls, values: Sequence[Number], unit: str, why: str) -> Self:
        self = super().__new__(cls, values)
        self.unit, self.why = unit, why
        return self


class PublishedNumber(float):
    """A number of mathematics, of a standard or of published code, with its source: it is not ours to move."""

    source: str

    def __new__(cls, value: float, source: str) -> Self:
        self = super().__new__(cls, value)
        self.source = source
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

    def falling(self) -> Ramp:
        """The same ramp from its other end: 1 where this is 0."""
        return self._replace(start=self.start + self.over, over=-self.over)


def smooth_step(value: Tensor) -> Tensor:
    """0 up to 0, 1 from 1 on, with flat ends and no corner in the slope; of `value`'s shape and type."""
    value = value.clamp(0, 1)
    return (value * value).mul_(3 - 2 * value)
