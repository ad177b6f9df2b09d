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

from ..renaming import rename_all

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
    whole = Roles("Plate", "FaceTrack", ("FaceTrack",), "Driving", "DrivingTrack", "Driving", "ExpressionMix")
    assert find_roles(GRAPH, "Write") == find_roles(GRAPH) == whole


def test_names_do_not_matter():
    found = find_roles(rename_all(GRAPH), "Write of mine")
    assert (found.plate, found.driving, found.mix) == ("Plate of mine", "Driving of mine", "ExpressionMix of mine")


def test_hand_sliders_alone_have_no_driver():
    found = find_roles(without(GRAPH, "Driving", "DrivingTrack", "DrivingMotion"), "Write")
    assert found == Roles("Plate", "FaceTrack", ("FaceTrack",), mix="ExpressionMix")


def test_a_driver_that_comes_as_motion_has_no_pictures():
    motion = Placed("DrivingMotion", NODES["Read"]).with_knob("wire", "motion")
    graph = without(GRAPH, "Driving", "DrivingTrack")
    found = find_roles(replace(graph, nodes={**graph.nodes, "DrivingMotion": motion}), "Write")
    assert (found.driving, found.driver) == ("", "DrivingMotion")


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
    with pytest.raises(DocumentError, match="no Write node"):
        find_roles(graph)


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
