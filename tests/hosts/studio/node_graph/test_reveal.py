"""What hands put in is in view: pasted nodes, new keys."""

from __future__ import annotations


def test_pasted_and_duplicated_nodes_are_in_view(window, qtbot):
    view = window.nodes.view
    window.nodes.select("Plate")
    window.nodes.frame_selected()
    before = view.transform().m11()
    window.nodes.frame_all()
    for edit in (window.node_tools.edits.copy, window.node_tools.edits.paste, window.node_tools.edits.duplicate):
        edit()
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        for name in window.nodes.find_selection():
            assert seen.contains(window.nodes.find_node(name).view.sceneBoundingRect()), name
    zoom = view.transform().m11()
    view.reveal([window.nodes.find_node("Plate").view])
    assert view.transform().m11() == zoom != before  # what is in view already moves nothing


def _keyed(window, *frames):
    window.playback.set_span(range(1, 1001))
    for frame in frames:
        window.document.go_to(frame)
        window.knobs.keys["smile"].click()


def test_a_key_beyond_what_is_shown_comes_into_view(window):
    window.nodes.select("ExpressionMix")
    _keyed(window, 1)
    for plot in (window.curves.plot, window.sheet.plot):
        left, right = plot.box.viewRange()[0]
        assert right - left >= 20, "a single key is shown with its neighbourhood"
    _keyed(window, 500)
    for plot in (window.curves.plot, window.sheet.plot):
        left, right = plot.box.viewRange()[0]
        assert left < 1 and right > 500


def test_a_closer_look_is_left_alone(window):
    window.nodes.select("ExpressionMix")
    _keyed(window, 1, 500)
    for plot in (window.curves.plot, window.sheet.plot):
        plot.box.setXRange(490, 510, padding=0)
    _keyed(window, 900)
    for plot in (window.curves.plot, window.sheet.plot):
        assert plot.box.viewRange()[0] == [490, 510]
