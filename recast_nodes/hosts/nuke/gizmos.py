"""A gizmo for each node, from its declaration. `user_knob` is the translator: one knob to lines of Nuke's script.

How Nuke spells all this was taken from Foundry's documentation and from published gizmos: see docs/nuke.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from ...knobs import Box, Choice, Choices, File, Float, Int, Knob, Still, Switch, Text
from ...node import Node
from ...nodes.renames import RENAMES

STRING, FILE, INT, PULLDOWN, BOOLEAN, DOUBLE, BBOX, TAB, SCRIPT, DIVIDER = 1, 2, 3, 4, 6, 7, 15, 20, 22, 26
TILE, NOTE = "0x2a2e35ff", "0xe6e8ebff"  # a node's colour and its label's: the icons' own
# Hidden knobs of a Write, in which Nuke keeps what the result inside is made of (results.py).
RESULT_KNOBS = [
    (FILE, "recast_file"),
    (DOUBLE, "recast_rendered"),
    (STRING, "recast_colorspace"),
    (BOOLEAN, "recast_raw"),
    (STRING, "recast_layer"),
]
BUTTONS = {  # node: (knob, label, tip, function of recast_hosts.nuke.actions)
    "ExpressionMix": [
        ("recast_pose", "Poses...", "Set the shapes to a pose: a viseme, or a FACS combination.", "pose"),
    ],
    "FaceTrack": [
        ("recast_track", "Track", "Track the face through the shot now, so that rendering need not.", "track")
    ],
    "Write": [
        ("recast_render", "Render shot", "Render every frame of the shot with the Recast worker.", "render"),
        ("recast_frame", "Render frame", "Render the current frame with the Recast worker.", "render_frame"),
        ("recast_save", "Save shot", "Write the shot document for `recast render`, on a farm or anywhere.", "save"),
        (
            "recast_consent",
            "Consent...",
            "Say who agreed to the edit: adds a performer to the file consent.",
            "consent",
        ),
        ("recast_reload", "Reload result", "Reload the frames from disk, for example after a farm render.", "reload"),
    ],
}


def quote_tcl(text: str) -> str:
    """`text` as one word of Tcl, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("[", "\\[").replace("]", "\\]").replace("$", "\\$")
    return '"' + escaped.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\n") + '"'


def _line(code: int, name: str, label: str, tip: str, *rest: str) -> str:
    words = [str(code), name, "l", quote_tcl(label), "t", quote_tcl(tip), *rest]
    return "addUserKnob {" + " ".join(words) + "}"


def _number(knob: Float | Int, code: int) -> list[str]:
    """A field with its slider's range, behind a switch where the knob may be unset.

    No word in a gizmo keeps a knob from being animated, or without a slider: `created` does it, when Nuke makes one.
    """
    low, high = knob.slider or knob.limits
    shown = min(max(0.0, low), high) if knob.default is None else knob.default
    tip = f"{knob.tip} Takes {knob.takes()}."
    slider = [f"R {low:.10g} {high:.10g}"] if knob.slider else []
    lines = [_line(code, knob.name, knob.label, tip, *slider), f"{knob.name} {shown:.10g}"]
    if not knob.unset:
        return lines
    switch = _line(BOOLEAN, f"{knob.name}_on", f"set {knob.label}", f"Off: {knob.unset}.", "+STARTLINE")
    return [switch, f"{knob.name}_on {str(knob.default is not None).lower()}", *lines]


@singledispatch
def user_knob(knob: Knob) -> list[str]:
    """The lines that add a knob to a gizmo and set its default."""
    raise NotImplementedError(f"Nuke has no knob for the kind {type(knob).__name__}.")


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
    options = "M {" + " ".join(quote_tcl(option) for option in knob.options) + "}"
    return [_line(PULLDOWN, knob.name, knob.label, knob.tip, options), f"{knob.name} {quote_tcl(knob.default)}"]


@user_knob.register
def _(knob: Choices) -> list[str]:
    lines = [_line(DIVIDER, f"{knob.name}_label", knob.label, knob.tip, "T", quote_tcl(" "))]
    for option in knob.options:
        lines.append(_line(BOOLEAN, f"{knob.name}_{option}", option, knob.tip))
        lines.append(f"{knob.name}_{option} {str(option in knob.default).lower()}")
    return lines


@user_knob.register
def _(knob: Text) -> list[str]:
    return [_line(STRING, knob.name, knob.label, knob.tip), f"{knob.name} {quote_tcl(knob.default)}"]


@user_knob.register
def _(knob: File) -> list[str]:
    return [_line(FILE, knob.name, knob.label, knob.tip), f"{knob.name} {quote_tcl(knob.default)}"]


@user_knob.register
def _(knob: Still) -> list[str]:
    tip = f"{knob.tip} Takes {knob.takes()}."
    return [_line(STRING, knob.name, knob.label, tip), f"{knob.name} {quote_tcl(str(knob.default))}"]


