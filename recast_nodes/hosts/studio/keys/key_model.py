"""The keys that are shown and those that are selected, for every panel that draws keys: curve editor and dope sheet.

Panels listen to `changed` and draw what the model holds; edits made in them come here and become one step of undo.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from ....curves import Curve, Key
from ....errors import KnobError
from ....graph.changes import with_key
from ....graph.graph import Graph
from ..shot.document import Document
from . import key_edits
from .key_edits import CurveId, Curves, Edit, KeyId, Selection

COLOURS = ("#e0b040", "#6f9cf5", "#e07070", "#80d080", "#c090f0", "#f09050", "#70d8c8", "#d8d870")
NUDGE = 0.01  # of a value, by an arrow key


class KeyModel(QObject):
    """Which curves are listed, hidden and active, and which of their keys are selected."""

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None):
        super().__init__(parent)
        self._document = document
        self._nodes: tuple[str, ...] = ()
        self._hidden: set[CurveId] = set()
        self._dragged: tuple[Edit, Curves, Selection] | None = None
        self._curves: dict[CurveId, Curve] = {}
        self._colours: dict[CurveId, str] = {}
        self.selected: Selection = frozenset()
        self.active: CurveId | None = None
        document.changed.connect(self._refresh)
        self._refresh()

    # What is shown

    @property
    def curves(self) -> Curves:
        """The curves of the selected nodes, all of the shot's if these have none; during a drag, as dragged."""
        return {**self._curves, **self._dragged[1]} if self._dragged else self._curves

    @property
    def visible_curves(self) -> Curves:
        """The curves that are not hidden."""
        return {id: curve for id, curve in self.curves.items() if id not in self._hidden}

    @property
    def shown_selection(self) -> Selection:
        """The selected keys; during a drag, where they are dragged."""
        return self._dragged[2] if self._dragged else self.selected

    def find_colour(self, id: CurveId) -> str:
        """Each curve's own colour, the same in every panel."""
        return self._colours[id]

    def is_hidden(self, id: CurveId) -> bool:
        return id in self._hidden

    def show_nodes(self, names: Iterable[str]) -> None:
        """List the curves of these nodes."""
        self._nodes = tuple(names)
        self._refresh()

    def show_curve(self, id: CurveId) -> None:
        """Make a curve visible and the active one."""
        if id in self.curves:
            self._hidden.discard(id)
            self.active = id
            self.changed.emit()

    def hide(self, id: CurveId, hidden: bool = True) -> None:
        """Hide a curve or show it again. Hidden keys are not selected."""
        (self._hidden.add if hidden else self._hidden.discard)(id)
        self._prune_selection()
        self.changed.emit()

    def show_only(self, id: CurveId) -> None:
        """Hide all but one; show all if it is alone already."""
        others = set(self.curves) - {id}
        self._hidden = set() if others <= self._hidden else others
        self._prune_selection()
        self.show_curve(id)

    def _refresh(self) -> None:
        """The document or the selected nodes have changed."""
        graph = self._document.graph
        every = key_edits.find_curves(graph)
        found = {id: curve for id, curve in every.items() if id.node in self._nodes} or every
        if found == self._curves and self._dragged is None:
            return
        self._curves, self._dragged = found, None
        self._colours = dict(zip(found, itertools.cycle(COLOURS)))
        self._hidden &= set(every)
        if self.active not in found:
            self.active = next(iter(found), None)
        self._prune_selection()
        self.changed.emit()

    def _prune_selection(self) -> None:
        if self.selected:
            self.selected &= self.list_visible_keys()

    def list_visible_keys(self) -> Selection:
        """All keys of visible curves."""
        return frozenset().union(*(key_edits.list_keys(id, curve) for id, curve in self.visible_curves.items()))

    # Selecting

    def select(self, keys: Iterable[KeyId], more: bool = False) -> None:
        """Select these keys and no others; with `more`, add them to the selection, or remove them if all were in it."""
        keys = frozenset(keys)
        if more:
            keys = self.selected - keys if keys <= self.selected else self.selected | keys
        self.selected = keys
        self._prune_selection()
        if len({key.curve for key in self.selected}) == 1:
            self.active = next(iter(self.selected)).curve
        self.changed.emit()

    def select_all(self) -> None:
        """Select all keys of visible curves."""
        self.select(self.list_visible_keys())

    # A drag: the document changes once it ends

    def drag(self, edit: Edit) -> None:
        """Show the selected keys as `edit` would make them. If it fails, the last valid ones stay."""
        try:
            curves, selected = edit(self._curves, self.selected)
        except KnobError:
            return
        self._dragged = edit, key_edits.clamp_curves(self._document.graph, curves), selected
        self.changed.emit()

    def end_drag(self, words: str = "move keys") -> None:
        """The mouse button is up: what was shown last becomes the document's."""
        if self._dragged:
            edit, self._dragged = self._dragged[0], None
            self.edit(words, edit)
            self.changed.emit()

    def cancel_drag(self) -> None:
        """Drop the drag: the keys stay where they were."""
        if self._dragged:
            self._dragged = None
            self.changed.emit()

    # Edits, each one step of undo

    def edit(self, words: str, edit: Edit) -> None:
        """Change the selected keys."""
        after = self.selected

        def change(graph: Graph) -> Graph:
            nonlocal after
            curves, after = edit(key_edits.find_curves(graph), self.selected)
            return key_edits.with_curves(graph, key_edits.clamp_curves(graph, curves))

        self._change(words, change, lambda: after)

    def _change(self, words: str, change: Callable[[Graph], Graph], after: Callable[[], Selection]) -> None:
        """Change the shot, then select the keys that `after` returns."""
        if self._document.apply(words, change):
            self.selected = after()
            self._prune_selection()
        self.changed.emit()

    def nudge(self, frames: int, steps: int = 0) -> None:
        """Move the selected keys by frames, and by hundredths of a value."""
        self.edit("nudge keys", key_edits.move_keys(frames, steps * NUDGE))

    def set_interpolation(self, word: str) -> None:
        """Set the interpolation from the selected keys to the next."""
        self.edit(f"{word} keys", key_edits.interpolate_keys(word))

    def set_value(self, value: float) -> None:
        """Set all selected keys to one value."""
        self.edit("value of keys", key_edits.set_key_values(value))

    def set_frame(self, frame: float) -> None:
        """Move the first of the selected keys to a frame, and the others by as much."""
        if self.selected:
            first = min(key.frame for key in self.selected)
            self.edit("move keys", key_edits.move_keys(frame - first, 0.0))

    def add(self, id: CurveId, frame: float, value: float) -> None:
        """Add a key to a curve and select it."""
        key = Key(frame, value, "smooth")
        at = frozenset({KeyId(id, key.frame)})

        def change(graph: Graph) -> Graph:
            graph = with_key(graph, *id, key)
            return key_edits.with_curves(
                graph, key_edits.clamp_curves(graph, {id: graph.nodes[id.node].animation[id.knob]})
            )

        self._change(f"key {id}", change, lambda: at)

    def delete(self) -> None:
        """Delete the selected keys."""
        selected = self.selected
        if selected:
            self._change("delete keys", lambda graph: key_edits.without_keys(graph, selected), frozenset)

    def copy(self) -> bool:
        """Copy the selected keys to the clipboard, as text. Returns whether there were any."""
        if self.selected:
            QGuiApplication.clipboard().setText(key_edits.copy_keys(self._document.graph, self.selected))
        return bool(self.selected)

    def cut(self) -> None:
        """Copy the selected keys to the clipboard and delete them."""
        if self.copy():
            self.delete()

    def paste(self) -> None:
        """Paste keys from the clipboard, the first of them at the playhead."""
        self._paste("paste keys", QGuiApplication.clipboard().text())

    def duplicate(self) -> None:
        """Copy the selected keys to the playhead. The clipboard is left alone."""
        if self.selected:
            self._paste("duplicate keys", key_edits.copy_keys(self._document.graph, self.selected))

    def _paste(self, words: str, text: str) -> None:
        frame, active, new = self._document.frame, self.active, self.selected

        def change(graph: Graph) -> Graph:
            nonlocal new
            graph, new = key_edits.paste_keys(graph, text, frame, active)
            return graph

        self._change(words, change, lambda: new)
