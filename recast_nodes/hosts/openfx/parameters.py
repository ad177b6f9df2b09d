"""Knobs as parameters of OpenFX. `ofx_parameter` is the translator: one knob to the parameters that stand for it.

Double and integer have both ranges, since Resolve wants them; there are no two- and three-dimensional kinds, which it
crashes on. A number that may be unset, and a box, stand behind a switch `NAME_on`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch

from ...knobs import Box, Choice, Choices, File, Float, Int, Knob, Still, Switch, Text
from ...nodes import NODES
from ...nodes.expression_mix import HAND_GROUPS
from .effects import LEFT_OUT, MIX, WITH_THE_PLATE, Effect

MOST = 2**31 - 1  # an integer has 32 bits
NO_SLIDER = (0, 2000)  # what a host shows where a knob has no slider; what is typed goes beyond it
CORNERS = ("left", "top", "right", "bottom")
WEIGHTS = ("replace", "enhance")  # where these are 0, and so are hand sliders and shapes, nothing is edited


@dataclass(frozen=True)
class EffectParameter:
    """One parameter. `kind` is double, integer, boolean, choice, string, file or button."""

    name: str
    kind: str
    label: str
    tip: str
    group: str = ""
    default: float = 0.0
    text: str = ""  # the default of a string
    limits: tuple[float, float] = (0.0, 0.0)
    slider: tuple[float, float] = (0.0, 0.0)
    options: tuple[str, ...] = ()
    animates: bool = False
    weight: bool = False  # whether the edit is none where all of these are 0
    node: str = ""  # of the shot of an edit
    knob: str = ""


def _switch(knob: Knob, on: bool, label: str, tip: str) -> EffectParameter:
    return EffectParameter(f"{knob.name}_on", "boolean", label, tip, default=float(on))


def _number(knob: Float | Int, kind: str) -> list[EffectParameter]:
    low, high = (min(max(end, -MOST), MOST) for end in knob.limits)
    soft = knob.slider or NO_SLIDER
    shown = min(max(0, soft[0]), soft[1]) if knob.default is None else knob.default
    made = EffectParameter(
        knob.name,
        kind,
        knob.label,
        f"{knob.tip} Takes {knob.takes()}.",
        default=shown,
        limits=(low, high),
        slider=(max(low, soft[0]), min(high, soft[1])),
        animates=knob.animates,
    )
    if not knob.unset:
        return [made]
    return [_switch(knob, knob.default is not None, f"set {knob.label}", f"Off: {knob.unset}."), made]


@singledispatch
def ofx_parameter(knob: Knob) -> list[EffectParameter]:
    """The parameters that stand for a knob, named as if they were alone."""
    raise NotImplementedError(f"OpenFX has no parameter for a knob of kind {type(knob).__name__}.")


@ofx_parameter.register
def _(knob: Float) -> list[EffectParameter]:
    return _number(knob, "double")


@ofx_parameter.register
def _(knob: Int) -> list[EffectParameter]:
    return _number(knob, "integer")


@ofx_parameter.register
def _(knob: Switch) -> list[EffectParameter]:
    return [EffectParameter(knob.name, "boolean", knob.label, knob.tip, default=float(knob.default))]


@ofx_parameter.register
def _(knob: Choice) -> list[EffectParameter]:
    at = knob.options.index(knob.default)
    return [EffectParameter(knob.name, "choice", knob.label, knob.tip, default=at, options=knob.options)]


@ofx_parameter.register
def _(knob: Choices) -> list[EffectParameter]:
    return [
        EffectParameter(
            f"{knob.name}_{each}", "boolean", f"{knob.label}: {each}", knob.tip, default=each in knob.default
        )
        for each in knob.options
    ]


@ofx_parameter.register
def _(knob: Text) -> list[EffectParameter]:
    return [EffectParameter(knob.name, "string", knob.label, knob.tip, text=knob.default)]


@ofx_parameter.register
def _(knob: File) -> list[EffectParameter]:
    return [EffectParameter(knob.name, "file", knob.label, knob.tip, text=knob.default)]


@ofx_parameter.register
def _(knob: Still) -> list[EffectParameter]:
    return [
        EffectParameter(knob.name, "string", knob.label, f"{knob.tip} Takes {knob.takes()}.", text=str(knob.default))
    ]


@ofx_parameter.register
def _(knob: Box) -> list[EffectParameter]:
    default = knob.default or (0.0, 0.0, 100.0, 100.0)
    sides = [
        EffectParameter(
            f"{knob.name}_{corner}",
            "double",
            f"{knob.label} {corner}",
            f"{knob.tip} In pixels of the full picture, y down.",
            default=at,
            limits=(-100_000, 100_000),
            slider=(0, 4096),
        )
        for corner, at in zip(CORNERS, default, strict=True)
    ]
    return [_switch(knob, knob.default is not None, f"set {knob.label}", "Off: no box."), *sides]


def of_node(effect: Effect, node: str) -> list[EffectParameter]:
    """The parameters of a node of an effect, named as the effect has them."""
    kind = NODES[_kind(node)]
    bare = node == effect.nodes[0]
    made = []
    for knob in kind.knobs.values():
        if knob.name in LEFT_OUT or (node == "DrivingMotion" and knob.name in WITH_THE_PLATE):
            continue
        for each in ofx_parameter(knob):
            group = f"{node} {knob.group}" if knob.group else node
            weight = node == MIX and (knob.name in WEIGHTS or (knob.group in HAND_GROUPS and each.kind == "double"))
            name = each.name if bare else f"{node}_{each.name}"
            made.append(replace(each, name=name, group=group, weight=weight, node=node, knob=knob.name))
    return made


def _kind(node: str) -> str:
    return {"DrivingTrack": "FaceTrack", "DrivingMotion": "MotionExtract"}.get(node, node)


def _own(effect: Effect) -> list[EffectParameter]:
    """The parameters that no node has: what is put out, and what the host cannot say by itself."""
    frames, numbers = (-1_000_000.0, 10_000_000.0), (0.0, 2000.0)
    words = "; ".join(f"{name}: {text}" for name, text in effect.outputs)
    range_tip = "frame of the shot, where use range is on. Every frame of it is looked at once."
    look = "Look at every frame of the shot now; the first render does it otherwise."
    made = [
        EffectParameter("output", "choice", "output", f"What is put out. {words}.", options=effect.output_names),
        EffectParameter("analyse", "button", "look at the shot", look),
        EffectParameter(
            "clear", "button", "clear analysis", "Forget what was seen of the shot; it is looked at again."
        ),
        EffectParameter("use_range", "boolean", "use range", "Off: the shot is as long as the source clip.", "shot"),
        EffectParameter("first_frame", "integer", "first", f"First {range_tip}", "shot", 1, "", frames, numbers),
        EffectParameter("last_frame", "integer", "last", f"Last {range_tip}", "shot", 100, "", frames, numbers),
        EffectParameter(
            "colorspace",
            "string",
            "colour space",
            "What the clips are encoded in, as named in the OpenColorIO config. auto: what the host says, or else its "
            "scene-linear working space.",
            "shot",
            text="auto",
        ),
    ]
    if effect.clip("Driver"):
        made += _of_driver()
    if effect.clip("Mask"):
        tip = "Limit the edit by the Mask clip. A switch, since some hosts show every clip as connected."
        made.append(EffectParameter("use_mask", "boolean", "use mask", tip))
    return made


def _of_driver() -> list[EffectParameter]:
    tip = (
        "Where the driver comes from. auto: the file if one is named, otherwise the Driver clip if one is connected "
        "(not in Resolve, which shows every clip as connected). none: the hand sliders alone."
    )
    start = (
        "Of a driver file. together: by frame number where the file has the shot's frames, otherwise its first frame "
        "with the shot's. frame numbers: always by frame number."
    )
    slip = "Slip of a driver file in frames: 3 shows it three frames later."
    options = ("auto", "clip", "file", "none")
    file_tip = "A sequence (driver.####.exr), a movie or a still; or a motion template."
    return [
        EffectParameter("driver", "choice", "driver", tip, "driver source", options=options),
        EffectParameter("driver_file", "file", "driver file", file_tip, "driver source"),
        EffectParameter(
            "driver_start", "choice", "start", start, "driver source", options=("together", "frame numbers")
        ),
        EffectParameter("driver_offset", "integer", "slip", slip, "driver source", 0, "", (-1e6, 1e6), (-48, 48)),
        EffectParameter(
            "driver_colorspace",
            "string",
            "driver colour space",
            "What a driver file is encoded in, or auto.",
            "driver source",
            text="auto",
        ),
    ]


def parameters(effect: Effect) -> list[EffectParameter]:
    """All parameters of an effect, in the order in which a host shows them."""
    own = _own(effect)
    first, *rest = (of_node(effect, node) for node in effect.nodes)
    return [*own[:1], *first, *(each for group in rest for each in group), *own[1:]]
