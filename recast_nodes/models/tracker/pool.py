"""A pool of things that one thread may use at a time, made when needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Pool(Generic[T]):
    """As many instances as were ever in use at once."""

    def __init__(self, make: Callable[[], T]):
        self._make = make
        self._free: list[T] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self) -> Iterator[T]:
        """One instance for this thread alone, given back at the end."""
        with self._lock:
            instance = self._free.pop() if self._free else None
        if instance is None:
            instance = self._make()
        try:
            yield instance
        finally:
            with self._lock:
                self._free.append(instance)
