"""The worker's socket: one worker a name, who is connected, what is on, and the idle time-out."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ... import __version__
from ...errors import RecastError
from .connection import Connection
from .protocol import (
    PROTOCOL,
    Address,
    on_windows,
    runtime_file,
    short_folder,
    write_private,
)
from .warm import Warm

MOST_CONNECTIONS = 64
LONGEST_PATH = 100  # bytes of a Unix socket's path; the least of the systems' limits is 104

log = logging.getLogger(__name__)


class AlreadyRunning(RecastError):
    """A worker of this name runs already."""


class Server:
    """Listens until it is asked to quit or has been idle for `idle` seconds."""

    def __init__(self, name: str, idle: float, memory: int, tcp: bool = False):
        self.name, self.idle = name, idle
        self.warm = Warm(memory)
        self.token = secrets.token_hex(32)
        self._tcp = tcp or on_windows()
        self._lock = threading.Lock()
        self._active, self._last = 0, time.monotonic()
        self._connections: set[Connection] = set()
        self._quit = threading.Event()

    def serve(self) -> None:
        """Listen, and answer. Raises AlreadyRunning where another worker holds the name."""
        with self._hold_name(), self._listening() as listener:
            logging.getLogger("recast_nodes.notices").addHandler(_ServerNotices(self))
            threading.Thread(target=warm_up, name="warm up", daemon=True).start()
            log.info("Worker %s, version %s, process %d, listens.", self.name, __version__, os.getpid())
            while not self._quit.is_set() and not self._idle_for(self.idle):
                with suppress(TimeoutError):
                    self._welcome(listener.accept()[0])
            log.info("Asked to quit." if self._quit.is_set() else f"Idle for {self.idle:g} seconds: ends.")
        for connection in self._all():
            connection.end()

    def _idle_for(self, seconds: float) -> bool:
        with self._lock:
            return not self._active and time.monotonic() - self._last > seconds

    def _welcome(self, accepted: socket.socket) -> None:
        with self._lock:
            if len(self._connections) >= MOST_CONNECTIONS:
                accepted.close()
                return
            connection = Connection(self, accepted)
            self._connections.add(connection)
        threading.Thread(target=connection.run, name="connection", daemon=True).start()

    def remove(self, connection: Connection) -> None:
        """A connection has closed."""
        with self._lock:
            self._connections.discard(connection)

    def quit(self) -> None:
        """End as soon as may be; what runs is cancelled."""
        self._quit.set()

    def _all(self) -> list[Connection]:
        with self._lock:
            return list(self._connections)

    @contextmanager
    def working(self) -> Iterator[None]:
        """A request is on: the worker is not idle."""
        with self._lock:
            self._active += 1
        try:
            yield
        finally:
            with self._lock:
                self._active -= 1
                self._last = time.monotonic()

    def emit_to_all(self, event: str, text: str) -> None:
        """Tell every request that is on: a notice belongs to the process, not to one of them."""
        for connection in self._all():
            connection.emit(event, text)

    @contextmanager
    def _hold_name(self) -> Iterator[None]:
        """The name is ours while the lock on its file is; the system gives it back however we end."""
        with open(runtime_file(self.name, "lock"), "a+b") as file:
            try:
                _lock_file(file)
            except OSError:
                raise AlreadyRunning(f"Worker {self.name} runs already.") from None
            yield

    @contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        contact = runtime_file(self.name, "json")
        Path(contact).unlink(missing_ok=True)  # of a worker that was killed: its token would be tried on us
        listener, address, away = self._bind()
        try:
            listener.listen(MOST_CONNECTIONS)
            listener.settimeout(0.25)
            reached_by = {"protocol": PROTOCOL, "pid": os.getpid(), "address": address, "token": self.token}
            write_private(contact, json.dumps(reached_by))
            yield listener
        finally:
            Path(contact).unlink(missing_ok=True)
            listener.close()
            for path in away:
                with suppress(OSError):
                    path.rmdir() if path.is_dir() else path.unlink()

    def _bind(self) -> tuple[socket.socket, Address, list[Path]]:
        """A socket, its address, and what to remove at the end."""
        if self._tcp:
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.bind(("127.0.0.1", 0))
            return listener, list(listener.getsockname()[:2]), []
        path = Path(runtime_file(self.name, "sock"))
        away = [path]
        if len(os.fsencode(path)) > LONGEST_PATH:
            path = Path(short_folder(LONGEST_PATH - len("/sock"))) / "sock"
            away = [path, path.parent]
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        path.chmod(0o600)
        return listener, str(path), away


class _ServerNotices(logging.Handler):
    def __init__(self, server: Server):
        super().__init__()
        self.server = server

    def emit(self, record: logging.LogRecord) -> None:
        self.server.emit_to_all("notice", f"Note: {record.getMessage()}")


def warm_up() -> None:
    """Load the heavy libraries while the host is still thinking. A request that comes meanwhile waits for them."""
    from ...graph import document, render  # noqa: F401
    from ...media import images  # noqa: F401
    from ...media.exr import forms  # noqa: F401
    from ...models.mesh import model  # noqa: F401
    from ...models.tracker import landmarker  # noqa: F401


def _lock_file(file: IO[bytes]) -> None:
    """Hold the file for as long as this process lives. Raises OSError where another one does."""
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
