"""Studio adds a face: its chain, a box to draw, and the clip that is dropped next as its driver."""

from __future__ import annotations

import pytest

from recast_nodes.graph.edit import edit_graph, with_driver
from recast_nodes.graph.faces import composites_of
from recast_nodes.graph.graph import Graph
from recast_nodes.graph.roles import find_roles
from recast_nodes.hosts.studio.shot.add_face import add_face
from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.node_layout import find_rect
from recast_nodes.hosts.studio.viewer.box_editor import picks_by_box


@pytest.fixture
def document(qtbot) -> Document:
    made = Document()
    made.apply("edit", lambda graph: edit_graph("p.####.exr", "one.mov", "o.####.exr"))
    return made


def test_a_face_is_added_in_one_step_and_picked_by_a_box(document):
    before = document.graph
    assert add_face(document) == "FaceTrack2"
    assert not document.graph.problems() and composites_of(document.graph) == ["MaskComposite", "MaskComposite2"]
    assert picks_by_box(document.graph, "FaceTrack2", 1)
    rects = [find_rect(placed, placed.place) for placed in document.graph.nodes.values() if placed.place]
    assert len(rects) == len(document.graph.nodes)
    assert not any(one.overlaps(other) for at, one in enumerate(rects) for other in rects[:at])
    document.undo.undo()
    assert document.graph == before


def test_the_next_driver_is_the_new_faces(document):
    add_face(document)
    driven = with_driver(document.graph, "two.mov")
    assert not driven.problems()
    files = [driven.nodes[find_roles(driven, name).driver].constants["file"] for name in composites_of(driven)]
    assert files == ["one.mov", "two.mov"]


def test_a_shot_without_a_face_says_why(document):
    said = []
    document.refused.connect(said.append)
    document.apply("nothing", lambda graph: Graph({}))
    assert add_face(document) == "" and len(said) == 1
