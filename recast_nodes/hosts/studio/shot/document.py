"""The shot that is open: changes with undo, saving, autosave. Panels listen to its signals and never to each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from ....errors import DocumentError, RecastError
from ....graph import allowed_paths
from ....graph import document as shot_document
from ....graph.edit import edit_graph, without_driver
from ....graph.graph import Graph
from ....graph.origin import keep_copy
from .disk import Disk
from .layout import laid_out

AUTOSAVE_EVERY = 20_000  # milliseconds
SUFFIX = ".recast.yaml"


def new_shot() -> Graph:
    """A shot without files: the hand sliders edit it until a driver is brought."""
    return laid_out(without_driver(edit_graph("", "", "")))


class Document(QObject):
    """One shot. `graph` is immutable; `apply` puts a new one in its place as one step of undo."""

    changed = Signal()  # the shot is another one
    moved = Signal(int)  # the playhead
    refused = Signal(str)  # a change was not taken, and why
    named = Signal()  # the file or its state (saved or not) changed
    _not_kept = Signal(str)  # from the disk's thread

    def __init__(self, parent: QObject | None = None, unsaved: Path | None = None):
        """`unsaved` is where a shot that has no file yet is autosaved; nowhere without it."""
        super().__init__(parent)
        self.graph = new_shot()
        self.path: Path | None = None
        self._content: bytes | None = None  # of the file, as it was opened or saved here
        self._unsaved = unsaved
        self._came_with: frozenset[str] = frozenset()  # folders that the opened file, maybe a stranger's, writes to
        self.frame = 1
        self._hand = 0
        self._told: tuple[Graph | None, str] = None, ""
        self.disk = Disk(self)
        self._not_kept.connect(self._tell_not_kept)
        self.undo = QUndoStack(self)
        self.undo.cleanChanged.connect(self._tell_state)
        self._autosave = QTimer(self, interval=AUTOSAVE_EVERY)
        self._autosave.timeout.connect(self.autosave)
        self._autosave.start()

    # Changes

    def apply(self, words: str, change: Callable[[Graph], Graph], merge: str = "") -> bool:
        """Change the shot; one step of undo, called `words`. Returns whether it was taken.

        Steps that follow each other with the same `merge` become one: a slider that is dragged is undone at once.
        """
        try:
            after = change(self.graph)
        except RecastError as refusal:
            self.refused.emit(str(refusal))
            return False
        if after != self.graph or after.folder != self.graph.folder:
            self.undo.push(_Step(self, words, self.graph, after, f"{merge} {self._hand}" if merge else ""))
        return True

    def let_go(self) -> None:
        """The hand has let go: the next step is one of its own."""
        self._hand += 1

    def set_graph(self, graph: Graph) -> None:
        """Show another state of the shot. For undo steps; everyone else uses `apply`."""
        self.graph = graph
        self.changed.emit()

    def go_to(self, frame: int) -> None:
        """Move the playhead."""
        if frame != self.frame:
            self.frame = frame
            self.moved.emit(frame)

    # Files

    def new(self) -> None:
        """A new shot in place of the one that is open."""
        self._take(new_shot(), None)

    def open(self, path: Path) -> None:
        """Open a shot document. Raises DocumentError, and the open shot stays."""
        graph, content = self.disk.now(lambda: (laid_out(shot_document.load(path)), path.read_bytes()))
        self._take(graph, path.absolute(), content)

    def restore(self, autosaved: Path, path: Path | None) -> None:
        """Go on from what was autosaved of `path`, or of a shot without a file; it is not saved yet. Raises
        DocumentError, and the open shot stays.
        """
        path = path.absolute() if path else None
        graph = self.disk.now(lambda: laid_out(shot_document.load(autosaved)))
        content = self.disk.now(lambda: path.read_bytes() if path and path.exists() else None)
        self._take(replace(graph, folder=path.parent if path else None), path, content)
        self.undo.resetClean()

    def save(self, path: Path | None = None) -> Path | None:
        """Write the shot, whole or not at all; `path` renames it. Raises DocumentError.

        Returns where a copy of the file was kept, if somebody else has changed it since it was opened here.
        """
        target = path or self.path
        if target is None:
            raise DocumentError(["the shot has no file yet: choose one with Save As."])
        target = target.absolute()
        graph = self.graph
        stale = {self.autosaved_at(), autosave_of(target)}
        known = self._content if target == self.path else None
        kept, self._content = self.disk.now(lambda: _write(graph, target, stale, known))
        changed = self.graph is not graph  # by a clip that was read meanwhile: that is not saved yet
        self.graph, self.path = shot_document.move_to(self.graph, target.parent), target
        if not changed:
            self.undo.setClean()
        self.named.emit()
        return kept

    def autosave(self) -> None:
        """Keep unsaved changes beside the file, from where they are offered when it is opened again."""
        graph, target = self.graph, self.autosaved_at()
        if target and not self.undo.isClean() and not self.disk.waited_for:
            self.disk.later(lambda: self._keep(graph, target))

    def _keep(self, graph: Graph, target: Path) -> None:
        """In the disk's thread."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shot_document.save(graph, target)
        except (RecastError, OSError) as error:
            self._not_kept.emit(f"Autosave: {error}")

    def give_up(self) -> None:
        """The unsaved changes are not wanted: nothing is left to be offered."""
        target = self.autosaved_at()
        if target:
            self.disk.now(lambda: target.unlink(missing_ok=True))

    def autosaved_at(self) -> Path | None:
        """Where this shot is autosaved."""
        return autosave_of(self.path) if self.path else self._unsaved

    def told(self) -> dict[str, str | None]:
        """The shot as the worker is told of it: its text, and the folder that its paths start at."""
        if self._told[0] is not self.graph:
            self._told = self.graph, json.dumps(shot_document.as_data(self.graph))
        folder = self.graph.folder
        return {"shot": self._told[1], "folder": str(folder) if folder else None}

    def unasked(self, allowed: Sequence[str]) -> list[str]:
        """Folders that the shot would write to because its file, or nodes that were pasted, say so: outside the file's
        own folder, RECAST_ROOTS and what was `allowed`. What was chosen here, by hand, may be anywhere.
        """
        beside = self.path or self._unsaved
        if beside is None:
            return []
        named = allowed_paths.allowed_places(beside, allowed)
        written = allowed_paths.written_folders(self.graph) & self._came_with
        return sorted(folder for folder in written if not named.hold(folder))

    def ask_before_writing(self, folders: Iterable[str]) -> None:
        """These folders came with nodes that were pasted, maybe a stranger's: they count as those of an opened file."""
        self._came_with |= frozenset(folders)

    def _tell_not_kept(self, why: str) -> None:
        self.refused.emit(why)

    def _tell_state(self, clean: bool) -> None:
        self.named.emit()

    def _take(self, graph: Graph, path: Path | None, content: bytes | None = None) -> None:
        self.path, self._content = path, content
        self._came_with = allowed_paths.written_folders(graph) if path else frozenset()
        self.undo.clear()
        self.set_graph(graph)
        self.named.emit()


