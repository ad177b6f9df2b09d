"""The worker's socket: who may come in, one request at a time on each connection, cancel, and the idle time-out."""

from __future__ import annotations

import hmac
import json
import logging
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from ... import __version__
from ...errors import RecastError
from .protocol import (
    LONGEST,
    LONGEST_HELLO,
    PROTOCOL,
    Address,
    Lines,
    ProtocolError,
    encode,
    on_windows,
    runtime_file,
    write_private,
)
from .requests import Refused, Request, checked
from .tasks import CANCELLED, Teller, Warm, answer, attempt

HELLO_WITHIN = 5.0  # seconds to the token
SEND_WITHIN = 10.0  # seconds that a host may leave events unread
PART_WITHIN = 1.0  # seconds that one who was refused is still heard
WIND_DOWN = 0.6  # seconds that a cancelled request is given to end by itself
MOST_CONNECTIONS = 64
LONGEST_PATH = 100  # bytes of a Unix socket's path; the least of the systems' limits is 104

log = logging.getLogger(__name__)


class Running(RecastError):
    """A worker of this name runs already."""


class Server:
    """Listens until it is told to quit or has been idle for `idle` seconds."""

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
        """Listen, and answer. Raises Running where another worker holds the name."""
        with self._held(), self._listening() as listener:
            logging.getLogger("recast_nodes.notices").addHandler(_Notices(self))
            threading.Thread(target=warm_up, name="warm up", daemon=True).start()
            log.info("Worker %s, version %s, process %d, listens.", self.name, __version__, os.getpid())
            while not self._quit.is_set() and not self._idle_for(self.idle):
                with suppress(TimeoutError):
                    self._welcome(listener.accept()[0])
            log.info("Told to quit." if self._quit.is_set() else f"Idle for {self.idle:g} seconds: ends.")
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

    def gone(self, connection: Connection) -> None:
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

    def tell_all(self, event: str, text: str) -> None:
        """Tell every request that is on: a notice belongs to the process, not to one of them."""
        for connection in self._all():
            connection.tell(event, text)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """The name is ours while the lock on its file is; the system gives it back however we end."""
        with open(runtime_file(self.name, "lock"), "a+b") as file:
            try:
                _lock_file(file)
            except OSError:
                raise Running(f"Worker {self.name} runs already.") from None
            yield

    @contextmanager
    def _listening(self) -> Iterator[socket.socket]:
        contact = runtime_file(self.name, "json")
        listener, address, away = self._bound()
        try:
            listener.listen(MOST_CONNECTIONS)
            listener.settimeout(0.25)
            told = {"protocol": PROTOCOL, "pid": os.getpid(), "address": address, "token": self.token}
            write_private(contact, json.dumps(told))
            yield listener
        finally:
            Path(contact).unlink(missing_ok=True)
            listener.close()
            for path in away:
                with suppress(OSError):
                    path.rmdir() if path.is_dir() else path.unlink()

    def _bound(self) -> tuple[socket.socket, Address, list[Path]]:
        """A socket, its address, and what to remove at the end."""
        if self._tcp:
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.bind(("127.0.0.1", 0))
            return listener, list(listener.getsockname()[:2]), []
        path = Path(runtime_file(self.name, "sock"))
        away = [path]
        if len(os.fsencode(path)) > LONGEST_PATH:
            path = Path(tempfile.mkdtemp(prefix="recast-")) / "sock"  # 0700 by its nature
            away = [path, path.parent]
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        path.chmod(0o600)
        return listener, str(path), away


class _Notices(logging.Handler):
    def __init__(self, server: Server):
        super().__init__()
        self.server = server

    def emit(self, record: logging.LogRecord) -> None:
        self.server.tell_all("notice", f"Note: {record.getMessage()}")


