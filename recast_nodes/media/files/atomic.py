"""Files appear whole or not at all, and what killed processes left half written is swept away."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ... import processes
from ...errors import MediaError, StorageError
from .safe_files import Folder, folder_at, is_in_use, random_digits

PART = re.compile(rf"\..+\.({processes.TOKEN})\.\d+\.part", re.DOTALL)
LONGEST_NAME = 255  # bytes, on every file system that matters
FOREIGN_AGE = 3600.0  # seconds without a change after which another machine's temporary file is given up
REQUEST = (errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.ELOOP)  # the name is wrong, not the machine
OPEN_FILES = Path("/proc/self/fd")  # names that stand for a file that is open, wherever its own name leads by now


@contextmanager
def whole_file(path: str | Path, renaming: bool = False) -> Iterator[Path]:
    """A name for writing that becomes `path` when the block ends well; nothing is left when it does not.

    The file lies beside `path` meanwhile. Its own name begins with a dot and ends in `.part`, so no frame pattern takes
    it for a frame; in between it names the process that writes it, and is unpredictable. The block is given a name
    that stands for the open file itself, where the system has such names (Linux), so libraries that open files by name
    write into it even if somebody puts a link in its place. With `renaming` it is given the file's own name, for
    libraries that put a file of theirs in its place (safetensors). The file and its folder are synced, so that `path`
    never stands for less than the whole content, not even after a power cut. Raises StorageError where the disk is to
    blame, else MediaError.
    """
    path = Path(path)
    folder = folder_at(path.absolute().parent)
    if not is_in_use(folder.base):
        make_folder(Path(folder.base))
    with _whole(folder, path, renaming) as temporary:
        yield temporary


@contextmanager
def whole_file_of_ours(folder: Folder, name: str) -> Iterator[Path]:
    """The same, for a file in a folder of ours."""
    with _whole(folder, folder.path / name) as temporary:
        yield temporary


@contextmanager
def _whole(folder: Folder, path: Path, renaming: bool = False) -> Iterator[Path]:
    """`path` is how errors name the file."""
    try:
        folder.make()
        part = _Part(folder, path.name, renaming)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    try:
        yield part.path
        part.finish()
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    except MediaError as problem:  # those who write know the temporary name only
        kind = StorageError if isinstance(problem, StorageError) or _full(folder.path, part) else MediaError
        raise kind(f"{path}: {str(problem).replace(f'{part.path}: ', '')}") from problem
    finally:
        part.close()


class _Part:
    """A file that is being written, under a temporary name."""

    def __init__(self, folder: Folder, name: str, renaming: bool):
        self.folder, self.name, self.part = folder, name, _part_name(name)
        self._handle = folder.create(self.part, os.O_RDWR)
        by_number = OPEN_FILES / str(self._handle)
        self.path = by_number if by_number.exists() and not renaming else folder.path / self.part
        if os.name == "nt" or renaming:  # an open file could not be renamed on Windows, nor is it what is kept
            os.close(self._handle)
            self._handle = -1

    @property
    def size(self) -> int:
        return (os.fstat(self._handle) if self._handle >= 0 else self.folder.state(self.part)).st_size

    def finish(self) -> None:
        """Have all of it on the disk, and give it its name. Raises OSError."""
        handle = self._handle if self._handle >= 0 else self.folder.open(self.part, os.O_RDWR)
        try:
            os.fsync(handle)
            ours, there = os.fstat(handle), self.folder.state(self.part)
            if self._handle >= 0 and (ours.st_dev, ours.st_ino) != (there.st_dev, there.st_ino):
                raise OSError(errno.EEXIST, "another file replaced the one being written")
        finally:
            if handle != self._handle:
                os.close(handle)
        self.folder.replace(self.part, self.name)
        self.folder.sync()

    def close(self) -> None:
        """Let go of it; what did not get its name is removed."""
        self.folder.remove(self.part)
        if self._handle >= 0:
            os.close(self._handle)


def _part_name(name: str) -> str:
    """A name that only this process gives, once; of a long `name` it keeps what there is room for."""
    ending = f".{processes.this().token}.{random_digits()}.part"
    room = LONGEST_NAME - 1 - len(ending)
    return f".{os.fsencode(name)[:room].decode('utf-8', 'ignore')}{ending}"


def cannot_write(path: str | Path, problem: OSError) -> MediaError:
    """What the system said about writing `path`, as the error that it is: the request's or the disk's."""
    above = next((folder for folder in Path(path).absolute().parents if is_in_use(folder)), None)
    if above and problem.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP) and not above.is_dir():
        return MediaError(f"{path}: cannot be written: {above} was removed during the render.")
    kind = MediaError if problem.errno in REQUEST else StorageError
    return kind(f"{path}: cannot be written: {problem.strerror or problem}.")


def append(folder: Folder, name: str, data: bytes) -> None:
    """Put `data` behind what a file of ours holds, in one write. Closed each time: only then do other machines see it.

    Raises StorageError, also where only a part of it found room, and MediaError where the name is no file of ours.
    """
    try:
        try:
            handle = folder.open(name, os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:  # the first of all, or its folder was empty and another render tidied it away
            folder.make()
            handle = folder.create(name, os.O_WRONLY | os.O_APPEND)
        try:
            if os.write(handle, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(handle)
    except OSError as problem:
        raise cannot_write(folder.path / name, problem) from problem


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, if they are missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        kind = MediaError if problem.errno in (*REQUEST, errno.EEXIST) else StorageError
        raise kind(f"{folder}: the folder cannot be created: {problem.strerror}.") from problem


def copy_file(source: str | Path, path: str | Path) -> None:
    """Put a copy of `source` at `path`, to the bit."""
    with whole_file(path) as temporary:
        shutil.copyfile(source, temporary)
        if temporary.stat().st_size != Path(source).stat().st_size:
            raise MediaError(f"the copy of {source} is incomplete.")


def sweep(folder: Folder | Path, is_gone: Callable[[str], bool] = lambda token: False) -> list[Path]:
    """Remove the temporary files of processes that have ended, and return their names.

    Of this machine's processes that is known. Of those of other machines `is_gone` may say by their token; where it
    does not, their files are taken for abandoned when nothing was written to them for an hour, by the clock of the disk
    itself.
    """
    place = folder if isinstance(folder, Folder) else Folder(folder)
    swept = []
    for name in place.names_like(PART):
        token = PART.fullmatch(name)[1]  # type: ignore[index]
        process = processes.parse(token)
        if process.gone or (not process.here and (is_gone(token) or _is_abandoned(place, name))):
            place.remove(name)
            swept.append(place.path / name)
    return swept


def remove_own(folder: Path) -> None:
    """Remove this process's temporary files, for one that ends without waiting for its threads."""
    mine, place = processes.this().token, Folder(folder)
    for name in place.names_like(PART):
        if PART.fullmatch(name)[1] == mine:  # type: ignore[index]
            place.remove(name)


def _is_abandoned(folder: Folder, name: str) -> bool:
    """Whether a file is much older than one that is made now: the disk's clock is compared with itself."""
    probe = f".{processes.this().token}.{random_digits()}.clock"
    try:
        os.close(folder.create(probe))
        return folder.state(probe).st_mtime - folder.state(name).st_mtime > FOREIGN_AGE
    except OSError:
        return False
    finally:
        folder.remove(probe)


def _full(folder: Path, part: _Part) -> bool:
    """Whether the disk has no room for as much again: libraries that write files themselves do not say why they
    failed.
    """
    try:
        state, written = os.statvfs(folder), part.size
    except (OSError, AttributeError):
        return False
    return state.f_bavail * state.f_frsize < max(written // 16, 1 << 16)
