"""Who renders which frame: claim files that other processes and machines see, beside the output.

A claim is a file that only one can make (O_EXCL), which holds on local disks and on network shares. It names its owner,
a render in a process; the owner shows that it lives by counting up in a file of its own. Whoever meets a claim of an
owner that is gone takes it over. Processes of this machine are known to be gone at once; for others, the count must
have stood still for a minute as measured here, so no clock is compared with another and a clock set back does nothing.

A claim only saves work: frames appear whole, and whoever makes one makes the same bytes. Two that take over the same
claim at the same moment, or an owner that was taken for gone and was not, cost a frame's time and nothing else.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

from .. import processes
from .atomic import cannot_write, make_folder

BEAT = 10.0  # seconds between signs of life
DEAD_AFTER = 60.0  # seconds without one, as measured by who looks
OWNER = re.compile(rf"({processes.TOKEN})\.\d+")
TRIES = 5
_renders = itertools.count()
_living: set[str] = set()  # the owners of this process


class Claims:
    """The claims of one render in this process, and a view of everybody else's. Safe for several threads."""

    def __init__(self, folder: Path, beat: float = BEAT, dead_after: float = DEAD_AFTER):
        self.folder, self._beat, self._dead_after = folder, beat, dead_after
        self.owner = f"{processes.this().token}.{next(_renders)}"
        self._held: set[str] = set()
        self._seen: dict[str, tuple[bytes, float]] = {}  # owner -> what it showed last, and when that was new to us
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._show(0)
        _living.add(self.owner)
        self._thread = threading.Thread(target=self._live, name="heartbeat", daemon=True)
        self._thread.start()

    def take(self, name: str) -> bool:
        """Claim a file by its name. False where somebody who lives has it. Raises StorageError."""
        path = self.folder / "claims" / name
        for _ in range(TRIES):
            try:
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
            except FileNotFoundError:  # another render ended just now and tidied the empty folder away
                make_folder(path.parent)
                continue
            except FileExistsError:
                if self.holder(name):
                    return False
                _unlink(path)
                continue
            except OSError as problem:
                raise cannot_write(path, problem) from problem
            try:
                os.write(handle, self.owner.encode())
            except OSError as problem:
                _unlink(path)
                raise cannot_write(path, problem) from problem
            finally:
                os.close(handle)
            with self._lock:
                self._held.add(name)
            return True
        return False

    def wait_for(self, name: str, seconds: float = 3.0) -> bool:
        """Claim a file that others hold for moments only. False where it stayed theirs."""
        until = time.monotonic() + seconds
        while not self.take(name):
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def give(self, name: str) -> None:
        """Let a claim of our own go."""
        with self._lock:
            if name not in self._held:
                return
            self._held.discard(name)
        _unlink(self.folder / "claims" / name)

    def holder(self, name: str) -> str:
        """The owner of a claim, if it lives; '' where there is no claim, or one to be taken over."""
        try:
            owner = (self.folder / "claims" / name).read_text(errors="replace")
        except OSError:
            return ""
        if not OWNER.fullmatch(owner):  # its name is not whole yet, or never will be
            return "unknown" if self._moves(f"claim {name}", owner.encode()) else ""
        return owner if self.lives(owner) else ""

    def lives(self, owner: str) -> bool:
        """Whether an owner still works, as far as it can be known."""
        known = OWNER.fullmatch(owner)
        if owner == self.owner or not known:
            return bool(known)
        process = processes.parse(known[1])
        if process == processes.this():  # another render in this process
            return owner in _living
        if process.here:
            return not process.gone
        return self._shows_itself(owner) and self._moves(owner, self._shown(owner))

    def _shows_itself(self, owner: str) -> bool:
        """Whether an owner has a file. Each has, from before its first claim until its last is given back."""
        return (self.folder / "owners" / owner).exists()

    def others(self) -> list[str]:
        """The owners besides us that live."""
        try:
            names = sorted(os.listdir(self.folder / "owners"))
        except OSError:
            return []
        return [name for name in names if name != self.owner and self.lives(name)]

    def who(self, owner: str) -> str:
        """An owner in words: the machine and the process."""
        try:
            told = json.loads(self._shown(owner))
            return f"process {told['pid']} on {told['host']}"
        except (ValueError, KeyError, TypeError):
            return "another render"

    def close(self) -> None:
        """Give everything back, and clear away what owners that are gone left behind."""
        self._ended.set()
        _living.discard(self.owner)
        for name in list(self._held):
            self.give(name)
        _unlink(self.folder / "owners" / self.owner)
        for owner in _listed(self.folder / "owners"):
            if not self.lives(owner):
                _unlink(self.folder / "owners" / owner)
        for name in _listed(self.folder / "claims"):
            if not self.holder(name):
                _unlink(self.folder / "claims" / name)
        with suppress(OSError):  # only where nobody else is in them
            (self.folder / "owners").rmdir()
            (self.folder / "claims").rmdir()

    def _moves(self, owner: str, shown: bytes) -> bool:
        """Whether what an owner shows changed within the last minute, or was not looked at for as long."""
        now = time.monotonic()
        last, since = self._seen.get(owner, (None, now))
        if shown != last:
            self._seen[owner] = shown, now
            return True
        return now - since < self._dead_after

    def _shown(self, owner: str) -> bytes:
        try:
            return (self.folder / "owners" / owner).read_bytes()
        except OSError:
            return b""

    def _show(self, count: int) -> None:
        told = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "beat": count})
        path = self.folder / "owners" / self.owner
        try:
            for _ in range(TRIES if not count else 0):  # another render may tidy the empty folder away
                make_folder(path.parent)
                with suppress(FileNotFoundError):
                    path.touch()
                    break
            with open(path, "r+b", buffering=0) as file:  # in place: a full disk takes nothing away
                file.write(told.ljust(200).encode())
        except OSError as problem:
            if not count:
                raise cannot_write(path, problem) from problem

    def _live(self) -> None:
        for count in itertools.count(1):
            if self._ended.wait(self._beat):
                return
            self._show(count)
            self.others()  # who is watched from the start is known to be gone when it matters


def bury(folder: Path, token: str) -> None:
    """Give back all that a process held (see recast_nodes.processes), for one who knows that it is gone: others need
    not wait until they find out.
    """
    for owner in _listed(folder / "owners"):
        if owner.startswith(f"{token}."):
            _unlink(folder / "owners" / owner)
    for name in _listed(folder / "claims"):
        with suppress(OSError):
            if (folder / "claims" / name).read_text(errors="replace").startswith(f"{token}."):
                _unlink(folder / "claims" / name)


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _unlink(path: Path) -> None:
    with suppress(OSError):  # the folder may be gone or not ours any more; whoever comes next takes it over
        path.unlink(missing_ok=True)
