"""The crew of a render: a call is answered by one of its processes, which start when they are first needed."""

from __future__ import annotations

import copy
import itertools
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...errors import OutOfMemory
from ..faults import Cancelled, MemberLost
from .messages import pack
from .seat import CrewSeat
from .start import Starter
from .state import ShotState

if TYPE_CHECKING:
    from ..evaluate import Evaluator

LEAST = 24  # frames that are worth the start of a crew: libraries take a second or two
LOOK = 0.2  # seconds between looks at whether the user asked to stop
GRACE = 10.0  # seconds that processes are given to end what they do after a stop
ENDING = 2.0  # seconds that a process may take to end
STARTING = 120.0  # seconds that it may take to start, on a machine that is busy
TRIES = 3  # times that a frame is begun whose process is lost
ONE_PROCESS = "With --workers 3 or fewer there is one process."
LOST = "A process of the render ended (it was killed, crashed, or ran out of memory); others do its frames."


class LocalCrew:
    """Processes that look at frames and make them. Threads of the render call it, and each has its seat at one process
    (`sit`). One that is lost is started again when its seat calls next.
    """

    def __init__(self, processes: int, threads: int):
        self.size, self.threads = processes, threads
        self._starter = Starter()
        self._seats = [CrewSeat(self._starter, threads) for _ in range(processes)]
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

        Waits until all processes have started, so that no frame's time is taken by that. Raises OutOfMemory where none
        does.
        """
        self.begin()
        until = time.monotonic() + STARTING
        while any(seat.is_starting for seat in self._seats) and time.monotonic() < until:
            check_cancel()
            time.sleep(LOOK / 10)
        if not any(seat.is_ready for seat in self._seats):
            raise OutOfMemory(f"the processes of the render do not start, as where memory is short. {ONE_PROCESS}")
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
