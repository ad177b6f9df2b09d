"""A gizmo for each node, from its declaration. `user_knob` is the translator: one knob to lines of Nuke's script."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from ...knobs import Box, Choice, Choices, File, Float, Int, Knob, Still, Switch, Text
from ...node import Node

STRING, FILE, INT, PULLDOWN, BOOLEAN, DOUBLE, BBOX, TAB, SCRIPT, DIVIDER = 1, 2, 3, 4, 6, 7, 15, 20, 22, 26
TILE = "0x2a2e35ff"
BUTTONS = {  # node: (knob, label, tip, function of recast_hosts.nuke.actions)
    "FaceTrack": [("recast_track", "Track", "Follow the face through the shot now; rendering then finds it.", "track")],
    "Write": [
        ("recast_render", "Render shot", "Render all frames of the shot by the worker.", "render"),
        ("recast_frame", "Render frame", "Render the current frame by the worker.", "render_frame"),
        ("recast_save", "Save shot", "Write the shot document for `recast render`, on a farm or anywhere.", "save"),
    ],
}


def quoted(text: str) -> str:
    """`text` as one word of Tcl, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("[", "\\[").replace("]", "\\]").replace("$", "\\$")
    return '"' + escaped.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\n") + '"'


def _line(code: int, name: str, label: str, tip: str, *rest: str) -> str:
    words = [str(code), name, "l", quoted(label), "t", quoted(tip), *rest]
    return "addUserKnob {" + " ".join(words) + "}"


def _range(knob: Float | Int) -> str:
    return f"R {knob.slider[0]:.10g} {knob.slider[1]:.10g}"


def _number(knob: Float | Int, code: int) -> list[str]:
    """A slider, behind a switch where the knob may be unset."""
    low, high = knob.slider
    shown = min(max(0.0, low), high) if knob.default is None else knob.default
    tip = f"{knob.tip} Takes {knob.takes()}."
    still = [] if knob.animates else ["+DISABLE_ANIMATION"]
    lines = [_line(code, knob.name, knob.label, tip, _range(knob), *still), f"{knob.name} {shown:.10g}"]
    if not knob.unset:
        return lines
    switch = _line(BOOLEAN, f"{knob.name}_on", f"set {knob.label}", f"Off: {knob.unset}.", "+STARTLINE")
    return [switch, f"{knob.name}_on {str(knob.default is not None).lower()}", *lines]


@singledispatch
def user_knob(knob: Knob) -> list[str]:
    """The lines that add a knob to a gizmo and set its default."""
    raise NotImplementedError(f"Nuke knows no knob of kind {type(knob).__name__}.")


@user_knob.register
def _(knob: Float) -> list[str]:
    return _number(knob, DOUBLE)


@user_knob.register
def _(knob: Int) -> list[str]:
    return _number(knob, INT)


@user_knob.register
def _(knob: Switch) -> list[str]:
    line = _line(BOOLEAN, knob.name, knob.label, knob.tip, "+STARTLINE")
    return [line, f"{knob.name} {str(knob.default).lower()}"]


@user_knob.register
def _(knob: Choice) -> list[str]:
    options = "M {" + " ".join(quoted(option) for option in knob.options) + "}"
    return [_line(PULLDOWN, knob.name, knob.label, knob.tip, options), f"{knob.name} {quoted(knob.default)}"]


@user_knob.register
def _(knob: Choices) -> list[str]:
    lines = [_line(DIVIDER, f"{knob.name}_label", knob.label, knob.tip, "T", quoted(" "))]
    for option in knob.options:
        lines.append(_line(BOOLEAN, f"{knob.name}_{option}", option, knob.tip))
        lines.append(f"{knob.name}_{option} {str(option in knob.default).lower()}")
    return lines


@user_knob.register
def _(knob: Text) -> list[str]:
    return [_line(STRING, knob.name, knob.label, knob.tip), f"{knob.name} {quoted(knob.default)}"]


