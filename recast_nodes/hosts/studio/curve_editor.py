"""Curves of the keyed knobs: a list of them, one of them drawn, and its keys by hand or by number."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ...curves import INTERPOLATIONS, Curve, Key
from ...graph.changes import with_key, without_key
from ...graph.graph import Graph
from .curve_plot import CurvePlot
from .document import Document
from .small import Elided

EMPTY = "No knob is keyed yet: press ◇ beside a knob to set a key at the playhead."


class CurveEditor(QWidget):
    """One curve at a time; the list names all that are keyed."""

    chosen = Signal(str, str)  # node, knob

    def __init__(self, document: Document, parent: QWidget | None = None):
        super().__init__(parent)
        self._document = document
        self.node, self.knob = "", ""
        self.key_frame: float | None = None  # the chosen key's
        self._drawn: object = None  # what is on the screen
        self._build()
        document.changed.connect(self.refresh)
        document.moved.connect(self.plot.move_head)
        self.refresh()
        self.fit()

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setMaximumWidth(260)
        self.list.currentTextChanged.connect(self._listed)
        self.plot = CurvePlot(self._document.frame, self)
        self.plot.moved.connect(lambda old, new: self._commit(old, new))
        self.plot.chosen.connect(self.choose_key)
        self.plot.put.connect(lambda frame, value: self.add_key(frame, value))
        self.kind = QComboBox()
        self.kind.addItems(INTERPOLATIONS)
        self.kind.setToolTip("How the value goes on from the chosen key to the next.")
        self.kind.textActivated.connect(self.set_interpolation)
        self.frame_box, self.value_box = _number_box("The chosen key's frame."), _number_box("Its value.")
        self.frame_box.setDecimals(0)
        self.value_box.setSingleStep(0.05)
        for box in (self.frame_box, self.value_box):
            box.valueChanged.connect(lambda _: self._typed())
        self.delete_button, self.fit_button = QPushButton("delete key"), QPushButton("fit")
        self.delete_button.clicked.connect(self.delete_key)
        self.fit_button.clicked.connect(self.fit)
        self.words = Elided(EMPTY)
        bar = QHBoxLayout()
        bar.setContentsMargins(4, 2, 4, 2)
        bar.addWidget(self.words, 1)
        for word, each in (
            ("frame", self.frame_box),
            ("value", self.value_box),
            ("from it on", self.kind),
            ("", self.delete_button),
            ("", self.fit_button),
        ):
            if word:
                bar.addWidget(QLabel(word))
            bar.addWidget(each)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(self.plot.widget, 1)
        split = QSplitter()
        split.addWidget(self.list)
        split.addWidget(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        split.setSizes([190, 900])
        layout.addWidget(split)

    # What is shown

    @property
    def curve(self) -> Curve | None:
        """The curve that is shown."""
        placed = self._document.graph.nodes.get(self.node)
        return placed.animation.get(self.knob) if placed else None

    def show_curve(self, node: str, knob: str) -> None:
        """Show the curve of a knob."""
        if (node, knob) != (self.node, self.knob):
            self.node, self.knob, self.key_frame = node, knob, None
            self.refresh()
            self.fit()

    def fit(self) -> None:
        """All keys in view, with room for handles."""
        self.plot.fit(self.curve, self._document.frame)

    def refresh(self) -> None:
        """Draw the document's curve, if it is another one than is drawn."""
        self._refresh_list()
        curve = self.curve
        if self._drawn == (curve, self.key_frame, self.node, self.knob) and curve is not None:
            return
        self._drawn = curve, self.key_frame, self.node, self.knob
        self.plot.show(curve, self._chosen_key())
        self._show_chosen(self._chosen_key())

    def _show_chosen(self, chosen: Key | None) -> None:
        """The chosen key in the boxes; without one they are off, and the words say why."""
        for each in (self.frame_box, self.value_box, self.kind, self.delete_button):
            each.setEnabled(chosen is not None)
        self.fit_button.setEnabled(self.curve is not None)
        self.words.setText("Double-click puts a key in. Click one to choose it, drag it." if self.curve else EMPTY)
        self.words.setToolTip(self.words.text())
        if chosen is None:
            return
        for box, number in ((self.frame_box, chosen.frame), (self.value_box, chosen.value)):
            box.blockSignals(True)
            box.setValue(number)
            box.blockSignals(False)
        self.kind.setCurrentText(chosen.interpolation)

    def _refresh_list(self) -> None:
        nodes = self._document.graph.nodes.values()
        keyed = [f"{placed.name}.{knob}" for placed in nodes for knob in placed.animation]
        if (self.node, self.knob) != ("", "") and self.curve is None:
            self.node, self.knob = "", ""
        if not self.node and keyed:
            self.node, _, self.knob = keyed[0].partition(".")
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems(keyed)
        if self.node:
            self.list.setCurrentRow(keyed.index(f"{self.node}.{self.knob}"))
        self.list.blockSignals(False)

    def _chosen_key(self) -> Key | None:
        curve = self.curve
        return next((key for key in curve.keys if key.frame == self.key_frame), None) if curve else None

    # Hands

    def _commit(self, old: Key, new: Key) -> None:
        node, knob = self.node, self.knob
        self.key_frame = new.frame
        taken = self._document.apply(f"key {node}.{knob}", lambda graph: with_key(graph, node, knob, new, old.frame))
        if not taken:
            self.key_frame = old.frame
        self._drawn = None  # what was dragged goes back to where the document has it
        self.refresh()

    def _typed(self) -> None:
        chosen = self._chosen_key()
        if chosen:
            self._commit(chosen, replace(chosen, frame=self.frame_box.value(), value=self.value_box.value()))

    def choose_key(self, frame: float) -> None:
        """Choose the key at `frame`: its handles are shown."""
        self.key_frame = frame
        self.refresh()

    def add_key(self, frame: float, value: float) -> None:
        """Put a key into the curve."""
        node, knob = self.node, self.knob
        self.key_frame = frame
        self._document.apply(
            f"key {node}.{knob}", lambda graph: with_key(graph, node, knob, Key(frame, value, "smooth"))
        )
        self.refresh()

    def delete_key(self) -> None:
        """Take the chosen key out."""
        node, knob, chosen = self.node, self.knob, self._chosen_key()
        if chosen:
            self.key_frame = None
            self._document.apply(f"delete key of {node}.{knob}", lambda g: without_key(g, node, knob, chosen.frame))

    def set_interpolation(self, word: str) -> None:
        """How the value goes on from the chosen key."""
        chosen = self._chosen_key()
        if chosen:
            self._commit(chosen, replace(chosen, interpolation=word))

    def _listed(self, text: str) -> None:
        node, _, knob = text.partition(".")
        if node:
            self.show_curve(node, knob)
            self.chosen.emit(node, knob)


def _number_box(tip: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(-1e9, 1e9)
    box.setDecimals(4)
    box.setFixedWidth(92)
    box.setKeyboardTracking(False)
    box.setToolTip(tip)
    return box


def keyed_frames(graph: Graph, node: str) -> list[float]:
    """The frames at which a node has keys."""
    placed = graph.nodes.get(node)
    return [key.frame for curve in placed.animation.values() for key in curve.keys] if placed else []
