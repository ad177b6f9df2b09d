"""Looking at a whole shot behind what an artist does: nearest frames first, and after all that is urgent."""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from .evaluate import Evaluator, Report

LOOKING = "Looking at the shot"
STEP = 0.1  # seconds after which work that waits sees that it was cancelled


class Urgency:
    """Whether something urgent is on. Background work waits for its end before the next frame."""

    def __init__(self) -> None:
        self._lock, self._on = threading.Lock(), 0
        self._quiet = threading.Event()
        self._quiet.set()

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Something urgent is done meanwhile."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._on += more
            self._quiet.clear() if self._on else self._quiet.set()

    def wait(self, cancel: threading.Event) -> None:
        """Wait until nothing urgent is on, or the work that waits is cancelled."""
        while not self._quiet.wait(STEP) and not cancel.is_set():
            pass


class NearestFirst:
    """Frames in the order of their distance from a focus that moves meanwhile. Safe for several threads."""

    def __init__(self, frames: Iterable[int], focus: Callable[[], int]):
        self._left, self._focus, self._lock = sorted(frames), focus, threading.Lock()

    def take(self) -> int | None:
        """The frame that is nearest now, which is then gone; of two the later one, which is shown next. None where all
        were taken.
        """
        with self._lock:
            if not self._left:
                return None
            focus = self._focus()
            at = bisect.bisect_left(self._left, focus)
            if at == len(self._left) or (at and focus - self._left[at - 1] < self._left[at] - focus):
                at -= 1
            return self._left.pop(at)


class BackgroundLook:
    """One look at a shot for the node `name`. What was seen of a frame is kept by the evaluator's stores, so that a
    look that was cancelled goes on where it was.
    """

    def __init__(self, evaluator: Evaluator, name: str, focus: Callable[[], int], report: Report):
        """`focus` is the frame whose neighbours are looked at first, asked before each frame."""
        self.evaluator, self.name, self._report = evaluator, name, report
        self._frames = NearestFirst(evaluator.span, focus)
        self._lock, self._done = threading.Lock(), 0
        evaluator.report = lambda what, done, total: None  # of single frames

    def run(self) -> None:
        """See every frame, then analyse. Raises Cancelled, RecastError."""
        pool = ThreadPoolExecutor(self.evaluator.workers, thread_name_prefix="look")
        looks = [pool.submit(self._see_frames) for _ in range(self.evaluator.workers)]
        try:
            for look in looks:
                look.result()
        except BaseException:
            self.evaluator.cancel.set()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        self.evaluator.report = self._report
        self.evaluator.prepare(self.name)

    def _see_frames(self) -> None:
        """In one of several threads: one frame after the other, until all were taken."""
        while (frame := self._frames.take()) is not None:
            self.evaluator.check_cancel()
            self.evaluator.look(self.name, [frame])
            with self._lock:
                self._done += 1
                self._report(LOOKING, self._done, len(self.evaluator.span))
