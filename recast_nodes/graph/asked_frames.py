"""Frames as they are asked for: which files they are, and whether what they are made from is still what it was."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import RecastError, StorageError
from .consent import consent_key
from .graph import Graph
from .keys import Keys

if TYPE_CHECKING:
    from ..media.journal.journal import FrameNote


class AskedFrames:
    """The frames of one output. `todo` has the fingerprint of what is asked for; '' where that cannot be known."""

    def __init__(self, graph: Graph, output: str, keys: Keys, todo: Mapping[int, str]):
        self.graph, self.output, self.keys = graph, output, keys
        self.todo = dict(todo)
        self.consent = consent_key(graph)

    def path(self, frame: int) -> str:
        """The file of a frame."""
        return str(self.graph.at(self.output, frame).target())  # type: ignore[attr-defined]

    def note_of(self, frame: int, path: str) -> FrameNote | None:
        """What the journal notes of a frame that was made; None where it is not to know it. One that was made while its
        files changed is taken away again. Raises StorageError, and MediaError where it is not there any more.
        """
        from ..media.files.safe_files import Folder
        from ..media.journal.journal import note_of

        try:
            self.refuse_changed(frame)
        except StorageError:
            Folder(os.path.dirname(path)).remove(os.path.basename(path))
            raise
        return note_of(path, self.todo[frame], self.consent) if self.todo[frame] else None

    def refuse_changed(self, frame: int) -> None:
        """Raises StorageError where a file that was read for a frame is not what it was when the render began."""
        if not self.stands(frame):
            raise StorageError("a file that this frame is made from changed since the render began.")

    def stands(self, frame: int) -> bool:
        """Whether the files of a frame are what they were, as far as that is known."""
        asked = self.todo.get(frame)
        return not asked or self.key(frame, self.keys.now()) == asked

    def key(self, frame: int, keys: Keys | None = None) -> str:
        """The fingerprint of what is asked for at a frame; '' where a file of it is not there."""
        try:
            return (keys or self.keys).of(self.output, frame)
        except RecastError:  # rendering the frame says so
            return ""
