"""The line at the bottom of the window: messages, what the worker does, and what is wrong with the shot."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow

from .widgets.labels import ElidedLabel, escape_tip

READ_FOR = 8_000  # milliseconds that a message is to be read
PROBLEMS = 20  # that a tool tip lists
PROBLEMS_WIDTH = 0.45  # of the window; the rest is for messages


class StatusLine(QObject):
    """Messages at the left; the first of the shot's problems at the right, all of them in its tool tip."""

    def __init__(self, window: QMainWindow):
        super().__init__(window)
        self._bar, self._working = window.statusBar(), False
        self.problem = ElidedLabel(most=700)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._reading = QTimer(self, singleShot=True)  # runs while a message is to be read

    def show_message(self, text: str) -> None:
        """Something was refused or done, or is worth knowing."""
        self._bar.showMessage(text, READ_FOR)
        self._reading.start(READ_FOR)

    def show_work(self, text: str) -> None:
        """What the worker or the disk is doing, '' for nothing. A message that was just shown stays to be read."""
        if (text or self._working) and not self._reading.isActive():
            self._bar.showMessage(text)
        self._working = bool(text)

    def show_problems(self, problems: list[str]) -> None:
        """What is wrong with the shot; nothing: []."""
        self.problem.setText(problems[0] if problems else "")
        self.problem.setToolTip(escape_tip("\n".join(problems[:PROBLEMS])))

    def fit(self, width: int) -> None:
        """The window is so many pixels wide."""
        self.problem.setMaximumWidth(round(PROBLEMS_WIDTH * width))
