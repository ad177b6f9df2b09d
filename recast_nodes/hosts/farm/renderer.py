"""One warm renderer of a cluster: it holds a shot, its models and what it learned of it, and makes shares of frames.

It knows nothing of the cluster that it runs in. Frames land as everywhere: whole, by claims, and noted in the journal
beside the output, so whatever becomes of it, somebody else can go on.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ...graph.analysis import Analysis

Event = dict[str, Any]


class SentShot(NamedTuple):
    """A shot as it travels: its text, where its paths start, and what a renderer must find where it runs."""

    text: str
    folder: str
    owner: str  # a file beside the output, which only those see who share its storage
    key: str  # fingerprint of the first frame: files, weights and version, as whoever shares out the frames sees them
    environment: Mapping[str, str]  # variables that decide pixels and limits, where a machine has none of its own
    judge: Callable[[str, str], None] | None = None  # of where it may write, as Graph has it


class RendererFacts(NamedTuple):
    """Who a renderer is, and why it cannot be used; '' where it can."""

    host: str
    token: str  # of its process, as claims name it
    refusal: str


class Renderer:
    """Renders shares of one shot, one after the other. `cancel` may be called meanwhile, by another thread."""

    def __init__(self, shot: SentShot):
        self.shot = shot
        for name, value in shot.environment.items():
            os.environ.setdefault(name, value)
        self._cancel = threading.Event()
        self._analyses: dict[str, Analysis] = {}
        self._send: Callable[[Event], None] = lambda event: None
        logging.getLogger("recast_nodes.notices").addHandler(_RendererNotices(self))

    def ready(self) -> RendererFacts:
        """Open the shot, and say whether this machine would make the frames that it asks for."""
        from ... import processes
        from ...errors import RecastError

        try:
            refusal = self._open()
        except RecastError as error:
            refusal = str(error)
        return RendererFacts(socket.gethostname(), processes.this().token, refusal)

    def _open(self) -> str:
        from ...graph.cache import MemoryCache
        from ...graph.check import shot_span
        from ...graph.crew.hire import CrewKeeper
        from ...graph.document import parse
        from ...graph.keys import Keys
        from ..cli.job import find_output

        if not Path(self.shot.owner).exists():
            return f"{self.shot.owner} is not seen here: the output must be on storage that all machines share."
        self.graph = replace(parse(self.shot.text, Path(self.shot.folder)), judge=self.shot.judge)
        self.output = find_output(self.graph)
        self.span = shot_span(self.graph, self.output)
        self._memory, self._crews = MemoryCache(64 << 20), CrewKeeper()
        if Keys(self.graph, self.span).of(self.output, self.span[0]) != self.shot.key:
            return "the shot is another one here: Recast Nodes, the weights, OCIO or the files of the shot differ."
        return ""

    def cancel(self) -> None:
        """Stop what is being made, and make nothing more."""
        self._cancel.set()

    def work(self, frames: Sequence[int], options: Mapping[str, Any]) -> Iterator[Event]:
        """Make some frames; yields the events of `recast render --json`, and last `end` with the exit code.

        `options` are those of the command line.
        """
        events: queue.Queue[Event] = queue.Queue()
        self._send = events.put
        threading.Thread(target=self._work, args=(frames, options), name="share", daemon=True).start()
        while (event := events.get())["event"] != "end":
            yield event
        yield event

    def _work(self, frames: Sequence[int], options: Mapping[str, Any]) -> None:
        from ..worker.events import EventSender
        from ..worker.tasks import attempt

        sender = EventSender(self._send)
        self._send({"event": "end", "code": attempt(sender, lambda: self._render(frames, options, sender))})

    def _render(self, frames: Sequence[int], options: Mapping[str, Any], sender: Any) -> int:
        from ...graph.crew.count import crew_size
        from ..cli import job

        settings = job.render_settings(sender, options)
        warm = replace(settings, memory=self._memory, shared_analyses=self._analyses, cancel=self._cancel)
        with self._crews.hire(crew_size(self.graph, self.output, self.span, settings.workers)) as crew:
            return job.render_frames(self.graph, self.output, frames, self.span, sender, replace(warm, crew=crew))

    def emit(self, event: str, text: str) -> None:
        """An event for whoever waits for the share that is being made."""
        self._send({"event": event, "text": text})


class _RendererNotices(logging.Handler):
    def __init__(self, renderer: Renderer):
        super().__init__()
        self.renderer = renderer

    def emit(self, record: logging.LogRecord) -> None:
        self.renderer.emit("notice", record.getMessage())
