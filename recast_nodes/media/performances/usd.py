"""Performances from USD (.usd, .usda, .usdc, .usdz): the animated weights of a face's named blend shapes.

Read by OpenUSD's `usd-core`, an extra: `pip install 'recast-nodes[performances]'`. It runs in a reader process, as all
libraries do that may crash over a file.
"""

from __future__ import annotations

from pathlib import Path

from ...errors import MediaError
from ...face.columns import find_column, without_prefix
from ..files import limits
from ..readers import processes
from ..timing import exact_rate
from .performance import FacePerformance, FrameTimes, gather


def read_usd(path: Path) -> FacePerformance:
    """The performance of a face. Raises MediaError, also where the library is not installed."""
    answer, (times, values) = processes.read("usd.read", path, limits.check_file(path))
    names = without_prefix([str(name) for name in answer["names"]])
    wanted = [at for at, name in enumerate(names) if find_column(name)]
    if not wanted:
        raise MediaError(f"{path}: no animated blend shape has the name of one of ARKit's, such as jawOpen.")
    rate, step = exact_rate(answer["rate"]), float(answer["step"])
    frames = tuple(round(time) for time in times) if step == 1 else ()
    numbered = bool(frames) and bool((abs(times - frames) < 1e-3).all())
    seconds = [(time - times[0]) / answer["rate"] for time in times]
    names = [names[at] for at in wanted]
    where = [f"time {time:g}" for time in times]
    timing = FrameTimes(rate / exact_rate(step) if step != 1 else rate, frames=frames if numbered else ())
    if not numbered and len(seconds) > 2:
        from ..timing import is_uneven

        timing = timing._replace(times=tuple(seconds) if is_uneven(seconds) else ())
    return gather(path, names, values[:, wanted], timing, lambda row, at: f"{where[row]}, {names[at]}")
