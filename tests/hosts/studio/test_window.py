"""The window, by real events: bring a plate, look, key, wire, render, cancel, undo, reopen."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from recast_nodes.hosts.studio import shortcuts as window_keys
from recast_nodes.hosts.studio.app import own_worker
from recast_nodes.hosts.studio.clips import bring
from recast_nodes.hosts.studio.knobs.knob_widgets import widget
from recast_nodes.hosts.studio.presets import PRESETS
from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.pictures import Wanted
from recast_nodes.hosts.studio.shot.recovery import Recovery
from recast_nodes.knobs import Float, Knob
from recast_nodes.nodes import NODES
from tests.hosts.studio.conftest import LONG
from tests.hosts.test_cli_render import call
from tests.hosts.test_plugins import kinds
from tests.hosts.worker.conftest import ROOT, held, pid_of
from tests.shots.footage import read_exr


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_studio_knows_every_knob(kind):
    known = widget.dispatch(kind) is not widget.dispatch(Knob)
    assert known, f"say what {kind.__name__} looks like: widget in {widget.__module__.replace('.', '/')}.py"


@pytest.mark.parametrize("name", NODES)
def test_every_knob_of_every_node_is_shown_at_its_default(window, name):
    window.nodes.select(window.node_tools.edits.add(name))
    assert window.knobs.widgets.keys() == NODES[name].knobs.keys()
    assert not window.document.graph.nodes[window.knobs.node].constants, "to show a value is not to set it"


def test_a_new_knob_is_shown_without_another_edit(window, monkeypatch):
    mix = NODES["ExpressionMix"]
    knob = Float(0.25, "How much the ears wiggle.", limits=(0, 3), slider=(0, 1), group="by hand")
    knob.__set_name__(mix, "ears")
    monkeypatch.setattr(mix, "knobs", {**mix.knobs, "ears": knob})
    window.nodes.select("ExpressionMix")
    ears = window.knobs.widgets["ears"]
    assert "ears wiggle" in ears.toolTip() and ears.box.value() == 0.25 and (ears.box.maximum(), ears.high) == (3, 1)


def test_a_plate_that_is_dropped_is_read_and_shown(window, qtbot, plate, landmarker_files):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(plate).replace("####", "1002"))])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, Qt.MouseButton.LeftButton, none))
    qtbot.waitUntil(lambda: window.document.graph.at("Plate", 1).file == str(plate))
    qtbot.waitUntil(lambda: list(window.timeline.span) == list(range(1001, 1007)), timeout=LONG)
    qtbot.waitUntil(lambda: window.viewer.canvas.first is not None, timeout=LONG)
    assert window.viewer.canvas.first.width() == 384


def test_scrubbing_shows_the_frame_and_asks_for_those_ahead(loaded, qtbot):
    qtbot.keyClick(loaded, Qt.Key.Key_Right)
    assert loaded.document.frame == 1002
    qtbot.waitUntil(lambda: all(loaded.viewer.whole(frame) for frame in range(1001, 1007)), timeout=LONG)
    qtbot.keyClick(loaded, Qt.Key.Key_End)
    assert loaded.document.frame == 1006 and loaded.timeline.ruler.frame == 1006
    qtbot.mouseClick(loaded.timeline.ruler, Qt.MouseButton.LeftButton, pos=QPoint(13, 5))
    assert loaded.document.frame == 1001


def test_a_slider_by_hand_changes_the_picture_and_undo_gives_the_plate_back(loaded, qtbot):
    frame, node = 1001, loaded.document.graph.nodes["Write"].wires["image"]
    before = loaded.pictures.get(Wanted(node, frame)).pixels
    loaded.nodes.select("ExpressionMix")
    slider = loaded.knobs.widgets["jaw_open"].slider
    slider.setValue(900)
    slider.sliderReleased.emit()
    qtbot.waitUntil(lambda: loaded.viewer.whole(frame), timeout=LONG)
    after = loaded.pictures.get(Wanted(node, frame)).pixels
    assert not np.array_equal(before, after)
    loaded.document.undo.undo()
    assert np.array_equal(loaded.pictures.get(Wanted(node, frame)).pixels, before), "it is still known"


def test_keys_are_set_shown_and_taken_away(loaded, qtbot):
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.keys["smile"].click()
    loaded.document.go_to(1005)
    loaded.knobs.widgets["smile"].box.setValue(0.8)
    curve = loaded.document.graph.nodes["ExpressionMix"].animation["smile"]
    assert [(key.frame, key.value) for key in curve.keys] == [(1001, 0), (1005, 0.8)]
    assert loaded.timeline.ruler.keys == {1001, 1005}
    qtbot.keyClick(loaded, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert loaded.document.frame == 1001
    loaded.knobs.keys["smile"].click()
    loaded.document.undo.undo()
    assert len(loaded.document.graph.nodes["ExpressionMix"].animation["smile"].keys) == 2


def test_a_value_that_a_knob_refuses_is_told_and_not_taken(window, qtbot):
    window.nodes.select("FaceTrack")
    line = window.knobs.widgets["box"].line
    line.setText("1 2 3")
    line.editingFinished.emit()
    assert "box takes four numbers" in window.statusBar().currentMessage()
    assert window.document.undo.count() == 0 and line.text() == ""


def test_wires_by_hand(window):
    name = window.node_tools.edits.add("Read")
    entry = window.nodes.node("FaceTrack").get_input("image")
    entry.connect_to(window.nodes.node(name).get_output("out"))
    window.nodes.read_wires()
    assert window.document.graph.nodes["FaceTrack"].wires["image"] == name
    window.document.undo.undo()
    assert [port.node().name() for port in entry.connected_ports()] == ["Plate"]


def test_a_wire_that_does_not_fit_is_refused_and_not_drawn(window):
    entry = window.nodes.node("Warp").get_input("track")
    entry.connect_to(window.nodes.node("Plate").get_output("out"))
    window.nodes.read_wires()
    assert "takes a wire of type Track" in window.statusBar().currentMessage()
    assert [port.node().name() for port in entry.connected_ports()] == ["FaceTrack"]


def test_nodes_are_renamed_and_deleted(window):
    window.nodes.select("Decode")
    window.knobs._rename("Pixels")
    assert window.nodes.node("Pixels") and window.knobs.node == "Pixels"
    window.node_tools.edits.delete()
    assert "Pixels" not in window.document.graph.nodes and window.nodes.node("Pixels") is None
    window.document.undo.undo()
    assert window.nodes.node("Pixels") is not None


def test_a_title_that_is_edited_renames_the_node(window, qtbot):
    window.nodes.node("Warp").set_name("Move")
    assert "Move" in window.document.graph.nodes and "Warp" not in window.document.graph.nodes
    assert window.document.graph.nodes["Decode"].wires["field"] == "Move"
    window.nodes.node("Move").set_name("not a name")
    assert window.nodes.node("Move") is not None and "Move" in window.document.graph.nodes


def test_a_preset_performs_at_the_playhead(window):
    window.document.go_to(1)
    window.perform(PRESETS[0])
    assert window.document.graph.at("ExpressionMix", 3).values["blink"] == 1
    assert window.knobs.node == "ExpressionMix"


def test_the_wipe_shows_two_pictures_and_the_overlay_landmarks(loaded, qtbot):
    qtbot.keyClick(loaded, Qt.Key.Key_W)
    qtbot.keyClick(loaded, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: not loaded.viewer.comes(), timeout=LONG)
    canvas = loaded.viewer.canvas
    qtbot.waitUntil(lambda: {"landmarks", "hull"} <= canvas.points.keys(), timeout=LONG)
    assert canvas.second is not None
    x = int(canvas.wipe_x())
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert abs(canvas.rect().center().x() - x) < 4


@pytest.mark.parametrize("key", "1345")
def test_what_the_keys_show(loaded, qtbot, key):
    loaded.perform(PRESETS[2])
    loaded.document.go_to(1006)
    qtbot.keyClick(loaded, Qt.Key[f"Key_{key}"])
    qtbot.waitUntil(lambda: not loaded.viewer.comes(), timeout=LONG)
    assert loaded.viewer.canvas.first is not None and not loaded.viewer.canvas.text


def test_a_shot_is_rendered_saved_and_opened_again(loaded, qtbot, tmp_path):
    loaded.perform(PRESETS[2])
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", str(tmp_path / "o.####.exr")))
    with qtbot.waitSignal(loaded.render_dialog.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
    assert ended.args == [0], loaded.render_dialog.log.toPlainText()
    same_as_the_command_line(loaded, tmp_path)
    seen = loaded.pictures.get(Wanted("MaskComposite", 1001))
    qtbot.waitUntil(lambda: loaded.viewer.whole(1001), timeout=LONG)
    seen = loaded.pictures.get(Wanted("MaskComposite", 1001))
    assert np.array_equal(read_exr(tmp_path / "o.####.exr", 1001)[0][..., :3], seen.pixels[..., :3])
    assert loaded.files.save_to(tmp_path / "s.recast.yaml")
    graph = loaded.document.graph
    loaded.document.new()
    assert loaded.files.open(tmp_path / "s.recast.yaml") and loaded.document.graph == graph
    assert loaded.files.recent()[0] == str(tmp_path / "s.recast.yaml")


def same_as_the_command_line(loaded, tmp_path):
    """What Studio has rendered is what `recast render` makes of the same shot, half for half."""
    document = Document()
    document.set_graph(loaded.document.graph)
    document.save(tmp_path / "again.recast.yaml")
    made = f"Write.file={tmp_path}/again/o.####.exr"
    assert call("render", tmp_path / "again.recast.yaml", "--set", made).returncode == 0
    for frame in range(1001, 1007):
        ours, by_command = (read_exr(folder / "o.####.exr", frame) for folder in (tmp_path, tmp_path / "again"))
        assert ours[1] == by_command[1] and np.array_equal(ours[0], by_command[0])


def test_a_strangers_document_writes_elsewhere_only_after_a_yes(loaded, qtbot, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", str(elsewhere / "o.####.exr")))
    loaded.document.save(tmp_path / "shot" / "s.recast.yaml")
    assert loaded.files.open(tmp_path / "shot" / "s.recast.yaml")
    dialog, asked = loaded.render_dialog, []
    dialog.frames.setText("1001")
    dialog.show()
    render = partial(qtbot.mouseClick, dialog.render_button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(200, lambda: answer(qtbot, asked, "Cancel"))
    render()
    assert str(elsewhere) in asked[0] and not dialog.running and not elsewhere.exists()
    assert str(elsewhere) in dialog.state.text()
    with qtbot.waitSignal(dialog.ended, timeout=LONG) as ended:
        QTimer.singleShot(200, lambda: answer(qtbot, asked, "Write there"))
        render()
    assert ended.args == [0] and len(asked) == 2 and (elsewhere / "o.1001.exr").exists()
    with qtbot.waitSignal(dialog.ended, timeout=LONG) as ended:
        render()
    assert ended.args == [0], "it is asked once"
    by_hand = str(tmp_path / "mine" / "o.####.exr")
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", by_hand))
    with qtbot.waitSignal(dialog.ended, timeout=LONG) as ended:
        render()
    assert ended.args == [0] and (tmp_path / "mine" / "o.1001.exr").exists(), "what the user chose is not asked for"


def answer(qtbot, asked, word):
    """Press a button of the question that is open, as a person does; what was asked goes into `asked`."""
    question = QApplication.activeModalWidget()
    asked.append(question.text())
    (button,) = (each for each in question.buttons() if each.text().replace("&", "") == word)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_render_is_cancelled_and_the_next_one_goes_through(loaded, qtbot, tmp_path):
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", str(tmp_path / "o.####.exr")))
    with qtbot.waitSignal(loaded.render_dialog.ended, timeout=5000) as ended:
        loaded.render_dialog.render_shot()
        loaded.render_dialog.cancel()
    assert ended.args == [130] and not list(tmp_path.glob("*.part"))
    with qtbot.waitSignal(loaded.render_dialog.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
    assert ended.args == [0] and len(list(tmp_path.glob("o.*.exr"))) == 6


def test_a_worker_that_dies_in_mid_render_is_told_and_the_next_render_goes_through(loaded, qtbot, worker, tmp_path):
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.set_value("jaw_open", 0.4)
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", str(tmp_path / "o.####.exr")))
    with held(tmp_path / "o.1006.exr"), qtbot.waitSignal(loaded.render_dialog.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
        qtbot.waitUntil(lambda: any(tmp_path.glob("o.*")), timeout=LONG)  # it is at work
        os.kill(pid_of(worker), signal.SIGKILL)
    assert ended.args[0] not in (0, 130) and "worker" in loaded.render_dialog.log.toPlainText().lower()
    with qtbot.waitSignal(loaded.render_dialog.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
    assert ended.args == [0] and len(list(tmp_path.glob("o.*.exr"))) == 6


def test_a_broken_shot_is_told_and_the_open_one_stays(window, tmp_path):
    before = window.document.graph
    (tmp_path / "bad.yaml").write_text("recast: 1\nnodes: {A: {kind: Red}}")
    assert not window.files.open(tmp_path / "bad.yaml")
    assert "Read" in window.told[0] and window.document.graph is before


def test_a_missing_plate_is_said_in_the_viewer(window, qtbot):
    window.bring(str(Path("/nowhere/plate.0001.exr")))
    qtbot.waitUntil(lambda: "/nowhere" in window.viewer.canvas.text, timeout=LONG)
    assert window.viewer.canvas.first is None


def test_a_slow_disk_does_not_hold_the_window(window, qtbot, plate, monkeypatch):
    asked, go_on = threading.Event(), threading.Event()
    read = bring.read

    def slow(*given):
        asked.set()
        assert go_on.wait(20)
        return read(*given)

    monkeypatch.setattr(bring, "read", slow)
    started = time.monotonic()
    window.bring(str(plate).replace("####", "1001"))
    assert time.monotonic() - started < 5 and asked.wait(5)
    assert "Reading" in window.statusBar().currentMessage()
    window.nodes.select("ExpressionMix")
    window.knobs.set_value("smile", 0.5)  # the window goes on, and what is done meanwhile stays
    go_on.set()
    qtbot.waitUntil(lambda: window.document.graph.at("Plate", 1).file == str(plate))
    assert window.document.graph.nodes["ExpressionMix"].constants["smile"] == 0.5


def test_two_clips_that_are_dropped_at_once_are_plate_and_driver(window, qtbot, plate):
    for frame in (1001, 1002):
        window.bring(str(plate).replace("####", str(frame)))
    qtbot.waitUntil(lambda: "Driving" in window.document.graph.nodes)
    assert {window.document.graph.at(name, 1).file for name in ("Plate", "Driving")} == {str(plate)}
    window.bring("/nowhere/take.mov", "driver")
    qtbot.waitUntil(lambda: "/nowhere/take.mov" in window.statusBar().currentMessage())


def test_an_unsaved_shot_outlives_a_crash(window, tmp_path):
    window.nodes.select("ExpressionMix")
    window.knobs.set_value("smile", 0.7)
    window.document.autosave()
    window.document.disk.now(lambda: None)
    left = window.recovery.place
    window.document.new()  # as if this Studio had ended without a word
    other = Recovery(tmp_path / "recovery")
    assert other.left() == left
    window.recovery = window.files._recovery = other
    window.document._unsaved = other.place
    assert window.files.recover()
    assert window.document.graph.nodes["ExpressionMix"].constants["smile"] == 0.7
    assert not window.document.undo.isClean() and window.document.path is None and not left.exists()
    assert other.place.exists() and window.files.may_leave() and not other.place.exists(), "given up is given up"


def test_the_place_of_a_studio_that_runs_is_not_offered(tmp_path):
    running = Recovery(tmp_path)
    running.hold()
    running.place.write_text("recast: 1")
    assert Recovery(tmp_path).left() is None
    running.release()
    assert Recovery(tmp_path).left() == running.place


def test_keys_work_wherever_the_focus_is_but_in_text(loaded, qtbot):
    loaded.activateWindow()
    loaded.nodes.select("ExpressionMix")
    slider = loaded.knobs.widgets["smile"].slider
    for panel in (loaded.viewer.canvas, loaded.nodes.graph.viewer(), slider):
        panel.setFocus()
        loaded.document.go_to(1001)
        qtbot.keyClick(panel, Qt.Key.Key_Right)
        assert loaded.document.frame == 1002, panel
        qtbot.keyClick(panel, Qt.Key.Key_1)
        assert loaded.viewer.show_box.currentText() == "plate"
        qtbot.keyClick(panel, Qt.Key.Key_3)
    line = loaded.frames_line
    line.setFocus()
    qtbot.keyClicks(line, "1")
    assert line.text() == "1" and loaded.viewer.show_box.currentText() == "result"


def test_undo_and_redo_by_keys(window, qtbot):
    control, undo = Qt.KeyboardModifier.ControlModifier, window.document.undo
    window.knobs.show_node("ExpressionMix")
    window.knobs.set_value("smile", 0.5)

    def after(key, modifiers):
        qtbot.keyClick(window.viewer.canvas, key, modifiers)
        return undo.index()

    assert after(Qt.Key.Key_Z, control) == 0
    assert after(Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier) == 1
    assert after(Qt.Key.Key_Z, control) == 0
    assert after(Qt.Key.Key_Y, control) == 1


def test_the_page_lists_the_keys_that_there_are(window):
    page = (ROOT / "docs" / "studio.md").read_text(encoding="utf-8")
    for key in window_keys.keys(window):
        assert f"| {key.shown} | {key.words} |" in page, key
    window.knobs.show_node("ExpressionMix")
    window.knobs.set_value("smile", 0.5)
    told = window_keys.help_text(window)
    assert "F7" in told and "<td>undo</td>" in told and "<td>redo</td>" in told


def test_a_refusal_is_seen_and_stays_to_be_read(window, qtbot):
    bar = window.statusBar()
    window._show_problems([])
    bar.clearMessage()
    empty = bar.grab().toImage()
    window.set_frames("rubbish")
    assert "'rubbish'" in bar.currentMessage() and bar.grab().toImage() != empty
    for work in ("render: 1 of 3", ""):
        window.pictures.told.emit(work)
        assert "'rubbish'" in bar.currentMessage()
    window._saying.stop()
    window.pictures.told.emit("render: 2 of 3")
    assert bar.currentMessage() == "render: 2 of 3"


def test_a_long_problem_leaves_room_for_what_is_said(window, qtbot):
    window.document.apply("file", lambda graph: graph.with_knob("Plate", "file", "/nowhere/plate.####.exr"))
    window._show_problems(["Plate.file: " + "a long reason " * 40])
    qtbot.waitUntil(lambda: window.problem.width() > 300)
    assert window.problem.x() > window.statusBar().width() / 2


def test_the_window_fits_a_small_laptop_with_nothing_cut(window, qtbot):
    for name in NODES:
        window.nodes.select(window.node_tools.edits.add(name))
        assert window.knobs.widget().minimumSizeHint().width() <= window.knobs.minimumWidth() - 14, name
    window.resize(1366, 740)
    qtbot.waitUntil(lambda: window.width() == 1366 and window.height() == 740)


def test_a_button_that_is_off_says_why(window):
    dialog = window.render_dialog
    assert not dialog.render_button.isEnabled() and "drop a plate" in dialog.render_button.toolTip()
    assert "Drop the plate here" in window.viewer.canvas.text and not window.problem.text()


def test_a_knob_goes_back_to_its_default(window):
    window.nodes.select("ExpressionMix")
    window.knobs.set_value("smile", 0.5)
    window.knobs.set_default("smile")
    assert "smile" not in window.document.graph.nodes["ExpressionMix"].constants


def test_a_worker_that_dies_while_it_shows_a_frame_is_told_and_the_frame_comes(loaded, qtbot, worker):
    os.kill(pid_of(worker), signal.SIGSTOP)
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.set_value("jaw_open", 0.37)
    qtbot.wait(300)
    os.kill(pid_of(worker), signal.SIGKILL)
    qtbot.waitUntil(lambda: loaded.viewer.whole(loaded.document.frame), timeout=LONG)
    assert not loaded.viewer.canvas.text


def test_studio_uses_its_own_python():
    assert own_worker().command[1:] == ["-m", "recast_nodes.hosts.cli"]
