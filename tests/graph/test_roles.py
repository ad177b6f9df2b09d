"""Which node of a shot is what, and a shot told in words."""

from dataclasses import replace

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import DocumentError
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.graph.roles import Roles, find_roles
from recast_nodes.graph.summary import settings, weight_keys, weights
from recast_nodes.nodes import NODES

GRAPH = edit_graph("plate.####.exr", "take.mov", "out.####.exr")


def without(graph, *names):
    """The graph without some nodes, and without the wires that came from them."""
    kept = {name: placed for name, placed in graph.nodes.items() if name not in names}
    cut = {
        name: replace(placed, wires={entry: source for entry, source in placed.wires.items() if source in kept})
        for name, placed in kept.items()
    }
    return replace(graph, nodes=cut)


def test_an_edit_has_a_plate_a_face_and_a_driver():
    assert find_roles(GRAPH, "Write") == Roles("Plate", "FaceTrack", ("FaceTrack",), "Driving", "DrivingTrack")


def test_names_do_not_matter():
    rename = {name: f"{name} of mine" for name in GRAPH.nodes}
    nodes = {
        rename[name]: replace(
            placed, name=rename[name], wires={entry: rename[source] for entry, source in placed.wires.items()}
        )
        for name, placed in GRAPH.nodes.items()
    }
    found = find_roles(replace(GRAPH, nodes=nodes), "Write of mine")
    assert (found.plate, found.driving) == ("Plate of mine", "Driving of mine")


def test_hand_sliders_alone_have_no_driver():
    found = find_roles(without(GRAPH, "Driving", "DrivingTrack", "DrivingMotion"), "Write")
    assert found == Roles("Plate", "FaceTrack", ("FaceTrack",))


def test_a_driver_that_comes_as_motion_has_no_pictures():
    motion = Placed("DrivingMotion", NODES["Read"]).with_knob("wire", "motion")
    graph = without(GRAPH, "Driving", "DrivingTrack")
    assert find_roles(replace(graph, nodes={**graph.nodes, "DrivingMotion": motion}), "Write").driving == ""


def test_of_two_faces_the_last_one_is_measured_and_both_may_change():
    second = Placed("Second", NODES["FaceTrack"], wires={"image": "Plate"})
    wires = {"image": "MaskComposite", "track": "Second", "face": "Decode"}
    again = Placed("Again", NODES["MaskComposite"], wires=wires)
    write = replace(GRAPH.nodes["Write"], wires={"image": "Again"})
    graph = replace(GRAPH, nodes={**GRAPH.nodes, "Second": second, "Again": again, "Write": write})
    found = find_roles(graph, "Write")
    assert (found.plate, found.track, found.tracks) == ("Plate", "Second", ("Second", "FaceTrack"))


def test_a_shot_that_edits_no_face_has_no_roles():
    graph = Graph({name: GRAPH.nodes[name] for name in ("Plate", "FaceTrack")})
    with pytest.raises(DocumentError, match="edited face"):
        find_roles(graph, "FaceTrack")


def test_settings_are_what_differs_from_the_defaults():
    told = {(row.node, row.knob): (row.value, row.default) for row in settings(GRAPH)}
    assert told["ExpressionMix", "replace"] == ("1", "0") and told["Plate", "file"][0] == "plate.####.exr"
    assert ("ExpressionMix", "enhance") not in told
    keyed = GRAPH.with_knob("ExpressionMix", "replace", Curve([Key(1001, 0), Key(1010, 1, "smooth")]))
    (row,) = [row for row in settings(keyed) if row.knob == "replace"]
    assert row.value == "keys: 0 at 1001 (linear), 1 at 1010 (smooth)"


def test_weights_are_told_as_their_nodes_take_them():
    rising = Curve([Key(0, 0, "smooth"), Key(4, 1, "smooth"), Key(8, 1, "smooth"), Key(12, 0)])
    graph = GRAPH.with_knob("ExpressionMix", "replace", rising).with_knob("Driving", "time", Curve([Key(0, 1)]))
    told = weights(graph, range(2, 9))
    assert list(told) == ["ExpressionMix.replace"] and list(told["ExpressionMix.replace"]) == list(range(2, 9))
    assert max(told["ExpressionMix.replace"].values()) == 1 < max(rising.at(frame) for frame in range(2, 9))
    assert weight_keys(graph, range(2, 9)) == {"ExpressionMix.replace": {4: 1, 8: 1}}
