"""Tab: a node is found by a few letters."""

from __future__ import annotations

from PySide6.QtCore import Qt

from recast_nodes.hosts.studio.node_graph.node_search import find_kinds
from recast_nodes.nodes import NODES


def test_a_search_finds_what_is_meant_first():
    for typed, meant in (
        ("ft", "FaceTrack"),
        ("mask", "MaskComposite"),
        ("mc", "MaskComposite"),
        ("WARP", "Warp"),
        ("comp", "MaskComposite"),
        ("dcd", "Decode"),
        ("driver's expression", "ExpressionMix"),
        ("wr", "Write"),
    ):
        assert find_kinds(typed, NODES)[0] == meant, typed
    assert find_kinds("", NODES) == list(NODES) and find_kinds("zzz", NODES) == []


def test_tab_and_a_few_letters_add_a_node(window, qtbot):
    window.nodes.select("Plate")
    window.nodes.view.setFocus()
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_Tab)
    finder = window.node_tools.finder
    assert finder.isVisible()
    qtbot.keyClicks(finder.line, "facet")
    assert finder.list.currentItem().text().startswith("FaceTrack")
    qtbot.keyClick(finder.line, Qt.Key.Key_Return)
    assert not finder.isVisible() and window.document.graph.nodes["FaceTrack2"].wires == {"image": "Plate"}
    assert window.nodes.find_selection() == ["FaceTrack2"] and window.knobs.node == "FaceTrack2"
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_Tab)
    qtbot.keyClick(finder.line, Qt.Key.Key_Return)
    assert "FaceTrack3" in window.document.graph.nodes, "the last one comes again"
    qtbot.keyClick(window.nodes.view, Qt.Key.Key_Tab)
    qtbot.keyClick(finder.line, Qt.Key.Key_Escape)
    assert not finder.isVisible() and len(window.document.graph.nodes) == 10
