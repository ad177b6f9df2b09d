"""The shots that the end-to-end tests render: made once a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from recast_nodes.curves import Curve
from recast_nodes.graph.check import shot_span
from recast_nodes.graph.edit import align_first_frames, edit_graph
from recast_nodes.graph.graph import Graph
from recast_nodes.graph.render import Outcome, Settings, render
from recast_nodes.media.sequences import open_source

from .footage import write_clip

FRAMES = range(1001, 1009)
KNOWN: dict[str, Any] = {}
"""What was seen of every clip, by fingerprint, as a worker keeps it: a clip is looked at once. Tests of looking itself
render with a `known` of their own.
"""


class Shot(NamedTuple):
    """A plate, a driver, and a place for results."""

    plate: str
    driving: str
    folder: Path

    def graph(self, mode: str = "replace", **knobs: Any) -> Graph:
        """`recast edit`'s graph; knobs are given as Node__knob=value."""
        out = self.folder / "out.####.exr"
        graph = edit_graph(self.plate, self.driving, str(out), mode)
        if Path(self.driving).suffix == ".mp4":
            driving = open_source(self.driving)
            graph = align_first_frames(graph, FRAMES, range(driving.first, driving.last + 1), speed=8)
        for name, value in knobs.items():
            graph = graph.with_knob(*name.split("__"), value if isinstance(value, Curve) else value)
        return graph

    def render(self, graph: Graph, frames: range | None = None, **settings: Any) -> Outcome:
        span = shot_span(graph, "Write")
        return render(graph, "Write", list(frames or span), span, Settings(**{"shared_analyses": KNOWN, **settings}))

    @property
    def result(self) -> str:
        return str(self.folder / "out.####.exr")


@pytest.fixture(scope="session")
def driving() -> str:
    return str(Path(__file__).parents[2] / "demo" / "driver.mp4")


@pytest.fixture(scope="session")
def plate(portrait, landmarker_files, tmp_path_factory) -> str:
    return write_clip(portrait, tmp_path_factory.mktemp("plate") / "plate.####.exr", FRAMES)


@pytest.fixture
def shot(plate, driving, tmp_path) -> Shot:
    return Shot(plate, driving, tmp_path)
