"""A frame of a shot that has not been looked at as a whole yet: a provisional result, from that frame alone.

What is known of the whole shot is used; what is not is learned from the one frame in its place, and from frames that
knobs name. Such a result cannot be taken for a final one: a fingerprint holds the frames that were looked at, so an
analysis of one frame, and everything that is made by it, has fingerprints of its own. Results that depend on no
analysis, and what is seen of single frames, are the same as ever and shared with the whole shot's.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence

from ..errors import NoFace
from ..wires import Image
from .analysis import Analysis
from .evaluate import Evaluator
from .graph import Graph
from .keys import Keys
from .roles import main_chain
from .steps import Steps
from .takes import Take


class ProvisionalKeys(Keys):
    """Fingerprints over a few frames of a shot. Those of `known` nodes are the whole shot's."""

    def __init__(self, whole: Keys, frames: Collection[int], known: Collection[str]):
        super().__init__(whole.graph, tuple(sorted(frames)))
        self._whole_shot, self._known = whole, frozenset(known)

    def _analysis(self, name: str) -> Steps:
        if name in self._known:
            return (yield self._whole_shot._analysis(name))
        return (yield super()._analysis(name))

    def takes(self, name: str) -> list[Take]:
        """None: whoever waits for a first picture does not wait until other footage was looked at."""
        return []

    def observed_inputs(self, name: str, frame: int) -> list[str]:
        """As in most frames of the whole shot: what is looked at in some of them only tells nothing of one."""
        neighbours = (frame, frame + 1)
        return min((self._whole_shot.observed_inputs(name, each) for each in neighbours), key=len)


class ProvisionalEvaluator(Evaluator):
    """Evaluates one frame by what `whole` knows already. It looks at no other frame but those that knobs name."""

    def __init__(self, whole: Evaluator, name: str, frame: int, cancel: threading.Event | None = None):
        known: Mapping[str, Analysis] = dict(whole.analyses)
        frames = {frame, *_named_frames(whole.graph, name, whole.span)}
        super().__init__(
            whole.graph,
            sorted(frames),
            memory=whole.memory,
            disk=whole.disk,
            workers=whole.workers,
            cancel=cancel,
            keys=ProvisionalKeys(whole.keys, frames, known),
            timeout=whole.timeout,
        )
        self.stores = whole.stores
        self.analyses = dict(known)
        self.name, self.frame = name, frame

    def make(self) -> object:
        """The provisional result. Where the frame shows no face, that of a picture is the plate. Raises RecastError."""
        try:
            self.prepare(self.name)
            return self.pull(self.name, self.frame)
        except NoFace:
            plate = main_chain(self.graph, self.name)[-1]
            if self.graph.nodes[self.name].gives is not Image or self.graph.nodes[plate].gives is not Image:
                raise
            return self.pull(plate, self.frame)

    def _remark(self, name: str) -> None:
        """One frame tells nothing worth remarking of the shot."""


def recall_analyses(evaluator: Evaluator, name: str) -> bool:
    """Take over the analyses that `name` depends on, as far as they are known, looking at no frame. Returns whether
    that is all of them, so that what is pulled is final.
    """
    for upstream in evaluator.graph.upstream(name):
        if evaluator.graph.nodes[upstream].kind.analyses and not evaluator.recall_analysis(upstream):
            return False
    return True


def _named_frames(graph: Graph, name: str, span: Sequence[int]) -> set[int]:
    """The frames of the shot that knobs name."""
    looking = [each for each in graph.upstream(name) if graph.nodes[each].kind.analyses]
    return {frame for each in looking for frame in graph.at(each, span[0]).named_frames(span)}
