"""What is dragged over the picture: the box of the selected FaceTrack, or the point that eyes look at."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from ....graph.changes import with_value
from ....graph.graph import Graph
from .box_editor import BoxEditor, is_same_picture
from .point_handle import PointHandle

KIND, TARGET, POINT, PLACE = "ExpressionMix", "target", "point", ("target_x", "target_y")
LOOK_HERE = "Drag the point that the eyes look at."


class TargetEditor(BoxEditor):
    """Keeps the canvas's point and the knobs of the selected ExpressionMix in step too. Where they are keyed, a drag
    makes a key in its frame.
    """

    _looking = ""  # the node whose point is shown

    def show_box(self, selected: str, name: str, frame: int) -> None:
        graph = self._document.graph
        shown = looks_at_point(graph, selected, frame) and name != "driver" and is_same_picture(graph, selected, name)
        self._looking = selected if shown else ""
        if not shown:
            super().show_box(selected, name, frame)
            return
        x, y = (graph.at(selected, frame).values[knob] for knob in PLACE)
        unset = (x, y) == (0, 0) and not graph.nodes[selected].animation.keys() & set(PLACE)
        place = self._canvas.display.center() if unset else QPointF(x, y)
        if self._canvas.box is None or not self._canvas.box.is_held:
            self._canvas.show_box(PointHandle(place), LOOK_HERE if unset else "")

    def _set_box(self, rect: QRectF) -> None:
        node, frame = self._looking, self._document.frame
        if not node:
            super()._set_box(rect)
            return

        def move(graph: Graph) -> Graph:
            for knob, value in zip(PLACE, (rect.x(), rect.y()), strict=True):
                graph = with_value(graph, node, knob, frame, round(value, 1))
            return graph

        words = f"{node}.target"
        self._document.apply(words, move, merge=words)


def looks_at_point(graph: Graph, node: str, frame: int) -> bool:
    """Whether a node makes eyes look at a point of the picture."""
    placed = graph.nodes.get(node)
    return placed is not None and placed.kind.__name__ == KIND and graph.at(node, frame).values[TARGET] == POINT
