"""How commands end, in numbers that a farm can act on."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ...errors import OutOfMemory, RecastError, Stopped, StorageError

if TYPE_CHECKING:
    from ...graph.render import Outcome

DONE, SOME_FAILED, WRONG_REQUEST, TRY_AGAIN, NO_MEMORY, CANCELLED = 0, 1, 2, 75, 137, 130
MEANINGS = {
    DONE: "all frames are done",
    SOME_FAILED: "some frames failed and would fail again; each is named, the others are written",
    WRONG_REQUEST: "the request is invalid; nothing was written",
    TRY_AGAIN: "worth retrying: the disk was full, a share was unavailable, a frame hung, or the worker died; frames "
    "already written are complete",
    NO_MEMORY: "out of memory, as if killed by the system; retry with more memory or fewer --workers",
    CANCELLED: "cancelled; frames already written are complete",
}
TEXT = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in MEANINGS.items()) + "."
PATIENCE = 2.0  # seconds that threads are waited for at the end


def of_error(error: BaseException) -> int:
    """The exit code of an error that ended a command."""
    if isinstance(error, (StorageError, Stopped)):
        return TRY_AGAIN
    if isinstance(error, (OutOfMemory, MemoryError)):
        return NO_MEMORY
    return WRONG_REQUEST


def of_outcome(outcome: Outcome) -> int:
    """The exit code of a render: what another try would mend counts before what it would not."""
    if outcome.cancelled:
        return CANCELLED
    errors: Iterable[RecastError] = [*outcome.faults.values(), *([outcome.stopped] if outcome.stopped else [])]
    codes = {of_error(error) for error in errors}
    return next((code for code in (TRY_AGAIN, NO_MEMORY) if code in codes), SOME_FAILED if errors else DONE)


def leave(code: int, folder: Path | None = None) -> NoReturn:
    """End the process. Where a thread hangs, end it without the thread; what it wrote into `folder` is removed."""
    hanging = [each for each in threading.enumerate() if each.name.startswith(("render", "observe", "verify"))]
    for thread in hanging:
        thread.join(PATIENCE)
    if any(thread.is_alive() for thread in hanging):
        from ...media.files.atomic import remove_own
        from . import limited

        if folder:
            remove_own(folder)
        sys.stdout.flush()
        sys.stderr.flush()
        limited.tell_end()
        os._exit(code)
    sys.exit(code)
