"""A render of the open shot by the worker: where frames go, whether they may, how far it is. Knows no widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ...worker.client import Worker
from ...worker.job import WorkerJob
from ..shot.document import Document
from .time_left import TimeLeft

POLL_EVERY = 50  # milliseconds
STOPPING = "Stopping."
LOGGED = (
    "looking",
    "failed",
    "warning",
    "notice",
    "cancelled",
    "done",
    "waiting",
    "error",
)  # events that the log keeps
OUTCOMES = {0: "Done.", 1: "Some frames failed.", 130: "Cancelled."}  # by exit code


class RenderModel(QObject):
    """Renders the document as it is when `start` is called; a dialog listens and asks."""

    started = Signal()
    changed = Signal()  # `state` or `progress`
    logged = Signal(str)  # a line of the log
    noticed = Signal(str)  # a notice of the worker
    ended = Signal(int)  # the exit code, as of the command line

    def __init__(self, document: Document, worker: Worker, ask: Callable[[str], bool], parent: QObject | None = None):
        """`ask` says whether frames may be written to a folder that only the opened file names."""
        super().__init__(parent)
        self._document, self._worker, self._ask = document, worker, ask
        self._job: WorkerJob | None = None
        self._time_left, self._task = TimeLeft(), ""
        self._allowed: list[str] = []  # folders that the user has confirmed, for as long as Studio runs
        self.state = ""  # as text
        self.progress = 0, 0  # what is done, and all there is; (0, 0) while that is not known
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)

    # Where frames go

    @property
    def output(self) -> str:
        """The node that writes; '' while there is not exactly one."""
        outputs = self._document.graph.outputs()
        return outputs[0] if len(outputs) == 1 else ""

    @property
    def target(self) -> str:
        """The pattern that frames are written as; '' where there is none."""
        return str(self._document.graph.nodes[self.output].constants.get("file", "")) if self.output else ""

    def set_target(self, pattern: str) -> bool:
        """Write frames as `pattern`; one step of undo. Returns whether the shot took it."""
        output = self.output
        return bool(output) and self._document.apply("output", lambda graph: graph.with_knob(output, "file", pattern))

    def find_absolute(self, pattern: str) -> str:
        """What a relative pattern stands for."""
        folder = self._document.graph.folder
        return str(folder / pattern) if folder else pattern

    def explain_missing(self, pattern: str) -> str:
        """What the shot needs before it can be rendered as `pattern`, as text; '' for nothing."""
        if not self.output:
            return f"The shot needs one Write; it has {len(self._document.graph.outputs())}."
        return "" if pattern else "Write.file names no frames yet: drop a plate, or name them here."

    # Rendering

    @property
    def is_running(self) -> bool:
        return self._job is not None

    def start(self, frames: str = "", overwrite: bool = False) -> None:
        """Render these frames ('' for all), those that were rendered before too if `overwrite`."""
        if self._job or not self._may_write():
            return
        self._task = ""
        self.started.emit()
        self._set_state("Asking the worker.", (0, 0))
        self._job = self._worker.start(
            "render", **self._document.describe(), frames=frames or None, overwrite=overwrite or None
        )
        self._timer.start()
        self.changed.emit()

    def _may_write(self) -> bool:
        """Whether frames may go where the opened file says; asks once for each folder that the user did not choose."""
        for folder in self._document.find_unconfirmed_folders(self._allowed):
            if not self._ask(folder):
                self._set_state(f"Nothing was rendered: {folder} is not to be written to.", self.progress)
                return False
            self._allowed.append(folder)
        return True

    def cancel(self) -> None:
        """Stop within a second; frames that were written are complete."""
        if self._job:
            self._job.cancel()
            self._set_state(STOPPING, self.progress)

    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        for event in job.poll():
            self._take(event)
        if job.finished:
            self._job = None
            self._timer.stop()
            code = job.code or 0
            self._set_state(OUTCOMES.get(code, "Nothing was rendered."), (0 if code else 100, 100))
            self.ended.emit(code)

    def _take(self, event: dict[str, Any]) -> None:
        """An event of the worker."""
        if event["event"] == "progress":
            self._show_progress(event["what"], event["done"], event["total"])
        elif event["event"] in LOGGED:
            if event["event"] == "notice":
                self.noticed.emit(event["text"])
            self.logged.emit(event.get("text") or "\n".join(event.get("problems", ())))

    def _show_progress(self, task: str, done: int, total: int) -> None:
        if task != self._task:
            self._task = task
            self._time_left.start()
        left = self._time_left.estimate(done, total)
        words = f"{done} of {total} frames" + (f", {left}" if left else "")
        stopping = self.state == STOPPING
        self._set_state(STOPPING if stopping else words if task == "render" else f"{task}: {words}", (done, total))

    def _set_state(self, state: str, progress: tuple[int, int]) -> None:
        self.state, self.progress = state, progress
        self.changed.emit()
