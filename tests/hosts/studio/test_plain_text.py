"""What a document says is shown letter for letter: no markup is laid out, and no picture that it names is loaded."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from recast_nodes.hosts.studio.clips.import_dialog import ImportDialog
from recast_nodes.hosts.studio.widgets import messages
from recast_nodes.hosts.studio.widgets.labels import escape_tip


@pytest.fixture
def bait(tmp_path):
    """Markup that loads a picture wherever it is laid out."""
    QImage(300, 200, QImage.Format.Format_RGB32).save(str(tmp_path / "bait.png"))
    return f"<b>hello</b> <img src='{tmp_path}/bait.png'>"


def shown_box(start):
    """The message box that `start` opens, and what it shows; it is closed."""
    seen = []

    def look():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        label = box.findChild(QLabel, "qt_msgbox_label")
        seen.append((box.textFormat(), box.text(), label.textFormat(), box.detailedText()))
        box.done(0)

    QTimer.singleShot(150, look)
    start()
    return seen[0]


@pytest.mark.parametrize("start", [messages.warn, messages.ask, messages.ask_writing])
def test_every_message_box_is_plain(window, bait, start):
    form, text, label, _ = shown_box(lambda: start(bait, window))
    assert bait in text and form == label == Qt.TextFormat.PlainText


def test_the_error_of_a_document_is_plain(window, tmp_path, bait):
    del window.files.warn  # the fixture's stand-in; the real box opens
    (tmp_path / "bad.yaml").write_text(f'recast: 1\nnodes: {{A: {{kind: "{bait}"}}}}')
    form, text, _, _ = shown_box(lambda: window.files.open(tmp_path / "bad.yaml"))
    assert "<img" in text and form == Qt.TextFormat.PlainText


def test_a_long_message_fits_on_a_screen(window):
    lines = "\n".join(f"line {number}: a fault of some length that is told in full" for number in range(1500))
    _, text, _, details = shown_box(lambda: messages.warn(lines, window))
    assert len(text.splitlines()) < 15 and "1488 lines more" in text and details == lines


def test_no_label_guesses_whether_a_path_is_markup(window, bait, tmp_path):
    """Qt's own choice is to guess; labels with words of ours alone may."""
    path = f"{tmp_path}/{bait.replace('/', '_')}/o.####.exr"
    window.document.apply("file", lambda graph: graph.with_knob("Write", "file", path))
    window.document.refused.emit(bait)
    window.viewer.canvas.show_message(bait)
    window._show_problems([bait])
    dialog = ImportDialog(window.document, f"/nowhere/{bait}.exr", window)
    window.render_dialog.show()
    window.render_dialog.state.setText(bait)
    for place in (window, dialog, window.render_dialog):
        for label in place.findChildren(QLabel):
            if bait[:8] in label.text() and type(label).paintEvent is QLabel.paintEvent:
                assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
        for widget in [place, *place.findChildren(QWidget)]:
            assert "<img" not in widget.toolTip(), widget


def test_a_node_whose_name_is_markup_is_no_markup(window, tmp_path, bait):
    name = bait.replace("'", "")
    (tmp_path / "s.yaml").write_text(f'recast: 1\nnodes: {{"{name}": {{kind: Read}}}}')
    assert window.files.open(tmp_path / "s.yaml") and name in window.document.graph.nodes
    window.nodes.select(name)
    window.knobs.keys["time"].click()
    window._show_curve(name, "time")
    for item in window.nodes.graph.scene().items():
        assert "<img" not in item.toolTip()
    for widget in window.findChildren(QWidget):
        assert "<img" not in widget.toolTip(), widget
    for label in window.findChildren(QLabel):
        assert name not in label.text() or label.textFormat() == Qt.TextFormat.PlainText


def test_a_tool_tip_shows_markup_as_it_is_written(bait):
    laid_out = QTextDocument()
    laid_out.setHtml(escape_tip(bait + "\nsecond & last"))
    assert laid_out.toPlainText() == bait + "\nsecond & last"
    assert escape_tip("") == ""
