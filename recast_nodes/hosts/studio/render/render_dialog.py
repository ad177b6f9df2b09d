"""Rendering from Studio: which frames, how far it is, how long it takes yet, cancel."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...worker.client import Worker
from ...worker.job import WorkerJob
from ..shot.document import Document
from ..widgets.fit_on_screen import fit_on_screen
from ..widgets.labels import check_box, plain_label, plain_tip
from ..widgets.messages import ask_writing
from .output_field import OutputField
from .time_left import Eta

POLL_EVERY = 50  # milliseconds
STOPPING = "Stopping."
SPOKEN = ("failed", "warning", "notice", "cancelled", "done", "waiting", "error")


class RenderDialog(QDialog):
    """Renders the document as it is now, by the worker; the window stays usable."""

    noted = Signal(str)  # a notice of the worker
    ended = Signal(int)  # the exit code, as of the command line

    def __init__(self, document: Document, worker: Worker, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Render shot")
        self._document, self._worker = document, worker
        self._job: WorkerJob | None = None
        self._eta, self._what = Eta(), ""
        self._allowed: list[str] = []  # folders that the user said yes to, for as long as Studio runs
        self.frames = QLineEdit()
        self.frames.setPlaceholderText("all, or for example 1001-1100, 1001-1100x2, 1001,1050")
        self.to = OutputField(document.disk, self._absolute)
        self.anew = check_box("render existing frames again")
        self.anew.setToolTip("Without it, frames that were rendered from this same shot are kept.")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.state = plain_label(" ")
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.render_button, self.cancel_button = QPushButton("Render"), QPushButton("Cancel")
        self.close_button = QPushButton("Close")
        self.close_button.setToolTip("The render goes on; its progress is here again with F7.")
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)
        document.changed.connect(self._show_target)
        self.to.changed.connect(self._set_target)
        self.to.looked.connect(self._show_buttons)
        self._build()
        self._show_target()

    def _build(self) -> None:
        form = QFormLayout()
        form.addRow("frames", self.frames)
        form.addRow("to", self.to)
        form.addRow("", self.anew)
        buttons = QDialogButtonBox()
        for button, role in (
            (self.render_button, QDialogButtonBox.ButtonRole.ActionRole),
            (self.cancel_button, QDialogButtonBox.ButtonRole.ActionRole),
            (self.close_button, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            buttons.addButton(button, role)
        self.render_button.setDefault(True)
        self.render_button.clicked.connect(lambda: self.render_shot())
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.hide)
        layout = QVBoxLayout(self)
        for each in (self.bar, self.state, self.log, buttons):
            layout.addWidget(each)
        layout.insertLayout(0, form)
        self.resize(560, 360)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_on_screen(self)
        self.to.look()

    # Where frames go

    def _output(self) -> str:
        """The node that writes; '' while there is not exactly one."""
        outputs = self._document.graph.outputs()
        return outputs[0] if len(outputs) == 1 else ""

    def _absolute(self, pattern: str) -> str:
        folder = self._document.graph.folder
        return str(folder / pattern) if folder else pattern

    def _set_target(self, pattern: str) -> None:
        output = self._output()
        if output and not self._document.apply("output", lambda graph: graph.with_knob(output, "file", pattern)):
            self._show_target()

    def _show_target(self) -> None:
        output = self._output()
        self.to.setEnabled(bool(output) and not self.running)
        file = self._document.graph.nodes[output].constants.get("file", "") if output else ""
        self.to.show_text(str(file))
        self._show_buttons()

    def _lacks(self) -> str:
        """What keeps the shot from being rendered, in words."""
        if not self._output():
            return f"The shot needs one Write; it has {len(self._document.graph.outputs())}."
        if not self.to.text():
            return "Write.file names no frames yet: drop a plate, or name them here."
        return self.to.why

    def _show_buttons(self) -> None:
        """What can be pressed, each with its reason."""
        lacks = self._lacks()
        self.render_button.setEnabled(not self.running and not lacks)
        self.render_button.setToolTip(plain_tip("A render is on." if self.running else lacks))
        self.cancel_button.setEnabled(self.running)
        self.cancel_button.setToolTip("Stop within a second." if self.running else "Nothing is being rendered.")

    @property
    def running(self) -> bool:
        return self._job is not None

    def render_shot(self, frames: str = "") -> None:
        """Start; `frames` come before those that are written in the dialog."""
        if self._job or not self._may_write():
            return
        self.log.clear()
        self.bar.setRange(0, 0)
        self.state.setText("Asking the worker.")
        self._what = ""
        wanted = frames or self.frames.text().strip() or None
        anew = self.anew.isChecked() or None
        self._job = self._worker.start("render", **self._document.told(), frames=wanted, overwrite=anew)
        self._show_target()
        self._timer.start()

    def _may_write(self) -> bool:
        """Whether frames may go where the opened file says; asked once for each folder that the user did not name."""
        for folder in self._document.unasked(self._allowed):
            if not self._ask(folder):
                self.state.setText(f"Nothing was rendered: {folder} is not to be written to.")
                return False
            self._allowed.append(folder)
        return True

    def _ask(self, folder: str) -> bool:
        return ask_writing(folder, self)

    def cancel(self) -> None:
        """Stop within a second; frames that were written are whole."""
        if self._job:
            self._job.cancel()
            self.state.setText(STOPPING)

    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        for event in job.poll():
            if event["event"] == "progress":
                self._progress(event["what"], event["done"], event["total"])
            elif event["event"] in SPOKEN:
                if event["event"] == "notice":
                    self.noted.emit(event["text"])
                self.log.appendPlainText(event.get("text") or "\n".join(event.get("problems", ())))
        if job.finished:
            self._job = None
            self._timer.stop()
            self._show_target()
            self.bar.setRange(0, 100)
            self.bar.setValue(100 if job.code == 0 else 0)
            words = {0: "Done.", 1: "Some frames failed.", 130: "Cancelled."}
            self.state.setText(words.get(job.code or 0, "Nothing was rendered."))
            self.ended.emit(job.code or 0)

    def _progress(self, what: str, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if self.state.text() == STOPPING:
            return
        if what != self._what:
            self._what = what
            self._eta.start()
        left = self._eta.heard(done, total)
        words = f"{done} of {total} frames" + (f", {left}" if left else "")
        self.state.setText(words if what == "render" else f"{what}: {words}")
