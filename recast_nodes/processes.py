"""Which process made something, and whether it lives: known from a short token in a file's name.

A token holds the machine (its name, its start, its container), the process number, and when that process started. So
nobody is taken for an earlier process of the same number, and no clock is asked.
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


class Process(NamedTuple):
    """One process on one machine since its last start."""

    machine: str  # 8 hex digits
    pid: int
    started: int  # in ticks since the machine's start; 0 where the system does not tell

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
    """This machine until it is started anew, or this container, as 8 hex digits."""
    words = (socket.gethostname(), _read("/proc/sys/kernel/random/boot_id"), _linked("/proc/self/ns/pid"))
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]


@lru_cache(maxsize=1)
def _this(pid: int) -> Process:
    return Process(machine(), pid, _started(pid) or 0)


def _alive(pid: int, started: int) -> bool:
    if sys.platform == "win32":
        return _alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so it is there
        pass
    except OverflowError:  # no process has such a number
        return False
    now = _started(pid)
    return now is None or not started or now == started


def _alive_on_windows(pid: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]  # os.kill(pid, 0) would end it there
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return False
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == 259  # STILL_ACTIVE


def _started(pid: int) -> int | None:
    """Field 22 of /proc/PID/stat; None where there is none, 0 for a process that has ended but was not waited for."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if not fields:
        return None
    return 0 if fields[0] in "ZX" else int(fields[19])


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _linked(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
