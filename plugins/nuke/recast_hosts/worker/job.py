"""One request on its way to the worker: sent, heard, cancelled, lost. Standard library only, Python 3.7."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .protocol import MessageReader, ProtocolError, encode

if TYPE_CHECKING:
    from .client import Worker

CANCEL_WITHIN = 0.9  # seconds after which a cancelled job ends, whatever the worker does
CANCELLED, FAILED, TRY_AGAIN = 130, 2, 75


class WorkerError(Exception):
    """What went wrong, in words for the artist. `problems` are all faults of a request, `code` the exit code."""

    def __init__(self, text: str, problems: list[str] | None = None, code: int = FAILED):
        super().__init__(text)
        self.problems, self.code = problems or [text], code


class WorkerLost(WorkerError):
    """The worker ended while it worked for us. The next request starts a new one."""


class WorkerJob:
    """One request on its way. Events are dictionaries with `event`; the last one is `end`, with the exit code."""

    def __init__(self, worker: Worker, message: dict[str, Any]):
        self.message = message
        self.code: int | None = None
        self.heard = False  # whether the worker has said anything yet
        self._worker = worker
        self._events: queue.Queue = queue.Queue()
        self._connection: socket.socket | None = None
        self._cancel, self._over = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="recast job", daemon=True).start()

    @property
    def finished(self) -> bool:
        """Whether the last event has been handed out."""
        return self.code is not None

    def poll(self) -> list[dict[str, Any]]:
        """The events since the last call. Never blocks."""
        events = []
        while True:
            try:
                events.append(self._hand_out(self._events.get_nowait()))
            except queue.Empty:
                return events

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while self.code is None:
            yield self._hand_out(self._events.get())

    def result(self) -> dict[str, Any]:
        """Wait for the end; the facts of the `result` event. Raises WorkerError where the request failed."""
        found: dict[str, Any] = {}
        problems: list[str] = []
        lost = False
        for event in self:
            if event["event"] == "result":
                found = event
            elif event["event"] == "error":
                problems += event.get("problems") or [event["text"]]
                lost = lost or bool(event.get("lost"))
        if problems or self.code == CANCELLED:
            kind = WorkerLost if lost else WorkerError
            raise kind("\n".join(problems) or "Cancelled.", problems, self.code or FAILED)
        return found

    def cancel(self) -> None:
        """Ask to stop; `end` comes within a second, and every frame that was written is whole. Never blocks."""
        if self._cancel.is_set():
            return
        self._cancel.set()
        threading.Thread(target=self._stop, name="recast cancel", daemon=True).start()

    def _stop(self) -> None:
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.sendall(encode({"request": "cancel"}))
        if not self._over.wait(CANCEL_WITHIN):
            self._end_cancelled()
            if connection is not None:
                connection.close()

    def _end_cancelled(self) -> None:
        self._put({"event": "cancelled", "text": "Cancelled. Every frame that was written is whole."})
        self._put({"event": "end", "code": CANCELLED})

    def _hand_out(self, event: dict[str, Any]) -> dict[str, Any]:
        if event["event"] == "end":
            self.code = int(event["code"])
        return event

    def _put(self, event: dict[str, Any]) -> None:
        """Hand an event on, unless the last one was handed on already."""
        with self._lock:
            if self._over.is_set():
                return
            if event.get("event") == "end":
                self._over.set()
            self.heard = True
            self._events.put(event)

    def _run(self) -> None:
        try:
            if self._through() == "unheard" and self._through() == "unheard":  # it was ending: another one is asked
                raise WorkerLost("The worker ends before it takes a request. " + self._why())
        except (WorkerError, OSError, ValueError) as error:
            if self._cancel.is_set():
                self._end_cancelled()
                return
            lost = isinstance(error, WorkerLost)
            self._put({"event": "error", "text": str(error), "lost": lost})
            self._put({"event": "end", "code": TRY_AGAIN if lost else FAILED})

    def _through(self) -> str:
        """Send the request and hand on what comes. 'unheard' where the worker closed before it took the request."""
        heard = False
        with self._worker.open(self._cancel.is_set) as connection:
            self._connection = connection
            lines = MessageReader(connection)
            try:
                connection.sendall(encode(self.message))
                if self._cancel.is_set():
                    connection.sendall(encode({"request": "cancel"}))
                while not self._over.is_set():
                    event = lines.read()
                    if event is None:
                        break
                    heard = True
                    self._put(event)
            except (OSError, ProtocolError):
                pass
            finally:
                self._connection = None
        if self._over.is_set():
            return "over"
        if not heard:
            return "unheard"
        raise WorkerLost("The worker ended while it worked. Frames that were written are whole. " + self._why())

    def _why(self) -> str:
        return f"Its log: {self._worker.log()}"
