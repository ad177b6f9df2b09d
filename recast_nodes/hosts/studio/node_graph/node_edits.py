"""What hands do to nodes as a whole: add, delete, copy, cut, paste, duplicate. Each is one step of undo.

It knows the panel only by what it asks of it (`NodesShown`), so that it is tested without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtGui import QGuiApplication

from ....graph import allowed_paths
from ....graph.changes import Place, place_nodes, with_node, with_wire, without_nodes
from ....graph.graph import Graph
from ....nodes import NODES
from ..shot.document import Document
from ..shot.layout import Drawn, rect_of
from ..shot.snippets import Pasted, duplicated, nodes_in, pasted, snippet_of

BESIDE = (40.0, 140.0)  # pixels from the chosen node to one that is added by a menu


class NodesShown(Protocol):
    """What the node graph shows."""

    def selection(self) -> list[str]: ...

    def select(self, *names: str) -> None: ...

    def cursor(self) -> Place | None: ...


class NodeEdits:
    """The edits, and what they need of the document and of what is shown."""

    def __init__(
        self, document: Document, shown: NodesShown, reveal: Callable[[Iterable[str]], None] = lambda names: None
    ):
        self._document, self._shown, self._reveal = document, shown, reveal

    def add(self, kind: str, at: Place | None = None) -> str:
        """Put a node of `kind` in, at a place or beside what is chosen, wired to what is chosen where that fits, and
        choose it. Returns its name.
        """
        made, chosen = "", self._shown.selection()

        def change(graph: Graph) -> Graph:
            nonlocal made
            graph, made = with_node(graph, NODES[kind])
            place = _clear(graph, made, at or _beside(graph, chosen) or self._shown.cursor() or (0.0, 0.0))
            return wired_to(place_nodes(graph, {made: place}), made, chosen)

        self._document.apply(f"add {kind}", change)
        self._shown.select(made)
        self._reveal((made,))
        return made

    def delete(self) -> None:
        """Take the chosen nodes out of the shot."""
        names = self._shown.selection()
        if names:
            self._document.apply(f"delete {_listed(names)}", lambda graph: without_nodes(graph, names))
            self._shown.select("")

    def copy(self) -> bool:
        """The chosen nodes to the clipboard, as text. Returns whether there were any."""
        names = self._shown.selection()
        if names:
            QGuiApplication.clipboard().setText(snippet_of(self._document.graph, names))
        return bool(names)

    def cut(self) -> None:
        """The chosen nodes to the clipboard, and out of the shot."""
        if self.copy():
            self.delete()

    def paste(self, at: Place | None = None) -> None:
        """Nodes of the clipboard into the shot: at a place, where the mouse is, or beside where they were copied."""
        text = QGuiApplication.clipboard().text()
        at = at or self._shown.cursor()
        self._put("paste nodes", lambda graph: pasted(graph, nodes_in(text), at))

    def duplicate(self) -> None:
        """Copies of the chosen nodes beside them, wired as they are. The clipboard stays as it is."""
        names = self._shown.selection()
        if names:
            self._put(f"duplicate {_listed(names)}", lambda graph: duplicated(graph, names))

    def _put(self, words: str, make: Callable[[Graph], Pasted]) -> None:
        made: tuple[str, ...] = ()

        def change(graph: Graph) -> Graph:
            nonlocal made
            graph, made = make(graph)
            return graph

        before = allowed_paths.written_folders(self._document.graph)
        if self._document.apply(words, change):
            self._document.ask_before_writing(allowed_paths.written_folders(self._document.graph) - before)
            self._shown.select(*made)
            self._reveal(made)


def wired_to(graph: Graph, name: str, sources: Iterable[str]) -> Graph:
    """The shot with what `sources` give wired to the first free inputs of `name` that take it."""
    inputs = graph.nodes[name].kind.inputs
    for source in sources:
        gives = graph.nodes[source].gives if source in graph.nodes else None
        free = (entry for entry in inputs if entry not in graph.nodes[name].wires)
        entry = next((each for each in free if gives in inputs[each].kinds), None)
        if entry:
            graph = with_wire(graph, name, entry, source)
    return graph


def _beside(graph: Graph, chosen: Iterable[str]) -> Place | None:
    place = next((graph.nodes[name].place for name in chosen if name in graph.nodes), None)
    return (place[0] + BESIDE[0], place[1] + BESIDE[1]) if place else None


def _clear(graph: Graph, name: str, place: Place) -> Place:
    """`place`, or the first one beneath it where the node covers no other."""
    drawn = Drawn()
    for placed in graph.nodes.values():
        if placed.place:
            drawn.add(rect_of(placed, placed.place))
    return drawn.clear(graph.nodes[name], place)


def _listed(names: Iterable[str]) -> str:
    """The names, as the undo menu has room for them."""
    names = list(names)
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} nodes"
