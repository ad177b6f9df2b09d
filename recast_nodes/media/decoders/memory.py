"""Bounds on what a reader process may allocate, where the system can set them (Windows and macOS cannot)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress


def allow(more: int) -> None:
    """Let no allocation go more than `more` bytes beyond what is in use now."""
    try:
        import resource

        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or used + more < hard:
        resource.setrlimit(resource.RLIMIT_AS, (used + more, hard))


@contextmanager
def at_most(more: int) -> Iterator[None]:
    """`allow` for a while; what was allowed before is allowed again afterwards."""
    try:
        import resource
    except ImportError:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    allow(more)
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, before)
