"""Has the worker look at the whole shot while the viewer shows provisional pictures, which settle once that is done."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from ....graph.background import LOOKING
from ...worker.client import Worker
from ...worker.job import CANCELLED, WorkerJob
from .document import Document
from .picture import picture_key
from .pictures import Pictures

POLL_EVERY = 50  # milliseconds
STOPPED = "the look at the shot was stopped"
CALM = 300  # milliseconds without a change after which a look begins, in place of one at an earlier shot


class ShotLook(QObject):
    """One look at a time, begun by a provisional picture. What was seen is kept by the worker, so a look that was
    given up costs nothing.
    """

    changed = Signal(str)  # how far it is, in words; '' while nothing is looked at
    progress = Signal(str, int, int)  # which work, frames done, frames in all; '' once it ends

    def __init__(self, document: Document, worker: Worker, pictures: Pictures, parent: QObject | None = None):
        super().__init__(parent)
        self._document, self._worker, self._pictures = document, worker, pictures
        self._job: WorkerJob | None = None
        self._covered: frozenset[str] = frozenset()  # keys of the pictures that are final after this look
        self._wanted = ""  # the node of the last provisional picture
        self.halted = False  # whether nothing is looked at until `resume`
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)
        self._calm = QTimer(self, interval=CALM, singleShot=True)
        self._calm.timeout.connect(self._follow)
        pictures.provisional.connect(self.want)
        document.changed.connect(self._note_change)

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def want(self, node: str) -> None:
        """A provisional picture of `node` is there: look at the shot in a moment, unless that is being done. The driver
        may follow the plate at once, and its first picture should have the machine for itself.
        """
        self._wanted = node
        self._calm.start()

    def halt(self) -> None:
        """Stop, until `resume`; pictures stay provisional."""
        self.halted = True
        self._cancel()
        self.changed.emit(STOPPED)

    def resume(self) -> None:
        """Look at what is provisional, go on with what was stopped."""
        self.halted = False
        self.changed.emit("")
        self._follow()

    def stop(self) -> None:
        """The window closes."""
        self._calm.stop()
        self._cancel()

    def _note_change(self) -> None:
        if self._job is not None:
            self._calm.start()

    def _find_key(self) -> str:
        return picture_key(self._document.graph, self._wanted)

    def _follow(self) -> None:
        """Give up a look at an earlier shot, and begin one at the shot as it is now if a picture of it is
        provisional.
        """
        key = self._find_key()
        if self._job is not None and key in self._covered:
            return
        self._cancel()
        if key and not self.halted and self._pictures.is_provisional(key):
            self._start()

    def _start(self) -> None:
        graph = self._document.graph
        self._covered = frozenset(picture_key(graph, name) for name in graph.upstream(self._wanted))
        self._job = self._worker.start(
            "look", **self._document.describe(), node=self._wanted, frame=self._document.frame
        )
        self._timer.start()
        self.changed.emit("looking at the shot")

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._end()

    def _end(self) -> None:
        self._job = None
        self._timer.stop()
        self.progress.emit("", 0, 0)
        self.changed.emit("")

    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        for event in job.poll():
            if event["event"] == "progress":
                self._report(event["what"], event["done"], event["total"])
        if job.finished and job is self._job:
            covered = self._covered
            self._end()
            if job.code != CANCELLED:  # where it failed, the pictures say why
                self._pictures.settle(covered, known=not job.code)

    def _report(self, task: str, done: int, total: int) -> None:
        words = f"{task[:1].lower()}{task[1:]}" if task == LOOKING else task  # other tasks begin with a node's name
        self.changed.emit(f"{words}, {done} of {total} frames")
        self.progress.emit(task, done, total)
