"""Who renders which frame: claim files that other processes and machines see, beside the output.

A claim is a file that only one can make (O_EXCL), which holds on local disks and on network shares. It names its owner,
a render in a process; the owner shows that it lives by counting up in a file of its own. Whoever meets a claim of an
owner that is gone takes it over. Processes of this machine are known to be gone at once; for all others, the count must
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
import stat
import threading
import time
from contextlib import suppress
from pathlib import Path

from ... import processes
from ...notices import notice
from ..files.atomic import cannot_write
from ..files.safe_files import Folder, random_digits

BEAT = 10.0  # seconds between signs of life
DEAD_AFTER = 60.0  # seconds without one, as measured by who looks
OWNER = re.compile(rf"({processes.TOKEN})\.\d+")
ANY = re.compile(r".+", re.DOTALL)
TRIES = 5
LONGEST = 1024  # bytes that are read of a claim or an owner's file; ours are about 200 at most
MOST = 2000  # names that are looked at in one go; a farm has some hundreds, and the next render takes the next ones
_live_owners: set[str] = set()  # the owners of this process


class Claims:
    """The claims of one render in this process, and a view of everybody else's. Safe for several threads."""

    def __init__(self, folder: Path, beat: float = BEAT, dead_after: float = DEAD_AFTER):
        ours = Folder(folder.parent, folder.name)
        self._claims, self._owners = ours.below("claims"), ours.below("owners")
        self._beat, self._dead_after = beat, dead_after
        self.owner = f"{processes.this().token}.{random_digits()}"
        self._claimed_names: set[str] = set()
        self._last_beats: dict[str, tuple[bytes, float]] = {}  # owner -> its file, and when that was new to us
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._begin()
        _live_owners.add(self.owner)
        self._thread = threading.Thread(target=self._run_heartbeat, name="heartbeat", daemon=True)
        self._thread.start()

    def take(self, name: str) -> bool:
        """Claim a file by its name. False where somebody who lives has it. Raises StorageError, MediaError."""
        for _ in range(TRIES):
            try:
                handle = self._claims.create(name)
            except FileNotFoundError:  # another render ended just now and tidied the empty folder away
                self._make(self._claims)
                continue
            except FileExistsError:
                if self.holder(name):
                    return False
                if not self._claims.remove(name):
                    notice(f"{self._claims.path / name}: it is no claim and cannot be removed; it is passed over.")
                    return True
                continue
            except OSError as problem:
                raise cannot_write(self._claims.path / name, problem) from problem
            try:
                os.write(handle, self.owner.encode())
            except OSError as problem:
                self._claims.remove(name)
                raise cannot_write(self._claims.path / name, problem) from problem
            finally:
                os.close(handle)
            with self._lock:
                self._claimed_names.add(name)
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

    def release(self, name: str) -> None:
        """Let a claim of our own go."""
        with self._lock:
            if name not in self._claimed_names:
                return
            self._claimed_names.discard(name)
        self._claims.remove(name)

    def holder(self, name: str) -> str:
        """The owner of a claim, if it lives; '' where there is no claim, or one to be taken over."""
        owner = _read_small(self._claims, name).decode(errors="replace")
        if not owner and not _is_file(self._claims, name):
            return ""
        if not OWNER.fullmatch(owner):  # its name is not whole yet, or never will be
            return "unknown" if self._is_changing(f"claim {name}", owner.encode()) else ""
        return owner if self.is_alive(owner) else ""

    def is_alive(self, owner: str) -> bool:
        """Whether an owner still works, as far as it can be known."""
        parsed = OWNER.fullmatch(owner)
        if owner == self.owner or not parsed:
            return bool(parsed)
        process = processes.parse(parsed[1])
        if process == processes.this():  # another render in this process
            return owner in _live_owners
        # A process of this machine that lives may be no render at all: anybody can write its token into a claim.
        has_file = not process.gone and _is_file(self._owners, owner)
        return has_file and self._is_changing(owner, self._read_owner(owner))

    def others(self) -> list[str]:
        """The owners besides us that live."""
        return [name for name in self._first_names(self._owners, OWNER) if name != self.owner and self.is_alive(name)]

    def describe_owner(self, owner: str) -> str:
        """An owner in words: the machine and the process."""
        try:
            facts = json.loads(self._read_owner(owner))
            return f"process {facts['pid']} on {facts['host']}"
        except (ValueError, KeyError, TypeError):
            return "another render"

    def close(self) -> None:
        """Give everything back, and clear away what owners that are gone left behind."""
        self._closing.set()
        _live_owners.discard(self.owner)
        for name in list(self._claimed_names):
            self.release(name)
        self._owners.remove(self.owner)
        for owner in self._first_names(self._owners, OWNER):
            if not self.is_alive(owner):
                self._owners.remove(owner)
        for name in self._first_names(self._claims, ANY):
            owner_text = _read_small(self._claims, name).decode(errors="replace")
            killed = not owner_text and _is_file(self._claims, name)  # before its owner was written into it
            ours = killed or OWNER.fullmatch(owner_text)
            if ours and not self.holder(name):
                self._claims.remove(name)
        self._owners.remove_empty()  # only where nobody else is in them
        self._claims.remove_empty()

    def _first_names(self, folder: Folder, form: re.Pattern[str]) -> list[str]:
        """The names in a folder, as many as are looked at in one go."""
        return folder.names_like(form)[:MOST]

    def _is_changing(self, owner: str, content: bytes) -> bool:
        """Whether what an owner shows changed within the last minute, or was not looked at for as long."""
        now = time.monotonic()
        last, since = self._last_beats.get(owner, (None, now))
        if content != last:
            self._last_beats[owner] = content, now
            return True
        return now - since < self._dead_after

    def _read_owner(self, owner: str) -> bytes:
        return _read_small(self._owners, owner)

    def _begin(self) -> None:
        """Make our owner's file."""
        for _ in range(TRIES):
            self._make(self._owners)
            try:
                handle = self._owners.create(self.owner)
            except FileNotFoundError:  # another render may tidy the empty folder away
                continue
            except OSError as problem:
                raise cannot_write(self._owners.path / self.owner, problem) from problem
            os.close(handle)
            break
        try:
            self._write_beat(0)
        except OSError as problem:
            raise cannot_write(self._owners.path / self.owner, problem) from problem

    def _write_beat(self, count: int) -> None:
        """Count up. Raises OSError."""
        facts = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "beat": count})
        handle = self._owners.open(self.owner, os.O_WRONLY)
        try:
            os.write(handle, facts.ljust(200).encode())  # in place: a full disk takes nothing away
        finally:
            os.close(handle)

    def _make(self, folder: Folder) -> None:
        try:
            folder.make()
        except OSError as problem:
            raise cannot_write(folder.path, problem) from problem

    def _run_heartbeat(self) -> None:
        for count in itertools.count(1):
            if self._closing.wait(self._beat):
                return
            with suppress(OSError):  # the share may be away for a while
                self._write_beat(count)
            self.others()  # who is watched from the start is known to be gone when it matters


def release_claims(folder: Path, token: str) -> None:
    """Give back all that a process held (see recast_nodes.processes), for one who knows that it is gone: others need
    not wait until they find out.
    """
    ours = Folder(folder.parent, folder.name)
    owners, claims = ours.below("owners"), ours.below("claims")
    for owner in owners.names_like(OWNER):
        if owner.startswith(f"{token}."):
            owners.remove(owner)
    for name in claims.names_like(ANY):
        if _read_small(claims, name).startswith(f"{token}.".encode()):
            claims.remove(name)


def _is_file(folder: Folder, name: str) -> bool:
    try:
        return stat.S_ISREG(folder.state(name).st_mode)
    except OSError:
        return False


def _read_small(folder: Folder, name: str) -> bytes:
    """What a small file of ours says; nothing where it is not there, or is no plain file."""
    try:
        return folder.read(name, LONGEST)
    except OSError:
        return b""
