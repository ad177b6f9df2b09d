"""The time left, by recent progress. Knows no Qt."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta

LATELY = 10.0  # seconds; frames that were cached fly by and must not promise too much for the rest


class TimeLeft:
    """Counts of what is done, and when each was reported."""

    def __init__(self, now: Callable[[], float] = time.monotonic):
        self._now = now
        self._heard: deque[tuple[float, int]] = deque()

    def start(self) -> None:
        """Something new begins."""
        self._heard.clear()

    def estimate(self, done: int, total: int) -> str:
        """'0:01:20 left' now that `done` of `total` are done; '' while there is no way to know."""
        now = self._now()
        if self._heard and done < self._heard[-1][1]:
            self.start()
        self._heard.append((now, done))
        while len(self._heard) > 2 and now - self._heard[1][0] > LATELY:
            self._heard.popleft()
        since, before = self._heard[0]
        if done <= before or now <= since:
            return ""
        return f"{timedelta(seconds=math.ceil((now - since) / (done - before) * (total - done)))} left"
