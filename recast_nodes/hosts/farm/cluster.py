"""`recast render --cluster ray`: a shot spread over a cluster, with the frames, words and exit codes of a plain render.

First all look at shares of the shot, then one of them runs its analyses, then all make shares of the frames that are
missing. Every frame goes through the journal beside the output, so a cluster render resumes others and is resumed by
them, and whatever is lost on the way is a few frames' time.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...errors import DocumentError, StorageError
from ...graph.graph import Graph
from ...graph.output_folder import hold_folder
from ...graph.policy import enforce_policy
from ...graph.render_record import RenderRecord
from ...model_registry import MODELS
from ..cli import exits, job
from .crew import RayCrew
from .ray_cluster import Cluster
from .renderer import SentShot
from .shares import Sharing

if TYPE_CHECKING:
    from ...graph.render import Outcome
    from ...graph.resume import Progress

NOT_PASSED_ON = ("RECAST_RUNTIME", "RECAST_PYTHON")  # of this machine alone


def render(graph: Graph, options: Mapping[str, Any], address: str, cores: int, console: job.EventSink) -> int:
    """Render the frames of a shot that are missing on the Ray cluster at `address`; returns the exit code.

    `options` are those of the command line. Raises RecastError.
    """
    from ...graph.check import shot_span

    output = job.find_output(graph)
    enforce_policy(graph)
    span = shot_span(graph, output)
    frames = list(job.wanted_frames(options.get("frames"), span))
    if graph.at(output, span[0]).target() is None:  # type: ignore[attr-defined]
        raise DocumentError([f"{output}: a movie is one file, which a cluster cannot share; write frames."])
    return _ClusterRender(graph, output, span, frames, options, console).run(address, cores)


class _ClusterRender:
    """One render by a cluster."""

    def __init__(
        self,
        graph: Graph,
        output: str,
        span: Sequence[int],
        frames: list[int],
        options: Mapping[str, Any],
        console: job.EventSink,
    ):
        from ...graph.keys import Keys
        from ...graph.render import Outcome
        from ...media.journal.journal import Journal

        self.graph, self.output, self.span, self.frames = graph, output, span, frames
        self.options, self.console = options, console
        self.outcome: Outcome = Outcome()
        self.interrupted = False
        self.journal = Journal(graph.at(output, span[0]).values["file"])
        self.key = Keys(graph, span).of(output, span[0])

    def run(self, address: str, cores: int) -> int:
        if not self._missing_frames():
            self._renew_headers()
            job.report_outcome(self.console, self.outcome, self.frames, self.journal.pattern)
            return exits.DONE
        job.report_check(self.graph, self.output, self.span, self.console)
        cluster = Cluster(address, cores, gpus=self._wants_gpu())
        for number in (signal.SIGTERM, signal.SIGINT):  # Ray has its own way with them
            signal.signal(number, self._interrupt)
        try:
            with hold_folder(self.graph, self.output, self.span[0]), self._journal_open():
                self.progress.renew_headers(self.console.progress, threading.Event())
                return self._with(RayCrew(cluster, self._shot(), lambda: self.interrupted))
        finally:
            cluster.close()

    @contextmanager
    def _journal_open(self) -> Iterator[None]:
        self.journal.open()
        try:
            yield
        finally:
            self.journal.close()

    def _interrupt(self, number: int, frame: object) -> None:
        """It is noted as well as raised: where it comes in the middle of Ray's own work, it may be lost there."""
        self.interrupted = True
        job.interrupt(number, frame)

    def _missing_frames(self) -> list[int]:
        """The frames to be shared out. Those that are there are kept, unless they are to be verified where others are
        made.
        """
        self.progress = self._progress()
        self.progress.look(self.frames)
        verify = bool(self.options.get("verify"))
        self.outcome.existing = {} if verify else dict(self.progress.existing)
        return list(self.frames) if verify else list(self.progress.todo)

    def _renew_headers(self) -> None:
        """Where nothing is to be made, headers may still be out of date."""
        if self.progress.outdated:
            with hold_folder(self.graph, self.output, self.span[0]), self._journal_open():
                self.progress.renew_headers(self.console.progress, threading.Event())
                RenderRecord(self.graph, self.output, self.span[0], enforce_policy(self.graph)).end(
                    self.outcome, self.progress
                )

    def _progress(self) -> Progress:
        from ...graph.keys import Keys
        from ...graph.resume import Progress, Resume

        resume = Resume(overwrite=bool(self.options.get("overwrite")))
        self.journal.refresh()
        return Progress(self.graph, self.output, Keys(self.graph, self.span), self.journal, resume)

    def _wants_gpu(self) -> bool:
        values = [self.graph.at(name, self.span[0]).values for name in self.graph.upstream(self.output)]
        models = [MODELS.get(each["model"]) for each in values if "model" in each]
        return any(traits.uses_gpu for traits in models) and not any(each.get("device") == "cpu" for each in values)

    def _shot(self) -> SentShot:
        from ...graph.document import dump

        ours = {name: value for name, value in os.environ.items() if name == "OCIO" or name.startswith("RECAST_")}
        environment = {name: value for name, value in ours.items() if name not in NOT_PASSED_ON}
        owner = str(self.journal.folder / "owners" / self.journal.claims.owner)
        return SentShot(dump(self.graph), str(self.graph.folder or ""), owner, self.key, environment, self.graph.judge)

    def _with(self, crew: RayCrew) -> int:
        try:
            self._share_out(crew)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave the others at work
            self.interrupted = False
            crew.cancel()
            self.console.emit("cancelled", "Cancelled. Every frame that was written is whole.")
            return exits.CANCELLED
        except StorageError as error:
            self.outcome.stopped = error
        finally:
            crew.dismiss()
            self._clear_away(crew)
        if self.options.get("analysis") and not self.outcome.stopped:
            self.console.emit("done", f"The shot is analysed: {len(self.span)} frames.", frames=0)
            return exits.DONE
        self.outcome.existing = {frame: self._path(frame) for frame in self.outcome.existing}
        job.report_outcome(self.console, self.outcome, self.frames, self.journal.pattern)
        return exits.of_outcome(self.outcome)

    def _share_out(self, crew: RayCrew) -> None:
        if any(self.graph.nodes[name].kind.analyses for name in self.graph.upstream(self.output)):
            part = dict(self.options, analysis=True, frames="a share")
            Sharing(crew, self.console, self.outcome, part, making=False).run(self.span)
            whole = dict(self.options, analysis=True, frames=None)
            Sharing(crew, self.console, self.outcome, whole, making=False).run(self.frames, whole=True)
        if not self.options.get("analysis"):
            todo = self._missing_frames()  # which frames could not be looked at is part of what a frame is
            Sharing(crew, self.console, self.outcome, dict(self.options, frames=None)).run(todo)

    def _clear_away(self, crew: RayCrew) -> None:
        """What renderers that were ended held and had half written; others would have to wait until they find out."""
        from ...media.files.atomic import sweep
        from ...media.files.safe_files import Folder
        from ...media.journal.claims import release_claims

        for token in crew.ended_tokens:
            release_claims(self.journal.folder, token)
        ours = self.journal.folder
        for folder in (Folder(ours.parent), Folder(ours.parent, ours.name)):
            sweep(folder, crew.ended_tokens.__contains__)

    def _path(self, frame: int) -> str:
        return str(self.graph.at(self.output, frame).target())  # type: ignore[attr-defined]
