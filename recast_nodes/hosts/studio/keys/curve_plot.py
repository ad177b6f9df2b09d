"""Curves over frames: their lines, keys and handles."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, Signal

from ....curves import Curve, Key
from .key_drag import OUTSIDE
from .key_edits import CurveId, KeyId, bend_handle, find_key
from .key_model import KeyModel
from .key_mouse import pad_frames
from .key_plot import NEAR, KeyPlot

HANDLE = "#c8c8c8"
SAMPLES = 900  # of a line, over three times its visible part
CORNERS = 3_000  # keys that a line goes through exactly; with more in view, they are closer than pixels
BENT = 40  # selected keys whose handles are drawn at once
PADDING = 0.12  # of what is framed
EDGES = OUTSIDE + 6  # pixels around the keys, for the arrows that scale them
THICK, THIN = 2.5, 1.5  # pixels, of the active curve and of others


class CurvePlot(KeyPlot):
    """Curves, with y in the knobs' values."""

    key_added = Signal(float, float)  # frame and value of a double-click

    def __init__(self, model: KeyModel, frame: int, parent: QObject | None = None):
        self._lines: dict[CurveId, pg.PlotCurveItem] = {}
        self._sampled: dict[CurveId, tuple[Curve, float, float]] = {}  # the curve that a line shows, from and to
        super().__init__(model, frame, parent)
        self._handles = self._make_scatter("o", 9, HANDLE, 22)
        self._stalks = pg.PlotCurveItem(pen=pg.mkPen(HANDLE), connect="pairs")
        self.box.addItem(self._stalks, ignoreBounds=True)
        self._bent_handle: tuple[KeyId, str] | None = None
        self.box.sigXRangeChanged.connect(lambda *_: self._draw_lines())

    def find_height(self, id: CurveId, key: Key) -> float:
        return key.value

    def draw(self) -> None:
        self._draw_lines()
        self._draw_handles()
        super().draw()

    def fit(self, keys: frozenset[KeyId] = frozenset()) -> None:
        """Fit these keys, or all visible ones, with room for handles; without any, the frames around the playhead."""
        found = [(key, curve) for id, curve in self.model.visible_curves.items() for key in _list_keys(id, curve, keys)]
        if not found:
            self.box.setRange(xRange=(self._head.value() - 10, self._head.value() + 10), yRange=(0, 1), padding=0.1)
            return
        frames, values = [key.frame for key, _ in found], [key.value for key, _ in found]
        if not keys:
            values += [0.0, 1.0]
        rest = 0.5 if min(values) == max(values) else 0.0
        self.box.setXRange(*pad_frames(min(frames), max(frames)), padding=self._find_padding(self.box.width()))
        self.box.setYRange(min(values) - rest, max(values) + rest, padding=self._find_padding(self.box.height()))

    def _find_padding(self, pixels: float) -> float:
        """The part of what is framed that stays free on either side; arrows that scale selected keys need theirs."""
        arrows = EDGES / max(pixels - 2 * EDGES, EDGES) if len(self.model.shown_selection) > 1 else 0.0
        return max(PADDING, arrows)

    # Lines

    def _draw_lines(self) -> None:
        curves = self.model.visible_curves
        for id in set(self._lines) - set(curves):
            self.box.removeItem(self._lines.pop(id))
            self._sampled.pop(id, None)
        (left, right), _ = self.box.viewRange()
        for id, curve in curves.items():
            if id not in self._lines:
                self._lines[id] = pg.PlotCurveItem()
                self.box.addItem(self._lines[id], ignoreBounds=True)
            width = THICK if id == self.model.active else THIN
            self._lines[id].setPen(pg.mkPen(self.model.find_colour(id), width=width))
            if not self._is_sampled(id, curve, left, right):
                first, last = left - (right - left), right + (right - left)
                frames = _sample_frames(curve, first, last)
                self._lines[id].setData(frames, [curve.at(frame) for frame in frames])
                self._sampled[id] = curve, first, last

    def _is_sampled(self, id: CurveId, curve: Curve, left: float, right: float) -> bool:
        """Whether the line is of this curve, covers the visible range, and finely enough."""
        known, first, last = self._sampled.get(id, (None, 0.0, 0.0))
        return known is curve and first <= left and right <= last and last - first <= 6 * (right - left)

    # Handles

    def find_handles(self) -> dict[tuple[KeyId, str], QPointF]:
        """Where the handles of the selected keys are."""
        if len(self.model.shown_selection) > BENT:
            return {}
        places = {}
        for at in self.model.shown_selection:
            key = find_key(self.model.visible_curves, at)
            if key is None or (key.interpolation != "bezier" and not key.left and not key.right):
                continue
            for side, (x, y) in (("left", key.left or (-3.0, 0.0)), ("right", key.right or (3.0, 0.0))):
                places[at, side] = QPointF(key.frame + x, key.value + y)
        return places

    def _draw_handles(self) -> None:
        places = self.find_handles()
        self._handles.setData([at.x() for at in places.values()], [at.y() for at in places.values()])
        ends = [(find_key(self.model.visible_curves, at), end) for (at, _), end in places.items()]
        x = [each for key, end in ends if key for each in (key.frame, end.x())]
        y = [each for key, end in ends if key for each in (key.value, end.y())]
        self._stalks.setData(x, y, connect="pairs")

    def _find_handle_near(self, at: QPointF) -> tuple[KeyId, str] | None:
        wide, high = self._find_pixel_size()
        for handle, there in self.find_handles().items():
            if ((there.x() - at.x()) / wide) ** 2 + ((there.y() - at.y()) / high) ** 2 <= NEAR**2:
                return handle
        return None

    # Mouse and keys

    def press(self, at: QPointF, more: bool) -> bool:
        handle = self._find_handle_near(at)
        self._bent_handle = handle if self.find_key_near(at) is None else None
        if self._bent_handle:
            self.model.select([self._bent_handle[0]])
            return True
        return super().press(at, more)

    def drag(self, to: QPointF, straight: bool) -> None:
        key = find_key(self.model.curves, self._bent_handle[0]) if self._bent_handle else None
        if self._bent_handle and key:
            self.model.drag(bend_handle(self._bent_handle[1], to.x() - key.frame, to.y() - key.value))
        else:
            super().drag(to, straight)

    def release(self) -> None:
        self._bent_handle = None
        super().release()

    def double_click(self, at: QPointF) -> None:
        self.key_added.emit(float(round(at.x())), at.y())


def _list_keys(id: CurveId, curve: Curve, keys: frozenset[KeyId]) -> list[Key]:
    return [key for key in curve.keys if not keys or KeyId(id, key.frame) in keys]


def _sample_frames(curve: Curve, first: float, last: float) -> list[float]:
    """Frames at which a line is drawn: evenly, at the keys, and just before each, where the value may step."""
    even = {first + (last - first) * part / SAMPLES for part in range(SAMPLES + 1)}
    inside = [key.frame for key in curve.keys if first <= key.frame <= last]
    corners = inside if len(inside) <= CORNERS else []
    return sorted(even | {each for frame in corners for each in (frame - 1e-6, frame)})
