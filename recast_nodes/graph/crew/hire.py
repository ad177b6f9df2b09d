"""Crews for renders: one whose processes end with the render, and one that waits for the next."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .count import CrewSize
from .crew import LocalCrew

IDLE = 60.0  # seconds that a crew waits for the next render: each of its processes holds 0.1 to 0.3 GB


@contextmanager
def hire_crew(size: CrewSize) -> Iterator[LocalCrew | None]:
    """Inside it there is a crew of this size, whose processes start when they are needed; None for one process."""
    if size.processes == 1:
        yield None
        return
    crew = LocalCrew(*size)
    try:
        yield crew
    finally:
        crew.close()


class CrewKeeper:
    """Keeps the crew of the last render for the next one, if that comes soon. One render at a time may have it."""

    def __init__(self, idle: float = IDLE):
        self.idle = idle
        self._crew: LocalCrew | None = None
        self._timer: threading.Timer | None = None  # ends a crew that waits
        self._lock = threading.Lock()

    @contextmanager
    def hire(self, size: CrewSize) -> Iterator[LocalCrew | None]:
        """As `hire_crew`; the processes stay for a while."""
        crew = self._take(size)
        try:
            yield crew
        finally:
            if crew:
                self._keep()

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            self._end()

    def _take(self, size: CrewSize) -> LocalCrew | None:
        with self._lock:
            if self._timer:
                self._timer.cancel()
                self._timer = None
            if self._crew and size != (self._crew.size, self._crew.threads):
                self._end()
            if size.processes > 1:
                self._crew = self._crew or LocalCrew(*size)
            return self._crew

    def _keep(self) -> None:
        with self._lock:
            self._timer = timer = threading.Timer(self.idle, lambda: self._end_idle(timer))
            timer.daemon = True
            timer.start()

    def _end_idle(self, timer: threading.Timer) -> None:
        with self._lock:
            if self._timer is timer:  # else a render took the crew at the same moment
                self._end()

    def _end(self) -> None:
        if self._crew:
            self._crew.close()
            self._crew = None
