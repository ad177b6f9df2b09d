"""Nodes by way of the clipboard: what is copied is what is pasted, and strangers' text is refused in a sentence."""

from __future__ import annotations

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import dump
from recast_nodes.graph.graph import Graph
from recast_nodes.hosts.studio.shot.clipboard import BESIDE, copy_nodes, duplicate_nodes, parse_nodes, paste_nodes
from recast_nodes.hosts.studio.shot.node_layout import find_rect, lay_out_nodes
from tests.hosts.studio.shot.graphs import DRIVEN, row

SHOT = lay_out_nodes(DRIVEN).with_knob("ExpressionMix", "smile", Curve([Key(1, 0), Key(9, 0.5, "smooth")]))


def test_what_is_copied_is_what_is_pasted():
    names = ["FaceTrack", "ExpressionMix", "Warp"]
    empty = Graph({})
    again = paste_nodes(empty, parse_nodes(copy_nodes(SHOT, names)), at=None)
    assert list(again.names) == names
    for name in names:
        old, new = SHOT.nodes[name], again.graph.nodes[name]
        assert (new.kind, new.animation) == (old.kind, old.animation) and new.constants == old.constants
        assert new.place == (old.place[0] + BESIDE, old.place[1] + BESIDE)  # nothing is there
    assert again.graph.nodes["Warp"].wires == {
        entry: end for entry, end in SHOT.nodes["Warp"].wires.items() if end in names
    }


def test_names_stay_free_and_wires_follow_them():
    again = paste_nodes(SHOT, parse_nodes(copy_nodes(SHOT, SHOT.nodes)))
    assert len(again.graph.nodes) == 2 * len(SHOT.nodes) and not again.graph.problems()
    assert again.graph.nodes["Warp2"].wires["track"] == "FaceTrack2"
    third = paste_nodes(again.graph, parse_nodes(copy_nodes(SHOT, ["Warp"])))
    assert third.names == ("Warp3",)


def test_the_middle_of_what_is_pasted_is_where_the_mouse_is():
    again = paste_nodes(SHOT, parse_nodes(copy_nodes(SHOT, ["FaceTrack", "Warp"])), at=(1000.0, 5000.0))
    rects = [find_rect(again.graph.nodes[name], again.graph.nodes[name].place) for name in again.names]
    assert (rects[0].left + rects[1].right) / 2 == pytest.approx(1000)
    assert (min(rect.top for rect in rects) + max(rect.bottom for rect in rects)) / 2 == pytest.approx(5000)


def test_what_is_pasted_covers_no_other_node_however_often():
    graph, text = SHOT, copy_nodes(SHOT, ["FaceTrack", "Warp", "Decode"])
    for at in (None, None, (300.0, 50.0), (300.0, 50.0)):
        graph = paste_nodes(graph, parse_nodes(text), at).graph
    rects = [find_rect(each, each.place) for each in graph.nodes.values()]
    assert sum(one.overlaps(other) for one in rects for other in rects) == len(rects), "each with itself alone"


def test_paths_are_whole_in_a_snippet(tmp_path):
    graph = Graph(DRIVEN.nodes, folder=tmp_path).with_knob("Plate", "file", "plates/p.####.exr")
    assert parse_nodes(copy_nodes(graph, ["Plate"])).nodes["Plate"].constants["file"] == str(
        tmp_path / "plates/p.####.exr"
    )


def test_a_whole_shot_is_pasted_too():
    again = paste_nodes(Graph({}), parse_nodes(dump(SHOT)))
    assert list(again.names) == list(SHOT.nodes)


def test_copies_are_wired_as_their_originals():
    again = duplicate_nodes(SHOT, ["Warp", "Decode"])
    assert again.names == ("Warp2", "Decode2") and not again.graph.problems()
    assert again.graph.nodes["Decode2"].wires == {**SHOT.nodes["Decode"].wires, "field": "Warp2"}
    assert again.graph.nodes["Warp2"].wires == SHOT.nodes["Warp"].wires


def test_many_nodes_get_names_at_once():
    graph = row(400)
    assert len(set(paste_nodes(graph, parse_nodes(copy_nodes(graph, graph.nodes))).names) - set(graph.nodes)) == 402


FOREIGN = {
    "nothing": "",
    "prose": "Dear all, the recast is on Monday, bring your nodes.",
    "a path": "/shots/sh010/plate.1001.exr",
    "Nuke's nodes": "set cut_paste_input [stack 0]\nversion 16.0\npush $cut_paste_input\nGrade {\n white 2\n}\n",
    "no mapping": "- recast\n- nodes\n",
    "another version": "recast: 99\nnodes: {A: {kind: Read}}",
    "no nodes": "recast: 1\nnodes: {}",
    "an unknown kind": "recast: 1\nnodes: {A: {kind: Shell}}",
    "an unknown knob": "recast: 1\nnodes: {A: {kind: Read, knobs: {command: rm}}}",
    "a refused value": "recast: 1\nnodes: {A: {kind: ExpressionMix, knobs: {smile: 900}}}",
    "a wire that does not fit": "recast: 1\nnodes: {A: {kind: Read}, B: {kind: Warp, inputs: {track: A}}}",
    "a circle": "recast: 1\nnodes: {A: {kind: MaskComposite, inputs: {image: A}}}",
    "an unknown entry": "recast: 1\nrun: this\nnodes: {A: {kind: Read}}",
    "anchors": "recast: 1\nnodes: {A: &a {kind: Read}, B: *a}",
    "a Python object": "recast: 1\nnodes: !!python/object/apply:os.system ['true']",
    "depth": "recast: 1\nnodes: " + "[" * 3000,
    "a name of many letters": f"recast: 1\nnodes: {{{'A' * 300}: {{kind: Read}}}}",
    "a name with a line break": 'recast: 1\nnodes: {"A\\nB": {kind: Read}}',
    "nul": "recast: 1\nnodes:\0",
    "half a surrogate pair": "recast: 1\nnodes: \ud800",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_foreign_text_is_refused_in_a_sentence(text):
    with pytest.raises(DocumentError) as refusal:
        parse_nodes(text)
    assert len(refusal.value.problems) == 1 and str(refusal.value).endswith((".", ")"))
    assert len(str(refusal.value)) < 600
