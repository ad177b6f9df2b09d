"""The words over a picture that is provisional: that it is, and how far the look at the whole shot has come."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QLabel, QWidget

from .viewer_model import ViewerModel

PROVISIONAL = "Provisional"
TIP = (
    "Made from this frame alone. Once the whole shot has been looked at, the picture is made again, as a render makes "
    "it."
)
STYLE = "background: rgba(0, 0, 0, 190); color: #ffd27a; padding: 4px 8px; border: 1px dashed #ffd27a;"
PLACE = 10  # pixels from the picture's left and top


class ProvisionalMark(QLabel):
    """Hidden while the picture is final."""

    def __init__(self, model: ViewerModel, parent: QWidget):
        super().__init__(parent)
        self._model = model
        self._words = ""
        self.setStyleSheet(STYLE)
        self.setToolTip(TIP)
        self.setAccessibleDescription(TIP)
        self.move(PLACE, PLACE)
        model.provisional_changed.connect(self._show_state)
        self._show_state(model.provisional)

    def show_look(self, words: str) -> None:
        """How far the look is, such as 'looking at the shot, 40 of 120 frames'; '' where nothing looks."""
        self._words = words
        self._show_state(self._model.provisional)

    def _show_state(self, provisional: bool) -> None:
        self.setText(f"{PROVISIONAL}: {self._words}" if self._words else PROVISIONAL)
        self.setAccessibleName(self.text())
        self.adjustSize()
        appears = provisional and self.isHidden()
        self.setVisible(provisional)
        if appears:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
