"""One effect of a host: its clips, what was seen of them, and the results that it is asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ...errors import DocumentError, MediaError, RecastError
from ...graph.consent import with_consent
from ...graph.evaluate import Evaluator
from ...graph.graph import Graph
from ...graph.policy import enforce_policy
from ...graph.provisional import recall_analyses
from .pictures import HostPlanes, planes_of
from .shots import EffectAsked, find_effect, shot_of

if TYPE_CHECKING:
    from ...media.host_frames import HostClip, HostFrame

SESSIONS = 64
NO_LEDGER = (
    "The studio's policy asks for a ledger beside the frames, and an effect does not know where its host writes them. "
    "Render the shot with `recast render`, or make the ledger optional."
)
TRIES = 3  # times that a clip may be found to have changed while one frame is made
Prepare = Callable[[Graph, str], Evaluator]
Fetch = Callable[[str, int], "HostFrame"]  # a clip's name and a frame


class Session:
    """What the worker knows of one effect in a host. Its requests come one after the other."""

    def __init__(self, name: str):
        self.name = name
        self.lock = threading.Lock()

    def open(self, request: Mapping[str, Any], fetch: Fetch | None) -> tuple[EffectAsked, dict[str, HostClip]]:
        """What a request asks for, and the clips by their names in the host, ready to be read."""
        from ...media.host_frames import host_clip

        clips: dict[str, HostClip] = {}
        for name, about in request["clips"].items():
            clips[name] = clip = host_clip(f"{self.name}/{name}")
            way = partial(fetch, name) if fetch else None
            clip.attach(int(about["first"]), int(about["last"]), bool(about.get("premultiplied", True)), way)
        spaces = {name: about["colorspace"] for name, about in request["clips"].items() if about.get("colorspace")}
        asked = EffectAsked(
            find_effect(request["effect"]),
            request["values"],
            request["first"],
            request["last"],
            {name: clip.name for name, clip in clips.items()},
            spaces,
            bool(request.get("real", True)),
        )
        if "Source" not in clips:
            raise DocumentError(["Source: no clip is connected."])
        return asked, clips

    def render(self, request: Mapping[str, Any], fetch: Fetch, prepare: Prepare) -> HostPlanes | None:
        """The picture of a frame; None where only the shot was to be looked at. Raises RecastError."""
        asked, clips = self.open(request, fetch)
        frame, output = request["frame"], str(request["values"].get("output", ""))
        graph, node = shot_of(asked)
        if enforce_policy(with_consent(graph)).ledger:
            raise DocumentError([NO_LEDGER])
        for _ in range(TRIES):
            if not request.get("analyse"):
                self._see_now(graph, node, clips, frame)
            try:
                evaluator = prepare(graph, node)
                plate = partial(evaluator.pull, "Plate", frame)
                made = None if request.get("analyse") else planes_of(evaluator.pull(node, frame), output, plate)
            except RecastError:
                if not any(clip.changed for clip in clips.values()):
                    raise
            else:
                if not any(clip.changed for clip in clips.values()):
                    return made
            for clip in clips.values():
                clip.renew() if clip.changed else None
        raise MediaError(f"The host gives other pixels each time it is asked for frame {frame}.")

    def _see_now(self, graph: Graph, node: str, clips: Mapping[str, HostClip], frame: int) -> None:
        """Have the clips' pixels at this frame, so that a clip that changed since it was looked at is found out."""
        for clip in clips.values():
            if clip.holds(frame) and any(_reads(graph, name, clip) for name in graph.upstream(node)):
                clip.fetch(frame)
                if clip.changed:
                    clip.renew()

    def plan(self, request: Mapping[str, Any], evaluator_of: Prepare) -> dict[str, Any]:
        """The frames of each clip that a frame needs: the whole shot, or fewer where that was looked at before."""
        asked, clips = self.open(request, None)
        graph, node = shot_of(asked)
        evaluator = evaluator_of(graph, node)
        reads = {name: clip for name in graph.nodes for clip in clips if _reads(graph, name, clips[clip])}
        if recall_analyses(evaluator, node):
            needed = _needed_frames(evaluator, node, request["frame"])
            found = {reads[name]: sorted(frames) for name, frames in needed.items() if name in reads}
            return {"known": True, "frames": found}
        whole = list(range(request["first"], request["last"] + 1))
        return {"known": False, "frames": {clip: _within(clips[clip], whole) for clip in reads.values()}}


def _reads(graph: Graph, name: str, clip: HostClip) -> bool:
    return str(graph.nodes[name].constants.get("file", "")).endswith(clip.name)


def _within(clip: HostClip, frames: list[int]) -> list[int]:
    return sorted({min(max(frame, clip.first), clip.last) for frame in frames})


def _needed_frames(evaluator: Evaluator, node: str, frame: int) -> dict[str, set[int]]:
    """The frames of each node without inputs that a result needs, where the shot was looked at."""
    graph = evaluator.graph
    found: dict[str, set[int]] = {}
    waiting, seen = [(node, frame)], set()
    while waiting:
        name, at = waiting.pop()
        if (name, at) in seen:
            continue
        seen.add((name, at))
        placed, moment = graph.nodes[name], graph.at(name, at)
        if not placed.wires:
            found.setdefault(name, set()).add(at)
        known = (evaluator.analyses[name].value,) if moment.analyses else ()
        for entry in moment.used_inputs():
            if entry in placed.wires:
                frames = moment.frames(at, entry, *known) if moment.inputs[entry].many else (at,)
                waiting += [(placed.wires[entry], each) for each in frames]
    return found


class Sessions:
    """The effects that hosts have asked for, the last ones."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, name: str) -> Session:
        """The session of this name; a new one where there is none."""
        with self._lock:
            found = self._known.pop(name, None) or Session(name)
            self._known[name] = found
            while len(self._known) > SESSIONS:
                self._known.popitem(last=False)
            return found
