"""How commands end, in numbers that a farm can act on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

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
