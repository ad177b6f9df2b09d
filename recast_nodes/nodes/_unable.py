"""What is asked of ExpressionMix by hand that the source's model cannot do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..face.blendshapes import SHAPES
from ..model_registry import MODELS, missing_shapes, missing_sliders, unfollowed_numbers
from ..node import Finding, Node
from ._eye_knobs import ASKED, BLINKS, check_models
from ._shapes import find_shapes
from .read import is_numbers


def check_asked(moments: Sequence[Node], upstream: Sequence[Node], sliders: Sequence[str]) -> Iterable[Finding]:
    """Hand `sliders`, eyes and shapes that the source's model has not, a driver in numbers that it cannot follow, and
    trials that tell it nothing.
    """
    moved, calibrated, turns = set[str](), False, False
    for moment in moments:  # once: each frame's values are made when they are asked for
        moved.update(name for name in (*sliders, *ASKED) if moment.values[name])
        moved.update({"blinks"} if moment.values["blinks"] != BLINKS[0] else ())
        moved.update(name for name, value in zip(SHAPES, find_shapes(moment.values)) if value)
        calibrated = calibrated or bool(moment.values["replace"] and moment.values["calibrate"])
        turns = turns or moment.values["transfer"] == "expression-and-pose"
    for model in dict.fromkeys(node.values["model"] for node in upstream if "model" in node.values):
        traits = MODELS.get(model)
        missing = [name for name in sliders if name in moved and name not in traits.sliders]
        if missing:
            yield Finding(missing_sliders(model, missing), missing[0])
        yield from check_models([name for name in (*ASKED, "blinks") if name in moved], model)
        without = [name for name in SHAPES if name in moved and name not in traits.shapes]
        if without:
            yield Finding(missing_shapes(model, without), without[0], severe=False)
        by_numbers = any(is_numbers(node.values.get("file")) for node in upstream)
        if by_numbers and (lost := unfollowed_numbers(model, turns)):
            yield Finding(lost.text, "driving", lost.severe)
        if calibrated and not traits.calibrates:
            text = f"calibrate does nothing with the {model} model; 0 saves the time that it takes."
            yield Finding(text, "calibrate", severe=False)
