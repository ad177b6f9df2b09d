"""Clips that come in by hand: which node reads them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ...curves import Curve
from ...errors import RecastError
from ...graph.edit import aligned, with_driver
from ...graph.graph import Graph
from ...graph.stills import is_still
from .document import Document
from .layout import laid_out
from .shows import empty_reads, roles_of


def role(graph: Graph) -> str:
    """What the shot lacks: 'plate' or 'driver'; '' where it has both."""
    reads = {name: placed for name, placed in graph.nodes.items() if placed.kind.__name__ == "Read"}
    if "Plate" in reads and not reads["Plate"].constants.get("file"):
        return "plate"
    found = roles_of(graph)
    if found and (not found.driving or found.driving in empty_reads(graph)):
        return "driver"
    return ""


class Bringing(QObject):
    """Takes clips in, one after the other. The disk is read in a thread of its own: a share may take its time."""

    refused = Signal(str)  # why a clip was not taken
    busy = Signal(str)  # what is being read; '' when nothing is
    _read_through = Signal(str, object)  # from the thread: words and the change of the shot, or why there is none

    def __init__(
        self, document: Document, ask_role: Callable[[], str] = lambda: "plate", parent: QObject | None = None
    ):
        super().__init__(parent)
        self._document, self._ask_role = document, ask_role
        self._waiting: list[tuple[str, str]] = []
        self._reading = False
        self._read_through.connect(self._take)

    def bring(self, path: str, role: str = "") -> None:
        """Read a clip as the plate or the driver, '' for the one that is missing. A frame stands for its sequence."""
        self._waiting.append((path, role))
        self._next()

    def _next(self) -> None:
        if self._reading or not self._waiting:
            return
        path, wanted = self._waiting.pop(0)
        wanted = wanted or role(self._document.graph) or self._ask_role()
        if not wanted:
            return self._next()
        self._reading = True
        self.busy.emit(f"Reading {path}")
        threading.Thread(target=self._read, args=(path, wanted, self._document.graph), daemon=True).start()

    def _read(self, path: str, wanted: str, graph: Graph) -> None:
        try:
            words, change = read(graph, path, wanted)
        except (RecastError, OSError) as error:
            self._read_through.emit(str(error), None)
        else:
            self._read_through.emit(words, change)

    def _take(self, words: str, change: Any) -> None:
        self._reading = False
        self.busy.emit("")
        if change is None:
            self.refused.emit(words)
        else:
            self._document.apply(words, change)
        self._next()


def read(graph: Graph, path: str, role: str) -> tuple[str, Callable[[Graph], Graph]]:
    """What bringing a clip does to a shot, in words and as a change. Reads folders and headers. Raises RecastError."""
    from ...media.sequences import sequence_around

    pattern = sequence_around(path)
    if role == "driver":
        time = _first_on_first(graph, pattern)
        return "bring a driver", lambda now: _driven(now, pattern, time)
    return "bring a plate", lambda now: _with_plate(now, pattern)


def _with_plate(graph: Graph, pattern: str) -> Graph:
    found = roles_of(graph)
    graph = graph.with_knob(found.plate if found else "Plate", "file", pattern)
    for output in graph.outputs():
        if not graph.nodes[output].constants.get("file"):
            graph = graph.with_knob(output, "file", output_beside(pattern))
    return graph


def _driven(graph: Graph, driving: str, time: Curve | None) -> Graph:
    """The shot following a driver; `replace` is 1 unless a hand has set it."""
    driven = with_driver(graph, driving)
    mix = driven.nodes["ExpressionMix"]
    if not {"replace", "enhance"} & {*mix.constants, *mix.animation}:
        driven = driven.with_knob("ExpressionMix", "replace", 1.0)
    return laid_out(driven.with_knob("Driving", "time", time) if time else driven)


def _first_on_first(graph: Graph, driving: str) -> Curve | None:
    """The curve of `Driving.time` that lays the driver's first frame on the plate's, where one is needed."""
    driven = with_driver(graph, driving)
    if {"Plate", "Driving"} & {*empty_reads(driven)} or "Plate" not in driven.nodes:
        return None
    if is_still(driven, "Plate"):  # the shot runs as long as the driver
        return None
    return aligned(driven).nodes["Driving"].animation.get("time")


def output_beside(plate: str) -> str:
    """Where results go unless the artist says otherwise: a folder `recast` beside the plate's files."""
    from ...media.patterns import is_pattern

    path = Path(plate)
    name = path.stem if is_pattern(plate) else f"{path.stem}.####"
    return str(path.parent / "recast" / f"{name}.exr")
