"""A still as the plate: it has no frames of its own, so the shot runs as long as what drives it."""

from __future__ import annotations

import math

from ..errors import RecastError
from ..nodes.read import Read
from ..notices import notice
from .graph import Graph


def is_still(graph: Graph, name: str) -> bool:
    """Whether a node reads one picture, and its frames are not set. Raises MediaError."""
    moment = graph.at(name, 0)
    if not isinstance(moment, Read) or moment.first is not None or moment.last is not None:
        return False
    return moment.source().kind == "still"


def driven_span(graph: Graph, plate: str, output: str) -> range | None:
    """The frames of a shot whose `plate` is a still: those of the longest clip that drives it. None where nothing
    does, or where `output` names one picture.
    """
    spans = {name: span for name in graph.nodes if name != plate and (span := moving_span(graph, name))}
    if not spans:
        return None
    name = max(spans, key=lambda each: len(spans[each]))
    span = spans[name]
    if _one_picture(graph, output):
        notice(
            f"{plate} is a still, and {output}.file one picture: one frame is made. shot.####.exr would take them all."
        )
        return None
    notice(
        f"{plate} is a still, so the shot runs as long as {name}: frames {span[0]}-{span[-1]} (`frames:` in the "
        "document sets another range)."
    )
    return span


def moving_span(graph: Graph, name: str) -> range | None:
    """The frames of the shot for which a Read brings a clip; None for a still and for what is not there."""
    placed = graph.nodes[name]
    if not issubclass(placed.kind, Read) or not placed.constants.get("file"):
        return None
    try:
        if is_still(graph, name):
            return None
        time = placed.animation.get("time")
        if time is not None and len(time.keys) > 1:
            return range(math.ceil(time.keys[0].frame), math.floor(time.keys[-1].frame) + 1) or None
        return graph.at(name, 0).span()
    except RecastError:  # whoever checks the node says what is wrong with it
        return None


def _one_picture(graph: Graph, output: str) -> bool:
    """Whether all frames of an output would have one name, and are no movie."""
    from ..media.names.patterns import is_pattern

    moment = graph.at(output, 0)
    target = moment.target() if hasattr(moment, "target") else None
    return bool(target) and not is_pattern(moment.values["file"])
