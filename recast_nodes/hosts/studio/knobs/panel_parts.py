"""Small parts of the panel of a node: its summary, its column of names, the wheel that scrolls, what is in use."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from ....graph.graph import Placed
from ....node import Node

LABEL = "knob's name"  # the object name of a label


class WheelGuard(QObject):
    """Lets the mouse wheel scroll the panel: it changes a knob only after a click on it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def find_used(placed: Placed, group: str) -> list[str]:
    """The knobs of a group that are keyed, or not at their default."""
    there = {**placed.constants, **placed.animation}
    knobs = placed.kind.knobs
    return [name for name, value in there.items() if knobs[name].group == group and value != knobs[name].default]


def make_summary(kind: type[Node]) -> QLabel:
    """What the node does, in a line; the tool tip has all of it."""
    label = QLabel(kind.summary())
    label.setWordWrap(True)
    label.setStyleSheet("color: #a8a8a8")
    label.setToolTip(kind.describe()["documentation"])
    return label


def align_labels(labels: list[QLabel]) -> None:
    """One column for the names of all groups."""
    width = max((label.sizeHint().width() for label in labels), default=0)
    for label in labels:
        label.setMinimumWidth(width)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
