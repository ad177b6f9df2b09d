"""Promises that every node, wire, kind of knob and command keeps. Each says which file lacks what."""

import ast
import importlib
import json
from functools import cache
from pathlib import Path

import pytest

from recast_nodes.hosts.docs import node_reference
from recast_nodes.node import Node
from recast_nodes.nodes import NODES
from recast_nodes.wires import WIRES, Image

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "recast_nodes"
KNOBS = [
    pytest.param(kind, knob, id=f"{kind.__name__}.{name}")
    for kind in NODES.values()
    for name, knob in kind.knobs.items()
]
every_node = pytest.mark.parametrize("kind", NODES.values(), ids=list(NODES))

SPECIFIED = {  # the knobs that an artist must have
    "Read": "file colorspace first last before after time missing layer",
    "FaceTrack": "detector pick index box confidence crop_scale crop_x crop_y rotate smooth lost hull_expand",
    "MotionExtract": "model neutral batch",
    "ExpressionMix": "transfer replace enhance brows eyes gaze mouth jaw cheeks pose reference smooth smooth_variance "
    "retarget likeness protect smile jaw_open blink brow_raise gaze_x gaze_y",
    "Warp": "device precision batch compile",
    "Decode": "detail grain sharpen inner_mouth exposure_match",
    "MaskComposite": "mask expand feather opacity match_colour layers clip_to_change",
    "Write": "file",
}
KEYED = {
    "Read": "time",
    "ExpressionMix": "replace enhance brows eyes gaze mouth jaw cheeks pose "
    "smile jaw_open blink brow_raise gaze_x gaze_y",
    "Decode": "detail grain",
    "MaskComposite": "opacity",
}


@pytest.mark.parametrize("name", SPECIFIED)
def test_has_the_specified_knobs(name):
    kind = NODES[name]
    lacking = set(SPECIFIED[name].split()) - set(kind.knobs)
    assert not lacking, f"{file_of(kind)} lacks knobs that artists were promised: {lacking}"
    for knob in KEYED.get(name, "").split():
        assert kind.knobs[knob].animates, f"{file_of(kind)}: {knob} must be keyable"


@pytest.mark.parametrize(("kind", "knob"), KNOBS)
def test_every_knob_is_read(kind, knob):
    """By its name somewhere that computes, as an attribute or a key; what a host shows of it is not enough."""
    assert knob.name in names_read(), (
        f"nothing reads {kind.__name__}.{knob.name}: hand it on in `process` of {file_of(kind)}, or take it out"
    )


