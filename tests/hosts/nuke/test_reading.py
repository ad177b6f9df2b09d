"""From Nuke's nodes to the document, in a stand-in for Nuke: wiring, curves, names, and what is refused in words."""

from __future__ import annotations

import importlib
import math

import numpy as np
import OpenImageIO as oiio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.curves import Curve
from recast_nodes.graph.document import parse
from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts.nuke.layers import layer_in_file
from tests.hosts.worker.conftest import FRAMES

from .conftest import document, needs_tclsh, plugin
from .knobs import CONSTANT, CUBIC, LINEAR, Key

pytestmark = needs_tclsh


def hermite(keys):
    """A cubic with the keys' slopes, as Nuke draws it."""

    def at(frame):
        left, right = next((a, b) for a, b in zip(keys, keys[1:]) if a.x <= frame <= b.x)
        width = right.x - left.x
        t = (frame - left.x) / width
        return (
            (2 * t**3 - 3 * t**2 + 1) * left.y
            + (t**3 - 2 * t**2 + t) * width * left.rslope
            + (3 * t**2 - 2 * t**3) * right.y
            + (t**3 - t**2) * width * right.lslope
        )

    return at


def test_the_group_is_the_shot_that_edit_makes(recast):
    graph = document(recast)
    made = edit_graph("plate", "driving", "out")
    names = {"Plate": "plate", "Driving": "driving"}
    for name, placed in made.nodes.items():
        found = graph.nodes[names.get(name, f"Recast_{name}")]
        assert found.kind is placed.kind
        assert found.wires == {entry: names.get(node, f"Recast_{node}") for entry, node in placed.wires.items()}
    assert graph.frames == "1001-1006" and not graph.problems()
    assert plugin("actions").shot_of(recast.node("Write"))[1].plate == "plate"
    assert graph.nodes["Recast_ExpressionMix"].constants == {"replace": 1.0}
    assert graph.nodes["Recast_MaskComposite"].constants == {"layers": ("matte", "stmap")}


def test_curves_stay_curves(recast):
    keys = [Key(1001, 0.0, CUBIC, 0, 0.1), Key(1003, 0.7, CUBIC, 0.2, 0.3), Key(1006, 0.2, CUBIC, -0.1, 0)]
    recast.node("ExpressionMix")["replace"].animate(keys, hermite(keys))
    steps = [Key(1001, 0.2, CONSTANT), Key(1004, 1.0, LINEAR), Key(1006, 0.0, LINEAR)]
    values = {1001: 0.2, 1002: 0.2, 1003: 0.2, 1004: 1.0, 1005: 0.5, 1006: 0.0}
    recast.node("ExpressionMix")["enhance"].animate(steps, values.__getitem__)
    mix = document(recast).nodes["Recast_ExpressionMix"]
    smooth, stepped = mix.animation["replace"], mix.animation["enhance"]
    assert len(smooth.keys) == 3 and [key.interpolation for key in stepped.keys] == ["constant", "linear", "linear"]
    for frame in np.linspace(1001, 1006, 41):
        assert smooth.at(frame) == pytest.approx(hermite(keys)(frame), abs=1e-6)
    assert [stepped.at(frame) for frame in FRAMES] == pytest.approx(list(values.values()))


def test_what_our_keys_cannot_say_becomes_a_key_a_frame(recast):
    wave = lambda frame: 0.5 + 0.4 * math.sin(frame)  # noqa: E731
    knob = recast.node("ExpressionMix")["replace"]
    knob.animate([Key(1001, wave(1001)), Key(1006, wave(1006))], wave)
    curve = document(recast).nodes["Recast_ExpressionMix"].animation["replace"]
    assert [curve.at(frame) for frame in FRAMES] == pytest.approx([wave(frame) for frame in FRAMES])
    assert len(curve.keys) == len(FRAMES)


def test_a_movie_that_starts_at_the_shot_is_shown_as_nuke_shows_it(recast, nuke):
    driving = nuke.toNode("driving")
    for knob, value in (("first", 1), ("last", 4), ("origfirst", 1), ("frame_mode", "start at"), ("frame", "1002")):
        driving[knob].setValue(value)
    driving["after"].setValue("bounce")
    placed = document(recast).nodes["driving"]
    assert [placed.at(frame).values["time"] for frame in FRAMES] == [0, 1, 2, 3, 4, 5]
    assert placed.constants["after"] == "bounce" and "before" not in placed.constants


