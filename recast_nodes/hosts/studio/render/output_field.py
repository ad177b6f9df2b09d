"""The field for where frames go, with any problem of the location below it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QToolButton, QWidget

from ..shot.disk import Disk
from ..widgets.labels import make_note_label
from .output_path import explain_unwritable

SETTLED = 250  # milliseconds after the last letter


class OutputField(QWidget):
    """A pattern of frames. `problem` is why they cannot be written there, '' for none."""

    changed = Signal(str)  # the new pattern, once typing is finished
    checked = Signal()  # `problem` is up to date

    def __init__(self, disk: Disk, absolute: Callable[[str], str] = lambda path: path, parent: QWidget | None = None):
        """`absolute` resolves a relative pattern."""
        super().__init__(parent)
        self._disk, self._absolute = disk, absolute
        self.problem = ""
        self._last_text = ""
        self.line = QLineEdit()
        self.line.setPlaceholderText("such as recast/sh010.####.exr")
        button = QToolButton()
        button.setText("…")
        button.setToolTip("Choose a folder and a name.")
        self.note = make_note_label()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(2)
        layout.addWidget(self.line, 0, 0)
        layout.addWidget(button, 0, 1)
        layout.addWidget(self.note, 1, 0, 1, 2)
        self._settle = QTimer(self, interval=SETTLED, singleShot=True)
        self._settle.timeout.connect(self.check)
        self.line.textEdited.connect(lambda text: self._settle.start())
        self.line.editingFinished.connect(self._finish)
        button.clicked.connect(self._browse)

    def text(self) -> str:
        """The pattern as it is written."""
        return self.line.text().strip()

    def show_text(self, text: str) -> None:
        """Show a pattern, without sending `changed`."""
        self._last_text = text
        if text != self.line.text():
            self.line.setText(text)
            self._settle.start()

    def check(self) -> None:
        """Check the location now, and show what is wrong with it."""
        self._settle.stop()
        pattern = self._absolute(self.text()) if self.text() else ""
        self.problem = self._disk.run(lambda: explain_unwritable(pattern))
        self.note.setText(self.problem)
        self.note.setVisible(bool(self.problem))
        self.checked.emit()

    def _finish(self) -> None:
        self.check()
        if self.text() != self._last_text:
            self._last_text = self.text()
            self.changed.emit(self._last_text)

    def _browse(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Where frames go", self._absolute(self.text()))
        if path:
            self.line.setText(path)
            self._finish()
