"""Which process of a crew gets which frames: neighbours stay together, since a movie is read from frame to frame."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class FrameShares(Generic[T]):
    """Work in as many parts as there are takers, all in order. Whose part is done takes the second half of the longest
    one that is left. Safe for several threads.
    """

    def __init__(self, items: Sequence[T], parts: int = 1):
        bounds = [len(items) * part // parts for part in range(parts + 1)]
        self._parts = [deque(items[start:end]) for start, end in zip(bounds, bounds[1:])]
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How much nobody has taken."""
        return sum(map(len, self._parts))

    def take(self, part: int) -> T | None:
        """The next piece for the taker of a part; None where nothing is left."""
        with self._lock:
            mine = self._parts[part]
            if not mine:
                longest = max(self._parts, key=len)
                mine.extend(longest.pop() for _ in range((len(longest) + 1) // 2))
                mine.reverse()
            return mine.popleft() if mine else None

    def give_back(self, item: T) -> None:
        """Something is to be done after all, by whoever is free first."""
        with self._lock:
            min(self._parts, key=len).append(item)
