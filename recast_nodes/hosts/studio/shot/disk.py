"""The shot's own files: read and written by one thread, in the order of the calls."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QObject, QTimer

QUICK = 0.05  # seconds to wait for a disk without an event loop
LOOK_EVERY = 10  # milliseconds

Found = TypeVar("Found")


class Disk(QObject):
    """A share may be slow. Meanwhile the window keeps painting; only mouse and keyboard have to wait, so that what
    they do next applies to the shot as it is by then.
    """

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self.is_waiting = False  # whether `now` is under way

    def run_later(self, work: Callable[[], object]) -> None:
        """Run `work` after earlier calls, without waiting. It handles its own errors."""
        self._thread.submit(work)

    def run(self, work: Callable[[], Found]) -> Found:
        """The result of `work`, once it and earlier calls are done. Raises what it raises."""
        future = self._thread.submit(work)
        wait([future], QUICK)
        if not future.done():
            self._wait(future)
        return future.result()

    def _wait(self, future: Future[Found]) -> None:
        loop, look = QEventLoop(), QTimer()
        look.timeout.connect(lambda: loop.quit() if future.done() else None)
        look.start(LOOK_EVERY)
        before, self.is_waiting = self.is_waiting, True
        try:
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        finally:
            look.stop()
            self.is_waiting = before
