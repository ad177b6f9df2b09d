"""The shot that is open: changes with undo, saving, autosave. Panels listen to its signals and never to each other."""

from __future__ import annotations

import json
import weakref
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
from .drag import Drag
from .node_layout import lay_out_nodes

AUTOSAVE_EVERY = 20_000  # milliseconds
SUFFIX = ".recast.yaml"


def make_new_shot() -> Graph:
    """A shot without files: the hand sliders edit it until a driver is imported."""
    return lay_out_nodes(without_driver(edit_graph("", "", "")))


class Document(QObject):
    """One shot. `graph` is immutable; `apply` puts a new one in its place as one step of undo."""

    changed = Signal()  # the shot is a different one
    moved = Signal(int)  # the playhead
    refused = Signal(str)  # why a change was refused
    file_changed = Signal()  # the file or its state (saved or not) changed
    _autosave_failed = Signal(str)  # from the disk's thread

    def __init__(self, parent: QObject | None = None, unsaved: Path | None = None):
        """`unsaved` is where a shot that has no file yet is autosaved; None for nowhere."""
        super().__init__(parent)
        self.graph = make_new_shot()
        self.path: Path | None = None
        self._content: bytes | None = None  # of the file, as it was opened or saved here
        self._unsaved = unsaved
        self._foreign_folders: frozenset[str] = frozenset()  # that the opened file, maybe a stranger's, writes to
        self.frame = 1
        self._hand = 0
        self.drag = Drag(self)
        self._text: tuple[Graph | None, str] = None, ""
        self.disk = Disk(self)
        self._autosave_failed.connect(self._report_autosave)
        self.undo = QUndoStack(self)
        self.undo.cleanChanged.connect(self._report_state)
        self._autosave = QTimer(self, interval=AUTOSAVE_EVERY)
        self._autosave.timeout.connect(self.autosave)
        self._autosave.start()

    # Changes

    def apply(self, words: str, change: Callable[[Graph], Graph], merge: str = "") -> bool:
        """Change the shot; one step of undo, called `words`. Returns whether the change was accepted.

        Consecutive steps with the same `merge` become one: the drag of a slider is undone in one go.
        """
        try:
            after = change(self.graph)
        except RecastError as refusal:
            self.refused.emit(str(refusal))
            return False
        if merge:
            self.drag.step()
        if after != self.graph or after.folder != self.graph.folder:
            self.undo.push(_Step(self, words, self.graph, after, f"{merge} {self._hand}" if merge else ""))
        return True

    def end_drag(self) -> None:
        """A drag has ended: the next step does not merge into its last one."""
        self._hand += 1
        self.drag.end()

    def set_graph(self, graph: Graph) -> None:
        """Replace the shot. For undo steps alone; everything else uses `apply`."""
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
        self._replace_shot(make_new_shot(), None)

    def open(self, path: Path) -> None:
        """Open a shot document. Raises DocumentError, and the open shot stays."""
        graph, content = self.disk.run(lambda: (lay_out_nodes(shot_document.load(path)), path.read_bytes()))
        self._replace_shot(graph, path.absolute(), content)

    def restore(self, autosaved: Path, path: Path | None) -> None:
        """Continue from the autosave of `path`, or of a shot without a file; it counts as unsaved. Raises
        DocumentError, and the open shot stays.
        """
        path = path.absolute() if path else None
        graph = self.disk.run(lambda: lay_out_nodes(shot_document.load(autosaved)))
        content = self.disk.run(lambda: path.read_bytes() if path and path.exists() else None)
        self._replace_shot(replace(graph, folder=path.parent if path else None), path, content)
        self.undo.resetClean()

    def save(self, path: Path | None = None) -> Path | None:
        """Write the shot, whole or not at all; `path` renames it. Raises DocumentError.

        Returns the path of a backup, if somebody else has changed the file since it was opened here.
        """
        target = path or self.path
        if target is None:
            raise DocumentError(["the shot has no file yet: choose one with Save As."])
        target = target.absolute()
        graph = self.graph
        stale = {self.find_autosave(), autosave_path(target)}
        known = self._content if target == self.path else None
        backup, self._content = self.disk.run(lambda: _write(graph, target, stale, known))
        changed = self.graph is not graph  # by a clip that was imported meanwhile and is not saved yet
        self.graph, self.path = shot_document.move_to(self.graph, target.parent), target
        if not changed:
            self.undo.setClean()
        self.file_changed.emit()
        return backup

    def autosave(self) -> None:
        """Write unsaved changes beside the file; they are offered when it is opened again."""
        graph, target = self.graph, self.find_autosave()
        if target and not self.undo.isClean() and not self.disk.is_waiting:
            self.disk.run_later(lambda: self._write_autosave(graph, target))

    def _write_autosave(self, graph: Graph, target: Path) -> None:
        """In the disk's thread."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shot_document.save(graph, target)
        except (RecastError, OSError) as error:
            self._autosave_failed.emit(f"Autosave: {error}")

    def discard_autosave(self) -> None:
        """Delete the autosave: the unsaved changes are not wanted."""
        target = self.find_autosave()
        if target:
            self.disk.run(lambda: target.unlink(missing_ok=True))

    def find_autosave(self) -> Path | None:
        """Where this shot is autosaved."""
        return autosave_path(self.path) if self.path else self._unsaved

    def describe(self) -> dict[str, str | None]:
        """The shot as the worker reads it: its text, and the folder that relative paths start from."""
        if self._text[0] is not self.graph:
            self._text = self.graph, json.dumps(shot_document.as_data(self.graph))
        folder = self.graph.folder
        return {"shot": self._text[1], "folder": str(folder) if folder else None}

    def find_unconfirmed_folders(self, allowed: Sequence[str]) -> list[str]:
        """Folders that the shot would write to because its file, or pasted nodes, name them: outside the file's
        own folder, RECAST_ROOTS and `allowed`. Folders that the artist chose here may be anywhere.
        """
        beside = self.path or self._unsaved
        if beside is None:
            return []
        named = allowed_paths.allowed_places(beside, allowed)
        return sorted(
            each for each in allowed_paths.written_folders(self.graph) & self._foreign_folders if not named.hold(each)
        )

    def confirm_before_writing(self, folders: Iterable[str]) -> None:
        """These folders came with pasted nodes, maybe a stranger's: they are treated as those of an opened file."""
        self._foreign_folders |= frozenset(folders)

    def _report_autosave(self, why: str) -> None:
        self.refused.emit(why)

    def _report_state(self, clean: bool) -> None:
        self.file_changed.emit()

    def _replace_shot(self, graph: Graph, path: Path | None, content: bytes | None = None) -> None:
        self.path, self._content = path, content
        self._foreign_folders = allowed_paths.written_folders(graph) if path else frozenset()
        self.undo.clear()
        self.set_graph(graph)
        self.file_changed.emit()