@pytest.mark.parametrize(
    "knobs",
    [
        {"frame_mode": "offset", "frame": "10"},
        {"frame": "frame*2"},
        {"frame_mode": "start at", "frame": "1", "first": 1003},
    ],
    ids=["offset", "expression", "trimmed"],
)
def test_a_read_that_only_nuke_can_retime_is_written_first(recast, nuke, knobs):
    plate = nuke.toNode("plate")
    for knob, value in ({"origfirst": 1001} | knobs).items():
        plate[knob].setValue(value)
    _, gathered = plugin("actions").shot_of(recast.node("Write"))
    assert list(gathered.rendered) == ["plate"] and list(gathered.reads) == ["driving"]
    assert gathered.nodes["plate"]["knobs"]["file"].endswith("from_nuke/plate/plate.####.exr")


def test_the_plugins_idea_of_a_curve_is_the_documents(nuke):
    reading = importlib.import_module("recast_hosts.bridge.shot")
    keys = [
        {"frame": 1.0, "value": 0.0, "interpolation": "bezier", "right": [5.0, 2.0]},
        {"frame": 4.0, "value": 1.0, "interpolation": "bezier", "left": [-4.0, 0.5], "right": [1.0, 0.0]},
        {"frame": 9.0, "value": 0.3, "interpolation": "linear"},
        {"frame": 12.0, "value": 0.6, "interpolation": "constant"},
        {"frame": 13.0, "value": 0.1, "interpolation": "linear"},
    ]
    curve = Curve(parse_key(key) for key in keys)
    for frame in np.linspace(0, 14, 57):
        assert reading.value_at(keys, frame) == pytest.approx(curve.at(frame), abs=1e-9)


def parse_key(key):
    from recast_nodes.curves import Key as Ours

    return Ours(**{name: tuple(value) if isinstance(value, list) else value for name, value in key.items()})


def test_switches_boxes_and_unset_numbers_come_over(recast):
    track = recast.node("FaceTrack")
    track["rotate"].setValue(False)
    track["pick"].setValue("box")
    track["box_on"].setValue(True)
    track["box"].setValue([10.0, 20.0, 110.0, 220.0])
    track["pick_frame_on"].setValue(True)
    track["pick_frame"].setValue(1003)
    found = document(recast).nodes["Recast_FaceTrack"].constants
    assert found == {"rotate": False, "pick": "box", "box": (10.0, 100.0, 110.0, 300.0), "pick_frame": 1003}
    track["box_on"].setValue(False)
    assert "box" not in document(recast).nodes["Recast_FaceTrack"].constants


def test_keys_on_a_knob_that_is_one_for_the_shot_are_a_message(recast, nuke):
    rotate = recast.node("FaceTrack")["rotate"]
    rotate.animate([Key(1001, 0), Key(1006, 1)], lambda frame: frame > 1003)
    plugin("actions").save(recast.node("Write"))
    assert "Recast.FaceTrack: rotate cannot be animated; remove its keys." in nuke.said.pop()
    rotate.animate([Key(1001, 1)], lambda frame: 1)
    assert document(recast).nodes["Recast_FaceTrack"].constants == {}


def test_a_disabled_node_lets_its_first_input_through(recast):
    recast.node("MaskComposite")["disable"].setValue(True)
    assert document(recast).nodes["Recast_Write"].wires["image"] == "plate"


def test_a_second_edit_goes_on_from_the_first(recast, nuke, tmp_path):
    """Also before the first is rendered: Nuke would see its plate, and the document has its nodes."""
    second = plugin("group").make_group()
    second.setInput(0, recast)
    second.setInput(1, nuke.toNode("driving"))
    second.node("Write")["file"].setValue(str(tmp_path / "out" / "second.####.exr"))
    graph = document(second)
    assert graph.nodes["Recast1_FaceTrack"].wires["image"] == "Recast_MaskComposite" and not graph.problems()
    assert [node.kind.__name__ for node in graph.nodes.values()].count("Write") == 1


def test_a_group_of_somebody_elses_is_written_by_nuke(recast, nuke):
    group = nuke.createNode("Group", "name Others")
    with group:
        output = nuke.nodes.Output(name="Output1")
        output.setInput(0, nuke.nodes.Grade(name="Inside"))
    recast.setInput(0, group)
    _, gathered = plugin("actions").shot_of(recast.node("Write"))
    assert list(gathered.rendered) == ["Others"]


@pytest.fixture
def shuffled(recast, nuke, tmp_path):
    """A plate of several layers, one of which a Shuffle lays into rgba: the function that sets its knobs."""
    passes = ("ViewLayer.Combined", "ViewLayer.Ambient Occlusion", "Fg")
    write_passes(tmp_path / "plate" / f"plate.{FRAMES[0]}.exr", passes)

    def shuffle(kind, **knobs):
        node = getattr(nuke.nodes, kind)(name="Taken")
        node.setInput(0, nuke.toNode("plate"))
        for name, value in knobs.items():
            node["in" if name == "layer" else name].setValue(value)
        recast.setInput(0, node)
        return plugin("actions").shot_of(recast.node("Write"))[1]

    return shuffle


