"""Files appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import MediaError


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A temporary name beside `path` that becomes `path` when the block ends well, and is removed when it does not.

    The name begins with a dot and ends in `.part`, so no frame pattern takes it for a frame. The file and its folder
    are synced, so that the name never stands for less than the whole content, not even after a power cut.
    """
    path = Path(path)
    make_folder(path.parent)
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.part"
    try:
        yield temporary
        _sync(temporary)
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError as problem:
        raise MediaError(f"{path}: it cannot be written: {problem.strerror or problem}.") from problem
    except MediaError as problem:
        raise MediaError(f"{path}: {problem}") from problem  # those who write know the temporary name only
    finally:
        temporary.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """The folder and those above it, where they are not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise MediaError(f"{folder}: this folder cannot be made: {problem.strerror}.") from problem


def copy_file(source: str | Path, path: str | Path) -> None:
    """Put a copy of `source` at `path`, to the bit."""
    with whole_file(path) as temporary:
        shutil.copyfile(source, temporary)
        if temporary.stat().st_size != Path(source).stat().st_size:
            raise MediaError(f"the copy of {source} is not complete.")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
