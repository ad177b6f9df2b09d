"""Blender properties from the declarations. `bpy_property` is the translator: one knob to properties as plain data."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from ...knobs import Box, Choice, Choices, File, Float, Int, Knob, Still, Switch, Text
from ...node import Node
from ...nodes.renames import RENAMES, Rename

Property = tuple[str, str, dict[str, Any]]  # attribute, name in bpy.props, its arguments
MOST = 2**31 - 1  # Blender's whole numbers have 32 bits
# Where a knob has no slider: the range that Blender takes the speed of a drag from, its own default frame range. Typed
# values go beyond it, and it then widens by itself.
NO_SLIDER = (1, 250)
FOREIGN = 1000  # numbers of options from here on are of other packages'
CORNERS = ("left", "top", "right", "bottom")


def _common(knob: Knob, label: str = "", tip: str = "") -> dict[str, Any]:
    """Arguments of every property. Blender ends a tip with a full stop of its own."""
    options = ["ANIMATABLE"] if knob.animates else []
    return {"name": label or _capital(knob.label), "description": (tip or knob.tip).rstrip("."), "options": options}


def _capital(label: str) -> str:
    """The label with a capital first; others in it stay, as in browDownLeft."""
    return label[:1].upper() + label[1:]


def _switch(name: str, label: str, tip: str, on: bool) -> Property:
    return name, "BoolProperty", {"name": label, "description": tip.rstrip("."), "options": [], "default": on}


def _number(knob: Float | Int, kind: str, limit: float) -> list[Property]:
    low, high = (min(max(end, -limit), limit) for end in knob.limits)
    soft_low, soft_high = knob.slider or NO_SLIDER
    ranges = {"min": low, "max": high, "soft_min": max(low, soft_low), "soft_max": min(high, soft_high)}
    shown = min(max(0, soft_low), soft_high) if knob.default is None else knob.default
    tip = f"{knob.tip} Takes {knob.takes()}"
    made = [(knob.name, kind, _common(knob, tip=tip) | ranges | {"default": shown})]
    if not knob.unset:
        return made
    return [_switch(f"{knob.name}_on", f"Set {knob.label}", f"Off: {knob.unset}", knob.default is not None), *made]


@singledispatch
def bpy_property(knob: Knob) -> list[Property]:
    """The properties that stand for a knob."""
    raise NotImplementedError(f"Blender has no property for a knob of kind {type(knob).__name__}.")


@bpy_property.register
def _(knob: Float) -> list[Property]:
    (attribute, kind, arguments), *rest = reversed(_number(knob, "FloatProperty", 3e38))
    span = knob.slider[1] - knob.slider[0] if knob.slider else 100  # a click on the arrows is a hundredth, or a frame
    digits = {"precision": 3 if span > 1e-3 else 6, "step": max(1, round(span))}
    return [*reversed(rest), (attribute, kind, arguments | digits)]


@bpy_property.register
def _(knob: Int) -> list[Property]:
    return _number(knob, "IntProperty", MOST)


@bpy_property.register
def _(knob: Switch) -> list[Property]:
    return [(knob.name, "BoolProperty", _common(knob) | {"default": knob.default})]


@bpy_property.register
def _(knob: Choice) -> list[Property]:
    foreign = knob.menu.foreign if knob.menu else ()
    items: list[list[Any]] = [[option, option, ""] for option in knob.options if option not in foreign]
    if foreign:  # Blender keeps an item's number: one that comes or goes must not move the others
        items = [[*item, number] for number, item in enumerate(items)]
        items += [[option, option, "", _number_of(option)] for option in foreign]
    return [(knob.name, "EnumProperty", _common(knob) | {"items": items, "default": knob.default})]


def _number_of(option: str) -> int:
    """A number that depends on the name alone, and is none of those that our own options have."""
    return FOREIGN + zlib.crc32(option.encode()) % (MOST - FOREIGN)


@bpy_property.register
def _(knob: Choices) -> list[Property]:
    return [
        _switch(f"{knob.name}_{option}", f"{_capital(knob.label)}: {option}", knob.tip, option in knob.default)
        for option in knob.options
    ]


@bpy_property.register
def _(knob: Text) -> list[Property]:
    return [(knob.name, "StringProperty", _common(knob) | {"default": knob.default})]


@bpy_property.register
def _(knob: File) -> list[Property]:
    path = {"subtype": "FILE_PATH", "options": ["PATH_SUPPORTS_BLEND_RELATIVE"]}
    return [(knob.name, "StringProperty", _common(knob) | {"default": knob.default} | path)]


@bpy_property.register
def _(knob: Still) -> list[Property]:
    tip = f"{knob.tip} Takes {knob.takes()}"
    return [(knob.name, "StringProperty", _common(knob, tip=tip) | {"default": str(knob.default)})]


@bpy_property.register
def _(knob: Box) -> list[Property]:
    four = {"size": 4, "default": list(knob.default or (0.0, 0.0, 100.0, 100.0))}
    switch = _switch(f"{knob.name}_on", f"Set {knob.label}", "Off: no box", knob.default is not None)
    return [switch, (knob.name, "FloatVectorProperty", _common(knob, tip=f"{knob.tip} {', '.join(CORNERS)}") | four)]


def _earlier(kind: type[Node], rename: Rename) -> dict[str, Any]:
    """A hidden property as an earlier version declared it: what older blend files hold (`earlier.take_over`)."""
    ((_, made, arguments),) = bpy_property(kind.knobs[rename.new])
    given = {**arguments, "name": rename.old, "options": ["HIDDEN"]}
    if rename.values:
        then = {now: old for old, now in rename.values.items()}
        given |= {"items": [[old, old, ""] for old in rename.values], "default": then[given["default"]]}
    return {"attribute": rename.old, "kind": made, "arguments": given, "group": "", "hidden": True}


def _folds(kind: type[Node]) -> list[dict[str, Any]]:
    """For each group that is shown folded, whether it is unfolded in the panel, and what is looked for in it."""
    made = []
    for group in kind.folded:
        shown = _switch(f"show_{group}", group.capitalize(), f"Show the knobs of the group {group}", False)
        find = {"name": "Find", "description": "Part of a knob's name; empty shows all", "options": [], "default": ""}
        for attribute, made_as, arguments in (shown, (f"find_{group}", "StringProperty", find)):
            about = {"attribute": attribute, "kind": made_as, "arguments": arguments, "group": group, "hidden": True}
            made.append(about)
    return made


def properties(kinds: Mapping[str, type[Node]]) -> dict[str, list[dict[str, Any]]]:
    """The properties of every node, with the group that each is shown under."""
    return {
        name: [
            {"attribute": attribute, "kind": made, "arguments": arguments, "group": knob.group}
            for knob in kind.knobs.values()
            for attribute, made, arguments in bpy_property(knob)
        ]
        + _folds(kind)
        + [_earlier(kind, each) for each in RENAMES if each.node == name and each.old != each.new]
        for name, kind in kinds.items()
    }
