"""Which process made something, and whether it lives: known from a short token in a file's name.

A token holds the machine (its name, its start, its container), the process number, and when that process started. So
no process is taken for an earlier one of the same number.

Only the standard library is imported here; psutil comes in when a process is asked about on macOS or Windows.
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

TOKEN = r"[0-9a-f]{8}-\d+-\d+"  # as a regular expression
# How far two answers about the start of one process may lie apart, in the unit of `_started`. On macOS psutil follows a
# clock that is set while we run, which NTP does by seconds; a process number comes back within a minute only where
# 1,600 processes start every second (they run to 99,998). Linux and Windows always answer the same.
SLACK = 60_000 if sys.platform == "darwin" else 0


class Process(NamedTuple):
    """One process on one machine since its last start."""

    machine: str  # 8 hex digits
    pid: int
    started: int  # see `_started`; 0 where it is unknown, as in every token that an earlier version wrote off Linux

    @property
    def token(self) -> str:
        return f"{self.machine}-{self.pid}-{self.started}"

    @property
    def here(self) -> bool:
        """Whether it runs, or ran, on this machine since its last start."""
        return self.machine == machine()

    @property
    def gone(self) -> bool:
        """Whether it has certainly ended. False for processes of other machines, of which nothing can be known."""
        return self.here and not _alive(self.pid, self.started)


def this() -> Process:
    """The process that asks."""
    return _this(os.getpid())  # not remembered across a fork


def parse(token: str) -> Process:
    """The process of a token. ValueError where it is none."""
    name, pid, started = token.split("-")
    return Process(name, int(pid), int(started))


@lru_cache(maxsize=1)
def machine() -> str:
    """This machine until it is restarted, or this container, as 8 hex digits."""
    words = (socket.gethostname(), _read("/proc/sys/kernel/random/boot_id"), _read_link("/proc/self/ns/pid"))
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]


@lru_cache(maxsize=1)
def _this(pid: int) -> Process:
    return Process(machine(), pid, _start_time(pid) or 0)


def _alive(pid: int, started: int) -> bool:
    if not _exists(pid):
        return False
    now = _start_time(pid)
    return now is None or (now > 0 and (not started or abs(now - started) <= SLACK))


def _exists(pid: int) -> bool:
    if sys.platform == "win32":  # os.kill(pid, 0) would end it there
        import psutil

        return psutil.pid_exists(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):  # OverflowError: no process has such a number
        return False
    except PermissionError:  # somebody else's, so it is there
        pass
    return True


def _start_time(pid: int) -> int | None:
    """When a process started; None where that cannot be known, 0 where it has ended but was not waited for.

    On Linux in ticks since the machine's start, which no change of the clock moves; psutil gives them only as a time of
    day. Elsewhere in milliseconds since 1970.
    """
    if sys.platform == "linux":
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()  # field 3 is the state, field 22 the start
        return (0 if fields[0] in "ZX" else int(fields[19])) if fields else None
    import psutil

    try:
        process = psutil.Process(pid)
        return 0 if process.status() == psutil.STATUS_ZOMBIE else round(process.create_time() * 1000)
    except psutil.ZombieProcess:
        return 0
    except psutil.Error:  # somebody else's, or gone since it was asked for
        return None


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _read_link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
