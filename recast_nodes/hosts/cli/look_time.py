"""How long a render looks at a shot before its first frame, told as soon as a few frames have shown it."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ...graph.graph import Graph
from ...wires import Image
from .console import EventSink

if TYPE_CHECKING:
    from ...graph.settings import Settings

SURE_AFTER = 4.0  # seconds of looking after which an estimate is told
WORTH_TELLING = 10.0  # seconds; a shorter wait is over before it is read
LOOKS = " analyses the shot"  # how progress of a look ends
ONCE = "What is seen is kept, and not looked at again."
Progress = Callable[[str, int, int], None]


class LookTime:
    """Hands progress on, and tells once how long the looks at a shot will take, by the frames that were seen."""

    def __init__(
        self, report: Progress, tell: Callable[[str], None], looks: int, now: Callable[[], float] = time.monotonic
    ):
        """`looks` is how many nodes look at the pixels of the whole shot, one after the other."""
        self._report, self._tell, self._looks = report, tell, looks
        self._now = now
        self._seen: dict[str, int] = {}
        self._heard: deque[tuple[float, int]] = deque()  # when frames were reported, and how many there were by then
        self._is_known = False

    def progress(self, what: str, done: int, total: int) -> None:
        """`done` of `total` frames of `what`."""
        self._report(what, done, total)
        if self._is_known or not what.endswith(LOOKS):
            return
        self._seen[what] = done
        seen = sum(self._seen.values())
        now = self._now()
        self._heard.append((now, seen))
        while len(self._heard) > 1 and now - self._heard[1][0] >= SURE_AFTER:  # frames that were known fly by at first
            self._heard.popleft()
        taken, frames = now - self._heard[0][0], seen - self._heard[0][1]
        if taken < SURE_AFTER or not frames:
            return
        self._is_known = True
        left = (self._looks * total - seen) * taken / frames
        if left > WORTH_TELLING:
            self._tell(f"Looking at the whole shot first ({total} frames): about {_in_words(left)}. {ONCE}")


def tell_look_time(chosen: Settings, console: EventSink, graph: Graph, output: str, span: Sequence[int]) -> Settings:
    """Settings of a render that tells `console` how long it looks at the shot first."""
    looks = LookTime(chosen.report, partial(console.emit, "looking"), count_looks(graph, output, span))
    return replace(chosen, report=looks.progress)


def count_looks(graph: Graph, output: str, span: Sequence[int]) -> int:
    """How many nodes before `output` look at the pixels of every frame: one for each clip that is tracked."""
    found = 0
    for name in graph.upstream(output):
        placed = graph.nodes[name]
        entries = placed.kind.analyses and graph.at(name, span[0]).looks_at(span[0] + 1, span, placed.animation)
        found += any(Image in placed.kind.inputs[entry].kinds for entry in entries if entry in placed.wires)
    return found


def _in_words(seconds: float) -> str:
    """'50 seconds', '3 minutes': no more exact than it is known."""
    if seconds < 55:
        return f"{5 * math.ceil(seconds / 5)} seconds"
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
