"""The Recast panel: which Python renders, whether it answers, and the buttons. PySide6, or PySide2 up to Nuke 15."""

from __future__ import annotations

from typing import Any

try:
    from PySide6 import QtCore, QtWidgets
except ImportError:
    from PySide2 import QtCore, QtWidgets  # type: ignore[no-redef]

from ..worker.job import WorkerJob
from . import actions
from .preference import preferred_python, set_preferred_python
from .wiring import ScriptError

POLL = 100  # milliseconds between looks at a job; a look takes none


class RecastPanel(QtWidgets.QWidget):
    """Registered by menu.py under Pane > Recast."""

    def __init__(self, parent: Any = None):
        super().__init__(parent)
        self.job: WorkerJob | None = None
        self.python = QtWidgets.QLineEdit(preferred_python())
        self.python.setPlaceholderText("the Python in which Recast Nodes is installed; empty: `recast` on the PATH")
        self.python.editingFinished.connect(lambda: set_preferred_python(self.python.text()))
        self.status = QtWidgets.QLabel("")
        self.status.setWordWrap(True)
        rows = QtWidgets.QFormLayout(self)
        rows.addRow("Python", self.python)
        buttons = QtWidgets.QHBoxLayout()
        for label, pressed in (
            ("Test", self.test),
            ("Render shot", self.render_shot),
            ("Render frame", self.render_one),
        ):
            button = QtWidgets.QPushButton(label)
            button.clicked.connect(pressed)
            buttons.addWidget(button)
        rows.addRow(buttons)
        rows.addRow(self.status)
        self.timer = QtCore.QTimer(self)
        self.timer.timeout.connect(self.look)

    def test(self) -> None:
        """Ask the worker for its version."""
        self.status.setText("Starting the worker ...")
        self.job = actions.make_worker().start("describe")
        self.timer.start(POLL)

    def look(self) -> None:
        """Take what has come of the test; never waits."""
        for event in self.job.poll() if self.job else ():
            if event["event"] == "result":
                self.status.setText(f"Recast Nodes {event['version']} is running.")
            elif event["event"] == "error":
                self.status.setText(event["text"])
        if self.job is None or self.job.finished:
            self.timer.stop()

    def render_shot(self) -> None:
        """Render the shot of the selected Write."""
        self._with_write(actions.render)

    def render_one(self) -> None:
        """Render the current frame of the selected Write."""
        self._with_write(actions.render_frame)

    def _with_write(self, action: Any) -> None:
        try:
            action(actions.selected_write())
        except ScriptError as error:
            self.status.setText(str(error))
