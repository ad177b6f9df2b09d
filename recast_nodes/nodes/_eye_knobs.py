"""The knobs of ExpressionMix for eyes: where each looks, what both look at, lids, and blinks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..errors import RecastError
from ..knobs import Choice, File, Float, Knob
from ..model_registry import MODELS
from ..node import Finding, Node

GROUP = "eyes"
BLINKS = ("edited", "none", "plate", "driver")
TARGETS = ("camera", "point", "track", "face")


def _turn(eye: str, way: str) -> Float:
    tip = f"Degrees that the actor's {eye} eye turns {way}, on top of everything else, look_at included."
    return Float(0.0, tip, limits=(-60, 60), slider=(-30, 30), group=GROUP)


def _blink(eye: str) -> Float:
    tip = f"Shuts the actor's {eye} eye: 1 shuts it however far it is open."
    return Float(0.0, tip, limits=(0, 1), group=GROUP)


def _place(tip: str) -> Float:
    return Float(0.0, tip, limits=(-1_000_000, 1_000_000), slider=None, group=GROUP)


EYE_KNOBS: dict[str, Knob] = {
    "look_at": Float(
        0.0, "How far both eyes look at the target, in place of where the edit has them.", limits=(0, 1), group=GROUP
    ),
    "target": Choice(
        "camera",
        "What look_at looks at. camera: into the lens. point: target_x and target_y in the picture. track: a tracked "
        "point. face: between the eyes of another face, whose FaceTrack is connected to other_track.",
        options=TARGETS,
        group=GROUP,
    ),
    "target_x": _place("The point's place: pixels from the picture's left edge. With target track, added to it."),
    "target_y": _place("The point's place: pixels down from the picture's upper edge. With target track, added to it."),
    "target_depth": Float(
        0.25,
        "How near the point is, or what is tracked: 0 as far from the camera as the face, 1 at the camera, below 0 "
        "behind the face.",
        limits=(-10, 1),
        slider=(0, 1),
        group=GROUP,
    ),
    "converge": Float(
        0.0,
        "How far eyes cross for a point, or for what is tracked, that is nearer than the camera: 0 no more than for "
        "the lens, 1 as for a thing where target_depth has it.",
        limits=(0, 1),
        group=GROUP,
    ),
    "target_track": File(
        "",
        "The tracked point, CSV: frame, x, y in pixels, y down; with a header frame,x,y_up y counts from below.",
        animates=False,
        group=GROUP,
    ),
    "field_of_view": Float(
        40.0,
        "Degrees that the plate's camera sees from left to right: 54 for 35 mm on a full frame, 40 for 50 mm, 24 for "
        "85 mm. It says how far away the face is.",
        limits=(2, 160),
        slider=(10, 90),
        group=GROUP,
    ),
    "gaze_left_x": _turn("left", "to the right of the picture"),
    "gaze_left_y": _turn("left", "down"),
    "gaze_right_x": _turn("right", "to the right of the picture"),
    "gaze_right_y": _turn("right", "down"),
    "lids_follow": Float(
        1.0,
        "How far lids go with eyes that look_at and the gaze knobs of this group turn up or down.",
        limits=(0, 2),
        slider=(0, 1),
        group=GROUP,
    ),
    "eye_size": Float(
        1.0,
        "The eyeball's size against an average one for the width of the eye: a larger one carries its iris further for "
        "the same turn.",
        limits=(0.5, 2),
        group=GROUP,
    ),
    "blink_left": _blink("left"),
    "blink_right": _blink("right"),
    "blinks": Choice(
        "edited",
        "Whose blinks the result has. edited: those that replace and enhance give. none: both performances' are taken "
        "out, and only those of blink_left and blink_right are left. plate: the plate's own, whatever the driver does. "
        "driver: the driver's, whatever is replaced.",
        options=BLINKS,
        group=GROUP,
    ),
}
ASKED = ("look_at", *(name for name in EYE_KNOBS if name.startswith(("gaze_", "blink_"))))
"""The knobs of which one that is not 0 asks for something."""
_OURS = frozenset(EYE_KNOBS) - {"blinks"}


def inputs_of_eyes(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The inputs of ExpressionMix that look_at needs: the plate's size, and the face that is looked at."""
    if not values["look_at"]:
        return ()
    return ("image", "other_track") if values["target"] == "face" else ("image",)


def missing_for_eyes(mix: Node, wired: Collection[str]) -> dict[str, str]:
    """Those of them that are not `wired`, and what needs them: `Node.missing_inputs` of ExpressionMix."""
    why = {"image": "look_at needs the plate.", "other_track": "target is face, and no face is connected to look at."}
    return {entry: why[entry] for entry in inputs_of_eyes(mix.values) if entry not in wired}


def idle_eyes(values: Mapping[str, Any]) -> frozenset[str]:
    """The knobs for eyes where none of them asks for anything: they decide nothing then."""
    return frozenset() if any(values[name] for name in ASKED) else _OURS


def stamp_of_track(values: Mapping[str, Any]) -> str:
    """The state of the file of a tracked point, '' where none is looked at. Raises MediaError."""
    if not values["look_at"] or values["target"] != "track" or not values["target_track"]:
        return ""
    from ..media.sequences import open_source

    return open_source(values["target_track"]).fingerprint(1)


def check_eyes(moments: Sequence[Node]) -> Iterable[Finding]:
    """Whether the file of a tracked point is there and can be read."""
    looking = (each.values for each in moments if each.values["look_at"] and each.values["target"] == "track")
    for file in sorted({values["target_track"] for values in looking}):
        from ..media.landmarks.point_track import read_point_track

        if not file:
            yield Finding("target is track, and target_track names no file.", "target_track")
            continue
        try:
            read_point_track(file)
        except RecastError as problem:
            yield Finding(str(problem), "target_track")


def check_models(asked: Sequence[str], model: str) -> Iterable[Finding]:
    """Eye knobs that are asked of a model which has no eyeballs."""
    if not asked or MODELS.get(model).directs_eyes:
        return
    able = " and ".join(each.name for each in MODELS if each.directs_eyes)
    text = f"The {model} model cannot do {', '.join(asked)}"
    yield Finding(f"{text}; {able} can." if able else f"{text}.", asked[0])