class Connection:
    """One host's way in: hello, then requests, one after the other."""

    def __init__(self, server: Server, connection: socket.socket):
        self.server, self.connection = server, connection
        self._sending = threading.Lock()
        self._work: Work | None = None

    def run(self) -> None:
        """Read until the host closes or breaks the rules; then cancel what runs for it."""
        try:
            self.connection.settimeout(HELLO_WITHIN)
            lines = Lines(self.connection, LONGEST_HELLO)
            if self._greeted(lines.read()):
                lines.longest = LONGEST
                self._listen(lines)
            else:
                self._hear_out()
        except ProtocolError as error:
            self.send({"event": "error", "text": str(error)})
            self._hear_out()
        except OSError as error:
            log.info("A connection broke: %s", error)
        finally:
            self.end()
            self.server.gone(self)

    def _hear_out(self) -> None:
        """Say no more, and read what the other side still sends: closing on unread words would take ours back."""
        until = time.monotonic() + PART_WITHIN
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0:
                self.connection.settimeout(left)
                if not self.connection.recv(65536):
                    return

    def end(self) -> None:
        """Close; what runs for this host is cancelled."""
        if self._work:
            self._work.cancel.set()
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def _greeted(self, message: dict[str, Any] | None) -> bool:
        message = message or {}
        token = message.get("token")
        known = isinstance(token, str) and hmac.compare_digest(
            token.encode("utf-8", "replace"), self.server.token.encode()
        )
        if message.get("request") != "hello" or not known:
            log.warning("A connection without the token was refused.")
            self.send({"event": "refused", "text": "The token is wrong."})
            return False
        if message.get("protocol") != PROTOCOL:
            text = (
                f"The worker speaks protocol {PROTOCOL} (Recast Nodes {__version__}), not {message.get('protocol')!r}."
            )
            self.send({"event": "refused", "text": text})
            return False
        self.send({"event": "hello", "protocol": PROTOCOL, "version": __version__, "pid": os.getpid()})
        return True

    def _listen(self, lines: Lines) -> None:
        self.connection.settimeout(None)
        while (message := lines.read()) is not None:
            name = message.get("request")
            if name == "quit":
                self.server.quit()
            elif name == "cancel":
                if self._work:
                    self._work.stop()
            elif self._work and not self._work.over.is_set():
                raise ProtocolError("one request at a time: the one before has not ended.")
            else:
                self._begin(message)

    def _begin(self, message: dict[str, Any]) -> None:
        try:
            request = checked(message)
        except Refused as error:
            self.send({"event": "error", "text": str(error)})
            self.send({"event": "end", "code": 2})
            return
        self.send({"event": "accepted", "request": request.name})
        self._work = Work(self, request)
        threading.Thread(target=self._work.run, name=request.name, daemon=True).start()

    def tell(self, event: str, text: str) -> None:
        """An event for the request that is on, if there is one."""
        if self._work:
            self._work.send({"event": event, "text": text})

    def send(self, message: dict[str, Any]) -> None:
        """Send a line. A host that does not read for long, or is gone, loses its request."""
        line = encode(message)
        with self._sending:
            try:
                _send(self.connection, line)
            except OSError:
                if self._work:
                    self._work.cancel.set()


def _send(connection: socket.socket, line: bytes) -> None:
    """All of a line, within SEND_WITHIN seconds of silence; the reading side of the socket has no time-out."""
    import select

    left = memoryview(line)
    while left:
        if not select.select([], [connection], [], SEND_WITHIN)[1]:
            connection.shutdown(socket.SHUT_RDWR)
            raise TimeoutError("the host does not read")
        left = left[connection.send(left[:65536]) :]


class Work:
    """One request being answered. Once it is over, nothing more of it is sent, though its threads may wind down."""

    def __init__(self, connection: Connection, request: Request):
        self.connection, self.request = connection, request
        self.cancel, self.over = threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any]) -> None:
        """An event, unless the request is over."""
        with self._lock:
            if self.over.is_set():
                return
            if message["event"] == "end":
                self.over.set()
            self.connection.send(message)

    def run(self) -> None:
        """Answer, and say how it ended."""
        started = time.monotonic()
        server, teller = self.connection.server, Teller(self.send)
        with server.working():
            code = attempt(teller, lambda: answer(self.request, teller, self.cancel, server.warm))
        log.info("%s: code %d after %.2f s.", self.request.name, code, time.monotonic() - started)
        self.send({"event": "end", "code": code})

    def stop(self) -> None:
        """Cancel. What cannot be stopped at once (a network in the middle of a frame) winds down unheard."""
        self.cancel.set()
        threading.Thread(target=self._stopped, name="stop", daemon=True).start()

    def _stopped(self) -> None:
        if not self.over.wait(WIND_DOWN):
            self.send({"event": "cancelled", "text": "Cancelled. Every frame that was written is whole."})
            self.send({"event": "end", "code": CANCELLED})


def warm_up() -> None:
    """Load the heavy libraries while the host is still thinking. A request that comes meanwhile waits for them."""
    import importlib

    for module in ("graph.render", "graph.document", "media.images", "media.forms", "models.landmarker", "models.mesh"):
        importlib.import_module(f"recast_nodes.{module}")


def _lock_file(file: IO[bytes]) -> None:
    """Hold the file for as long as this process lives. Raises OSError where another one does."""
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
