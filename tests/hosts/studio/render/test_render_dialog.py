"""Rendering from the dialog: as the command line does, cancelled, refused, with a worker that dies."""

from __future__ import annotations

import os
import signal
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from recast_nodes.hosts.studio.presets import PRESETS
from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.picture import PictureRequest
from tests.hosts.studio.conftest import LONG
from tests.hosts.test_cli_render import call
from tests.hosts.worker.conftest import held, pid_of
from tests.shots.footage import read_exr


def test_a_shot_is_rendered_saved_and_opened_again(loaded, qtbot, tmp_path):
    loaded.perform(PRESETS[2])
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", str(tmp_path / "o.####.exr")))
    with qtbot.waitSignal(loaded.render_dialog.model.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
    assert ended.args == [0], loaded.render_dialog.log.toPlainText()
    same_as_the_command_line(loaded, tmp_path)
    seen = loaded.pictures.get(PictureRequest("MaskComposite", 1001))
    qtbot.waitUntil(lambda: loaded.viewer.controller.is_ready(1001), timeout=LONG)
    seen = loaded.pictures.get(PictureRequest("MaskComposite", 1001))
    assert np.array_equal(read_exr(tmp_path / "o.####.exr", 1001)[0][..., :3], seen.pixels[..., :3])
    assert loaded.files.save_to(tmp_path / "s.recast.yaml")
    graph = loaded.document.graph
    loaded.document.new()
    assert loaded.files.open(tmp_path / "s.recast.yaml") and loaded.document.graph == graph
    assert loaded.files.list_recent()[0] == str(tmp_path / "s.recast.yaml")


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
    assert str(elsewhere) in asked[0] and not dialog.model.is_running and not elsewhere.exists()
    assert str(elsewhere) in dialog.state.text()
    with qtbot.waitSignal(dialog.model.ended, timeout=LONG) as ended:
        QTimer.singleShot(200, lambda: answer(qtbot, asked, "Write there"))
        render()
    assert ended.args == [0] and len(asked) == 2 and (elsewhere / "o.1001.exr").exists()
    with qtbot.waitSignal(dialog.model.ended, timeout=LONG) as ended:
        render()
    assert ended.args == [0], "it is asked once"
    by_hand = str(tmp_path / "mine" / "o.####.exr")
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", by_hand))
    with qtbot.waitSignal(dialog.model.ended, timeout=LONG) as ended:
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
    with qtbot.waitSignal(loaded.render_dialog.model.ended) as ended:
        loaded.render_dialog.render_shot()
        loaded.render_dialog.model.cancel()
    assert ended.args == [130] and not list(tmp_path.glob("*.part"))
    with qtbot.waitSignal(loaded.render_dialog.model.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
    assert ended.args == [0] and len(list(tmp_path.glob("o.*.exr"))) == 6


def test_a_worker_that_dies_in_mid_render_is_told_and_the_next_render_goes_through(loaded, qtbot, worker, tmp_path):
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.set_value("jaw_open", 0.4)
    loaded.document.apply("out", lambda graph: graph.with_knob("Write", "file", str(tmp_path / "o.####.exr")))
    with held(tmp_path / "o.1006.exr"), qtbot.waitSignal(loaded.render_dialog.model.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
        qtbot.waitUntil(lambda: any(tmp_path.glob("o.*")), timeout=LONG)  # it is at work
        os.kill(pid_of(worker), signal.SIGKILL)
    assert ended.args[0] not in (0, 130) and "worker" in loaded.render_dialog.log.toPlainText().lower()
    with qtbot.waitSignal(loaded.render_dialog.model.ended, timeout=LONG) as ended:
        loaded.render_dialog.render_shot()
    assert ended.args == [0] and len(list(tmp_path.glob("o.*.exr"))) == 6


def test_a_button_that_is_off_says_why(window):
    dialog = window.render_dialog
    assert not dialog.render_button.isEnabled() and "drop a plate" in dialog.render_button.toolTip()
    assert "Drop the plate here" in window.viewer.canvas.text and not window.status.problem.text()