@user_knob.register
def _(knob: File) -> list[str]:
    return [_line(FILE, knob.name, knob.label, knob.tip), f"{knob.name} {quoted(knob.default)}"]


@user_knob.register
def _(knob: Still) -> list[str]:
    tip = f"{knob.tip} Takes {knob.takes()}."
    return [_line(STRING, knob.name, knob.label, tip), f"{knob.name} {quoted(str(knob.default))}"]


@user_knob.register
def _(knob: Box) -> list[str]:
    """Nuke's boxes are (x, y, right, top) with y up; `reading` turns them over."""
    switch = _line(BOOLEAN, f"{knob.name}_on", f"set {knob.label}", "Off: there is no box.", "+STARTLINE")
    box = " ".join(f"{number:.10g}" for number in knob.default or (0, 0, 100, 100))
    on = str(knob.default is not None).lower()
    return [
        switch,
        f"{knob.name}_on {on}",
        _line(BBOX, knob.name, knob.label, knob.tip),
        f"{knob.name} {{{box}}}",
    ]


def gizmo(kind: type[Node]) -> str:
    """The whole .gizmo file of a node: its knobs in tabs, its inputs by name, and its first input passed through."""
    name = kind.__name__
    head = [
        "#! Nuke gizmo",
        "# Made by `make plugins` from the declaration in recast_nodes/nodes; a test compares them.",
        "version 13.2 v8",
        "Gizmo {",
        f" inputs {len(kind.inputs)}",
        f" help {quoted(_help(kind))}",
        f" icon Recast{name}.png",
        f" tile_color {TILE}",
    ]
    return "\n".join([*head, *(f" {line}" for line in _knobs(kind)), "}", *_inside(kind), "end_group", ""])


def _help(kind: type[Node]) -> str:
    inputs = [f"{entry.name} ({entry.takes}): {entry.tip}" for entry in kind.inputs.values()]
    return "\n".join([kind.describe()["documentation"], *([""] if inputs else []), *inputs])


def _knobs(kind: type[Node]) -> Iterable[str]:
    """Tabs by group, the node's own first; a hidden word says what the gizmo is even where it was made a group."""
    name = kind.__name__
    yield "addUserKnob {" + f"{TAB} recast l {quoted(name)}" + "}"
    yield "addUserKnob {" + f"{STRING} recast_kind l kind +INVISIBLE" + "}"
    yield f"recast_kind {name}"
    groups: dict[str, list[Knob]] = {}
    for knob in kind.knobs.values():
        groups.setdefault(knob.group, []).append(knob)
    for group in sorted(groups, key=bool):
        if group:
            yield "addUserKnob {" + f"{TAB} tab_{group.replace(' ', '_')} l {quoted(group)}" + "}"
        for knob in groups[group]:
            yield from user_knob(knob)
        if not group:
            yield from _buttons(name)
    if "" not in groups:
        yield from _buttons(name)


def _buttons(name: str) -> Iterable[str]:
    for knob, label, tip, function in BUTTONS.get(name, ()):
        script = f"from recast_hosts.nuke import actions; actions.{function}(nuke.thisNode())"
        yield _line(SCRIPT, knob, label, tip, "T", quoted(script), "+STARTLINE")


def _inside(kind: type[Node]) -> list[str]:
    """The nodes within: an Input for each of ours, in their order, and what comes out."""
    lines = []
    for number, entry in reversed(list(enumerate(kind.inputs.values()))):
        place = f"xpos {120 * number}\n  ypos 0" + (f"\n  number {number}" if number else "")
        lines.append(f" Input {{\n  inputs 0\n  name {entry.name}\n  {place}\n }}")
    if not kind.inputs:
        lines.append(" Constant {\n  inputs 0\n  name Nothing\n  xpos 0\n  ypos 0\n }")
    return [*lines, " Output {\n  name Output1\n  xpos 0\n  ypos 120\n }"]
