"""One curve drawn by pyqtgraph: its line, its keys and handles, which hands can move. It knows no document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal

from ...curves import Curve, Key

CURVE, CHOSEN, HANDLE, HEAD = "#e0b040", "#ffffff", "#60c8ff", "#ff6050"
SAMPLES = 600
HANDS = 120  # keys that can be taken hold of at once; where more are in view, zooming in comes first
NEAR = 16  # pixels from a key in which a click means it


class CurvePlot(QObject):
    """The plot; `widget` is what is shown."""

    moved = Signal(object, object)  # a key as it was, and as a hand has left it
    chosen = Signal(float)  # the frame of a key that was clicked
    put = Signal(float, float)  # frame and value of a double-click

    def __init__(self, frame: int, parent: QObject | None = None):
        super().__init__(parent)
        self._curve: Curve | None = None
        self._key: Key | None = None  # the chosen one
        self.targets: list[pg.TargetItem] = []
        self.widget = pg.PlotWidget(background="#222222")
        self.widget.showGrid(x=True, y=True, alpha=0.25)
        self.widget.setMenuEnabled(False)
        self.widget.scene().sigMouseClicked.connect(self._clicked)
        self.widget.getViewBox().sigXRangeChanged.connect(lambda *_: self._draw_keys())
        self._line = self.widget.plot(pen=pg.mkPen(CURVE, width=2))
        self._marks = pg.ScatterPlotItem(size=7, symbol="s", pen=pg.mkPen(CURVE), brush=None)
        self.widget.addItem(self._marks)
        self._head = pg.InfiniteLine(frame, pen=pg.mkPen(HEAD))
        self.widget.addItem(self._head)

    def move_head(self, frame: int) -> None:
        """The playhead is elsewhere."""
        self._head.setValue(frame)

    def show(self, curve: Curve | None, chosen: Key | None) -> None:
        """Draw a curve, with the handles of one of its keys."""
        self._curve, self._key = curve, chosen
        self._draw_line(curve)
        self._draw_keys()

    def fit(self, curve: Curve | None, frame: int) -> None:
        """All keys in view, with room for handles; without a curve, what is around `frame`."""
        if curve is None:
            self.widget.setXRange(frame - 10, frame + 10)
            return
        frames, values = [key.frame for key in curve.keys], [key.value for key in curve.keys]
        low, high = min([*values, 0.0]), max([*values, 1.0])
        self.widget.setXRange(min(frames) - 2, max(frames) + 2, padding=0.05)
        self.widget.setYRange(low, high, padding=0.15)

    def _draw_line(self, curve: Curve | None) -> None:
        if curve is None:
            self._line.setData([], [])
            return
        first, last = curve.keys[0].frame - 10, curve.keys[-1].frame + 10
        frames = sorted({first + (last - first) * part / SAMPLES for part in range(SAMPLES + 1)} | set(_corners(curve)))
        self._line.setData(frames, [curve.at(frame) for frame in frames])

    def _draw_keys(self) -> None:
        """All keys as marks; those in view as targets that a hand can take, unless they are too many."""
        for target in self.targets:
            self.widget.removeItem(target)
        self.targets = []
        keys = self._curve.keys if self._curve else ()
        self._marks.setData([key.frame for key in keys], [key.value for key in keys])
        (low, high), _ = self.widget.viewRange()
        near = [key for key in keys if low <= key.frame <= high]
        for key in near if len(near) <= HANDS else ():
            self._add_key(key)
        if self._key:
            if len(near) > HANDS:
                self._add_key(self._key)
            self._add_handles(self._key)

    def _add_key(self, key: Key) -> None:
        target = self._target(key.frame, key.value, CHOSEN if key == self._key else CURVE, 11, "s")
        target.sigPositionChanged.connect(lambda item: self._preview(key, _moved(key, item.pos())))
        target.sigPositionChangeFinished.connect(lambda item: self.moved.emit(key, _moved(key, item.pos())))

    def _add_handles(self, key: Key) -> None:
        if key.interpolation != "bezier" and not key.left and not key.right:
            return
        for side, default in (("left", (-3.0, 0.0)), ("right", (3.0, 0.0))):
            x, y = getattr(key, side) or default
            target = self._target(key.frame + x, key.value + y, HANDLE, 9, "o")
            target.sigPositionChanged.connect(lambda item, side=side: self._preview(key, _bent(key, side, item.pos())))
            target.sigPositionChangeFinished.connect(
                lambda item, side=side: self.moved.emit(key, _bent(key, side, item.pos()))
            )

    def _target(self, x: float, y: float, colour: str, size: int, symbol: str) -> pg.TargetItem:
        target = pg.TargetItem((x, y), size=size, symbol=symbol, pen=pg.mkPen(colour, width=2), movable=True)
        self.widget.addItem(target)
        self.targets.append(target)
        return target

    # Hands

    def _preview(self, old: Key, new: Key) -> None:
        if self._curve is not None:
            others = [key for key in self._curve.keys if key.frame not in (old.frame, new.frame)]
            self._draw_line(Curve([*others, new]))

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._curve is None:
            return
        place = self.widget.getViewBox().mapSceneToView(event.scenePos())
        if event.double():
            self.put.emit(round(place.x()), place.y())
        else:
            self._choose_near(self._curve, event.scenePos())

    def _choose_near(self, curve: Curve, point: Any) -> None:
        view = self.widget.getViewBox()

        def away(key: Key) -> float:
            there = view.mapViewToScene(pg.Point(key.frame, key.value))
            return abs(there.x() - point.x()) + abs(there.y() - point.y())

        near = min(curve.keys, key=away)
        if away(near) < NEAR:
            self.chosen.emit(near.frame)


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
