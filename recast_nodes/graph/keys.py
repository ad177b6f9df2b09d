"""The fingerprint of any result of a shot, known without making it.

A render asks for those of all its frames before it starts, to see which are already there; a shot of 10,000 frames
answers in about a second and holds a bounded number of them.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection, Sequence

from ..errors import RecastError
from ..node import Node
from . import fingerprint
from .graph import Graph
from .steps import Steps, run
from .takes import Take, takes_of

MOST_KNOWN = 100_000  # fingerprints, about 25 MB
STRETCH = 16  # nodes in a row of which one fingerprint is kept: asking node after node stays cheap in a long graph


class Keys:
    """Fingerprints of one graph over one span of frames. Threads may ask together."""

    def __init__(self, graph: Graph, span: Sequence[int]):
        self.graph, self.span = graph, tuple(span)
        self._shared = _remembered_nodes(graph)
        self._settings: dict[str, str] = {}
        self._observers: dict[str, tuple[Node, str]] = {}
        self._lookers: dict[str, Node] = {}
        self._analyses: dict[str, str] = {}
        self._stamps: dict[str, str] = {}  # of the nodes in `_analyses`, as they were before
        self._wholes: dict[str, str] = {}
        self._unseen: dict[str, frozenset[int]] = {}
        self._takes: dict[str, list[Take]] = {}
        self._remembered: dict[tuple[str, int], str] = {}

    def of(self, name: str, frame: int) -> str:
        """The result of a node at one frame. Raises RecastError where a file that it stands for is not there."""
        return str(run(self._of(name, frame)))

    def _of(self, name: str, frame: int) -> Steps:
        known = self._remembered.get((name, frame))
        if known is None:
            known = yield self._new(name, self.graph.at(name, frame))
            if name in self._shared:
                if len(self._remembered) >= MOST_KNOWN:
                    self._remembered.clear()
                self._remembered[name, frame] = known
        return known

    def observation(self, name: str, frame: int) -> str:
        """What a node's `observe` makes of one frame."""
        return str(run(self._observation(name, frame)))

    def _observation(self, name: str, frame: int) -> Steps:
        moment, settings = self._observer(name)
        moment = moment.at_frame(frame)
        inputs = []
        try:
            for entry in self.observed_inputs(name, frame):
                inputs.append((yield self._of(self.graph.nodes[name].wires[entry], frame)))
        except RecastError:  # the file is not there; whoever looks meets the same error
            inputs = [f"unknown at {frame}"]
        return fingerprint.observation(settings, moment.stamp(), inputs)

    def analysis(self, name: str) -> str:
        """What a node learns of the whole shot."""
        return str(run(self._analysis(name)))

    def _analysis(self, name: str) -> Steps:
        if name not in self._analyses:
            moment = self.graph.over(name, self.span)
            self._stamps[name] = moment.stamp()
            seen = yield self._observations(name, self._unseen.get(name, frozenset()))
            self._analyses[name] = fingerprint.analysis(moment, [*seen, *self._take_observations(name)])
        return self._analyses[name]

    def analysis_of_all(self, name: str) -> str:
        """What a node would learn of the whole shot if it could look at every frame."""
        if not self._unseen.get(name):
            return self.analysis(name)
        seen = [*run(self._observations(name, ())), *self._take_observations(name)]
        return fingerprint.analysis(self.graph.over(name, self.span), seen)

    def takes(self, name: str) -> list[Take]:
        """The further footage that a node looks at. Raises MediaError where it is not there."""
        if name not in self._takes:
            self._takes[name] = takes_of(self.graph, name, self.span[0])
        return self._takes[name]

    def _take_observations(self, name: str) -> list[tuple[str, str]]:
        """[(take and frame, fingerprint)] of what a node sees of takes."""
        seen = []
        for take in self.takes(name):
            keys = Keys(take.graph, take.frames)
            seen += [(f"{take.file} {frame}", keys.observation(name, frame)) for frame in take.frames]
        return seen

    def unseen(self, name: str) -> frozenset[int]:
        """The frames that a node could not look at."""
        return self._unseen.get(name, frozenset())

    def now(self) -> Keys:
        """The same with every file looked at again; what analyses saw stays."""
        other = copy.copy(self)
        other._remembered = {}
        return other

    def analysis_stands(self, name: str) -> bool:
        """Whether the files that a node's analysis reads are what they were when its fingerprint was asked for."""
        try:
            return self.graph.at(name, self.span[0]).stamp() == self._stamps.get(name, "")
        except RecastError:
            return False

    def set_unseen(self, name: str, frames: Collection[int]) -> bool:
        """Tell which frames a node could not look at: what it learned is then known by that too. True where this is
        news, and fingerprints asked for before do not hold any more.
        """
        if self._unseen.get(name, frozenset()) == frozenset(frames):
            return False
        self._unseen[name] = frozenset(frames)
        self._analyses.clear()
        self._wholes.clear()
        self._remembered.clear()
        return True

    def observer(self, name: str, frame: int) -> Node:
        """A node as its `observe` sees it: every knob that it does not declare is at its default."""
        return self._observer(name)[0].at_frame(frame)

    def observed_inputs(self, name: str, frame: int) -> list[str]:
        """The inputs that a node's `observe` is given at a frame, as far as they are connected."""
        placed = self.graph.nodes[name]
        if name not in self._lookers:
            self._lookers[name] = self.graph.at(name, self.span[0])
        seen = self._lookers[name].looks_at(frame, self.span, placed.animation)
        return [entry for entry in seen if entry in placed.wires]

    def _observations(self, name: str, unseen: Collection[int]) -> Steps:
        """[(frame, fingerprint)] of what a node sees of the shot."""
        seen = []
        for frame in self.span:
            seen.append((frame, "unseen" if frame in unseen else (yield self._observation(name, frame))))
        return seen

    def _observer(self, name: str) -> tuple[Node, str]:
        if name not in self._observers:
            moment = self.graph.at(name, self.span[0])
            moment = moment.with_only(moment.observes)
            self._observers[name] = moment, fingerprint.settings(moment)
        return self._observers[name]

    def _new(self, name: str, moment: Node) -> Steps:
        placed = self.graph.nodes[name]
        inputs = {}
        for entry in moment.used_inputs():
            if entry in placed.wires:
                inputs[entry] = yield self._input_steps(moment, entry, placed.wires[entry])
        analysed = (yield self._analysis(name)) if moment.analyses else ""
        return fingerprint.result(self._settings_of(name, moment), moment, analysed, inputs)

    def _input_steps(self, moment: Node, entry: str, source: str) -> Steps:
        """What comes in at an input."""
        if not moment.inputs[entry].many:
            return [(yield self._of(source, moment.frame))]
        if moment.analyses:  # which frames it asks for depends on what it learned; fingerprints do not wait for that
            return [(yield self._whole(source))]
        given = []
        for frame in moment.frames(moment.frame, entry):
            given.append((yield self._of(source, frame)))
        return given

    def _whole(self, name: str) -> Steps:
        """A node's results in all frames of the shot, as one."""
        if name not in self._wholes:
            results = []
            for frame in self.span:
                try:
                    results.append((yield self._of(name, frame)))
                except RecastError:  # a frame without its file fails alone, and so do those that ask for it
                    results.append(f"unknown at {frame}")
            self._wholes[name] = fingerprint.whole(results)
        return self._wholes[name]

    def _settings_of(self, name: str, moment: Node) -> str:
        if self.graph.nodes[name].animation:
            return fingerprint.settings(moment)
        if name not in self._settings:
            self._settings[name] = fingerprint.settings(moment)
        return self._settings[name]


def _remembered_nodes(graph: Graph) -> set[str]:
    """The nodes whose fingerprints are kept: those that several others ask for, and some in every long row."""
    asked = Counter(source for placed in graph.nodes.values() for source in placed.wires.values())
    depth: dict[str, int] = {}
    for name in graph.topological_order(graph.nodes):
        depth[name] = 1 + max((depth.get(source, 0) for source in graph.nodes[name].wires.values()), default=0)
    return {name for name in graph.nodes if asked[name] > 1 or depth[name] % STRETCH == 0}
