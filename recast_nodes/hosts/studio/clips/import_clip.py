"""Importing a clip: which node reads it, and where frames go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from ....curves import Curve
from ....errors import DocumentError, RecastError
from ....graph.edit import align_driver, with_driver
from ....graph.graph import Graph
from ....graph.roles import find_roles
from ....graph.stills import is_still
from ....nodes.read import is_recording
from ..render.output_path import explain_unwritable, find_default_output
from ..shot.document import Document
from ..shot.node_layout import lay_out_nodes
from ..shot.viewer_inputs import find_empty_reads, find_wired_roles


def find_missing_role(graph: Graph) -> str:
    """What the shot lacks: 'plate' or 'driver'; '' where it has both."""
    found = find_wired_roles(graph)
    if _find_plate(graph) in find_empty_reads(graph):
        return "plate"
    if found and (not found.driver or found.driver in find_empty_reads(graph)):
        return "driver"
    return ""


def find_role(graph: Graph, path: str) -> str:
    """What a file would be: 'plate' or 'driver'; '' where that has to be asked. A recording has no pictures to edit."""
    return "driver" if is_recording(path) else find_missing_role(graph)


def _find_plate(graph: Graph) -> str:
    """The node that reads the plate: the first Read of a shot that is not wired yet; '' where there is none."""
    found = find_wired_roles(graph)
    reads = (name for name, placed in graph.nodes.items() if placed.kind.__name__ == "Read")
    return found.plate if found else next(reads, "")


@dataclass(frozen=True)
class IncomingClip:
    """A clip to import: as the plate or the driver, '' for the one that is missing. `knobs` are those of the Read
    that are set with it; `output` is where frames go, '' for Studio to choose.
    """

    path: str
    role: str = ""
    knobs: Mapping[str, Any] = field(default_factory=dict)
    output: str = ""


class ClipImporter(QObject):
    """Imports clips one at a time. The disk is read in a thread of its own: a share may be slow."""

    refused = Signal(str)  # why a clip was not imported
    work_changed = Signal(str)  # what is being read; '' when nothing is
    reported = Signal(str)  # where frames will go
    imported = Signal()  # a clip is in the shot
    _read_done = Signal(str, object)  # from the thread: the undo text and the change, or the reason and None

    def __init__(
        self, document: Document, ask_role: Callable[[], str] = lambda: "plate", parent: QObject | None = None
    ):
        super().__init__(parent)
        self._document, self._ask_role = document, ask_role
        self._waiting: list[IncomingClip] = []
        self._reading = False
        self._read_done.connect(self._apply)

    def import_clip(self, clip: IncomingClip) -> None:
        """Read a clip. A frame stands for its sequence."""
        self._waiting.append(clip)
        self._next()

    def _next(self) -> None:
        if self._reading or not self._waiting:
            return
        clip = self._waiting.pop(0)
        wanted = clip.role or find_role(self._document.graph, clip.path) or self._ask_role()
        if not wanted:
            return self._next()
        self._reading = True
        self.work_changed.emit(f"Reading {clip.path}")
        clip = replace(clip, role=wanted)
        threading.Thread(target=self._read, args=(clip, self._document.graph), daemon=True).start()

    def _read(self, clip: IncomingClip, graph: Graph) -> None:
        try:
            words, change = read_clip(graph, clip)
        except (RecastError, OSError) as error:
            self._read_done.emit(str(error), None)
        else:
            self._read_done.emit(words, change)

    def _apply(self, words: str, change: Any) -> None:
        self._reading = False
        self.work_changed.emit("")
        before = _find_target(self._document.graph)
        if change is None:
            self.refused.emit(words)
        elif self._document.apply(words, change):
            self.imported.emit()
            if _find_target(self._document.graph) not in ("", before):
                self._report_target(_find_target(self._document.graph))
        self._next()

    def _report_target(self, target: str) -> None:
        """Report where frames go now, or at once why they cannot be written there."""
        why = self._document.disk.run(lambda: explain_unwritable(target))
        if why:
            self.refused.emit(f"{why} Choose another place in Render ▸ Render shot (F7).")
        else:
            self.reported.emit(f"Frames go to {target}: F7 shows and changes it.")


def _find_target(graph: Graph) -> str:
    """Where the shot writes, absolute; '' where that is not known."""
    outputs = graph.outputs()
    return str(graph.at(outputs[0], 0).values["file"]) if len(outputs) == 1 else ""


def read_clip(graph: Graph, clip: IncomingClip) -> tuple[str, Callable[[Graph], Graph]]:
    """What importing a clip does to a shot: the undo text and the change. Reads files' headers. Raises RecastError."""
    from ....media.sequences import sequence_around

    if is_recording(clip.path) and clip.role == "plate":
        raise DocumentError([f"{clip.path}: has no pictures, so it can only be a driver."])
    pattern = clip.path if is_recording(clip.path) else sequence_around(clip.path)
    if clip.role == "driver":
        time = _align_driver(graph, pattern)
        return "import driver", lambda now: _set_driver(now, pattern, time, clip)
    output = clip.output or find_default_output(pattern, graph.folder)
    return "import plate", lambda now: _set_plate(now, pattern, output, clip)


def _set_plate(graph: Graph, pattern: str, output: str, clip: IncomingClip) -> Graph:
    plate = _find_plate(graph)
    graph = _set_knobs(graph.with_knob(plate, "file", pattern), plate, clip)
    for writes in graph.outputs():
        if clip.output or not graph.nodes[writes].constants.get("file"):
            graph = graph.with_knob(writes, "file", output)
    return graph


def _set_driver(graph: Graph, driving: str, time: Curve | None, clip: IncomingClip) -> Graph:
    """The shot following a driver; `replace` is 1 unless it has been set."""
    driven = with_driver(graph, driving)
    found = find_roles(driven)
    mix = driven.nodes[found.mix]
    if not {"replace", "enhance"} & {*mix.constants, *mix.animation}:
        driven = driven.with_knob(found.mix, "replace", 1.0)
    driven = driven.with_knob(found.driver, "time", time) if time else driven
    return lay_out_nodes(_set_knobs(driven, found.driver, clip))


def _set_knobs(graph: Graph, node: str, clip: IncomingClip) -> Graph:
    for knob, value in clip.knobs.items():
        graph = graph.with_knob(node, knob, value)
    return graph


def _align_driver(graph: Graph, driving: str) -> Curve | None:
    """The curve of the driver's `time` that lines up its first frame with the plate's, if one is needed.

    Raises DocumentError where the shot is not wired to a plate with a face to drive.
    """
    driven = with_driver(graph, driving)
    found = find_roles(driven)
    if not found.mix:
        raise DocumentError(["There is no ExpressionMix for a driver to drive: add one before the driver."])
    if {found.plate, found.driver} & {*find_empty_reads(driven)}:
        return None
    if is_still(driven, found.plate):  # the shot runs as long as the driver
        return None
    return align_driver(driven).nodes[found.driver].animation.get("time")
