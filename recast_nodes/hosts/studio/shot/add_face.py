"""One more face in the shot: a chain of nodes for it, whose face is then picked by a box."""

from __future__ import annotations

from ....graph.faces import FaceEdit, with_face
from ....graph.roles import find_roles
from .document import Document
from .node_layout import lay_out_nodes

BY_BOX = FaceEdit({"pick": "box"})


def add_face(document: Document) -> str:
    """Add a face, as one step of undo; the name of its FaceTrack, '' where the shot edits no face yet."""
    accepted = document.apply("add a face", lambda graph: lay_out_nodes(with_face(graph, BY_BOX)))
    return find_roles(document.graph).track if accepted else ""
