"""The box of the selected FaceTrack, drawn over the picture while it picks its face by one."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF

from ....graph.graph import Graph
from ....graph.roles import main_chain
from ....knobs import Box
from ..shot.document import Document
from ..shot.viewer_inputs import find_wired_roles
from .box_handles import BoxHandles
from .canvas import Canvas

KIND, PICK, BOX = "FaceTrack", "pick", "box"
HINT = "Drag a box around the face."


class BoxEditor(QObject):
    """Keeps the canvas's box and the knob in step. A drag is one step of undo."""

    def __init__(self, document: Document, canvas: Canvas, parent: QObject | None = None):
        super().__init__(parent)
        self._document, self._canvas = document, canvas
        self._node = ""
        canvas.box_dragged.connect(self._set_box)
        canvas.box_released.connect(document.end_drag)

    def find_source(self, selected: str, frame: int) -> str:
        """The node whose picture a first box is drawn on; '' if there is a box, or none is needed. Nothing
        else of the shot can be made until it is drawn.
        """
        graph = self._document.graph
        if not picks_by_box(graph, selected, frame) or graph.at(selected, frame).values[BOX]:
            return ""
        source = graph.nodes[selected].wires.get("image", "")
        return source if source in graph.nodes else ""

    def show_box(self, selected: str, name: str, frame: int) -> None:
        """Show the handles, if node `selected` has a box in the picture that viewer input `name` shows."""
        graph = self._document.graph
        meant = picks_by_box(graph, selected, frame) and (
            bool(self.find_source(selected, frame)) or is_same_picture(graph, selected, name)
        )
        self._node = selected if meant else ""
        if not self._node:
            self._canvas.show_box(None)
            return
        value = graph.at(selected, frame).values[BOX]
        left, top, right, bottom = value or (0.0,) * 4
        rect = QRectF(left, top, right - left, bottom - top) if value else None
        if self._canvas.box is None or not self._canvas.box.is_held:
            self._canvas.show_box(BoxHandles(rect), "" if rect else HINT)

    def _set_box(self, rect: QRectF) -> None:
        node = self._node
        if not node:
            return
        value = tuple(float(round(edge)) for edge in (rect.left(), rect.top(), rect.right(), rect.bottom()))
        if value[2] > value[0] and value[3] > value[1]:
            words = f"{node}.{BOX}"
            self._document.apply(words, lambda graph: graph.with_knob(node, BOX, value), merge=words)


def picks_by_box(graph: Graph, node: str, frame: int) -> bool:
    """Whether a node picks a face by a box."""
    placed = graph.nodes.get(node)
    if placed is None or placed.kind.__name__ != KIND or not isinstance(placed.kind.knobs.get(BOX), Box):
        return False
    return graph.at(node, frame).values[PICK] == BOX


def is_same_picture(graph: Graph, node: str, name: str) -> bool:
    """Whether viewer input `name` shows the clip that `node` tracks: a box on the driver is not one on the plate."""
    if name == "selected node":
        return True
    found = find_wired_roles(graph)
    if found is None:
        return False
    shown = found.driving if name == "driver" else found.plate
    return bool(shown) and main_chain(graph, node)[-1] == main_chain(graph, shown)[-1]
