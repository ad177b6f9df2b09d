"""Colour spaces are chosen from the active configuration."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from recast_nodes.hosts.studio.knobs.colorspaces import AUTO, ColorspaceBox, list_spaces
from recast_nodes.media.colour.colour import colorspaces
from recast_nodes.nodes import NODES


@pytest.fixture
def knob(window):
    window.nodes.select("Plate")
    return window.knobs.widgets["colorspace"]


def given(window):
    return window.document.graph.nodes["Plate"].constants.get("colorspace")


def test_every_colour_space_is_listed_once_by_family(knob):
    model = knob.box.model()
    rows = [model.item(row) for row in range(model.rowCount())]
    names = [item.text() for item in rows if item.flags() & Qt.ItemFlag.ItemIsSelectable]
    headings = [item.text() for item in rows if not item.flags() & Qt.ItemFlag.ItemIsSelectable]
    assert names[0] == AUTO and sorted(names[1:]) == sorted(colorspaces())
    assert headings == list(dict.fromkeys(space.family for space in list_spaces())) and len(headings) > 1


def test_every_node_with_a_colorspace_has_the_list(window):
    for name, kind in NODES.items():
        if "colorspace" in kind.knobs:
            window.nodes.select(window.node_tools.edits.add(name))
            assert isinstance(window.knobs.widgets["colorspace"].box, ColorspaceBox), name


def test_one_is_chosen_from_the_list(window, knob):
    knob.box.setCurrentIndex(knob.box.findText("ACEScct"))
    knob.box.activated.emit(knob.box.currentIndex())
    assert given(window) == "ACEScct"
    window.document.undo.undo()
    assert knob.box.currentText() == AUTO


def test_typing_a_part_finds_it_and_capitals_do_not_matter(window, knob, qtbot):
    completer = knob.box.completer()
    completer.setCompletionPrefix("rec.709")
    assert completer.completionCount() >= 2
    knob.box.lineEdit().setText("acescg")
    knob.box.lineEdit().editingFinished.emit()
    assert given(window) == "ACEScg" and knob.box.currentText() == "ACEScg"


def test_an_unknown_name_is_told_with_the_nearest(window, knob):
    knob.box.lineEdit().setText("acescgg")
    knob.box.lineEdit().editingFinished.emit()
    assert "ACEScg" in window.statusBar().currentMessage() and given(window) is None
    assert knob.box.currentText() == AUTO


def test_a_name_of_another_configuration_is_shown_and_kept(window, knob):
    window.document.apply("space", lambda graph: graph.with_knob("Plate", "colorspace", "Studio/Camera"))
    assert knob.box.currentText() == "Studio/Camera"
    knob.box.lineEdit().editingFinished.emit()
    assert given(window) == "Studio/Camera"


def test_a_configuration_that_cannot_be_used_leaves_auto(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("OCIO", str(tmp_path / "none.ocio"))
    box = ColorspaceBox()
    qtbot.addWidget(box)
    assert box.count() == 1 and box.itemText(0) == AUTO and "none.ocio" in box.problem
