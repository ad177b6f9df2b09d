"""Curves of the keyed knobs: keys and handles that a hand moves, by pyqtgraph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
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
from .document import Document
from .small import Elided

CURVE, CHOSEN, HANDLE, HEAD = "#e0b040", "#ffffff", "#60c8ff", "#ff6050"
SAMPLES = 600
HANDS = 120  # keys that can be taken hold of at once; where more are in view, zooming in comes first
EMPTY = "No knob is keyed yet: press ◇ beside a knob to set a key at the playhead."


class CurveEditor(QWidget):
    """One curve at a time; the list names all that are keyed."""

    chosen = Signal(str, str)  # node, knob

    def __init__(self, document: Document, parent: QWidget | None = None):
        super().__init__(parent)
        self._document = document
        self.node, self.knob = "", ""
        self.key_frame: float | None = None  # the chosen key's
        self._targets: list[pg.TargetItem] = []
        self._drawn: object = None  # what is on the screen
        self._build()
        document.changed.connect(self.refresh)
        document.moved.connect(lambda frame: self._head.setValue(frame))
        self.refresh()
        self.fit()

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setMaximumWidth(260)
        self.list.currentTextChanged.connect(self._listed)
        self.plot = pg.PlotWidget(background="#222222")
        self.plot.showGrid(x=True, y=True, alpha=0.25)
        self.plot.setMenuEnabled(False)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.plot.getViewBox().sigXRangeChanged.connect(lambda *_: self._draw_keys())
        self._line = self.plot.plot(pen=pg.mkPen(CURVE, width=2))
        self._marks = pg.ScatterPlotItem(size=7, symbol="s", pen=pg.mkPen(CURVE), brush=None)
        self.plot.addItem(self._marks)
        self._head = pg.InfiniteLine(self._document.frame, pen=pg.mkPen(HEAD))
        self.plot.addItem(self._head)
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
        column.addWidget(self.plot, 1)
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
        curve = self.curve
        if curve is None:
            self.plot.setXRange(self._document.frame - 10, self._document.frame + 10)
            return
        frames, values = [key.frame for key in curve.keys], [key.value for key in curve.keys]
        low, high = min([*values, 0.0]), max([*values, 1.0])
        self.plot.setXRange(min(frames) - 2, max(frames) + 2, padding=0.05)
        self.plot.setYRange(low, high, padding=0.15)

    def refresh(self) -> None:
        """Draw the document's curve, if it is another one than is drawn."""
        self._refresh_list()
        curve = self.curve
        if self._drawn == (curve, self.key_frame, self.node, self.knob) and curve is not None:
            return
        self._drawn = curve, self.key_frame, self.node, self.knob
        self._draw_line(curve)
        self._draw_keys()
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

    def _draw_keys(self) -> None:
        """All keys as marks; those in view as targets that a hand can take, unless they are too many."""
        for target in self._targets:
            self.plot.removeItem(target)
        self._targets = []
        keys = self.curve.keys if self.curve else ()
        self._marks.setData([key.frame for key in keys], [key.value for key in keys])
        (low, high), _ = self.plot.viewRange()
        near = [key for key in keys if low <= key.frame <= high]
        for key in near if len(near) <= HANDS else ():
            self._add_key(key)
        chosen = self._chosen_key()
        if chosen:
            if len(near) > HANDS:
                self._add_key(chosen)
            self._add_handles(chosen)

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

    def _draw_line(self, curve: Curve | None) -> None:
        if curve is None:
            self._line.setData([], [])
            return
        first, last = curve.keys[0].frame - 10, curve.keys[-1].frame + 10
        frames = sorted({first + (last - first) * part / SAMPLES for part in range(SAMPLES + 1)} | set(_corners(curve)))
        self._line.setData(frames, [curve.at(frame) for frame in frames])

    def _add_key(self, key: Key) -> None:
        target = self._target(key.frame, key.value, CHOSEN if key.frame == self.key_frame else CURVE, 11, "s")
        target.sigPositionChanged.connect(lambda item: self._preview(key, _moved(key, item.pos())))
        target.sigPositionChangeFinished.connect(lambda item: self._commit(key, _moved(key, item.pos())))

    def _add_handles(self, key: Key) -> None:
        if key.interpolation != "bezier" and not key.left and not key.right:
            return
        for side, default in (("left", (-3.0, 0.0)), ("right", (3.0, 0.0))):
            x, y = getattr(key, side) or default
            target = self._target(key.frame + x, key.value + y, HANDLE, 9, "o")
            target.sigPositionChanged.connect(lambda item, side=side: self._preview(key, _bent(key, side, item.pos())))
            target.sigPositionChangeFinished.connect(
                lambda item, side=side: self._commit(key, _bent(key, side, item.pos()))
            )

    def _target(self, x: float, y: float, colour: str, size: int, symbol: str) -> pg.TargetItem:
        target = pg.TargetItem((x, y), size=size, symbol=symbol, pen=pg.mkPen(colour, width=2), movable=True)
        self.plot.addItem(target)
        self._targets.append(target)
        return target

    def _chosen_key(self) -> Key | None:
        curve = self.curve
        return next((key for key in curve.keys if key.frame == self.key_frame), None) if curve else None

    # Hands

    def _preview(self, old: Key, new: Key) -> None:
        curve = self.curve
        if curve is not None:
            self._draw_line(Curve([*(key for key in curve.keys if key.frame not in (old.frame, new.frame)), new]))

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

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.curve is None:
            return
        place = self.plot.getViewBox().mapSceneToView(event.scenePos())
        if event.double():
            self.add_key(round(place.x()), place.y())
        else:
            self._choose_near(event.scenePos())

    def _choose_near(self, point: Any) -> None:
        view, curve = self.plot.getViewBox(), self.curve
        assert curve is not None

        def away(key: Key) -> float:
            there = view.mapViewToScene(pg.Point(key.frame, key.value))
            return abs(there.x() - point.x()) + abs(there.y() - point.y())

        near = min(curve.keys, key=away)
        if away(near) < 16:
            self.choose_key(near.frame)

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


def _corners(curve: Curve) -> list[float]:
    """Frames at which the line must be exact: the keys, and just before a step."""
    return [frame for key in curve.keys for frame in (key.frame - 1e-6, key.frame)]


def _moved(key: Key, place: Any) -> Key:
    """The key at a place, on a whole frame."""
    return replace(key, frame=float(round(place.x())), value=float(place.y()))


def _bent(key: Key, side: str, place: Any) -> Key:
    """The key with one handle moved; a handle stays on its own side."""
    x, y = place.x() - key.frame, place.y() - key.value
    if side == "left":
        return replace(key, left=(float(min(x, 0.0)), float(y)))
    return replace(key, right=(float(max(x, 0.0)), float(y)))
