"""What timecodes and stamps of time tell: frames a second, and when each frame is shown.

A timecode is hours:minutes:seconds:frames, the frames with a fraction where an app has one (Live Link Face). It does
not say how many frames a second has: that is the count at which the next second comes after as long as between frames
before. A recording within one second does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from ..timing import exact_rate, is_uneven

TIMECODE = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})([:;])(\d{1,3}(?:\.\d*)?)")
BASES = (24, 25, 30, 48, 50, 60, 90, 100, 120, 240)  # frames that a timecode counts in a second
RATES = tuple(Fraction(rate) for rate in BASES) + tuple(Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120))
NEAR = 0.01  # of a rate: nearer than this, measured steps are those of a rate in use
DAY = 24 * 3600


def read_timecodes(texts: Sequence[str]) -> tuple[Fraction | None, tuple[float, ...]]:
    """Rate and seconds of rising timecodes; (None, ()) where they do not tell. Raises ValueError for what is none."""
    parsed = [parse_timecode(text) for text in texts]
    base = _find_base(parsed)
    if base is None:
        return None, ()
    drops = any(text[4] == ";" for text in map(TIMECODE.fullmatch, texts) if text)
    scale = 1.001 if drops else 1.0
    rate, times = read_seconds([scale * (whole + frames / base) for whole, frames in parsed])
    return rate, times


def parse_timecode(text: str) -> tuple[int, float]:
    """(whole seconds, frames). Raises ValueError."""
    found = TIMECODE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no timecode such as 14:03:52:28")
    hours, minutes, seconds = (int(found[part]) for part in (1, 2, 3))
    return hours * 3600 + minutes * 60 + seconds, float(found[5])


def _find_base(parsed: Sequence[tuple[int, float]]) -> int | None:
    """Frames in a second: those by which the steps over a second's end are as long as the others."""
    most = max(frames for _, frames in parsed)
    fitting = [base for base in BASES if base > int(most)]
    steps = list(zip(parsed, parsed[1:]))
    within = sorted(after - before for (one, before), (other, after) in steps if one == other)
    over = [(before, after) for (one, before), (other, after) in steps if (other - one) % DAY == 1]
    if not fitting or not over or not within:
        return None
    usual = within[len(within) // 2]
    return min(fitting, key=lambda base: sum(abs(base - before + after - usual) for before, after in over))


def read_seconds(seconds: Sequence[float]) -> tuple[Fraction | None, tuple[float, ...]]:
    """Rate, and the seconds from the first frame where they are uneven; (None, ()) where they do not rise. A day's end
    may lie between them.
    """
    times, days = [0.0], 0
    for before, after in zip(seconds, seconds[1:]):
        days += DAY if after - before < -DAY / 2 else 0
        times.append(after - seconds[0] + days)
    steps = sorted(after - before for before, after in zip(times, times[1:]))
    if not steps or steps[0] <= 0:
        return None, ()
    return _rate_of(1 / steps[len(steps) // 2]), tuple(times) if is_uneven(times) else ()


def _rate_of(measured: float) -> Fraction:
    """The rate in use that was measured; a rate of its own where none is near."""
    nearest = min(RATES, key=lambda rate: abs(float(rate) - measured))
    return nearest if abs(float(nearest) - measured) <= NEAR * measured else exact_rate(round(measured, 3))


def timecode(seconds: float, rate: Fraction) -> str:
    """A time as Live Link Face writes it."""
    base = max(1, round(float(rate)))
    whole = int(seconds + 0.0005 / base)
    frames = max(0.0, (seconds - whole) * base)
    return f"{whole // 3600 % 24:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}:{frames:06.3f}"
