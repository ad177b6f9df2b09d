"""The line between picture and timeline while a shot is looked at: progress, time left, cancel."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from ..widgets.labels import ElidedLabel
from .time_left import TimeLeft

SOON = 0.3  # seconds; shorter work needs no line
LINGER = 600  # milliseconds that the line waits for the next request, which continues the last one


class TrackingProgress(QWidget):
    """Hidden until something takes a while. Its button stops the work, and then resumes it."""

    stopped = Signal()
    resumed = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.words = ElidedLabel(most=520)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(12)
        self.bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.bar.setMinimumWidth(60)
        self.button = QPushButton("Cancel")
        self.button.clicked.connect(self._toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        for each in (self.words, self.bar, self.button):
            row.addWidget(each, 1 if each is self.bar else 0)
        self._time_left, self._began = TimeLeft(), 0.0
        self._last = "", 0, 0
        self.halted = False
        self._leave = QTimer(self, interval=LINGER, singleShot=True)
        self._leave.timeout.connect(self._end)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # a picture that is being judged must not jump as a look begins or ends
        self.setSizePolicy(policy)
        self.hide()

    def show_progress(self, what: str, done: int, total: int) -> None:
        """`done` of `total` frames; `what` is '' once the work has ended."""
        if self.halted:
            return
        if not what or done >= total:
            self._leave.start()
            return
        self._leave.stop()
        if what != self._last[0]:
            self._began = time.monotonic()
            self._time_left.start()
        self._last = what, done, total
        left = self._time_left.estimate(done, total)
        self.words.setText(f"{what}: {done} of {total} frames" + (f", {left}" if left else ""))
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.button.setText("Cancel")
        self.button.setToolTip("Stop looking at the shot: its pictures stay provisional. What was seen is kept.")
        if time.monotonic() - self._began > SOON:
            self.show()

    def resume(self) -> None:
        """The work continues, or other work begins."""
        if self.halted:
            self.halted = False
            self._end()

    def _toggle(self) -> None:
        if self.halted:
            self.resume()
            self.resumed.emit()
            return
        self.halted = True
        what, done, total = self._last
        self.words.setText(f"{what}: stopped at {done} of {total} frames")
        self.button.setText("Go on")
        self.button.setToolTip("Look at the rest of the shot.")
        self.stopped.emit()

    def _end(self) -> None:
        if not self.halted:
            self._last = "", 0, 0
            self.hide()
