"""A seat of a crew: one process, which starts when it is needed, and again when it was lost."""

from __future__ import annotations

import collections
import itertools
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...notices import notice
from ..faults import MemberLost
from .messages import ChannelClosed, CrewChannel
from .start import Starter
from .state import Answered, Asked

if TYPE_CHECKING:
    from collections import Counter


class CrewSeat:
    """One process of the crew, while it lives, and what it is asked."""

    def __init__(self, starter: Starter, threads: int):
        self._starter, self._threads = starter, threads
        self._channel: CrewChannel | None = None
        self._packed, self._sent = b"", b""  # the state of the shot, and what the process has of it
        self._ready, self._ended = threading.Event(), threading.Event()  # of this process
        self._waiting: dict[int, tuple[Future[Any], Counter[str]]] = {}
        self._numbers = itertools.count()
        self._lock = threading.RLock()

    @property
    def is_taken(self) -> bool:
        return self._channel is not None

    @property
    def is_starting(self) -> bool:
        return self._channel is not None and not self._ready.is_set()

    @property
    def is_ready(self) -> bool:
        return self._channel is not None and self._ready.is_set()

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def set_state(self, packed: bytes) -> None:
        with self._lock:
            self._packed = packed

    def ask(self, what: str, given: Sequence[Any], seconds: Counter[str]) -> Future[Any]:
        """The answer to come; the processor seconds that the process took meanwhile are added to `seconds`."""
        future: Future[Any] = Future()
        with self._lock:
            channel = self.start()
            number = next(self._numbers)
            self._waiting[number] = future, seconds
            try:
                if self._sent is not self._packed:
                    channel.send_packed(self._packed)
                    self._sent = self._packed
                channel.send(Asked(number, what, tuple(given)))
            except ChannelClosed:
                self._lose(channel)
        return future

    def cancel(self) -> bool:
        """Ask the process to stop what it does; whether it does anything."""
        with self._lock:
            if self._channel and self._waiting:
                try:
                    self._channel.send("cancel")
                except ChannelClosed:
                    self._lose(self._channel)
            return bool(self._waiting)

    def close(self) -> threading.Event:
        """Have the process end; the event is set when it has."""
        with self._lock:
            ended = self._ended
            if self._channel:
                self._lose(self._channel)
            else:
                ended.set()
            return ended

    def start(self) -> CrewChannel:
        """The channel to the process, which is started if there is none. Raises MemberLost."""
        with self._lock:
            if not self._channel:
                self._channel, self._sent = self._starter.start(), b""
                self._ready, self._ended = threading.Event(), threading.Event()
                listening = self._channel, self._ready, self._ended
                threading.Thread(target=self._listen, args=listening, name="crew", daemon=True).start()
                with suppress(ChannelClosed):  # who listens learns it
                    self._channel.send(self._threads)
            return self._channel

    def _listen(self, channel: CrewChannel, ready: threading.Event, ended: threading.Event) -> None:
        try:
            while True:
                heard = channel.receive()
                if isinstance(heard, Answered):
                    self._hand_out(heard)
                elif heard is None:
                    ready.set()
                else:
                    notice(str(heard))
        except ChannelClosed:
            pass
        finally:
            with self._lock:
                self._lose(channel)
            channel.close()
            ended.set()

    def _hand_out(self, answer: Answered) -> None:
        with self._lock:
            future, seconds = self._waiting.pop(answer.number, (Future[Any](), collections.Counter[str]()))
            _add(seconds, answer.seconds)
        if answer.error is not None:
            future.set_exception(answer.error)
        else:
            future.set_result(answer.value)

    def _lose(self, channel: CrewChannel) -> None:
        """The process is gone, or is to go: whoever waits for it is told."""
        if self._channel is not channel:
            return
        self._channel = None
        waiting, self._waiting = self._waiting, {}
        channel.hang_up()
        for future, _ in waiting.values():
            future.set_exception(MemberLost("a process of the render ended before its work was done."))


def _add(seconds: Counter[str], more: Mapping[str, float]) -> None:
    for name, spent in more.items():
        seconds[name] += spent  # type: ignore[assignment]
