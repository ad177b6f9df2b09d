"""A tighter bound on memory for a while, where the system can set one (Windows and macOS cannot)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def at_most(more: int) -> Iterator[bool]:
    """Let no allocation go more than `more` bytes beyond what is in use now; what was allowed before is allowed again
    afterwards. Gives whether it is this bound that counts, and not a lower one that was in force.
    """
    try:
        import resource

        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        yield False
        return
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    if any(limit != resource.RLIM_INFINITY and limit <= used + more for limit in (before, hard)):
        yield False
        return
    resource.setrlimit(resource.RLIMIT_AS, (used + more, hard))
    try:
        yield True
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (before, hard))
