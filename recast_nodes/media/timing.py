"""Frames a second as people write them, and clips whose frames are not shown for equally long."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from fractions import Fraction

from ..wires import Attribute, Image
from .edits import with_attributes

ROUNDED = 0.005  # frames a second: 23.98 and 29.97 are written for 24000/1001 and 30000/1001
UNEVEN = (
    0.25  # of a frame: time stamps that are only rounded (milliseconds, hundredths) stray less at up to 25 a second
)


def exact_rate(fps: float) -> Fraction:
    """23.976 as 24000/1001, 25 as 25: the rate that is meant by a number with two or three decimals."""
    if fps == round(fps):
        return Fraction(round(fps))
    broadcast = Fraction(round(fps * 1.001) * 1000, 1001)
    return broadcast if abs(float(broadcast) - fps) <= ROUNDED else Fraction(fps).limit_denominator(1001)


def at_rate(image: Image, rate: Fraction) -> Image:
    """The image with this many frames a second in its header."""
    attribute = Attribute((rate.numerator, rate.denominator), "rational")
    if image.main.attributes.get("framesPerSecond") == attribute:
        return image
    return with_attributes(image, {"framesPerSecond": attribute})


def is_uneven(times: Sequence[float]) -> bool:
    """Whether frames that are shown at `times` (seconds, rising) stray from an even rate."""
    if len(times) < 3:
        return False
    step = (times[-1] - times[0]) / (len(times) - 1)
    return any(abs(time - times[0] - at * step) > UNEVEN * step for at, time in enumerate(times))


def slowest_and_fastest(times: Sequence[float]) -> tuple[float, float]:
    """The least and the most frames a second among neighbouring frames."""
    steps = [after - before for before, after in zip(times, times[1:]) if after > before]
    return 1 / max(steps), 1 / min(steps)


def frame_position(times: Sequence[float], seconds: float) -> float:
    """Where a clip is after so many seconds, in frames from 0: between two frames by their time stamps, and beyond the
    last one at the average rate.
    """
    last = len(times) - 1
    if seconds >= times[last]:
        return last + (seconds - times[last]) * last / (times[last] - times[0])
    after = max(1, bisect.bisect_right(times, seconds))
    return after - 1 + (seconds - times[after - 1]) / (times[after] - times[after - 1])
