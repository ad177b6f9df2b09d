"""Reader processes: what may crash, hang or take all memory happens in them, and not in the render.

`read` runs an operation of `media.decoders` in one of a few processes that wait for it. They start when they are first
needed, and end with this one. A file whose decoder crashes, takes too long or takes too much memory is a MediaError
that names it; its process is ended and the next file gets a new one. This bounds harm to one file; it is not a
sandbox, since a reader runs with the rights of the user.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from ...errors import MediaError
from ...machine import cores
from ..files import limits
from .exchange import HANDS_OVER, BrokenExchange, Pipes

PACKAGE = Path(__file__).resolve().parents[2]
START = f"import sys; sys.path.insert(0, sys.argv[1]); from {PACKAGE.name}.media.decoders.serve import main; main()"
STARTING = 60.0  # seconds that a process may take to import what it needs, on a machine that is busy

Answer = tuple[Any, list[np.ndarray]]


class ReaderProcess:
    """One reader process, for one request at a time."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair() if HANDS_OVER else (None, None)
        command = [sys.executable, "-P", "-c", START, str(PACKAGE.parent), str(theirs.fileno() if theirs else "")]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()] if theirs else [],
        )
        if theirs:
            theirs.close()
        incoming, outgoing = cast(BinaryIO, self._process.stdout), cast(BinaryIO, self._process.stdin)
        self._channel = Pipes(incoming, outgoing, ours)
        self._late = False
        self.started = False

    def ask(self, operation: str, path: str | Path, size: int, **arguments: Any) -> Answer:
        """What the operation gives for this file of `size` bytes. Raises MediaError; then this reader is of no more
        use.
        """
        allowed = limits.seconds(size)
        largest = (limits.most(limits.IMAGE) << 20) + (1 << 20)
        timer = threading.Timer(allowed if self.started else allowed + STARTING, self._too_late)
        timer.start()
        try:
            self._channel.send({"do": operation, "seconds": allowed, "with": {"path": str(path), **arguments}})
            answer, arrays = self._channel.receive(largest)
        except (BrokenExchange, OSError) as problem:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)  # it closed the channel, and tells in a moment how it ended
            self.stop()
            if not self.started and self._process.returncode == 1 and limits.address_space():
                raise MemoryError(f"{path}: not enough memory to start a reader process") from None
            raise MediaError(f"{path}: cannot be read: {self._why(allowed, problem)}.") from None
        finally:
            timer.cancel()
        self.started = True
        if answer.get("lacking"):
            raise MemoryError(f"{path}: the reader process ran out of memory")
        if "value" not in answer:
            raise MediaError(str(answer.get("refused", f"{path}: cannot be read.")))
        return answer["value"], arrays

    def _too_late(self) -> None:
        self._late = True
        self._process.kill()

    def _why(self, allowed: float, problem: Exception) -> str:
        code = self._process.returncode
        if self._late:
            return f"it took more than {allowed:.0f} seconds; {limits.SECONDS.variable} raises this limit"
        if code == -9:
            return "the decoder was killed, perhaps because memory ran out"
        if code and code < 0:
            return f"the decoder crashed ({signal.Signals(-code).name})"
        return f"the decoder crashed (exit code {code})" if code else f"the decoder failed ({problem})"

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in self._channel:
            with suppress(OSError):  # of what could not be sent to a process that is gone
                if stream:
                    stream.close()


class _Pool:
    """Readers that wait for work; at most one for each core is at work."""

    def __init__(self) -> None:
        self._slots = threading.BoundedSemaphore(max(2, cores()))
        self._idle: list[ReaderProcess] = []
        self._lock = threading.Lock()

    def ask(self, operation: str, path: str | Path, size: int, arguments: dict[str, Any]) -> Answer:
        with self._slots:
            reader = self._take()
            try:
                return reader.ask(operation, path, size, **arguments)
            finally:
                if reader.alive:
                    with self._lock:
                        self._idle.append(reader)

    def _take(self) -> ReaderProcess:
        with self._lock:
            while self._idle:
                reader = self._idle.pop()
                if reader.alive:
                    return reader
                reader.stop()
        return ReaderProcess()

    def stop(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().stop()


_pool = _Pool()
atexit.register(lambda: _pool.stop())


def _forget() -> None:
    """A forked child has none of its parent's readers."""
    global _pool
    _pool = _Pool()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def read(operation: str, path: str | Path, size: int, **arguments: Any) -> Answer:
    """Run an operation of `media.decoders` ('exr.read') on a file of `size` bytes, in a reader process.

    Raises MediaError where it refuses the file, crashes, or takes too much time or memory.
    """
    return _pool.ask(operation, path, size, arguments)


def stop() -> None:
    """End the processes that wait. The next `read` starts new ones."""
    _pool.stop()
