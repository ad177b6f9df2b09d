"""Every field of the window that takes a number reads it by the one rule, under a locale with a comma."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QToolTip

from recast_nodes.hosts.studio.clips.import_dialog import ImportDialog
from recast_nodes.hosts.studio.widgets.number_field import NumberField, WholeField
from recast_nodes.knobs import Float, Int
from recast_nodes.nodes import NODES


@pytest.fixture(autouse=True)
def german():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


def fields(window):
    """All number fields there are, those of every node's knobs too; each is looked up anew, as panels rebuild them."""
    for name in NODES:
        window.nodes.select(window.node_tools.edits.add(name))
        for group in window.knobs.folded.values():
            group.header.setChecked(True)
        for knob, each in window.knobs.widgets.items():
            if isinstance(getattr(each, "box", None), QAbstractSpinBox):
                yield f"{name}.{knob}", each.box
    window.nodes.select("Plate")
    window.knobs.keys["time"].click()  # a curve that takes any number
    window._show_curve("Plate", "time")
    window.key_model.select_all()
    assert window.curves.value_box.isEnabled()
    dialog = ImportDialog(window.document, "/nowhere/clip.mov", window)
    for place in (window, dialog, window.render_dialog):
        for box in place.findChildren(QAbstractSpinBox):
            if not window.knobs.isAncestorOf(box):
                yield f"{type(box.parent()).__name__} {box.toolTip()}", box


def number(knob):
    return isinstance(knob, Float | Int)


def typed(qtbot, box, text):
    box.setFocus()
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Backspace)
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def test_no_field_takes_a_number_tenfold(window, qtbot):
    seen = set()
    for name, box in fields(window):
        assert isinstance(box, NumberField | WholeField), f"{name} reads numbers by a rule of its own"
        for text in ("4.5", "4,5"):
            before = box.value()
            typed(qtbot, box, text)
            takes = isinstance(box, QDoubleSpinBox) and box.minimum() <= 4.5 <= box.maximum() and box.isEnabled()
            takes = takes and not (box.specialValueText() and box.minimum() == 4.5)
            assert box.value() == (4.5 if takes else before), (name, text)
            assert "," not in box.text() or box.specialValueText(), name
        seen.add(name)
    knobs = {f"{kind}.{name}" for kind, node in NODES.items() for name in node.knobs if number(node.knobs[name])}
    assert knobs <= seen and len(seen - knobs) >= 6, "and those of the viewer, the timeline and the curves"


def test_a_rate_is_read_as_it_is_written(window, qtbot):
    for text in ("23.976", "23,976"):
        window.timeline.rate.setValue(24)
        typed(qtbot, window.timeline.rate, text)
        assert window.timeline.rate.value() == pytest.approx(23.976) and window.timeline.rate.text() == "23.976"


@pytest.mark.parametrize("text", ["10.5 20 30 40", "10,5 20 30 40", "10,5; 20; 30; 40"])
def test_a_box_takes_both_signs(window, text):
    window.nodes.select("FaceTrack")
    line = window.knobs.widgets["box"].line
    line.setText(text)
    line.editingFinished.emit()
    assert window.document.graph.at("FaceTrack", 1).values["box"] == (10.5, 20, 30, 40)
    assert line.text() == "10.5 20 30 40"


def test_what_is_not_read_is_said_in_the_window(window, qtbot):
    window.nodes.select("ExpressionMix")
    typed(qtbot, window.knobs.widgets["smile"].box, "1.000,5")
    assert "1.000,5" in window.statusBar().currentMessage()


def test_frame_numbers_have_no_slider(window):
    """A drag of nine pixels gave -274000."""
    without = set()
    for name in NODES:
        window.nodes.select(window.node_tools.edits.add(name))
        for knob, each in window.knobs.widgets.items():
            slider = getattr(each, "slider", None)
            if slider is not None:
                assert each.high - each.low <= 10_000, f"{name}.{knob}"
            elif isinstance(getattr(each, "box", None), QAbstractSpinBox):
                without.add(f"{name}.{knob}")
    assert {"Read.first", "Read.last", "Read.time", "FaceTrack.pick_frame"} <= without
    assert "ExpressionMix.smile" not in without


def test_what_a_field_refuses_stays_to_be_read(window, qtbot):
    """Enter moves the focus, and Qt hides tool tips when that moves: the bottom line has the words too."""
    window.activateWindow()
    qtbot.waitActive(window)
    for field in (window.viewer.bar.exposure, window.timeline.rate, window.timeline.box):
        window.statusBar().clearMessage()
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, "1.234,5")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert "1.234,5" in window.statusBar().currentMessage(), field
        window.pictures.status_changed.emit("Waiting for the worker")
        window.pictures.status_changed.emit("")
        qtbot.waitUntil(lambda: "1.234,5" in QToolTip.text())
        assert "1.234,5" in window.statusBar().currentMessage(), field


def test_the_rate_shows_its_decimals(window):
    rate = window.timeline.rate
    rate.setValue(23.976)
    assert rate.lineEdit().fontMetrics().horizontalAdvance(rate.text()) < rate.lineEdit().width()
