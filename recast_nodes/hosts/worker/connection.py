"""One host's way in to the worker: who it is, one request at a time, cancel, and what is sent back."""

from __future__ import annotations

import hmac
import logging
import os
import select
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ... import __version__
from .events import EventSender
from .exchange import FrameExchange, Slots
from .protocol import LONGEST, LONGEST_HELLO, PROTOCOL, MessageReader, ProtocolError, encode
from .requests import Request, RequestRefused, check_request
from .tasks import CANCELLED, answer, attempt

if TYPE_CHECKING:
    from .server import Server

HELLO_WITHIN = 5.0  # seconds to the token
SEND_WITHIN = 10.0  # seconds that a host may leave events unread
PART_WITHIN = 1.0  # seconds that one who was refused is still heard
WIND_DOWN = 0.6  # seconds that a cancelled request is given to end by itself

log = logging.getLogger(__name__)


class Connection:
    """One host's way in: hello, then requests, one after the other."""

    def __init__(self, server: Server, connection: socket.socket):
        self.server, self.connection = server, connection
        self._sending = threading.Lock()
        self._work: Work | None = None
        self.slots = Slots()

    def run(self) -> None:
        """Read until the host closes or breaks the rules; then cancel what runs for it."""
        try:
            self.connection.settimeout(HELLO_WITHIN)
            lines = MessageReader(self.connection, LONGEST_HELLO)
            if self._greet(lines.read()):
                lines.longest = LONGEST
                self._listen(lines)
            else:
                self._drain()
        except ProtocolError as error:
            self.send({"event": "error", "text": str(error)})
            self._drain()
        except OSError as error:
            if not self._at_work():
                log.info("A connection broke: %s", error)
        finally:
            if self._at_work():
                log.info("The host hung up in the middle of %s, which is cancelled.", self._work.request.name)  # type: ignore[union-attr]
            self.end()
            self.server.remove(self)

    def _at_work(self) -> bool:
        return bool(self._work and not self._work.over.is_set())

    def _drain(self) -> None:
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

    def _greet(self, message: dict[str, Any] | None) -> bool:
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

    def _listen(self, lines: MessageReader) -> None:
        self.connection.settimeout(None)
        while (message := lines.read()) is not None:
            name = message.get("request")
            if name == "quit":
                self.server.quit()
            elif name == "cancel":
                if self._work:
                    self._work.stop()
            elif name == "give":
                if self._work:
                    self._work.exchange.give(message)
            elif self._work and not self._work.over.is_set():
                raise ProtocolError("one request at a time: the one before has not ended.")
            else:
                self._begin(message)

    def _begin(self, message: dict[str, Any]) -> None:
        try:
            request = check_request(message)
        except RequestRefused as error:
            self.send({"event": "error", "text": str(error)})
            self.send({"event": "end", "code": 2})
            return
        self.send({"event": "accepted", "request": request.name})
        self._work = Work(self, request)
        threading.Thread(target=self._work.run, name=request.name, daemon=True).start()

    def emit(self, event: str, text: str) -> None:
        """An event for the request that is on, if there is one."""
        if self._work:
            self._work.send({"event": event, "text": text})

    def send(self, message: dict[str, Any]) -> None:
        """Send a line. A host that does not read for long, or is gone, loses its request."""
        line = encode(message)
        with self._sending:
            try:
                _send(self.connection, line)
            except (OSError, ValueError):  # ValueError: it was closed here, because the host hung up
                if self._work:
                    self._work.cancel.set()


def _send(connection: socket.socket, line: bytes) -> None:
    """All of a line, within SEND_WITHIN seconds of silence; the reading side of the socket has no time-out."""
    left = memoryview(line)
    while left:
        if not _takes_more(connection):
            connection.shutdown(socket.SHUT_RDWR)
            raise TimeoutError("the host does not read")
        left = left[connection.send(left[:65536]) :]


def _takes_more(connection: socket.socket) -> bool:
    """Whether there is room for more within SEND_WITHIN seconds. Raises ValueError where it is closed."""
    if not hasattr(select, "poll"):
        return bool(select.select([], [connection], [], SEND_WITHIN)[1])
    room = select.poll()  # `select` takes no descriptor from 1024 on, and a worker has many files open
    room.register(connection, select.POLLOUT)
    return bool(room.poll(1000 * SEND_WITHIN))


class Work:
    """One request being answered. Once it is over, nothing more of it is sent, though its threads may wind down."""

    def __init__(self, connection: Connection, request: Request):
        self.connection, self.request = connection, request
        self.cancel, self.over = threading.Event(), threading.Event()
        self.exchange = FrameExchange(self.send, self.cancel, connection.slots)
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
        server, sender = self.connection.server, EventSender(self.send, self.exchange)
        with server.working():
            code = attempt(sender, lambda: answer(self.request, sender, self.cancel, server.warm))
        log.info("%s: code %d after %.2f s.", self.request.name, code, time.monotonic() - started)
        self.send({"event": "end", "code": code})

    def stop(self) -> None:
        """Cancel. What cannot be stopped at once (a network in the middle of a frame) winds down unheard."""
        self.cancel.set()
        threading.Thread(target=self._wait_for_end, name="stop", daemon=True).start()

    def _wait_for_end(self) -> None:
        if not self.over.wait(WIND_DOWN):
            self.send({"event": "cancelled", "text": "Cancelled. Every frame that was written is whole."})
            self.send({"event": "end", "code": CANCELLED})
