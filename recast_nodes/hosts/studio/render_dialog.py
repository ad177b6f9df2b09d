"""Rendering from Studio: which frames, how far it is, how long it takes yet, cancel."""

from __future__ import annotations

import time
from datetime import timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..worker.client import Worker
from ..worker.job import Job
from .document import Document
from .small import check_box

POLL_EVERY = 50  # milliseconds
STOPPING = "Stopping."
SPOKEN = ("failed", "warning", "notice", "cancelled", "done", "waiting", "error")


class RenderDialog(QDialog):
    """Renders the document as it is now, by the worker; the window stays usable."""

    ended = Signal(int)  # the exit code, as of the command line

    def __init__(self, document: Document, worker: Worker, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Render shot")
        self._document, self._worker = document, worker
        self._job: Job | None = None
        self._started = 0.0
        self._allowed: list[str] = []  # folders that the user said yes to, for as long as Studio runs
        self.frames = QLineEdit()
        self.frames.setPlaceholderText("all, or such as 1001-1100, 1001-1100x2, 1001,1050")
        self.to = QLabel()
        self.to.setWordWrap(True)
        self.to.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.anew = check_box("render frames that are there anew")
        self.anew.setToolTip("Without it, frames that were rendered from this same shot are kept.")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.state = QLabel(" ")
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.render_button, self.cancel_button = QPushButton("Render"), QPushButton("Cancel")
        self.close_button = QPushButton("Close")
        self.close_button.setToolTip("The render goes on; its progress is here again with F7.")
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)
        document.changed.connect(self._show_target)
        self._build()
        self._show_target()

    def _build(self) -> None:
        form = QFormLayout()
        form.addRow("frames", self.frames)
        form.addRow("to", self.to)
        form.addRow("", self.anew)
        buttons = QDialogButtonBox()
        for button, role in (
            (self.render_button, QDialogButtonBox.ButtonRole.ActionRole),
            (self.cancel_button, QDialogButtonBox.ButtonRole.ActionRole),
            (self.close_button, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(button, role)
        self.render_button.setDefault(True)
        self.render_button.clicked.connect(lambda: self.render_shot())
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.hide)
        layout = QVBoxLayout(self)
        for each in (self.bar, self.state, self.log, buttons):
            layout.addWidget(each)
        layout.insertLayout(0, form)
        self.resize(560, 340)

    def _show_target(self) -> None:
        """Where frames go, and what can be pressed, each with its reason."""
        graph = self._document.graph
        outputs = graph.outputs()
        file = graph.nodes[outputs[0]].constants.get("file") if len(outputs) == 1 else ""
        lacks = "" if file else "Write.file names no frames yet: drop a plate, or name them there."
        if len(outputs) != 1:
            lacks = f"The shot needs one Write; it has {len(outputs)}."
        self.to.setText(str(file) if file else lacks)
        self.render_button.setEnabled(not self.running and not lacks)
        self.render_button.setToolTip("A render is on." if self.running else lacks)
        self.cancel_button.setEnabled(self.running)
        self.cancel_button.setToolTip("Stop within a second." if self.running else "Nothing is being rendered.")

    @property
    def running(self) -> bool:
        return self._job is not None

    def render_shot(self, frames: str = "") -> None:
        """Start; `frames` come before those that are written in the dialog."""
        if self._job or not self._may_write():
            return
        self.log.clear()
        self.bar.setRange(0, 0)
        self.state.setText("Asking the worker.")
        self._started = time.monotonic()
        wanted = frames or self.frames.text().strip() or None
        anew = self.anew.isChecked() or None
        self._job = self._worker.start("render", **self._document.told(), frames=wanted, overwrite=anew)
        self._show_target()
        self._timer.start()

    def _may_write(self) -> bool:
        """Whether frames may go where the opened file says; asked once for each folder that the user did not name."""
        for folder in self._document.unasked(self._allowed):
            if not self._ask(folder):
                self.state.setText(f"Nothing was rendered: {folder} is not to be written to.")
                return False
            self._allowed.append(folder)
        return True

    def _ask(self, folder: str) -> bool:
        question = QMessageBox(QMessageBox.Icon.Warning, "Recast Studio", f"Write frames to {folder}?", parent=self)
        question.setInformativeText("The shot's file says so, and the folder lies outside the file's own.")
        yes = question.addButton("Write there", QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(question.addButton(QMessageBox.StandardButton.Cancel))
        question.exec()
        return question.clickedButton() is yes

    def cancel(self) -> None:
        """Stop within a second; frames that were written are whole."""
        if self._job:
            self._job.cancel()
            self.state.setText(STOPPING)

    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        for event in job.poll():
            if event["event"] == "progress":
                self._progress(event["what"], event["done"], event["total"])
            elif event["event"] in SPOKEN:
                self.log.appendPlainText(event.get("text") or "\n".join(event.get("problems", ())))
        if job.finished:
            self._job = None
            self._timer.stop()
            self._show_target()
            self.bar.setRange(0, 100)
            self.bar.setValue(100 if job.code == 0 else 0)
            words = {0: "Done.", 1: "Some frames failed.", 130: "Cancelled."}
            self.state.setText(words.get(job.code or 0, "Nothing was rendered."))
            self.ended.emit(job.code or 0)

    def _progress(self, what: str, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if self.state.text() == STOPPING:
            return
        if what != "render":
            self._started = time.monotonic()
            self.state.setText(f"{what}: {done} of {total}")
            return
        spent = time.monotonic() - self._started
        left = timedelta(seconds=round(spent / done * (total - done))) if done else "?"
        self.state.setText(f"{done} of {total} frames, {left} left")
