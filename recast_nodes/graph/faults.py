"""What went wrong with a frame, as the kind of error that it is: the request's, the machine's, or ours."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import OutOfMemory, RecastError, StorageError

# What a network share or a failing disk answers while it is away; the file itself may be as good as ever.
AWAY = (errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.EHOSTDOWN, errno.ENETDOWN, errno.ENETUNREACH)

# What a loader of libraries, a starter of threads, a maker of processes and Python itself say: the last two where there
# was not even memory for the error that would have said so.
REFUSED = (
    "failed to map segment",
    "cannot allocate memory",
    "Cannot allocate memory",
    "can't start new thread",
    "Out of memory",
    "bad_alloc",
    "error return without exception set",
    "returned NULL without setting an exception",
)


class Cancelled(Exception):
    """The user asked to stop."""


class MemberLost(Exception):
    """A process of the render's crew ended before its work was done: killed, crashed, or memory ran out."""


def as_recast_error(error: BaseException) -> RecastError:
    """The error in words for the artist; a fault of ours says that it is one, and where it happened."""
    if isinstance(error, RecastError):
        away = next((cause for cause in _causes(error) if isinstance(cause, OSError) and cause.errno in AWAY), None)
        return StorageError(str(error)) if away and not isinstance(error, StorageError) else error
    if no_memory(error):
        return OutOfMemory(f"there is not enough memory ({type(error).__name__}). Fewer --workers need less.")
    if isinstance(error, OSError) and error.errno in AWAY:
        return StorageError(f"{error.filename or 'a file'}: {error.strerror}.")
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = f"internal error: {type(error).__name__}: {error} ({place.name}, line {place.lineno})"
    return RecastError(text)


@contextmanager
def name_errors(name: str) -> Iterator[None]:
    """Errors for the artist begin with the name of the node that they come from."""
    try:
        yield
    except RecastError as error:
        if error.args and not str(error).startswith(f"{name}"):
            error.args = (f"{name}: {error}", *error.args[1:])
        raise


def no_memory(error: BaseException) -> bool:
    """Whether memory ran out: in Python, NumPy, PyTorch, on a graphics card, for a library, a thread or a process."""
    if any(isinstance(cause, MemoryError) or _was_refused(cause) for cause in _causes(error)):
        return True
    if "torch" not in sys.modules:
        return False
    from ..models.neural.runtime import out_of_memory

    return out_of_memory(error)


def _was_refused(error: BaseException) -> bool:
    """Whether the system had no memory for something: it says so in words where a library or a thread was to start."""
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    spoken_of = isinstance(error, (OSError, ImportError, RuntimeError, SystemError))
    return spoken_of and any(word in str(error) for word in REFUSED)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