@user_knob.register
def _(knob: Box) -> list[str]:
    """Nuke's boxes are (x, y, right, top) with y up; `reading` turns them over."""
    switch = _line(BOOLEAN, f"{knob.name}_on", f"set {knob.label}", "Off: no box.", "+STARTLINE")
    box = " ".join(f"{number:.10g}" for number in knob.default or (0, 0, 100, 100))
    on = str(knob.default is not None).lower()
    return [
        switch,
        f"{knob.name}_on {on}",
        _line(BBOX, knob.name, knob.label, knob.tip),
        f"{knob.name} {{{box}}}",
    ]


def gizmo(kind: type[Node]) -> str:
    """The whole .gizmo file of a node: its knobs in tabs, its inputs by name, and what comes out."""
    name = kind.__name__
    head = [
        "#! Nuke gizmo",
        "# Made by `make plugins` from the declaration in recast_nodes/nodes; a test compares them.",
        "version 13.2 v8",
        "Gizmo {",
        f" inputs {len(kind.inputs)}",
        f" help {quote_tcl(_help(kind))}",
        f" icon Recast{name}.png",
        f" tile_color {TILE}",
        f" note_font_color {NOTE}",
    ]
    return "\n".join([*head, *(f" {line}" for line in _knobs(kind)), "}", *_inside(kind), "end_group", ""])


def _help(kind: type[Node]) -> str:
    inputs = [f"{entry.name} ({entry.takes}): {entry.tip}" for entry in kind.inputs.values()]
    return "\n".join([kind.describe()["documentation"], *([""] if inputs else []), *inputs])


def _knobs(kind: type[Node]) -> Iterable[str]:
    """Tabs by group. The node's own, which Nuke opens, has the knobs without a group, or else those of the first, and
    the buttons. A hidden word says what the gizmo is even where it was made a group.
    """
    name = kind.__name__
    groups: dict[str, list[Knob]] = {}
    for knob in kind.knobs.values():
        groups.setdefault(knob.group, []).append(knob)
    first, *others = sorted(groups, key=bool)
    yield _tab("recast", name)
    yield "addUserKnob {" + f"{STRING} recast_kind l kind +INVISIBLE" + "}"
    yield f"recast_kind {name}"
    yield from _earlier(name)
    for knob in groups[first]:
        yield from user_knob(knob)
    yield from _buttons(name)
    if kind.gives is None:
        yield from _result()
    for group in others:
        yield _tab(f"tab_{group.replace(' ', '_')}", group)
        for knob in groups[group]:
            yield from user_knob(knob)


def _tab(name: str, label: str) -> str:
    return "addUserKnob {" + f"{TAB} {name} l {quote_tcl(label)}" + "}"


def _earlier(name: str) -> Iterable[str]:
    """A hidden text for each name that a knob had before: Nuke loads older scripts into it (`earlier.take_over`)."""
    for each in RENAMES:
        if each.node == name and each.old != each.new:
            yield "addUserKnob {" + f"{STRING} {each.old} l {quote_tcl(each.old)} +INVISIBLE" + "}"


def _buttons(name: str) -> Iterable[str]:
    for knob, label, tip, function in BUTTONS.get(name, ()):
        script = f"from recast_hosts.nuke import actions; actions.{function}(nuke.thisNode())"
        yield _line(SCRIPT, knob, label, tip, "T", quote_tcl(script), "+STARTLINE")


def _result() -> Iterable[str]:
    """What a Write says of its result, and the hidden knobs that Nuke keeps it in."""
    yield _line(DIVIDER, "recast_result", "result", "What this node outputs.", "T", quote_tcl(" "))
    yield _line(BOOLEAN, "recast_show_result", "show result", "Off: output the plate.", "+STARTLINE")
    yield "recast_show_result true"
    for code, name in RESULT_KNOBS:
        yield "addUserKnob {" + f"{code} {name} l {name} +INVISIBLE" + "}"


def _inside(kind: type[Node]) -> list[str]:
    """The nodes within: an Input for each of ours, in their order, and what comes out: the first of them, or what a
    Write wrote, at the frames that are there. (A node takes its inputs from the stack, the newest for its first.)
    """
    lines = []
    if kind.gives is None:
        lines.append(" Read {\n  inputs 0\n  name Result\n  xpos 120\n  ypos 0\n }")
        lines.append(" Shuffle {\n  name Layer\n  xpos 120\n  ypos 60\n }")
    for number, entry in reversed(list(enumerate(kind.inputs.values()))):
        place = f"xpos {120 * number}\n  ypos 0" + (f"\n  number {number}" if number else "")
        lines.append(f" Input {{\n  inputs 0\n  name {entry.name}\n  {place}\n }}")
    if not kind.inputs:
        lines.append(" Constant {\n  inputs 0\n  name Nothing\n  xpos 0\n  ypos 0\n }")
    if kind.gives is None:
        which = "which {{parent.recast_show_result*parent.recast_rendered}}"
        lines.append(f" Switch {{\n  inputs 2\n  {which}\n  name Shown\n  xpos 0\n  ypos 60\n }}")
    return [*lines, " Output {\n  name Output1\n  xpos 0\n  ypos 120\n }"]
