"""Clips that come in by hand: which node reads them."""

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
from ..render.outputs import default_output, why_not_writable
from ..shot.document import Document
from ..shot.layout import laid_out
from ..shot.shows import empty_reads, roles_of


def role(graph: Graph) -> str:
    """What the shot lacks: 'plate' or 'driver'; '' where it has both."""
    found = roles_of(graph)
    if _plate_of(graph) in empty_reads(graph):
        return "plate"
    if found and (not found.driving or found.driving in empty_reads(graph)):
        return "driver"
    return ""


def _plate_of(graph: Graph) -> str:
    """The node that reads the plate: the first Read of a shot that is not wired yet; '' where there is none."""
    found = roles_of(graph)
    reads = (name for name, placed in graph.nodes.items() if placed.kind.__name__ == "Read")
    return found.plate if found else next(reads, "")


@dataclass(frozen=True)
class IncomingClip:
    """A clip that comes in: as the plate or the driver, '' for the one that is missing. `knobs` are those of the Read
    that were set with it; `output` is where frames go, '' for a place that Studio chooses.
    """

    path: str
    role: str = ""
    knobs: Mapping[str, Any] = field(default_factory=dict)
    output: str = ""


class Bringing(QObject):
    """Takes clips in, one after the other. The disk is read in a thread of its own: a share may take its time."""

    refused = Signal(str)  # why a clip was not taken
    busy = Signal(str)  # what is being read; '' when nothing is
    said = Signal(str)  # where frames will go
    taken = Signal()  # a clip is in the shot
    _read_through = Signal(str, object)  # from the thread: words and the change of the shot, or why there is none

    def __init__(
        self, document: Document, ask_role: Callable[[], str] = lambda: "plate", parent: QObject | None = None
    ):
        super().__init__(parent)
        self._document, self._ask_role = document, ask_role
        self._waiting: list[IncomingClip] = []
        self._reading = False
        self._read_through.connect(self._take)

    def bring(self, clip: IncomingClip) -> None:
        """Read a clip. A frame stands for its sequence."""
        self._waiting.append(clip)
        self._next()

    def _next(self) -> None:
        if self._reading or not self._waiting:
            return
        clip = self._waiting.pop(0)
        wanted = clip.role or role(self._document.graph) or self._ask_role()
        if not wanted:
            return self._next()
        self._reading = True
        self.busy.emit(f"Reading {clip.path}")
        clip = replace(clip, role=wanted)
        threading.Thread(target=self._read, args=(clip, self._document.graph), daemon=True).start()

    def _read(self, clip: IncomingClip, graph: Graph) -> None:
        try:
            words, change = read(graph, clip)
        except (RecastError, OSError) as error:
            self._read_through.emit(str(error), None)
        else:
            self._read_through.emit(words, change)

    def _take(self, words: str, change: Any) -> None:
        self._reading = False
        self.busy.emit("")
        before = _target(self._document.graph)
        if change is None:
            self.refused.emit(words)
        elif self._document.apply(words, change):
            self.taken.emit()
            if _target(self._document.graph) not in ("", before):
                self._say_target(_target(self._document.graph))
        self._next()

    def _say_target(self, target: str) -> None:
        """Where frames go now; that nobody may write there is said before anything is rendered."""
        why = self._document.disk.now(lambda: why_not_writable(target))
        if why:
            self.refused.emit(f"{why} Choose another place in Render ▸ Render shot (F7).")
        else:
            self.said.emit(f"Frames go to {target}: F7 shows and changes it.")


def _target(graph: Graph) -> str:
    """Where the shot writes, absolute; '' where that is not known."""
    outputs = graph.outputs()
    return str(graph.at(outputs[0], 0).values["file"]) if len(outputs) == 1 else ""


def read(graph: Graph, clip: IncomingClip) -> tuple[str, Callable[[Graph], Graph]]:
    """What bringing a clip does to a shot, in words and as a change. Reads folders and headers. Raises RecastError."""
    from ....media.sequences import sequence_around

    pattern = sequence_around(clip.path)
    if clip.role == "driver":
        time = _first_on_first(graph, pattern)
        return "import driver", lambda now: _driven(now, pattern, time, clip)
    output = clip.output or default_output(pattern, graph.folder)
    return "import plate", lambda now: _with_plate(now, pattern, output, clip)


def _with_plate(graph: Graph, pattern: str, output: str, clip: IncomingClip) -> Graph:
    plate = _plate_of(graph)
    graph = _with_knobs(graph.with_knob(plate, "file", pattern), plate, clip)
    for writes in graph.outputs():
        if clip.output or not graph.nodes[writes].constants.get("file"):
            graph = graph.with_knob(writes, "file", output)
    return graph


def _driven(graph: Graph, driving: str, time: Curve | None, clip: IncomingClip) -> Graph:
    """The shot following a driver; `replace` is 1 unless a hand has set it."""
    driven = with_driver(graph, driving)
    found = find_roles(driven)
    mix = driven.nodes[found.mix]
    if not {"replace", "enhance"} & {*mix.constants, *mix.animation}:
        driven = driven.with_knob(found.mix, "replace", 1.0)
    driven = driven.with_knob(found.driver, "time", time) if time else driven
    return laid_out(_with_knobs(driven, found.driver, clip))


def _with_knobs(graph: Graph, node: str, clip: IncomingClip) -> Graph:
    for knob, value in clip.knobs.items():
        graph = graph.with_knob(node, knob, value)
    return graph


def _first_on_first(graph: Graph, driving: str) -> Curve | None:
    """The curve of the driver's `time` that lays its first frame on the plate's, where one is needed.

    Raises DocumentError where the shot is not wired to a plate with a face to drive.
    """
    driven = with_driver(graph, driving)
    found = find_roles(driven)
    if not found.mix:
        raise DocumentError(["There is no ExpressionMix for a driver to come into: add one before the driver."])
    if {found.plate, found.driver} & {*empty_reads(driven)}:
        return None
    if is_still(driven, found.plate):  # the shot runs as long as the driver
        return None
    return align_driver(driven).nodes[found.driver].animation.get("time")
