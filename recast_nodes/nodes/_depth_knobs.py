"""The knobs of FaceTrack for where a face stands when another meets it."""

from __future__ import annotations

from collections.abc import Mapping

from ..knobs import Choice, Int, Knob
from ..node import Node

AS_SEEN, IN_FRONT, BEHIND = "as-seen", "in-front", "behind"
DEPTH_KNOBS: dict[str, Knob] = {
    "stands": Choice(
        AS_SEEN,
        "Where this face stands when another meets it: a face is edited where it is seen only. as-seen: the one that "
        "goes on being seen is in front, or else the larger one. in-front, behind: of all others.",
        options=(AS_SEEN, IN_FRONT, BEHIND),
        animates=False,
        group="follow",
    ),
    "in_front": Int(
        0,
        "The same by keys, where faces change places before each other: 1 in front of all others, -1 behind them, 0 as "
        "stands says.",
        limits=(-1, 1),
        group="follow",
    ),
}


def stands_over_time(track: Node) -> Mapping[int, str] | str:
    """Where a FaceTrack's face stands, in words: by frame where `in_front` is keyed."""
    words = {0: track.values["stands"], 1: IN_FRONT, -1: BEHIND}
    keyed = track.over_time.get("in_front")
    return {frame: words[value] for frame, value in keyed.items()} if keyed else words[track.values["in_front"]]
