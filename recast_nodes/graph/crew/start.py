"""How the processes of a crew start: on Linux forked from one that has loaded all libraries, elsewhere each by itself.

Loading the libraries takes more than a second of one core and 300 MB; what was forked shares both. It is forked from a
process that has one thread and has computed nothing, since a fork takes along locks that other threads hold.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from ...natives import NO_BLAS_THREADS
from ..faults import MemberLost
from .messages import CrewChannel, channel_of

PACKAGE = __package__.partition(".")[0]
START = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {PACKAGE}.graph.crew.member import main; main()"
FORKS = sys.platform == "linux"


class Starter:
    """Starts processes, and ends all of them. They also end by themselves when this one is gone."""

    def __init__(self) -> None:
        self._nursery: subprocess.Popen[bytes] | None = None  # the process that the others are forked from
        self._orders: socket.socket | None = None
        self._members: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def start(self) -> CrewChannel:
        """A new process, which answers once it is ready. Raises MemberLost where none can be started."""
        with self._lock:
            try:
                return self._fork() if FORKS else self._spawn()
            except OSError as problem:
                raise MemberLost(str(problem)) from problem

    def end(self, patience: float) -> None:
        """End all processes: those that were told to, within so many seconds, by themselves."""
        with self._lock:
            if self._orders:
                self._orders.close()
            for process in (*self._members, *([self._nursery] if self._nursery else [])):
                try:
                    process.wait(patience)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            self._nursery, self._orders, self._members = None, None, []

    def _fork(self) -> CrewChannel:
        if self._nursery is None or self._nursery.poll() is not None:
            if self._orders:
                self._orders.close()
            self._orders, theirs = socket.socketpair()
            with theirs:
                self._nursery = _run("nursery", str(theirs.fileno()), pass_fds=[theirs.fileno()])
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(cast(socket.socket, self._orders), [b"."], [theirs.fileno()])
        return channel_of(ours)

    def _spawn(self) -> CrewChannel:
        process = _run("member", "", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._members.append(process)
        return CrewChannel(cast(BinaryIO, process.stdout), cast(BinaryIO, process.stdin))


def _run(what: str, descriptor: str, **channels: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", START, json.dumps(sys.path), what, descriptor]
    channels = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **channels}
    with _deaf_to_interrupts():
        process: subprocess.Popen[bytes] = subprocess.Popen(command, env={**os.environ, **NO_BLAS_THREADS}, **channels)
        return process


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ctrl-C reaches the whole group: what is started inside does not hear it, not even while it starts."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
