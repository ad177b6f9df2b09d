"""Keys drawn by pyqtgraph, selected, moved and scaled by the mouse. It knows the key model and no document.

Curve editor and dope sheet are both of this: they differ in what a key's height is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, Signal

from ....curves import Key
from .key_drag import OUTSIDE, KeyDrag, find_edges
from .key_edits import CurveId, KeyId
from .key_model import KeyModel
from .key_mouse import KeyViewBox

SELECTED, EDGE, HEAD, BACKGROUND = "#ffffff", "#c8c8c8", "#ff6050", "#222222"
ARROWS = {"left": "t3", "right": "t2", "low": "t", "high": "t1"}  # pyqtgraph's names
NEAR = 9.0  # pixels from a key or an edge in which a press hits it


class PassiveSpots(pg.ScatterPlotItem):
    """Spots that leave the mouse to the view beneath them."""

    def mouseClickEvent(self, event: Any) -> None:
        event.ignore()


class KeySpots(NamedTuple):
    """All visible keys, and where they are drawn."""

    keys: list[KeyId]
    x: np.ndarray
    y: np.ndarray


class KeyPlot(QObject):
    """The plot; `widget` is what is shown."""

    menu_requested = Signal(QPoint)  # where on the screen
    symbol, size = "s", 9
    moves_values = True

    def __init__(self, model: KeyModel, frame: int, parent: QObject | None = None):
        super().__init__(parent)
        self.model = model
        self._drag: KeyDrag | None = None
        self._spots = KeySpots([], np.zeros(0), np.zeros(0))
        self._extent: QRectF | None = None  # where the keys were
        self.box = KeyViewBox(self, self.moves_values)
        self.widget = pg.PlotWidget(background=BACKGROUND, viewBox=self.box)
        self.widget.showGrid(x=True, y=self.moves_values, alpha=0.25)
        self.widget.hideButtons()
        self.box.disableAutoRange()
        self._marks: dict[CurveId, PassiveSpots] = {}
        self._selected = self._make_scatter(self.symbol, self.size + 3, SELECTED, 20)
        self._edges = self._make_scatter("t", 12, EDGE, 21)
        self._outline = pg.QtWidgets.QGraphicsRectItem()
        self._outline.setPen(pg.mkPen(EDGE, style=Qt.PenStyle.DotLine))
        self.box.addItem(self._outline, ignoreBounds=True)
        self._head = pg.InfiniteLine(frame, pen=pg.mkPen(HEAD))
        self.widget.addItem(self._head)
        self.box.sigRangeChanged.connect(lambda *_: self._draw_outline())
        model.changed.connect(self.draw)

    def _make_scatter(self, symbol: str, size: int, colour: str, z: int) -> PassiveSpots:
        made = PassiveSpots(size=size, symbol=symbol, pen=pg.mkPen(colour), brush=pg.mkBrush(colour))
        made.setZValue(z)
        self.box.addItem(made, ignoreBounds=True)
        return made

    def find_height(self, id: CurveId, key: Key) -> float:
        """Where a key is drawn over its frame."""
        raise NotImplementedError

    def move_playhead(self, frame: int) -> None:
        """The playhead is elsewhere."""
        self._head.setValue(frame)

    # Drawing

    def draw(self) -> None:
        """Draw what the model says."""
        curves = self.model.visible_curves
        for id in set(self._marks) - set(curves):
            self.box.removeItem(self._marks.pop(id))
        keys, x, y = [], [], []
        for id, curve in curves.items():
            heights = [self.find_height(id, key) for key in curve.keys]
            frames = [key.frame for key in curve.keys]
            if id not in self._marks:
                self._marks[id] = self._make_scatter(self.symbol, self.size, SELECTED, 10)
            colour = self.model.find_colour(id)
            self._marks[id].setData(frames, heights, pen=pg.mkPen("#101010"), brush=pg.mkBrush(colour))
            keys += [KeyId(id, frame) for frame in frames]
            x += frames
            y += heights
        self._spots = KeySpots(keys, np.array(x), np.array(y))
        marked = self.model.shown_selection
        selected = [place for place, key in enumerate(keys) if key in marked] if marked else []
        self._selected.setData(self._spots.x[selected], self._spots.y[selected])
        self._draw_outline()
        self._keep_in_view()

    def _keep_in_view(self) -> None:
        """Fit all keys again if all were in view and one has moved out of it; a closer view is left alone."""
        if self._drag or not self._spots.keys:
            return
        x, y = self._spots.x, self._spots.y
        before, self._extent = self._extent, QRectF(QPointF(x.min(), y.min()), QPointF(x.max(), y.max()))
        if before is not None and self._is_in_view(before) and not self._is_in_view(self._extent):
            self.fit()

    def _is_in_view(self, box: QRectF) -> bool:
        return all(self.box.viewRect().contains(corner) for corner in (box.topLeft(), box.bottomRight()))

    def fit(self) -> None:
        """Fit all visible keys."""
        raise NotImplementedError

    def find_selected_box(self) -> QRectF | None:
        """The box around the selected keys, where they are several."""
        marked = self.model.shown_selection
        selected = [place for place, key in enumerate(self._spots.keys) if key in marked] if len(marked) > 1 else []
        if not selected:
            return None
        x, y = self._spots.x[selected], self._spots.y[selected]
        return QRectF(x.min(), y.min(), x.max() - x.min(), y.max() - y.min())

    def find_edges(self) -> dict[str, QPointF]:
        """The handles that scale the box of the selected keys."""
        return find_edges(self.find_selected_box(), self._find_pixel_size(), self.moves_values)

    def _find_pixel_size(self) -> tuple[float, float]:
        """How many frames, and how much of y, a pixel is."""
        (left, right), (low, high) = self.box.viewRange()
        return (right - left) / max(self.box.width(), 1), (high - low) / max(self.box.height(), 1)

    def _draw_outline(self) -> None:
        places, box = self.find_edges(), self.find_selected_box()
        x, y = [at.x() for at in places.values()], [at.y() for at in places.values()]
        self._edges.setData(x, y, symbol=[ARROWS[edge] for edge in places])
        self._outline.setVisible(bool(places))
        if places and box is not None:
            wide, high = (OUTSIDE * size for size in self._find_pixel_size())
            self._outline.setRect(box.adjusted(-wide, -high, wide, high))

    # Mouse and keys

    def find_key_near(self, at: QPointF) -> KeyId | None:
        """The key that a press at this point hits."""
        if not self._spots.keys:
            return None
        wide, high = self._find_pixel_size()
        away = np.hypot((self._spots.x - at.x()) / wide, (self._spots.y - at.y()) / high)
        nearest = int(away.argmin())
        return self._spots.keys[nearest] if away[nearest] <= NEAR else None

    def find_edge_near(self, at: QPointF) -> str:
        """The edge that a press at this point hits; '' for none."""
        wide, high = self._find_pixel_size()
        for edge, there in self.find_edges().items():
            if np.hypot((there.x() - at.x()) / wide, (there.y() - at.y()) / high) <= NEAR:
                return edge
        return ""

    def press(self, at: QPointF, more: bool) -> bool:
        edge, key = self.find_edge_near(at), self.find_key_near(at)
        if not edge and key is None:
            return False
        if key is not None and not edge and key not in self.model.selected:
            self.model.select([key], more)
        self._drag = KeyDrag(edge, at, self.find_selected_box() or QRectF())
        return True

    def drag(self, to: QPointF, straight: bool) -> None:
        drag = self._drag
        if drag and drag.edge:
            self.model.drag(drag.scale(to))
        elif drag:
            self.model.drag(drag.move(to, self._find_pixel_size(), straight, self.moves_values))

    def double_click(self, at: QPointF) -> None:
        """Nothing, unless a panel has a use for it."""

    def release(self) -> None:
        scales = self._drag is not None and bool(self._drag.edge)
        self._drag = None
        self.model.end_drag("scale keys" if scales else "move keys")

    def click(self, at: QPointF, more: bool) -> None:
        key = self.find_key_near(at)
        if key is not None or not more:
            self.model.select([key] if key else [], more)

    def right_click(self, at: QPointF, screen: QPoint) -> None:
        key = self.find_key_near(at)
        if key is not None and key not in self.model.selected:
            self.model.select([key])
        self.menu_requested.emit(screen)

    def select_box(self, box: QRectF, more: bool) -> None:
        inside = (self._spots.x >= box.left()) & (self._spots.x <= box.right())
        inside &= (self._spots.y >= box.top()) & (self._spots.y <= box.bottom())
        keys = {self._spots.keys[place] for place in np.flatnonzero(inside)}
        self.model.select(self.model.selected | keys if more else keys)