def write_passes(path, passes):
    path.parent.mkdir()
    spec = oiio.ImageSpec(8, 8, 4 * len(passes), "half")
    spec.channelnames = [f"{name}.{channel}" for name in passes for channel in "RGBA"]
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec) and out.write_image(np.zeros((8, 8, 4 * len(passes)), np.float32)) and out.close()


def four(layer):
    return [(0, f"{layer}.{channel}", f"rgba.{channel}") for channel in ("red", "green", "blue", "alpha")]


@pytest.mark.parametrize(
    ("kind", "knobs", "layer"),
    [
        ("Shuffle", {"layer": "ViewLayer_Combined"}, "ViewLayer.Combined"),
        ("Shuffle", {"layer": "Fg"}, "Fg"),
        ("Shuffle2", {"in1": "Fg", "mappings": four("Fg")}, "Fg"),
        (
            "Shuffle2",
            {"in1": "ViewLayer_Ambient_Occlusion", "mappings": four("ViewLayer_Ambient_Occlusion")},
            "ViewLayer.Ambient Occlusion",
        ),
    ],
)
def test_a_layer_that_a_shuffle_lays_into_rgba_is_named(shuffled, nuke, kind, knobs, layer):
    gathered = shuffled(kind, **knobs)
    assert gathered.nodes["Taken"]["knobs"]["layer"] == layer and not gathered.rendered
    assert gathered.nodes["Taken"]["knobs"]["file"] == nuke.toNode("plate")["file"].value()
    assert gathered.reads["Taken"] is nuke.toNode("plate")


@pytest.mark.parametrize(
    ("kind", "knobs"),
    [
        ("Shuffle", {}),
        ("Shuffle", {"layer": "Fg", "alpha": "white"}),
        ("Shuffle", {"layer": "Fg", "out": "depth"}),
        ("Shuffle", {"layer": "nowhere"}),
        ("Shuffle2", {"in1": "Fg", "mappings": four("Fg")[:3]}),
        ("Shuffle2", {"in1": "Fg", "mappings": [*four("Fg")[:3], (1, "rgba.alpha", "rgba.alpha")]}),
        ("Shuffle2", {"in1": "Fg", "mappings": [(0, "Fg.blue", "rgba.red"), *four("Fg")[1:]]}),
    ],
)
def test_any_other_shuffle_is_written_by_nuke_as_the_artist_sees_it(shuffled, kind, knobs):
    assert list(shuffled(kind, **knobs).rendered) == ["Taken"]


@given(st.binary(max_size=400))
def test_a_damaged_file_has_no_layers(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "plate.exr"
    path.write_bytes(b"\x76\x2f\x31\x01\x02\x00\x00\x00" + data)
    assert isinstance(layer_in_file(str(path), "ViewLayer_Combined"), str)


def test_two_nodes_whose_names_differ_in_a_dot_stay_two(recast, nuke, tmp_path):
    read = nuke.nodes.Read(name="Recast_FaceTrack")
    read["file"].setValue(str(tmp_path / "other.####.exr"))
    recast.setInput(1, read)
    graph = document(recast)
    assert graph.nodes["Recast_FaceTrack"].kind.__name__ == "FaceTrack" and not graph.problems()
    assert graph.nodes["Recast_FaceTrack_2"].constants["file"].endswith("other.####.exr")


def test_what_cannot_be_taken_is_a_message(recast, nuke):
    actions = plugin("actions")
    recast.node("Write")["file"].setValue("")
    actions.render(recast.node("Write"))
    assert "set the output file" in nuke.said.pop()
    recast.node("Write")["file"].setValue("[getenv SHOT]/out.####.exr")
    actions.save(recast.node("Write"))
    assert "expressions in brackets" in nuke.said.pop()


def test_a_plate_that_is_not_written_through_is_a_message(recast, nuke):
    grade = nuke.nodes.Grade(name="Grade1")
    recast.setInput(0, grade)

    def cancelled(node, frame):
        raise RuntimeError("Cancelled")

    nuke.write = cancelled
    plugin("actions").render(recast.node("Write"))
    assert "Grade1: writing it to files stopped: Cancelled" in nuke.said.pop()
    assert not [node for node in nuke.all.values() if node.name().startswith("RecastWrites")]


def test_a_script_with_an_earlier_knob_name_is_taken_over_once(recast):
    mix = recast.node("ExpressionMix")
    mix["mode"].setValue("animate")  # as Nuke loads it from such a script
    actions = plugin("actions")
    text, gathered = actions.shot_of(recast.node("Write"))
    assert parse(text).nodes["Recast_ExpressionMix"].constants["transfer"] == "expression-and-pose"
    assert (mix["mode"].value(), mix["transfer"].value()) == ("", "expression-and-pose")
    assert [line for line in gathered.notices if "ExpressionMix: the knob mode is now transfer" in line]
    assert not actions.shot_of(recast.node("Write"))[1].notices
