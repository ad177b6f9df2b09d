"""Rendering from Studio: which frames, how far it is, how long it takes yet, cancel."""

from __future__ import annotations

import time
from datetime import timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..worker.client import Job, Worker
from .document import Document

POLL_EVERY = 50  # milliseconds
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
        self.frames = QLineEdit()
        self.frames.setPlaceholderText("all, or such as 1001-1100, 1001-1100x2, 1001,1050")
        self.bar = QProgressBar()
        self.state = QLabel(" ")
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.render_button, self.cancel_button = QPushButton("Render"), QPushButton("Cancel")
        self.cancel_button.setEnabled(False)
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)
        self._build()

    def _build(self) -> None:
        form = QFormLayout()
        form.addRow("frames", self.frames)
        buttons = QDialogButtonBox()
        buttons.addButton(self.render_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole)
        self.render_button.clicked.connect(self.render_shot)
        self.cancel_button.clicked.connect(self.cancel)
        layout = QVBoxLayout(self)
        for each in (self.bar, self.state, self.log, buttons):
            layout.addWidget(each)
        layout.insertLayout(0, form)
        self.resize(560, 320)

    @property
    def running(self) -> bool:
        return self._job is not None

    def render_shot(self) -> None:
        """Start."""
        if self._job:
            return
        self.log.clear()
        self.bar.setRange(0, 0)
        self._started = time.monotonic()
        frames = self.frames.text().strip() or None
        self._job = self._worker.start("render", **self._document.told(), frames=frames)
        self._buttons(running=True)
        self._timer.start()

    def cancel(self) -> None:
        """Stop within a second; frames that were written are whole."""
        if self._job:
            self._job.cancel()
            self.state.setText("Stopping.")

    def _buttons(self, running: bool) -> None:
        self.render_button.setEnabled(not running)
        self.cancel_button.setEnabled(running)

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
            self._buttons(running=False)
            self.bar.setRange(0, 100)
            self.bar.setValue(100 if job.code == 0 else 0)
            words = {0: "Done.", 1: "Some frames failed.", 130: "Cancelled."}
            self.state.setText(words.get(job.code or 0, "Nothing was rendered."))
            self.ended.emit(job.code or 0)

    def _progress(self, what: str, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if what != "render":
            self._started = time.monotonic()
            self.state.setText(f"{what}: {done} of {total}")
            return
        spent = time.monotonic() - self._started
        left = timedelta(seconds=round(spent / done * (total - done))) if done else "?"
        self.state.setText(f"{done} of {total} frames, {left} left")