@cache
def names_read() -> set[str]:
    """Attributes and texts in the code of the package but for hosts."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if "hosts" not in path.relative_to(PACKAGE).parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


def file_of(kind: type) -> str:
    return f"{kind.__module__.replace('.', '/')}.py"


def test_every_node_is_listed():
    for path in sorted((PACKAGE / "nodes").glob("*.py")):
        module = importlib.import_module(f"recast_nodes.nodes.{path.stem}")
        for name, value in vars(module).items():
            ours = isinstance(value, type) and issubclass(value, Node) and value.__module__ == module.__name__
            assert not ours or name in NODES, f"add {name} to NODES in recast_nodes/nodes/__init__.py"


@every_node
def test_is_documented(kind):
    assert len(kind.summary()) > 20 and kind.summary().endswith("."), (
        f"{file_of(kind)}: the class's documentation begins with a sentence that says what the node does"
    )
    without = [name for name, entry in kind.inputs.items() if not entry.tip.endswith(".")]
    assert not without, f"{file_of(kind)}: the tips of inputs are sentences: {without}"


@every_node
def test_wires_are_known(kind):
    used = {kind.gives, *(each for entry in kind.inputs.values() for each in entry.kinds)} - {None}
    new = [wire.__name__ for wire in used if wire not in WIRES]
    assert not new, f"{file_of(kind)}: add {new} to WIRES in recast_nodes/wires.py"


def test_every_wire_can_be_stored():
    from recast_nodes.media.exr.forms import FORMS

    new = [wire.__name__ for wire in WIRES if wire not in FORMS and wire is not Image]
    assert not new, f"declare how {new} are written as EXR, in FORMS in recast_nodes/media/exr/forms.py"


def test_every_wire_has_a_colour():
    pytest.importorskip("PySide6.QtGui")
    from recast_nodes.hosts.studio.node_graph.node_view import WIRE_COLOURS

    new = [wire.__name__ for wire in WIRES if wire not in WIRE_COLOURS]
    assert not new, f"give {new} a colour in WIRE_COLOURS in recast_nodes/hosts/studio/node_graph/node_view.py"


def test_every_command_is_listed():
    from recast_nodes.hosts.cli import COMMANDS

    modules = {
        path.stem
        for path in (PACKAGE / "hosts" / "cli").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "command"
    }
    new = modules - {module for module, _ in COMMANDS.values()}
    assert not new, f"name the commands of {new} in COMMANDS in recast_nodes/hosts/cli/__init__.py"


@every_node
def test_observes_and_analyses_name_what_is_there(kind):
    unknown = {*kind.observes} - {*kind.knobs} | {*kind.analyses} - {*kind.inputs}
    assert not unknown, f"{file_of(kind)}: observes names knobs, analyses inputs; there is no {unknown}"
    keyed = [name for name in kind.observes if kind.knobs[name].animates]
    assert not keyed, f"{file_of(kind)}: an observation is one for all frames: animates=False for {keyed}"
    assert not kind.analyses or kind.analyse is not Node.analyse, f"{file_of(kind)}: `analyses` needs `analyse`"


@every_node
def test_describes_itself_as_plain_data(kind):
    plain = kind.describe()
    assert json.loads(json.dumps(plain))["name"] == kind.__name__


@every_node
def test_a_node_of_defaults_is_one_moment(kind):
    moment = kind(1001)
    unknown = set(moment.used_inputs()) - set(kind.inputs)
    assert moment.frame == 1001 and not unknown, f"{file_of(kind)}: `wanted` names inputs; there is no {unknown}"


@pytest.mark.parametrize(("kind", "knob"), KNOBS)
def test_knob_has_a_tip_and_a_true_default(kind, knob):
    where = f"{file_of(kind)}: {knob.name}"
    assert len(knob.tip) > 10 and knob.tip.endswith("."), f"{where}: a tip is a sentence"
    assert knob.settle(knob.default) == knob.default, f"{where}: {knob.default!r} is no value that the knob takes"
    low, high = getattr(knob, "limits", (0, 0))
    left, right = getattr(knob, "slider", None) or (low, high)
    assert low <= left <= right <= high, f"{where}: the slider {left, right} lies outside of the limits {low, high}"


@pytest.mark.parametrize(("kind", "knob"), KNOBS)
def test_a_slider_is_one_that_a_hand_can_aim_with(kind, knob):
    """Some 200 pixels wide in every host: a pixel is then five frames at most, where it was 55,000."""
    left, right = getattr(knob, "slider", None) or (0, 0)
    assert right - left <= 1000, f"{file_of(kind)}: {knob.name}: say slider=None, or a range"


def test_frame_numbers_have_no_slider():
    frames = {
        knob.name for kind in NODES.values() for knob in kind.knobs.values() if getattr(knob, "slider", ()) is None
    }
    assert {"first", "last", "time", "pick_frame", "mouth_frame"} <= frames


def test_the_reference_is_what_the_declarations_say():
    written = (ROOT / "docs" / "nodes.md").read_text(encoding="utf-8")
    assert written == node_reference(), "run `make docs`"


def test_the_reference_heads_every_group_of_knobs():
    pages = node_reference().split("\n## ")[1:]
    for kind, page in zip(NODES.values(), pages, strict=True):
        groups = {knob.group for knob in kind.knobs.values()} - {""}
        assert all(f"| **{group}** |" in page for group in groups), file_of(kind)
        assert "****" not in page
