"""Folders and files of our own beside a user's frames, which others may write to as well: no link in them is followed.

Whoever can write in an output folder can plant a link under a name that a render is about to use. So a folder of ours
is opened one name at a time, each without following links, and every file in it is reached through the open folder
and not through its path. Files are made new (O_EXCL) under unpredictable names, and only regular files are
read: a pipe or a device would keep a reader waiting for ever. The user's own folder may be reached through links: that
is their setup. While a render writes into it (`holding`), it stays the folder that it was when the render began.

Where the system cannot open files through a folder (Windows), each name is looked at before it is used instead.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BY_HANDLE = {os.open, os.stat, os.mkdir, os.unlink, os.rmdir} <= os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
# To pass through a folder one need not be allowed to list it.
PASSING = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
LISTING = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
REPARSE_POINT = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT: Windows' junctions lead elsewhere as links do

_in_use: dict[str, tuple[str, int]] = {}  # a folder's path -> what it was when it was first held, and how often it is
_ours: set[str] = set()  # folders of the user's in which all folders are ours
_lock = threading.Lock()


class Folder:
    """A folder of ours: `names` below `base`, which is the user's. Every method raises OSError where a name on the way
    is not a folder (a link to one is none).
    """

    def __init__(self, base: str | os.PathLike[str], *names: str):
        self.base, self.names = os.path.abspath(base), names

    @property
    def path(self) -> Path:
        return Path(self.base, *self.names)

    def below(self, *names: str) -> Folder:
        """A folder inside this one."""
        return Folder(self.base, *self.names, *names)

    def make(self) -> None:
        """Make the folder and those above it, up to `base`, which must be there."""
        for count in range(1, len(self.names) + 1):
            with Folder(self.base, *self.names[: count - 1])._open_folder() as folder, suppress(FileExistsError):
                os.mkdir(self._system_name(self.names[count - 1], count - 1), dir_fd=folder)
        with self._open_folder():  # what was there already may be a link, or no folder
            pass

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """A descriptor of a regular file with one name. Raises OSError where it is anything else."""
        with self._open_folder() as folder:
            if folder is None and os.path.islink(self._system_name(name)):
                raise OSError(errno.ELOOP, "it is a link", str(self.path / name))
            handle = os.open(self._system_name(name), flags | NO_LINK | NO_WAIT, mode, dir_fd=folder)
        found = os.fstat(handle)
        writes = flags & (os.O_WRONLY | os.O_RDWR)  # where the file has a second name, that may lie anywhere
        if not stat.S_ISREG(found.st_mode) or (writes and found.st_nlink > 1):
            os.close(handle)
            raise OSError(errno.EINVAL, "it is not a plain file", str(self.path / name))
        return handle

    def create(self, name: str, flags: int = os.O_WRONLY) -> int:
        """A descriptor of a new file. Raises FileExistsError where there is anything of this name."""
        return self.open(name, flags | os.O_CREAT | os.O_EXCL)

    def read(self, name: str, most: int) -> bytes:
        """The first `most` bytes of a file."""
        with open(self.open(name, os.O_RDONLY), "rb") as file:
            return file.read(most)

    def state(self, name: str) -> os.stat_result:
        """The state of a name, links not followed."""
        with self._open_folder() as folder:
            return os.stat(self._system_name(name), dir_fd=folder, follow_symlinks=False)

    def replace(self, name: str, new: str) -> None:
        """Give a file another name, in place of what has that name; a link there is replaced and not followed."""
        with self._open_folder() as folder:
            os.replace(self._system_name(name), self._system_name(new), src_dir_fd=folder, dst_dir_fd=folder)

    def names_like(self, form: re.Pattern[str]) -> list[str]:
        """The names in the folder that are wholly of a form, sorted; none where there is no such folder."""
        try:
            with self._open_folder(listing=True) as folder:
                found = os.listdir(self.path if folder is None else folder)
        except OSError:
            return []
        return sorted(name for name in found if form.fullmatch(name))

    def remove(self, name: str) -> bool:
        """Remove a name, whatever it stands for is left alone; whether it is gone. A folder is not removed."""
        try:
            with self._open_folder() as folder:
                os.unlink(self._system_name(name), dir_fd=folder)
        except FileNotFoundError:
            return True
        except OSError:  # the folder is no longer writable; the next render sweeps
            return False
        return True

    def remove_empty(self) -> None:
        """Remove the folder itself, where nothing is in it."""
        with suppress(OSError), Folder(self.base, *self.names[:-1])._open_folder() as above:
            os.rmdir(self._system_name(self.names[-1], len(self.names) - 1), dir_fd=above)

    def sync(self) -> None:
        """Have the disk know the names in the folder."""
        with self._open_folder(listing=True) as folder:
            if folder is not None:
                os.fsync(folder)

    def _system_name(self, name: str, depth: int | None = None) -> str:
        """A name as the system is given it: alone where the folder is open."""
        if BY_HANDLE:
            return name
        return os.path.join(self.base, *self.names[:depth], name)

    @contextmanager
    def _open_folder(self, listing: bool = False) -> Iterator[int | None]:
        """The open folder; None where the system cannot use one, and then every name on the way was looked at."""
        if not BY_HANDLE:
            for count in range(1, len(self.names) + 1):
                _refuse_link(os.path.join(self.base, *self.names[:count]))
            yield None
            return
        handle = _base(self.base)
        try:
            for name in self.names:
                handle = _next(handle, name, PASSING)
            if listing:
                handle = _next(handle, ".", LISTING)
            yield handle
        finally:
            os.close(handle)


def random_digits() -> str:
    """An unpredictable number for the name of a new file: 20 digits."""
    return f"{secrets.randbelow(10**20):020d}"


@contextmanager
def hold(folder: str | os.PathLike[str], resolved: str = "") -> Iterator[str]:
    """Inside it, `folder` stands for what it is now, which is given resolved: a link that takes its place, or the place
    of a folder above it, is not followed. `resolved`: what it stood for in another process, which holds it too.
    """
    path = os.path.abspath(folder)
    with _lock:
        real, uses = _in_use.get(path, (resolved or os.path.realpath(path), 0))
        _in_use[path] = real, uses + 1
    try:
        yield real
    finally:
        with _lock:
            real, uses = _in_use.pop(path)
            if uses > 1:
                _in_use[path] = real, uses - 1


def mark_ours(folder: str | os.PathLike[str]) -> None:
    """From now on every folder below `folder` is ours: a cache, for instance."""
    _ours.add(os.path.abspath(folder))


def folder_at(path: str | os.PathLike[str]) -> Folder:
    """The folder at a path: the user's, or one of ours in a folder that is `own`."""
    whole = Path(os.path.abspath(path))
    base = next((above for above in whole.parents if str(above) in _ours), whole)
    return Folder(base, *whole.relative_to(base).parts)


def is_in_use(folder: str | os.PathLike[str]) -> bool:
    """Whether a render writes into this folder: then it is not created again if it has been removed."""
    return os.path.abspath(folder) in _in_use


def _base(path: str) -> int:
    entry = _in_use.get(path)
    if entry is None:
        return os.open(path, PASSING)
    handle = os.open(os.path.sep, PASSING)
    try:
        for name in Path(entry[0]).parts[1:]:
            handle = _next(handle, name, PASSING)
    except OSError:
        os.close(handle)
        raise
    return handle


def _next(handle: int, name: str, flags: int) -> int:
    """The folder `name` in an open one, which is closed."""
    below = os.open(name, flags | NO_LINK, dir_fd=handle)
    os.close(handle)
    return below


def _refuse_link(path: str) -> None:
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode) or getattr(found, "st_file_attributes", 0) & REPARSE_POINT:
        raise NotADirectoryError(errno.ENOTDIR, "it is not a folder, or a link to one", path)
