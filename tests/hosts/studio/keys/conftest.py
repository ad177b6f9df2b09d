"""A document with keys, and its model."""

from __future__ import annotations

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.hosts.studio.keys import key_edits
from recast_nodes.hosts.studio.keys.key_edits import CurveId, KeyId
from recast_nodes.hosts.studio.keys.key_model import KeyModel
from recast_nodes.hosts.studio.shot.document import Document

SMILE, BLINK = CurveId("ExpressionMix", "smile"), CurveId("ExpressionMix", "blink")
CURVES = {
    SMILE: Curve([Key(1, 0.0), Key(10, 0.5, "smooth"), Key(20, 0.2)]),
    BLINK: Curve([Key(5, 0.0), Key(10, 1.0, "bezier", (-2, 0.1), (4, 0.0))]),
}


def at(id, *frames):
    return frozenset(KeyId(id, frame) for frame in frames)


def frames_of(curve):
    return [key.frame for key in curve.keys]


@pytest.fixture
def document(qapp):
    made = Document()
    made.apply("keys", lambda graph: key_edits.with_curves(graph, CURVES))
    made.undo.clear()
    return made


@pytest.fixture
def model(document):
    return KeyModel(document)


def curve(document, id):
    return document.graph.nodes[id.node].animation[id.knob]
