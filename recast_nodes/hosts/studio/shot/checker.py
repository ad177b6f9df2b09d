"""Has the worker check the shot after every change: its frames, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from ...worker.client import Worker
from ...worker.job import WorkerJob
from .document import Document

SETTLED = 200  # milliseconds after the last change
POLL_EVERY = 25


class ShotChecker(QObject):
    """Reports the shot's frames and problems, a moment after it has changed."""

    span = Signal(object)  # the frames, sorted
    found = Signal(list)  # errors and warnings as text; none: []

    def __init__(self, document: Document, worker: Worker, parent: QObject | None = None):
        super().__init__(parent)
        self._document, self._worker = document, worker
        self._job: WorkerJob | None = None
        self._settle = QTimer(self, interval=SETTLED, singleShot=True)
        self._settle.timeout.connect(self.start)
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)
        document.changed.connect(self._settle.start)

    def start(self) -> None:
        """Check now."""
        if self._job:
            self._job.cancel()
        self._job = self._worker.start("check", **self._document.describe())
        self._timer.start()

    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        for event in job.poll():
            if event["event"] == "result":
                self._report_span(event["frames"])
                self.found.emit([*event["errors"], *event["warnings"]])
            elif event["event"] == "error":
                self.found.emit(event.get("problems") or [event["text"]])
        if job.finished:
            self._job = None
            self._timer.stop()

    def _report_span(self, frames: str) -> None:
        from ....media.names.patterns import parse_frames

        if frames:
            self.span.emit(sorted(parse_frames(frames)))
