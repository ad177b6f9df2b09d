"""The dialog that renders the shot: which frames, where they go, progress, time left, cancel."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...worker.client import Worker
from ..shot.document import Document
from ..widgets.fit_on_screen import fit_on_screen
from ..widgets.labels import escape_tip, make_check_box, make_plain_label
from ..widgets.messages import ask_writing
from .output_field import OutputField
from .render_model import RenderModel


class RenderDialog(QDialog):
    """Shows the render that `model` is, and starts and cancels it; the window stays usable."""

    def __init__(self, document: Document, worker: Worker, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Render shot")
        model = self.model = RenderModel(document, worker, lambda folder: ask_writing(folder, self), self)
        self.frames = QLineEdit()
        self.frames.setPlaceholderText("all, or for example 1001-1100, 1001-1100x2, 1001,1050")
        self.to = OutputField(document.disk, model.find_absolute)
        self.overwrite = make_check_box("render existing frames again")
        self.overwrite.setToolTip("Without it, frames that were rendered from this same shot are kept.")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.state = make_plain_label(" ")
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.render_button, self.cancel_button = QPushButton("Render"), QPushButton("Cancel")
        self.close_button = QPushButton("Close")
        self.close_button.setToolTip("The render continues; F7 shows its progress again.")
        self._build()
        document.changed.connect(self._show_target)
        self.to.changed.connect(self._set_target)
        self.to.checked.connect(self._show_buttons)
        model.started.connect(self.log.clear)
        model.logged.connect(self.log.appendPlainText)
        model.changed.connect(self._show_progress)
        self._show_target()

    def _build(self) -> None:
        form = QFormLayout()
        form.addRow("frames", self.frames)
        form.addRow("to", self.to)
        form.addRow("", self.overwrite)
        buttons = QDialogButtonBox()
        for button, role in (
            (self.render_button, QDialogButtonBox.ButtonRole.ActionRole),
            (self.cancel_button, QDialogButtonBox.ButtonRole.ActionRole),
            (self.close_button, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(button, role)
        self.render_button.setDefault(True)
        self.render_button.clicked.connect(lambda: self.render_shot())
        self.cancel_button.clicked.connect(self.model.cancel)
        self.close_button.clicked.connect(self.hide)
        layout = QVBoxLayout(self)
        for each in (self.bar, self.state, self.log, buttons):
            layout.addWidget(each)
        layout.insertLayout(0, form)
        self.resize(560, 360)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_on_screen(self)
        self.to.check()

    def render_shot(self, frames: str = "") -> None:
        """Start; `frames` override those in the dialog."""
        self.model.start(frames or self.frames.text().strip(), self.overwrite.isChecked())

    def _set_target(self, pattern: str) -> None:
        if not self.model.set_target(pattern):
            self._show_target()

    def _show_target(self) -> None:
        self.to.setEnabled(bool(self.model.output) and not self.model.is_running)
        self.to.show_text(self.model.target)
        self._show_buttons()

    def _show_buttons(self) -> None:
        """What can be pressed, each with its reason."""
        running, missing = self.model.is_running, self.model.explain_missing(self.to.text()) or self.to.problem
        self.render_button.setEnabled(not running and not missing)
        self.render_button.setToolTip(escape_tip("A render is running." if running else missing))
        self.cancel_button.setEnabled(running)
        self.cancel_button.setToolTip("Stop within a second." if running else "Nothing is being rendered.")

    def _show_progress(self) -> None:
        done, total = self.model.progress
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.state.setText(self.model.state)
        self._show_target()
