"""Render: the frames of a range that are not there yet through the graph into files, several frames at once.

Each worker thread takes whole frames: while one reads or writes, another computes. A frame appears whole or not at all;
a frame that fails is named and the others go on. With `Settings.resume` a journal beside the output says which frames
are there as they are asked for, and claims let several renders share a shot (docs/resume.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import StorageError
from ..notices import notice
from .evaluate import Evaluator
from .faults import Cancelled, as_recast_error
from .graph import Graph
from .keys import Keys
from .output_folder import hold_folder
from .policy import Policy, enforce_policy
from .render_loop import FrameMaker
from .render_record import RenderRecord
from .resume import Progress, Resume
from .settings import Outcome, Settings

if TYPE_CHECKING:
    from ..media.journal.journal import Journal
    from .crew.crew import LocalCrew

__all__ = ["Outcome", "Resume", "Settings", "render", "as_recast_error"]


def render(graph: Graph, output: str, frames: Sequence[int], span: Sequence[int], settings: Settings) -> Outcome:
    """Render `frames` of the node `output` (one that writes files). `span` is the whole shot, which analyses look at.

    Raises RecastError where nothing can be rendered at all (no face in the whole shot, an unreadable plate, a policy of
    the studio that the shot does not meet).
    """
    policy = enforce_policy(graph)
    return _Render(graph, output, list(frames), span, settings, policy).run()


class _Render:
    """One render, from looking at what is there to the last frame."""

    def __init__(
        self, graph: Graph, output: str, frames: list[int], span: Sequence[int], settings: Settings, policy: Policy
    ):
        self.graph, self.output, self.frames, self.span, self.settings = graph, output, frames, span, settings
        self.outcome = Outcome()
        self.keys = Keys(graph, span)
        self.progress = _progress(graph, output, frames, self.keys, settings.resume)
        self.record = RenderRecord(graph, output, frames[0], policy)

    @property
    def journal(self) -> Journal | None:
        return self.progress.journal if self.progress else None

    def run(self) -> Outcome:
        try:
            todo = self.frames if self.settings.share else self._look()
            self.settings.before(todo)
            if todo:
                if self.settings.crew and self.settings.crew.is_worth(len(todo)):
                    self.settings.crew.begin()
                with self._journal_open(), self._recorded(todo):
                    self._render(todo)
            elif self.progress:
                self._tidy(self.progress)
        except Cancelled:
            self.outcome.cancelled = True
        return self.outcome

    def _recorded(self, todo: list[int]) -> AbstractContextManager[None]:
        """The ledger's lines about this render; none where it makes no frames."""
        return (
            nullcontext() if self.settings.analysis_only else self.record.of_render(todo, self.outcome, self.progress)
        )

    def _look(self) -> list[int]:
        """The frames to be made; those that are there are kept."""
        if not self.progress:
            return self.frames
        self.progress.look(self.frames)
        if self.settings.resume and self.settings.resume.verify:
            self.progress.verify(self.settings.workers, self.settings.report, self.settings.cancel)
            if self.settings.cancel.is_set():
                raise Cancelled
        self.outcome.existing = dict(self.progress.existing)
        return list(self.progress.todo)

    def _tidy(self, progress: Progress) -> None:
        """Sweep what a killed render left, although nothing is to be made; an output that is closed stays so, unless
        headers in it are out of date.
        """
        try:
            with self._journal_open():
                self.record.end(self.outcome, progress)
        except StorageError:
            if progress.outdated:
                raise

    @contextmanager
    def _journal_open(self) -> Iterator[None]:
        with hold_folder(self.graph, self.output, self.frames[0]) as self.folder:
            if not self.journal or not self.progress:
                _sweep_beside(self.graph, self.output, self.frames[0])
                yield
                return
            self.journal.open()
            try:
                self.progress.tidy()
                self.progress.renew_headers(self.settings.report, self.settings.cancel)
                yield
            finally:
                try:
                    if self.settings.crew:  # what it had half written is swept up when the journal is closed
                        self.settings.crew.settle()
                finally:
                    self.journal.close()

    def _render(self, todo: list[int]) -> None:
        settings = self.settings
        evaluator = Evaluator(
            self.graph,
            self.span,
            memory=settings.memory,
            disk=settings.disk,
            records=self.journal.records(merging=not settings.share) if self.journal else None,
            workers=settings.workers,
            report=settings.report,
            cancel=settings.cancel,
            keys=self.keys,
            timeout=settings.timeout,
            shared_analyses=settings.shared_analyses,
            crew=settings.crew,
            analysis_files=self.journal.analyses() if self.journal and not settings.share else None,
        )
        try:
            if settings.share:
                evaluator.look(self.output, todo)
                return
            evaluator.prepare(self.output)
            if self.journal:
                evaluator.keep_records(self.journal.records())
            if self.progress and self.progress.note_unseen():
                todo = self._look()  # what the analyses saw is not what it was, so neither are the frames
            if not settings.analysis_only:
                asked = self.graph, self.output, self.frames, settings, self.outcome
                FrameMaker(*asked, evaluator, self.progress, self._crew(evaluator, todo)).make(todo)
        finally:
            self.outcome.seconds = dict(evaluator.seconds)

    def _crew(self, evaluator: Evaluator, todo: list[int]) -> LocalCrew | None:
        """The crew, told what it takes to make these frames; None where threads of this process make them. A movie is
        written by one process, and where there is no journal nobody would sweep up after one that ends.
        """
        crew = self.settings.crew
        if not crew or not self.progress or not crew.is_worth(len(todo)):
            return None
        asked = {frame: self.progress.todo[frame] for frame in todo}
        evaluator.tell_crew(output=self.output, frames=self.frames, asked=asked, folder=self.folder)
        return crew


def _progress(graph: Graph, output: str, frames: list[int], keys: Keys, resume: Resume | None) -> Progress | None:
    """What is there of these frames, where a journal is kept. A movie is one file, so it has none."""
    if resume is None:
        return None
    from ..media.journal.journal import Journal

    pattern = graph.at(output, frames[0]).values["file"]
    if graph.at(output, frames[0]).target() is None:  # type: ignore[attr-defined]
        if Path(pattern).exists():
            notice(f"{pattern} is rendered from its first frame again: a movie cannot be resumed.")
        return None
    return Progress(graph, output, keys, Journal(pattern), resume)


def _sweep_beside(graph: Graph, output: str, frame: int) -> None:
    """Remove what a killed render left of a movie."""
    from ..media.files.atomic import sweep

    target = graph.at(output, frame).values.get("file")
    if target:
        sweep(Path(target).absolute().parent)