def _write(graph: Graph, target: Path, stale: Iterable[Path | None], known: bytes | None) -> tuple[Path | None, bytes]:
    """Save; returns the backup of `target` if its content was not `known`, and the content that is there now."""
    others = known is not None and target.exists() and target.read_bytes() != known
    backup = keep_copy(target) if others else None
    shot_document.save(graph, target)
    for each in stale:
        if each:
            each.unlink(missing_ok=True)
    return backup, target.read_bytes()


def autosave_path(path: Path) -> Path:
    """Where changes to the shot document `path` are autosaved."""
    return path.with_name(f".{path.name}.autosave")


def find_newer_autosave(path: Path) -> Path | None:
    """The autosave of `path`, if it is newer than the file."""
    autosave = autosave_path(path)
    is_newer = autosave.exists() and (not path.exists() or autosave.stat().st_mtime > path.stat().st_mtime)
    return autosave if is_newer else None


class _Step(QUndoCommand):
    """From one state of the shot to the next. Graphs share what did not change, so a step is small.

    It knows its document weakly. In a cycle of both, Python's garbage collection might take the document apart before
    the commands that Qt's undo stack, a part of it, owns; that ends the process.
    """

    def __init__(self, document: Document, words: str, before: Graph, after: Graph, merge: str):
        super().__init__(words)
        self._document, self._before, self._after, self._merge = weakref.proxy(document), before, after, merge

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
