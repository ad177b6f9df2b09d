"""A pool of things that one thread may use at a time, made when needed and closed when the process ends."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")

# MediaPipe closes its graph through an executor, and executors are gone by the time of atexit: be called before them.
_at_exit = getattr(threading, "_register_atexit", atexit.register)


class Pool(Generic[T]):
    """As many instances as were ever in use at once. `close` is called for each at the end."""

    def __init__(self, make: Callable[[], T], close: Callable[[T], None] = lambda made: None):
        self._make, self._close = make, close
        self._free: list[T] = []
        self._lock = threading.Lock()
        self._registered = False

    @contextmanager
    def borrow(self) -> Iterator[T]:
        """One instance for this thread alone, given back at the end."""
        with self._lock:
            instance = self._free.pop() if self._free else None
        if instance is None:
            instance = self._new()
        try:
            yield instance
        finally:
            with self._lock:
                self._free.append(instance)

    def _new(self) -> T:
        instance = self._make()
        with self._lock:
            if not self._registered:  # only now: what is registered later is called earlier
                _at_exit(self.close)
                self._registered = True
        return instance

    def close(self) -> None:
        """Close every instance that nobody is using; the pool can be used again afterwards."""
        with self._lock:
            idle, self._free = self._free, []
        for instance in idle:
            self._close(instance)
