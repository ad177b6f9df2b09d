"""The crew of a render: a call is answered by one of its processes, which start when they are first needed."""

from __future__ import annotations

import collections
import copy
import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...notices import notice
from ..faults import Cancelled, MemberLost
from .messages import ChannelClosed, CrewChannel, pack
from .start import Starter
from .state import Answered, Asked, ShotState

if TYPE_CHECKING:
    from collections import Counter

    from ..evaluate import Evaluator

LEAST = 24  # frames that are worth the start of a crew: libraries take a second or two
LOOK = 0.2  # seconds between looks at whether the user asked to stop
GRACE = 10.0  # seconds that processes are given to end what they do after a stop
ENDING = 2.0  # seconds that a process may take to end
STARTING = 120.0  # seconds that it may take to start, on a machine that is busy
TRIES = 3  # times that a frame is begun whose process is lost
LOST = "A process of the render ended (it was killed, crashed, or ran out of memory); others do its frames."


class LocalCrew:
    """Processes that look at frames and make them. Threads of the render call it, and each has its seat at one process
    (`sit`). One that is lost is started again when its seat calls next.
    """

    def __init__(self, processes: int, threads: int):
        self.size, self.threads = processes, threads
        self._starter = Starter()
        self._seats = [_Seat(self._starter, threads) for _ in range(processes)]
        self._numbers = itertools.count()
        self._sitting = threading.local()

    @property
    def workers(self) -> int:
        """Frames that it has in work at once."""
        return self.size * self.threads

    def is_worth(self, frames: int) -> bool:
        """Whether so many frames are done sooner by a crew; one that runs already costs nothing."""
        return frames >= LEAST or (frames > 1 and any(seat.is_taken for seat in self._seats))

    @property
    def seat(self) -> int:
        """The seat of the calling thread."""
        return int(getattr(self._sitting, "number", 0))

    def take_seat(self) -> None:
        """Give the calling thread a seat."""
        self._sitting.number = next(self._numbers) % self.size

    def begin(self) -> None:
        """Have the processes start, without waiting for them."""
        with suppress(MemberLost):  # met again when it is called
            for seat in self._seats:
                seat.start()

    def open(self, state: ShotState, check_cancel: Callable[[], None]) -> None:
        """From now on calls are about this shot. Where it may write is judged by the render, which holds the folder.

        Waits until all processes have started, so that no frame's time is taken by that.
        """
        self.begin()
        until = time.monotonic() + STARTING
        while any(seat.is_starting for seat in self._seats) and time.monotonic() < until:
            check_cancel()
            time.sleep(LOOK / 10)
        keys = copy.copy(state.keys)
        keys.graph = replace(state.graph, judge=None)
        packed = pack(replace(state, graph=keys.graph, keys=keys))
        for seat in self._seats:
            seat.set_state(packed)

    def call(self, what: str, *given: Any, evaluator: Evaluator) -> Any:
        """Have the thread's process do something, and wait for it. Raises what it raises, Cancelled once the evaluator
        is, and MemberLost where the process ended.
        """
        evaluator.check_cancel()
        future = self._seats[self.seat].ask(what, given, evaluator.seconds)
        while not future.done():
            try:
                future.exception(LOOK)
            except TimeoutError:
                if evaluator.cancel.is_set():
                    raise Cancelled from None
        return future.result()

    def settle(self) -> None:
        """Have what is still in work ended: by itself within some seconds, else with its process."""
        busy = [seat for seat in self._seats if seat.cancel()]
        _wait_for(lambda: not any(seat.is_busy for seat in busy), GRACE)
        ended = [seat.close() for seat in busy if seat.is_busy]
        if not _wait_for(lambda: all(each.is_set() for each in ended), ENDING):
            self.close(0)

    def close(self, patience: float = GRACE) -> None:
        """End all processes."""
        for seat in self._seats:
            seat.close()
        self._starter.end(patience)


def sit(crew: LocalCrew | None) -> None:
    """Give the calling thread a seat at one of a crew's processes, if there is a crew."""
    if crew:
        crew.take_seat()


def _wait_for(happened: Callable[[], bool], seconds: float) -> bool:
    """Whether something happened within so many seconds."""
    until = time.monotonic() + seconds
    while not (so_far := happened()) and time.monotonic() < until:
        time.sleep(LOOK / 10)
    return so_far


class _Seat:
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
            ready.set()
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
