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


def spoken(error: BaseException) -> RecastError:
    """The error as the artist is told of it; a fault of ours says so and where it happened."""
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
def spoken_by(name: str) -> Iterator[None]:
    """Errors for the artist begin with the name of the node that they come from."""
    try:
        yield
    except RecastError as error:
        if error.args and not str(error).startswith(f"{name}"):
            error.args = (f"{name}: {error}", *error.args[1:])
        raise


def no_memory(error: BaseException) -> bool:
    """Whether memory ran out, in Python, NumPy, PyTorch or on a graphics card."""
    if isinstance(error, MemoryError) or "torch" not in sys.modules:
        return isinstance(error, MemoryError)
    from ..models.runtime import out_of_memory

    return out_of_memory(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
