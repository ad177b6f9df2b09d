"""What the node graph offers besides drawing: edits of nodes, the search, the context menus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor

from ....graph.changes import Place
from ....nodes import NODES
from ..shot.add_face import add_face
from .node_edits import NodeEdits
from .node_menus import make_menu
from .node_search import NodeSearch

if TYPE_CHECKING:
    from ..window import StudioWindow


class NodeTools:
    """Brings them together for a window that has its node graph already."""

    def __init__(self, window: StudioWindow):
        self._window = window
        self._place: Place | None = None  # where the node is put that is being searched
        self.edits = NodeEdits(window.document, window.nodes, self._reveal)
        self.finder = NodeSearch(NODES, window)
        self.finder.chosen.connect(lambda kind: self.edits.add(kind, self._place))
        window.nodes.view.menu_requested.connect(self.show_menu)

    def open_search(self) -> None:
        """Search for a node by typing, and add it where the mouse is."""
        self._place = self._window.nodes.find_cursor()
        self.finder.open_at(QCursor.pos())

    def add_face(self) -> None:
        """One more face, to be picked by a box that is drawn now."""
        self._window.nodes.select(add_face(self._window.document))
        self._window.nodes.frame_all()

    def _reveal(self, names: Iterable[str]) -> None:
        """Bring new nodes into view."""
        drawn = (self._window.nodes.find_node(name) for name in names)
        self._window.nodes.view.reveal([node.view for node in drawn if node is not None])

    def show_menu(self, at: QPoint) -> None:
        """Open the menu of what lies under the mouse, at a point of the screen."""
        menu = make_menu(self._window, self._window.nodes.view.find_under_mouse())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
