"""What a process of a crew does: it looks at frames and makes them, a few threads at once, until its render is gone."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from ...natives import return_memory
from ...notices import forget
from ..analyse import TRIM_EVERY, Analyser
from ..cache import MemoryCache
from ..evaluate import Evaluator
from ..make_frames import FrameWriter
from .messages import ChannelClosed, CrewChannel, as_sent, channel_of, pack
from .state import Answered, Asked, ShotState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..look_together import JointLook

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl
LOADED = (  # what every shot needs, for those that are forked
    "recast_nodes.nodes",
    "recast_nodes.media.images",
    "recast_nodes.media.exr.forms",
    "recast_nodes.media.journal.journal",
    "recast_nodes.media.movie_source",
    "recast_nodes.media.writers",
    "recast_nodes.models.driver",
    "recast_nodes.models.finish",
    "recast_nodes.models.mesh.model",
    "recast_nodes.models.tracker.chain",
    "recast_nodes.models.tracker.landmarker",
    "recast_nodes.stages.finish.composite",
    "recast_nodes.stages.track.crowd",
    "recast_nodes.stages.track.follow",
)


def main() -> None:
    """Be a process of a crew ('member'), or the one that they are forked from ('nursery')."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the render says when to end
    what, descriptor = sys.argv[2:4]
    if what == "nursery":
        _fork_members(socket.socket(fileno=int(descriptor)))
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)  # what libraries print goes nowhere
    os.dup2(nothing, 1)
    CrewMember(CrewChannel(incoming, outgoing)).serve()


def _fork_members(orders: socket.socket) -> None:
    """Fork a process for every channel that is handed over; end, and end them, when no more can come."""
    import importlib

    for name in LOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, lambda number, frame: _reap())
    while descriptors := socket.recv_fds(orders, 1, 1)[1]:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
            CrewMember(channel_of(socket.socket(fileno=descriptors[0]))).serve()
        os.close(descriptors[0])
    with suppress(ChildProcessError):
        while True:  # their channels are closed as well
            os.wait()
    os._exit(0)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


class CrewMember:
    """Answers what the render asks for, with as many threads as it says first."""

    def __init__(self, channel: CrewChannel):
        self.channel = channel
        self.memory = MemoryCache(0)
        self.folder = ExitStack()
        self.shot: _OpenShot | None = None

    def serve(self) -> None:
        """Answer until the other side closes; then end the process, whatever is in work."""
        logging.getLogger("recast_nodes.notices").addHandler(_CrewNotices(self.channel))
        logging.getLogger("recast_nodes.notices").propagate = False
        try:
            pool = ThreadPoolExecutor(self.channel.receive(), thread_name_prefix="render")
            self.channel.send(None)  # ready
            while True:
                heard = self.channel.receive()
                if isinstance(heard, ShotState):
                    self._open(heard)
                elif isinstance(heard, Asked) and self.shot:
                    pool.submit(self._answer, heard, self.shot)
                elif self.shot:
                    self.shot.evaluator.cancel.set()
        except ChannelClosed:
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)

    def _open(self, state: ShotState) -> None:
        from ...media.files.safe_files import hold

        forget()
        self.memory.limit = state.memory
        self.folder.close()
        if state.folder[0]:
            self.folder.enter_context(hold(*state.folder))
        self.shot = _OpenShot(state, self.memory)

    def _answer(self, asked: Asked, shot: _OpenShot) -> None:
        value, error = None, None
        try:
            value = getattr(shot, asked.what)(*asked.given)
        except BaseException as problem:
            error = as_sent(problem)
        seconds = shot.new_seconds()
        try:
            packed = pack(Answered(asked.number, value, error, seconds))
        except Exception as problem:  # a node of somebody's gives what cannot travel
            packed = pack(Answered(asked.number, None, as_sent(problem), seconds))
        with suppress(ChannelClosed):
            self.channel.send_packed(packed)


class _OpenShot:
    """One shot in one process, and what can be asked of it."""

    def __init__(self, state: ShotState, memory: MemoryCache):
        self.evaluator = Evaluator(state.graph, state.span, memory=memory, disk=state.disk, keys=state.keys)
        self.evaluator.analyses = dict(state.analyses)
        self.evaluator.stores = []  # the render itself keeps what is seen
        self.analyser = Analyser(self.evaluator)
        self.writer = FrameWriter(self.evaluator, state.output, state.frames, state.asked) if state.output else None
        self._sent: Counter[str] = Counter()
        self._calls = 0
        self._lock = threading.Lock()

    def observe(self, name: str, pairs: list[tuple[int, str]], joint: list[JointLook]) -> dict[str, Any]:
        """The records of some frames, and of what other nodes see of their pictures, by their fingerprints."""
        return self.analyser.observe_some(name, pairs, joint)

    def make(self, frames: list[int]) -> list[Any]:
        """Make and write some frames."""
        assert self.writer
        return list(self.writer.make(frames))

    def new_seconds(self) -> Mapping[str, float]:
        """Processor seconds by node, since they were asked for last."""
        with self._lock:
            self._calls += 1
            now = Counter(self.evaluator.seconds)
            new = {name: spent - self._sent[name] for name, spent in now.items()}
            self._sent = now
        if self._calls % TRIM_EVERY == 0:
            return_memory()
        return new


class _CrewNotices(logging.Handler):
    """Passes notices on to the render, which shows each of them once."""

    def __init__(self, channel: CrewChannel):
        super().__init__()
        self.channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(ChannelClosed):
            self.channel.send(record.getMessage())
