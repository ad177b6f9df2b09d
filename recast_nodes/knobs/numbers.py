"""Float, Int and Box: knobs whose values are numbers."""

from __future__ import annotations

import math
from typing import Any, Literal

from .knob import NOTHING, Knob


class _Number(Knob):
    """Float and Int. `limits` protect the mathematics, `slider` invites the hand: over the limits, or its own range.

    `slider=None` is a number without a slider in any host. Frame numbers are so: across their limits a drag of one
    pixel would be a jump of thousands of frames. The value None is allowed where `unset` says what it means.
    """

    animates_by_default = True

    def __init__(
        self,
        default: Any,
        tip: str,
        *,
        limits: tuple[float, float],
        slider: tuple[float, float] | Literal["limits"] | None = "limits",
        unset: str = "",
        **common: Any,
    ):
        super().__init__(default, tip, **common)
        self.limits, self.unset = limits, unset
        self.slider = limits if slider == "limits" else slider

    def settle(self, value: Any) -> Any:
        if value is None and self.unset:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.refuse(value)
        if not self.limits[0] <= value <= self.limits[1]:
            raise self.refuse(value)
        return self._cast(value)

    def parse(self, text: str) -> Any:
        if self.unset and text.strip().lower() in NOTHING:
            return None
        try:
            return self.settle(float(text))
        except ValueError:
            raise self.refuse(text) from None

    def from_curve(self, value: float) -> Any:
        return self._cast(min(max(value, self.limits[0]), self.limits[1]))

    def _cast(self, value: float) -> Any:
        raise NotImplementedError

    def takes(self) -> str:
        word = "a whole number" if isinstance(self, Int) else "a number"
        low, high = self.limits
        return f"{word} from {low:.10g} to {high:.10g}" + (f", or nothing for {self.unset}" if self.unset else "")

    def describe(self) -> dict[str, Any]:
        slider = list(self.slider) if self.slider else None
        return super().describe() | {"limits": list(self.limits), "slider": slider, "unset": self.unset}


class Float(_Number):
    """A real number."""

    def _cast(self, value: float) -> float:
        return float(value)


class Int(_Number):
    """A whole number."""

    def settle(self, value: Any) -> Any:
        if isinstance(value, float) and value != round(value):
            raise self.refuse(value)
        return super().settle(value)

    def _cast(self, value: float) -> int:
        return round(value)


class Box(Knob):
    """A rectangle in pixels, (left, top, right, bottom), y down; None where nothing is drawn."""

    def settle(self, value: Any) -> tuple[float, float, float, float] | None:
        if value is None:
            return None
        if isinstance(value, str):
            value = value.replace(",", " ").split()
        try:
            left, top, right, bottom = (float(number) for number in value)
        except (TypeError, ValueError):
            raise self.refuse(value) from None
        if not all(map(math.isfinite, (left, top, right, bottom))) or right <= left or bottom <= top:
            raise self.refuse(value)
        return left, top, right, bottom

    def parse(self, text: str) -> Any:
        return self.settle(None if text.strip().lower() in NOTHING else text)

    def takes(self) -> str:
        return "four numbers: left, top, right, bottom, in pixels"
