"""One picture of the shot: the request, the answer, and the key that identifies it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ....graph import fingerprint
from ....graph.changes import without_nodes
from ....graph.graph import Graph


@dataclass(frozen=True)
class PictureRequest:
    """One node's result at one frame. `sets` are knob values for the look of it alone (NODE.KNOB=VALUE)."""

    node: str
    frame: int
    size: int = 0  # the longest side in pixels; 0: as it is
    layer: str = ""  # "" is the picture itself
    sets: tuple[str, ...] = ()

    def at(self, frame: int) -> PictureRequest:
        """The same at another frame."""
        return PictureRequest(self.node, frame, self.size, self.layer, self.sets)


@dataclass(frozen=True)
class ViewedPicture:
    """What came back: pixels (H, W, C) of `window` (x, y, width, height) in the plate, and points by name."""

    pixels: np.ndarray | None
    window: tuple[int, int, int, int]
    display: tuple[int, int, int, int]
    colorspace: str
    points: Mapping[str, np.ndarray] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    provisional: bool = False  # made before the whole shot was looked at
    serial: int = field(default_factory=itertools.count().__next__)  # no two pictures of a session have the same

    @property
    def bytes(self) -> int:
        return (0 if self.pixels is None else self.pixels.nbytes) + 4096


def picture_key(graph: Graph, node: str) -> str:
    """The fingerprint of the part of a shot that a node's result is made by."""
    if node not in graph.nodes:
        return ""
    try:
        needed = set(graph.upstream(node))
    except RecursionError:  # wired in a circle, which the worker will say
        needed = set(graph.nodes)
    return fingerprint.shot(without_nodes(graph, set(graph.nodes) - needed))
