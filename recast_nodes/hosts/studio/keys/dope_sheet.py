"""The dope sheet: a row for each keyed knob, its keys as diamonds over the frames. Time alone is changed in it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from ....curves import Key
from ..shot.document import Document
from .key_edits import CurveId, label_curves
from .key_menu import make_key_menu
from .key_model import KeyModel
from .key_mouse import pad_frames
from .key_plot import KeyPlot

ROW, AXIS = 22, 40  # pixels of a row at least, and of the frames' numbers
LABEL = 7.5  # pixels of a letter of a row's name
EMPTY = "No knob is keyed yet: click ◇ beside a knob to set a key at the playhead."


class DopeSheetPlot(KeyPlot):
    """Rows of keys; y is the row's number, from above."""

    symbol, size = "d", 13
    moves_values = False

    def __init__(self, model: KeyModel, frame: int, parent: QObject | None = None):
        self._rows: dict[CurveId, int] = {}
        super().__init__(model, frame, parent)
        self.box.invertY(True)
        self.box.setMouseEnabled(x=True, y=False)

    def find_height(self, id: CurveId, key: Key) -> float:
        return float(self._rows[id])

    def draw(self) -> None:
        self._rows = {id: row for row, id in enumerate(self.model.visible_curves)}
        super().draw()
        names = list(label_curves(self._rows).values())
        axis = self.widget.getAxis("left")
        axis.setTicks([list(enumerate(names))])
        axis.setWidth(int(LABEL * max(map(len, names), default=0)) + 16)
        self.box.setYRange(-0.6, max(len(names), 1) - 0.4, padding=0)

    def fit(self, selected: bool = False) -> None:
        """Fit all visible keys, or the selected ones."""
        keys = self.model.selected if selected and self.model.selected else self._spots.keys
        frames = [key.frame for key in keys] or [self._head.value()]
        self.box.setXRange(*pad_frames(min(frames), max(frames)), padding=0.04)


class DopeSheet(QWidget):
    """The panel."""

    def __init__(self, document: Document, model: KeyModel, parent: QWidget | None = None):
        super().__init__(parent)
        self._model = model
        self.plot = DopeSheetPlot(model, document.frame, self)
        self.plot.menu_requested.connect(lambda at: make_key_menu(model, self.fit, self).popup(at))
        self.words = QLabel(EMPTY)
        self.words.setContentsMargins(12, 12, 12, 12)
        rows = QScrollArea()
        rows.setWidgetResizable(True)
        rows.setFrameShape(QScrollArea.Shape.NoFrame)
        rows.setWidget(self.plot.widget)
        self._stack = QStackedLayout()
        for each in (self.words, rows):
            self._stack.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addLayout(self._stack)
        document.moved.connect(self.plot.move_playhead)
        model.changed.connect(self._refresh)
        self._rows: tuple[CurveId, ...] = ()
        self.plot.draw()
        self._refresh()

    def _refresh(self) -> None:
        """Fit the keys if other rows are shown."""
        rows = tuple(self._model.visible_curves)
        self._stack.setCurrentIndex(1 if rows else 0)
        self.plot.widget.setMinimumHeight(ROW * len(rows) + AXIS)
        if rows != self._rows:
            self._rows = rows
            self.plot.fit()

    def fit(self) -> None:
        """Fit the selected keys; all if none is selected."""
        self.plot.fit(selected=True)
