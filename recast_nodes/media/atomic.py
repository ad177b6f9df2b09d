"""Files appear whole or not at all, and what killed processes left half written is swept away."""

from __future__ import annotations

import errno
import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import processes
from ..errors import MediaError, StorageError

PART = re.compile(rf"\..+\.({processes.TOKEN})\.\d+\.part\Z", re.DOTALL)
FOREIGN_AGE = 3600.0  # seconds without a change after which another machine's temporary file is given up
REQUEST = (errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EINVAL)  # the name is wrong, not the machine
_numbers = itertools.count()


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A temporary name beside `path` that becomes `path` when the block ends well, and is removed when it does not.

    The name begins with a dot and ends in `.part`, so no frame pattern takes it for a frame; in between it says which
    process writes it. The file and its folder are synced, so that the name never stands for less than the whole
    content, not even after a power cut. Raises StorageError where the disk is to blame, else MediaError.
    """
    path = Path(path)
    make_folder(path.parent)
    temporary = path.parent / f".{path.name}.{processes.this().token}.{next(_numbers)}.part"
    try:
        yield temporary
        _sync(temporary)
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    except MediaError as problem:  # those who write know the temporary name only
        kind = StorageError if isinstance(problem, StorageError) or _full(temporary) else MediaError
        raise kind(f"{path}: {problem}") from problem
    finally:
        _remove(temporary)


def cannot_write(path: str | Path, problem: OSError) -> MediaError:
    """What the system said about writing `path`, as the error that it is: the request's or the disk's."""
    kind = MediaError if problem.errno in REQUEST else StorageError
    return kind(f"{path}: it cannot be written: {problem.strerror or problem}.")


def append(path: Path, data: bytes) -> None:
    """Put `data` behind what a file holds, in one write. Closed each time: only then do other machines see it.

    Raises StorageError, also where only a part of it found room.
    """
    try:
        try:
            _append(path, data)
        except FileNotFoundError:  # its folder was empty, and another render tidied it away
            make_folder(path.parent)
            _append(path, data)
    except OSError as problem:
        raise cannot_write(path, problem) from problem


def _append(path: Path, data: bytes) -> None:
    with open(path, "ab", buffering=0) as file:
        if file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def make_folder(folder: Path) -> None:
    """The folder and those above it, where they are not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        kind = MediaError if problem.errno in (*REQUEST, errno.EEXIST) else StorageError
        raise kind(f"{folder}: this folder cannot be made: {problem.strerror}.") from problem


def copy_file(source: str | Path, path: str | Path) -> None:
    """Put a copy of `source` at `path`, to the bit."""
    with whole_file(path) as temporary:
        shutil.copyfile(source, temporary)
        if temporary.stat().st_size != Path(source).stat().st_size:
            raise MediaError(f"the copy of {source} is not complete.")


def sweep(folder: Path, gone: Callable[[str], bool] = lambda token: False) -> list[Path]:
    """Remove the temporary files of processes that have ended, and return their names.

    Of this machine's processes that is known. Of those of other machines `gone` may tell by their token; where it
    does not, their files are taken for abandoned when nothing was written to them for an hour, by the clock of the disk
    itself.
    """
    try:
        left = [entry for entry in os.scandir(folder) if PART.match(entry.name)]
    except OSError:
        return []
    swept = []
    for entry in left:
        token = PART.match(entry.name)[1]  # type: ignore[index]
        process = processes.parse(token)
        if process.gone or (not process.here and (gone(token) or _abandoned(Path(entry.path)))):
            _remove(Path(entry.path))
            swept.append(Path(entry.path))
    return swept


def remove_own(folder: Path) -> None:
    """Remove this process's temporary files, for one that ends without waiting for its threads."""
    mine = processes.this().token
    for entry in os.scandir(folder) if folder.is_dir() else ():
        match = PART.match(entry.name)
        if match and match[1] == mine:
            _remove(Path(entry.path))


def _abandoned(path: Path) -> bool:
    """Whether a file is much older than one that is made now: the disk's clock is compared with itself."""
    probe = path.with_name(f".{processes.this().token}.{next(_numbers)}.clock")
    try:
        probe.touch()
        return probe.stat().st_mtime - path.stat().st_mtime > FOREIGN_AGE
    except OSError:
        return False
    finally:
        _remove(probe)


def _full(temporary: Path) -> bool:
    """Whether the disk has no room for as much again: libraries that write files themselves do not say why they
    failed.
    """
    try:
        state, there = os.statvfs(temporary.parent), os.stat(temporary)
    except (OSError, AttributeError):
        return False
    return state.f_bavail * state.f_frsize < max(there.st_size // 16, 1 << 16)


def _remove(path: Path) -> None:
    with suppress(OSError):  # the folder is gone or may not be written any more; the next render sweeps
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
