"""The mouse over a plot of keys: presses, drags and clicks, passed on to the plot.

Left: a key, or a box over keys. Middle, or Alt and left: pan. Right: zoom, or a menu. Wheel: zoom, with Ctrl time
alone, with Shift values alone.
"""

from __future__ import annotations

from typing import Any, Protocol

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

Modifiers = Qt.KeyboardModifier
FRAME = pg.mkPen("#a0a0a0", style=Qt.PenStyle.DashLine)
FRAMED = pg.mkBrush(255, 255, 255, 24)
MARGIN, AROUND = 2, 10  # frames in view beside the first and the last key, and beside a single one


class KeyMouseTarget(Protocol):
    """What a plot of keys does with the mouse. Places are frames and the plot's own y."""

    def press(self, at: QPointF, more: bool) -> bool:
        """Grab what is there. Returns whether there is anything."""

    def drag(self, to: QPointF, straight: bool) -> None:
        """Drag it to a point; `straight` keeps to one axis."""

    def release(self) -> None:
        """The drag has ended."""

    def click(self, at: QPointF, more: bool) -> None:
        """Nothing was dragged."""

    def double_click(self, at: QPointF) -> None: ...

    def right_click(self, at: QPointF, screen: QPoint) -> None:
        """A menu is wanted, at a point of the screen."""

    def select_box(self, box: QRectF, more: bool) -> None:
        """A box was drawn."""


class KeyViewBox(pg.ViewBox):
    """pyqtgraph's view, with the mouse given to keys."""

    def __init__(self, target: KeyMouseTarget, zooms_values: bool = True):
        super().__init__(enableMenu=False)
        self._target, self._zooms_values = target, zooms_values
        self._holds = self._pans = False
        self._frame = pg.QtWidgets.QGraphicsRectItem()
        self._frame.setPen(FRAME)
        self._frame.setBrush(FRAMED)
        self._frame.setZValue(100)
        self._frame.hide()
        self.addItem(self._frame, ignoreBounds=True)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.isStart():
            self._pans = event.button() != Qt.MouseButton.LeftButton or bool(event.modifiers() & Modifiers.AltModifier)
        if self._pans or axis is not None:
            super().mouseDragEvent(event, axis if self._zooms_values else 0)
            return
        event.accept()
        start, now = (self.mapSceneToView(each) for each in (event.buttonDownScenePos(), event.scenePos()))
        more = bool(event.modifiers() & (Modifiers.ShiftModifier | Modifiers.ControlModifier))
        if event.isStart():
            self._holds = self._target.press(start, more)
        if self._holds:
            self._target.drag(now, bool(event.modifiers() & Modifiers.ShiftModifier))
            if event.isFinish():
                self._target.release()
            return
        box = QRectF(start, now).normalized()
        self._frame.setRect(box)
        self._frame.setVisible(not event.isFinish())
        if event.isFinish():
            self._target.select_box(box, more)

    def mouseClickEvent(self, event: Any) -> None:
        at = self.mapSceneToView(event.scenePos())
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        event.accept()
        if event.button() == Qt.MouseButton.RightButton:
            self._target.right_click(at, event.screenPos().toPoint())
        elif event.double():
            self._target.double_click(at)
        else:
            self._target.click(at, bool(event.modifiers() & (Modifiers.ShiftModifier | Modifiers.ControlModifier)))

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        if not self._zooms_values or event.modifiers() & Modifiers.ControlModifier:
            axis = 0
        elif event.modifiers() & Modifiers.ShiftModifier:
            axis = 1
        super().wheelEvent(event, axis)


def pad_frames(first: float, last: float) -> tuple[float, float]:
    """The frames to show for keys from `first` to `last`: with a margin, or the neighbourhood of a single frame."""
    rest = MARGIN if last > first else AROUND
    return first - rest, last + rest
