"""Promises that every node keeps."""

import json
from pathlib import Path

import pytest

from recast_nodes.hosts.docs import node_reference
from recast_nodes.node import Node
from recast_nodes.nodes import NODES
from recast_nodes.wires import WIRES

ROOT = Path(__file__).parent.parent
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


@every_node
def test_has_the_specified_knobs(kind):
    assert set(SPECIFIED[kind.__name__].split()) <= set(kind.knobs)
    for name in KEYED.get(kind.__name__, "").split():
        assert kind.knobs[name].animates, name


@every_node
def test_is_documented(kind):
    assert len(kind.summary()) > 20 and kind.summary().endswith(".")
    assert all(entry.tip.endswith(".") for entry in kind.inputs.values())


@every_node
def test_wires_are_known(kind):
    assert kind.gives in (*WIRES, None)
    assert all(set(entry.kinds) <= set(WIRES) for entry in kind.inputs.values())


@every_node
def test_observes_and_analyses_name_what_is_there(kind):
    assert set(kind.observes) <= set(kind.knobs) and set(kind.analyses) <= set(kind.inputs)
    assert not any(kind.knobs[name].animates for name in kind.observes), "an observation is one for all frames"
    if kind.analyses:
        assert kind.analyse is not Node.analyse


@every_node
def test_describes_itself_as_plain_data(kind):
    plain = kind.describe()
    assert json.loads(json.dumps(plain))["name"] == kind.__name__


@every_node
def test_a_node_of_defaults_is_one_moment(kind):
    moment = kind(1001)
    assert moment.frame == 1001 and set(moment.wanted()) <= set(kind.inputs)


@pytest.mark.parametrize(("kind", "knob"), KNOBS)
def test_knob_has_a_tip_and_a_true_default(kind, knob):
    assert len(knob.tip) > 10 and knob.tip.endswith("."), "a tip is a sentence"
    assert knob.settle(knob.default) == knob.default
    low, high = getattr(knob, "limits", (0, 0))
    left, right = getattr(knob, "slider", None) or (low, high)
    assert low <= left <= right <= high


@pytest.mark.parametrize(("kind", "knob"), KNOBS)
def test_a_slider_is_one_that_a_hand_can_aim_with(kind, knob):
    """Some 200 pixels wide in every host: a pixel is then five frames at most, where it was 55,000."""
    left, right = getattr(knob, "slider", None) or (0, 0)
    assert right - left <= 1000, "say slider=None, or a range"


def test_frame_numbers_have_no_slider():
    frames = {
        knob.name for kind in NODES.values() for knob in kind.knobs.values() if getattr(knob, "slider", ()) is None
    }
    assert {"first", "last", "time", "pick_frame", "mouth_frame"} <= frames


def test_the_reference_is_what_the_declarations_say():
    written = (ROOT / "docs" / "nodes.md").read_text(encoding="utf-8")
    assert written == node_reference(), "run `make docs`"
