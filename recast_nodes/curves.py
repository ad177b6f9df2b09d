"""Animation curves: keys over frames, as Nuke and Blender draw them.

A key's interpolation rules the segment to its right. Every curve is exact at its keys and holds its first and last
value outside them.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .errors import KnobError

INTERPOLATIONS = ("constant", "linear", "smooth", "bezier")


@dataclass(frozen=True, order=True)
class Key:
    """One key. Handles are offsets (frames, value) from the key, used by 'bezier' segments on either side of it."""

    frame: float
    value: float
    interpolation: str = "linear"
    left: tuple[float, float] | None = None
    right: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.interpolation not in INTERPOLATIONS:
            raise KnobError(f"A key interpolates by {', '.join(INTERPOLATIONS)}, not {self.interpolation!r}.")
        for name in ("frame", "value"):  # whole numbers too, so that equal keys are written and hashed alike
            object.__setattr__(self, name, float(getattr(self, name)))
        numbers = (self.frame, self.value, *(self.left or ()), *(self.right or ()))
        if not all(math.isfinite(number) for number in numbers):
            raise KnobError(f"The key at frame {self.frame} holds a number that is not finite.")


class Curve:
    """A value over time. Immutable; keys are kept in the order of their frames."""

    def __init__(self, keys: Iterable[Key]):
        self.keys: tuple[Key, ...] = tuple(sorted(keys, key=lambda key: key.frame))
        if not self.keys:
            raise KnobError("A curve needs at least one key.")
        self._frames = [key.frame for key in self.keys]
        for before, after in zip(self._frames, self._frames[1:]):
            if before == after:
                raise KnobError(f"A curve has two keys at frame {before:g}.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and self.keys == other.keys

    def __hash__(self) -> int:
        return hash(self.keys)

    def __repr__(self) -> str:
        return f"Curve({list(self.keys)!r})"

    def at(self, frame: float) -> float:
        """The value at `frame`: a key's own value on it, the nearest key's outside the keys."""
        after = bisect.bisect_right(self._frames, frame)
        if after == 0:
            return self.keys[0].value
        left = self.keys[after - 1]
        if left.frame == frame or after == len(self.keys) or left.interpolation == "constant":
            return left.value
        return _SEGMENTS[left.interpolation](self.keys, after - 1, frame)


def _linear(keys: Sequence[Key], index: int, frame: float) -> float:
    left, right = keys[index], keys[index + 1]
    part = (frame - left.frame) / (right.frame - left.frame)
    return left.value * (1 - part) + right.value * part


def _slope(keys: Sequence[Key], index: int) -> float:
    """Catmull-Rom tangent in value per frame; flat at the first and last key, so that a curve eases in and out."""
    if index in (0, len(keys) - 1):
        return 0.0
    before, after = keys[index - 1], keys[index + 1]
    return (after.value - before.value) / (after.frame - before.frame)


def _smooth(keys: Sequence[Key], index: int, frame: float) -> float:
    """Cubic Hermite segment with Catmull-Rom tangents for uneven keys (Catmull & Rom 1974)."""
    left, right = keys[index], keys[index + 1]
    width = right.frame - left.frame
    t = (frame - left.frame) / width
    m0, m1 = _slope(keys, index) * width, _slope(keys, index + 1) * width
    return (
        (2 * t**3 - 3 * t**2 + 1) * left.value
        + (t**3 - 2 * t**2 + t) * m0
        + (3 * t**2 - 2 * t**3) * right.value
        + (t**3 - t**2) * m1
    )


def _bezier(keys: Sequence[Key], index: int, frame: float) -> float:
    """Cubic Bézier segment. Handles that reach past each other in time are shortened, so that time never runs back."""
    left, right = keys[index], keys[index + 1]
    width = right.frame - left.frame
    out = left.right or (width / 3, 0.0)
    back = right.left or (-width / 3, 0.0)
    reach = max(out[0], 0.0) - min(back[0], 0.0)
    shorten = min(1.0, width / reach) if reach > 0 else 1.0
    x1, y1 = max(out[0], 0.0) * shorten, left.value + out[1] * shorten
    x2, y2 = width + min(back[0], 0.0) * shorten, right.value + back[1] * shorten
    u = _solve_time(x1, x2, width, frame - left.frame)
    return (1 - u) ** 3 * left.value + 3 * (1 - u) ** 2 * u * y1 + 3 * (1 - u) * u**2 * y2 + u**3 * right.value


def _solve_time(x1: float, x2: float, width: float, x: float) -> float:
    """The parameter at which the handle polygon 0, x1, x2, width reaches x; bisection, since x never falls."""
    low, high = 0.0, 1.0
    for _ in range(60):
        u = (low + high) / 2
        reached = 3 * (1 - u) ** 2 * u * x1 + 3 * (1 - u) * u**2 * x2 + u**3 * width
        low, high = (u, high) if reached < x else (low, u)
    return (low + high) / 2


_SEGMENTS = {"linear": _linear, "smooth": _smooth, "bezier": _bezier}
