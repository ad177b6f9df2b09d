"""Edits of whole nodes: add, delete, copy, cut, paste, duplicate. Each is one step of undo.

It knows the panel only as `ShownNodes`, so that it is tested without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtGui import QGuiApplication

from ....graph import allowed_paths
from ....graph.changes import Place, place_nodes, with_node, with_wire, without_nodes
from ....graph.graph import Graph
from ....nodes import NODES
from ..shot.clipboard import PastedNodes, copy_nodes, duplicate_nodes, parse_nodes, paste_nodes
from ..shot.document import Document
from ..shot.node_layout import CoveredArea, find_rect

BESIDE = (40.0, 140.0)  # pixels from the selected node to one that is added by a menu


class ShownNodes(Protocol):
    """What the node graph shows."""

    def find_selection(self) -> list[str]: ...

    def select(self, *names: str) -> None: ...

    def find_cursor(self) -> Place | None: ...


class NodeEdits:
    """The edits, and what they need of the document and of what is shown."""

    def __init__(
        self, document: Document, view: ShownNodes, reveal: Callable[[Iterable[str]], None] = lambda names: None
    ):
        self._document, self._view, self._reveal = document, view, reveal

    def add(self, kind: str, at: Place | None = None) -> str:
        """Add a node of `kind`, at a place or beside the selected one, wired to the selected ones where types fit, and
        select it. Returns its name.
        """
        made, chosen = "", self._view.find_selection()

        def change(graph: Graph) -> Graph:
            nonlocal made
            graph, made = with_node(graph, NODES[kind])
            place = _find_clear_place(
                graph, made, at or _find_place_beside(graph, chosen) or self._view.find_cursor() or (0.0, 0.0)
            )
            return wire_to(place_nodes(graph, {made: place}), made, chosen)

        self._document.apply(f"add {kind}", change)
        self._view.select(made)
        self._reveal((made,))
        return made

    def delete(self) -> None:
        """Delete the selected nodes."""
        names = self._view.find_selection()
        if names:
            self._document.apply(f"delete {_format_names(names)}", lambda graph: without_nodes(graph, names))
            self._view.select("")

    def copy(self) -> bool:
        """Copy the selected nodes to the clipboard, as text. Returns whether there were any."""
        names = self._view.find_selection()
        if names:
            QGuiApplication.clipboard().setText(copy_nodes(self._document.graph, names))
        return bool(names)

    def cut(self) -> None:
        """Copy the selected nodes to the clipboard and delete them."""
        if self.copy():
            self.delete()

    def paste(self, at: Place | None = None) -> None:
        """Paste nodes from the clipboard: at a place, at the mouse, or beside the originals."""
        text = QGuiApplication.clipboard().text()
        at = at or self._view.find_cursor()
        self._insert("paste nodes", lambda graph: paste_nodes(graph, parse_nodes(text), at))

    def duplicate(self) -> None:
        """Copy the selected nodes beside themselves, wired as they are. The clipboard is left alone."""
        names = self._view.find_selection()
        if names:
            self._insert(f"duplicate {_format_names(names)}", lambda graph: duplicate_nodes(graph, names))

    def _insert(self, words: str, make: Callable[[Graph], PastedNodes]) -> None:
        made: tuple[str, ...] = ()

        def change(graph: Graph) -> Graph:
            nonlocal made
            graph, made = make(graph)
            return graph

        before = allowed_paths.written_folders(self._document.graph)
        if self._document.apply(words, change):
            self._document.confirm_before_writing(allowed_paths.written_folders(self._document.graph) - before)
            self._view.select(*made)
            self._reveal(made)


def wire_to(graph: Graph, name: str, sources: Iterable[str]) -> Graph:
    """The shot with `sources` wired to the first free inputs of `name` that accept them."""
    inputs = graph.nodes[name].kind.inputs
    for source in sources:
        gives = graph.nodes[source].gives if source in graph.nodes else None
        free = (entry for entry in inputs if entry not in graph.nodes[name].wires)
        entry = next((each for each in free if gives in inputs[each].kinds), None)
        if entry:
            graph = with_wire(graph, name, entry, source)
    return graph


def _find_place_beside(graph: Graph, chosen: Iterable[str]) -> Place | None:
    place = next((graph.nodes[name].place for name in chosen if name in graph.nodes), None)
    return (place[0] + BESIDE[0], place[1] + BESIDE[1]) if place else None


def _find_clear_place(graph: Graph, name: str, place: Place) -> Place:
    """`place`, or the first one beneath it where the node covers no other."""
    drawn = CoveredArea()
    for placed in graph.nodes.values():
        if placed.place:
            drawn.add(find_rect(placed, placed.place))
    return drawn.find_clear_place(graph.nodes[name], place)


def _format_names(names: Iterable[str]) -> str:
    """The names, shortened to fit the undo menu."""
    names = list(names)
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} nodes"
