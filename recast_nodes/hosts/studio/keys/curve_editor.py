"""The curve editor: the curves of the selected nodes with a list of them, and their keys by hand or by number."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....curves import INTERPOLATIONS
from ..shot.document import Document
from ..widgets.flow_layout import FlowLayout
from ..widgets.labels import ElidedLabel, escape_tip
from ..widgets.number_field import NumberField, WholeField
from .curve_plot import CurvePlot
from .key_edits import CurveId, find_key, label_curves, list_keys
from .key_menu import make_key_menu
from .key_model import KeyModel

EMPTY = "No knob is keyed yet: click ◇ beside a knob to set a key at the playhead."
HOW = "Double-click adds a key"
MORE = "Double-click adds a key. Drag keys to move them, or drag a box to select several; its edges scale them."
MIXED = "mixed"
SWATCH, NUMBER, NAMES = 10, 66, 104  # pixels: what leaves one line for the bar on a small screen


class CurveEditor(QWidget):
    """Draws what the key model holds; it has no keys of its own."""

    def __init__(self, document: Document, model: KeyModel, parent: QWidget | None = None):
        super().__init__(parent)
        self.model = model
        self.plot = CurvePlot(model, document.frame, self)
        self.list = QListWidget()
        self._curves: tuple[CurveId, ...] = ()
        self._build()
        document.moved.connect(self.plot.move_playhead)
        model.changed.connect(self.refresh)
        self.plot.key_added.connect(self._add_key)
        self.plot.menu_requested.connect(lambda at: make_key_menu(model, self.fit, self).popup(at))
        self.plot.draw()
        self.refresh()

    def _build(self) -> None:
        self._build_list()
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._build_bar())
        column.addWidget(self.plot.widget, 1)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        split.setSizes([190, 900])
        layout.addWidget(split)

    def _build_list(self) -> None:
        self.list.setMinimumWidth(NAMES)
        self.list.setMaximumWidth(260)
        self.list.setTextElideMode(Qt.TextElideMode.ElideLeft)  # the knob's name is at the right
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setToolTip(
            "The keyed knobs of the selected nodes. Untick one to hide it; double-click shows it alone."
        )
        self.list.currentRowChanged.connect(self._activate_row)
        self.list.itemChanged.connect(self._hide_unticked)
        self.list.itemDoubleClicked.connect(lambda item: self.model.show_only(self._curves[self.list.row(item)]))

    def _build_bar(self) -> QHBoxLayout:
        """The line above the curves: what to do, and the selected keys by number."""
        model = self.model
        self.words = ElidedLabel(EMPTY)
        self.frame_box = WholeField(-(10**9), 10**9, tip="The selected key's frame; of several, the first one's.")
        self.value_box = NumberField(
            -1e9, 1e9, step=0.05, tip="The selected key's value; typed, that of all selected ones."
        )
        self.kind = QComboBox()
        self.kind.addItems((*INTERPOLATIONS, MIXED))
        self.kind.setToolTip("Interpolation from the selected keys to the next ones.")
        self.kind.textActivated.connect(lambda word: model.set_interpolation(word) if word != MIXED else None)
        self.delete_button = _make_button("delete", "Delete the selected keys (Delete).")
        self.fit_button = _make_button("fit", "Fit all keys. F: fit the selected ones.")
        self.delete_button.clicked.connect(model.delete)
        self.fit_button.clicked.connect(lambda: self.plot.fit())
        for box, change in ((self.frame_box, model.set_frame), (self.value_box, model.set_value)):
            box.setFixedWidth(NUMBER)
            box.valueChanged.connect(change)
        controls = QWidget()
        row = FlowLayout(controls)
        row.add(self.frame_box, "frame")
        row.add(self.value_box, "value")
        for widget in (self.kind, self.delete_button, self.fit_button):
            row.add(widget)
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.words, 1)
        bar.addWidget(controls)
        return bar

    # What is shown

    def show_curve(self, node: str, knob: str) -> None:
        """Show the curve of a knob, with all of its keys in view."""
        id = CurveId(node, knob)
        self.model.show_curve(id)
        curve = self.model.visible_curves.get(id)
        if curve:
            self.plot.fit(list_keys(id, curve))

    def fit(self) -> None:
        """Fit the selected keys; all if none is selected."""
        self.plot.fit(self.model.selected)

    def refresh(self) -> None:
        """Show the list and the selected keys as the model has them."""
        self._refresh_list()
        self._refresh_bar()

    def _refresh_list(self) -> None:
        curves = tuple(self.model.curves)
        self.list.blockSignals(True)
        if curves != self._curves:
            self.list.clear()
            for id, label in label_curves(curves).items():
                item = QListWidgetItem(_make_swatch(self.model.find_colour(id)), label)
                item.setToolTip(escape_tip(str(id)))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                self.list.addItem(item)
        for row, id in enumerate(curves):
            hidden = self.model.is_hidden(id)
            self.list.item(row).setCheckState(Qt.CheckState.Unchecked if hidden else Qt.CheckState.Checked)
        if self.model.active in curves:
            self.list.setCurrentRow(curves.index(self.model.active))
        self.list.blockSignals(False)
        if curves != self._curves:
            self._curves = curves
            self.plot.fit()

    def _refresh_bar(self) -> None:
        """Show the selected keys in the fields; without any, disable these and say how to add one."""
        found = [key for at in self.model.shown_selection if (key := find_key(self.model.curves, at))]
        for each in (self.frame_box, self.value_box, self.kind, self.delete_button):
            each.setEnabled(bool(found))
        self.fit_button.setEnabled(bool(self._curves))
        self.words.setText((f"{len(found)} keys selected" if len(found) > 1 else HOW) if self._curves else EMPTY)
        self.words.setToolTip(MORE if self._curves else EMPTY)
        if not found:
            return
        first = min(found)
        with QSignalBlocker(self.frame_box), QSignalBlocker(self.value_box):
            self.frame_box.setValue(round(first.frame))
            self.value_box.setValue(first.value)
        kinds = {key.interpolation for key in found}
        self.kind.setCurrentText(kinds.pop() if len(kinds) == 1 else MIXED)

    # Mouse and keys

    def _add_key(self, frame: float, value: float) -> None:
        if self.model.active:
            self.model.add(self.model.active, frame, value)

    def _activate_row(self, row: int) -> None:
        if 0 <= row < len(self._curves):
            self.model.show_curve(self._curves[row])

    def _hide_unticked(self, item: QListWidgetItem) -> None:
        self.model.hide(self._curves[self.list.row(item)], item.checkState() == Qt.CheckState.Unchecked)


def _make_button(text: str, tip: str) -> QToolButton:
    """A button that is no wider than its word."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    return made


def _make_swatch(colour: str) -> QIcon:
    drawn = QPixmap(SWATCH, SWATCH)
    drawn.fill(QColor(colour))
    return QIcon(drawn)
