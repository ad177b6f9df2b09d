"""How tests wait: for what happens, and never for a number of seconds in which a machine should have done it."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0  # seconds; far more than anything takes on a busy machine, and less than a test may take


def wait_until(happened: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether something happened, looked at a hundred times a second; a test that passes waits no longer than that."""
    until = time.monotonic() + seconds
    while not (so_far := bool(happened())) and time.monotonic() < until:
        time.sleep(0.01)
    return so_far
