"""What the widgets of all kinds of knobs have in common."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ....errors import KnobError
from ....knobs import Knob


class KnobWidget(QWidget):
    """The base: a row of widgets for one knob."""

    changed = Signal(object)  # the new value
    refused = Signal(str)  # why text is not a value of the knob
    drag_ended = Signal()  # a drag has ended

    def __init__(self, knob: Knob):
        super().__init__()
        self.knob = knob
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)
        self.setToolTip(f"{knob.tip}\n\nTakes {knob.takes()}.")

    def show_value(self, value: Any) -> None:
        """Show a value, without sending `changed`."""
        raise NotImplementedError

    def add_button(self, button: QToolButton) -> None:
        """Put a button at the row's end."""
        self.row.addWidget(button)

    def _parse(self, text: str) -> None:
        try:
            self.changed.emit(self.knob.parse(text))
        except KnobError as refusal:
            self.refused.emit(str(refusal))
