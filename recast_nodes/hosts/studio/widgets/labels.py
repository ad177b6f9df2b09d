"""Labels, tool tips and check boxes that several panels use."""

from __future__ import annotations

import html

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QLabel

WRONG = "#f08070"  # of text about a problem, on the dark window
BOX = QColor("#565656")  # of an empty check box, which would be dark on dark


def make_check_box(text: str = "") -> QCheckBox:
    """A check box that is visible when it is empty."""
    box = QCheckBox(text)
    palette = box.palette()
    palette.setColor(QPalette.ColorRole.Base, BOX)
    box.setPalette(palette)
    return box


def escape_tip(text: str) -> str:
    """`text` as a tool tip that shows it literally. A tip that looks like rich text is treated as such, and what a
    document contains (a path, a name) must neither be formatted nor load a picture.
    """
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>" if text else ""


def make_plain_label(text: str = "") -> QLabel:
    """A label that shows its text literally, and wraps it."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def make_note_label() -> QLabel:
    """A plain label for a field's problem; hidden until there is one."""
    label = make_plain_label()
    label.setStyleSheet(f"color: {WRONG}")
    label.hide()
    return label


class ElidedLabel(QLabel):
    """A line that never makes the window wider: as much of its text as fits; the tool tip has all of it. It asks for
    no width, or for that of its text up to `most` pixels.
    """

    def __init__(self, text: str = "", most: int = 0):
        super().__init__(text)
        self._most = most

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 4
        return QSize(min(width, self._most), self.minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        if len(text) > 1:  # an ellipsis alone says nothing
            painter.drawText(self.rect(), self.alignment(), text)
        painter.end()
