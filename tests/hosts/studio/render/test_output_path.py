"""Where frames go: a place that can be written to, chosen before anything is rendered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from recast_nodes.hosts.studio.clips.import_dialog import ImportDialog
from recast_nodes.hosts.studio.render import output_path
from recast_nodes.hosts.studio.render.output_path import explain_unwritable, find_default_output
from tests.hosts.studio.conftest import LONG


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(output_path.QStandardPaths, "writableLocation", lambda where: str(tmp_path / "Movies"))
    (tmp_path / "Movies").mkdir()
    return tmp_path / "Movies"


@pytest.fixture
def read_only(tmp_path, monkeypatch):
    """A folder that nobody may write to, whoever runs the tests."""
    folder = tmp_path / "server" / "sh010"
    folder.mkdir(parents=True)
    access = output_path.os.access
    monkeypatch.setattr(
        output_path.os, "access", lambda path, how: not str(path).startswith(str(folder)) and access(path, how)
    )
    return folder


def test_beside_the_plate_where_that_can_be_written(tmp_path, home):
    assert find_default_output(str(tmp_path / "a" / "p.####.exr")) == str(tmp_path / "a" / "recast" / "p.####.exr")
    assert find_default_output(str(tmp_path / "face.jpg")) == str(tmp_path / "recast" / "face.####.exr")


def test_elsewhere_where_the_plate_is_read_only(read_only, home, tmp_path):
    plate = str(read_only / "p.####.exr")
    assert find_default_output(plate) == str(home / "recast" / "sh010" / "p.####.exr")
    assert find_default_output(plate, tmp_path / "shots") == str(tmp_path / "shots" / "recast" / "p.####.exr")


def test_why_a_place_cannot_be_written(tmp_path, read_only):
    (tmp_path / "file").write_text("")
    assert explain_unwritable(str(tmp_path / "new" / "deep" / "o.####.exr")) == ""
    assert "is a file" in explain_unwritable(str(tmp_path / "file" / "o.####.exr"))
    assert str(read_only) in explain_unwritable(str(read_only / "recast" / "o.####.exr"))
    assert "Name the frames" in explain_unwritable("")
    assert not list(tmp_path.glob("tmp*")), "looking leaves nothing"


def test_a_share_that_promises_more_than_it_keeps(tmp_path, monkeypatch):
    def refused(dir):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(output_path.tempfile, "TemporaryFile", refused)
    assert "Permission denied" in explain_unwritable(str(tmp_path / "o.####.exr"))


def test_a_plate_from_a_read_only_place_says_where_frames_go(window, qtbot, read_only, home):
    window.import_clip(str(read_only / "p.1001.exr"))
    qtbot.waitUntil(lambda: window.document.graph.at("Write", 1).file.startswith(str(home)), timeout=LONG)
    assert str(home) in window.statusBar().currentMessage() and "F7" in window.statusBar().currentMessage()


def test_no_writable_place_at_all_is_said_at_once(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(output_path.os, "access", lambda path, how: False)
    window.import_clip(str(tmp_path / "p.1001.exr"))
    qtbot.waitUntil(lambda: "cannot be written to" in window.statusBar().currentMessage(), timeout=LONG)


def test_the_place_is_changed_in_the_render_dialog(window, qtbot, tmp_path, read_only):
    dialog = window.render_dialog
    dialog.show()
    line = dialog.to.line
    line.setText(str(read_only / "o.####.exr"))
    line.editingFinished.emit()
    assert not dialog.render_button.isEnabled() and "cannot be written" in dialog.to.note.text()
    assert dialog.to.note.isVisible()
    line.setText(str(tmp_path / "mine" / "o.####.exr"))
    line.editingFinished.emit()
    assert dialog.render_button.isEnabled() and not dialog.to.note.isVisible()
    assert window.document.graph.at("Write", 1).file == str(tmp_path / "mine" / "o.####.exr")
    window.document.undo.undo()
    assert line.text() == str(read_only / "o.####.exr")


def brought(window, path, **answers):
    dialog = ImportDialog(window.document, str(path), window)
    chosen = []
    dialog.chosen.connect(chosen.append)
    dialog.show()
    for name, value in answers.items():
        getattr(dialog, name)(value)
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    return dialog, chosen


def test_the_dialog_of_a_clip_suggests_a_place_and_takes_another(window, qtbot, plate, tmp_path):
    dialog, chosen = brought(window, str(plate).replace("####", "1001"))
    assert chosen[0].role == "plate" and chosen[0].output == str(Path(plate).parent / "recast" / "plate.####.exr")
    window.importer.import_clip(chosen[0])
    qtbot.waitUntil(lambda: window.document.graph.at("Plate", 1).file == str(plate), timeout=LONG)
    assert window.document.graph.at("Write", 1).file == chosen[0].output


def test_a_place_that_cannot_be_written_keeps_the_dialog_open(window, read_only, home):
    dialog = ImportDialog(window.document, str(read_only / "p.1001.exr"), window)
    dialog.show()
    dialog.output.line.setText(str(read_only / "o.####.exr"))
    dialog._accept()
    assert dialog.isVisible() and dialog.output.note.isVisible()


def test_a_driver_has_no_place_and_may_have_a_colour_space(window, qtbot, plate):
    dialog = ImportDialog(window.document, str(plate), window)
    chosen = []
    dialog.chosen.connect(chosen.append)
    dialog.show()
    dialog.role.setCurrentText("driver")
    assert not dialog.output.isVisible()
    dialog.colorspace.setCurrentText("acescct")
    dialog._accept()
    window.importer.import_clip(chosen[0])
    qtbot.waitUntil(lambda: "Driving" in window.document.graph.nodes, timeout=LONG)
    assert window.document.graph.at("Driving", 1).values["colorspace"] == "ACEScct"


def test_an_unknown_colour_space_keeps_the_dialog_open(window, plate):
    dialog = ImportDialog(window.document, str(plate), window)
    dialog.show()
    dialog.colorspace.setCurrentText("acescgg")
    dialog._accept()
    assert dialog.isVisible() and "ACEScg" in dialog.note.text()


def test_a_driver_may_slip(window, qtbot, plate):
    dialog = ImportDialog(window.document, str(plate), window)
    chosen = []
    dialog.chosen.connect(chosen.append)
    dialog.show()
    assert not dialog.slip.isVisible(), "a plate stays where it is"
    dialog.role.setCurrentText("driver")
    assert dialog.slip.isVisible() and dialog.slip.box.value() == 0
    dialog.slip.box.setValue(-7)
    dialog._accept()
    window.importer.import_clip(chosen[0])
    qtbot.waitUntil(lambda: "Driving" in window.document.graph.nodes, timeout=LONG)
    assert window.document.graph.at("Driving", 1).values["offset"] == -7