def _write(graph: Graph, target: Path, stale: Iterable[Path | None], known: bytes | None) -> tuple[Path | None, bytes]:
    """Save; returns the copy that was kept of what is not `known` at `target`, and what is there now."""
    others = known is not None and target.exists() and target.read_bytes() != known
    kept = keep_copy(target) if others else None
    shot_document.save(graph, target)
    for each in stale:
        if each:
            each.unlink(missing_ok=True)
    return kept, target.read_bytes()


def autosave_of(path: Path) -> Path:
    """Where changes to the shot document `path` are autosaved."""
    return path.with_name(f".{path.name}.autosave")


def newer_autosave(path: Path) -> Path | None:
    """What was autosaved of `path` after it was last saved, if anything."""
    kept = autosave_of(path)
    there = kept.exists() and (not path.exists() or kept.stat().st_mtime > path.stat().st_mtime)
    return kept if there else None


class _Step(QUndoCommand):
    """From one state of the shot to the next. Graphs share what did not change, so a step is small."""

    def __init__(self, document: Document, words: str, before: Graph, after: Graph, merge: str):
        super().__init__(words)
        self._document, self._before, self._after, self._merge = document, before, after, merge

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other._merge != self._merge:
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        self._document.set_graph(self._after)

    def undo(self) -> None:
        self._document.set_graph(self._before)
