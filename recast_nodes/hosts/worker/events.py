"""What the worker says of a request while it answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .exchange import FrameExchange


class EventSender:
    """Sends what `Console` prints: the same events, in the same words, down a connection."""

    as_json = True

    def __init__(self, send: Callable[[dict[str, Any]], None], exchange: FrameExchange | None = None):
        self._send = send
        self.exchange = exchange  # for requests that need frames of their host

    def emit(self, event: str, text: str = "", **facts: Any) -> None:
        """One event."""
        self._send({"event": event, **({"text": text} if text else {}), **facts})

    def progress(self, what: str, done: int, total: int) -> None:
        """`done` of `total` frames of `what`."""
        self.emit("progress", what=what, done=done, total=total)
