"""The import dialog: whether a clip is the plate or the driver, its colour space, its slip, and where frames go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCursor, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from ....errors import ColourError, RecastError
from ....nodes import NODES
from ..knobs.colorspaces import AUTO, ColorspaceBox, find_space_name
from ..knobs.knob_widgets import make_knob_widget
from ..render.output_field import OutputField
from ..render.output_path import find_default_output
from ..shot.document import Document
from ..shot.files import DOCUMENTS
from ..widgets.fit_on_screen import fit_on_screen
from ..widgets.labels import ElidedLabel, escape_tip, make_note_label
from . import import_clip

if TYPE_CHECKING:
    from ..window import StudioWindow

ROLES = ("plate", "driver")
SLIP = "offset"  # the Read's knob that slips a driver


class ImportDialog(QDialog):
    """Asks about one clip; `chosen` carries it with the answers."""

    chosen = Signal(object)  # import_clip.IncomingClip

    def __init__(self, document: Document, path: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Import clip")
        self._document, self._path = document, path
        self.clip = ElidedLabel(path, most=420)
        self.clip.setToolTip(escape_tip(path))
        self.role = QComboBox()
        self.role.addItems(ROLES)
        self.role.setCurrentText(import_clip.find_role(document.graph, path) or "driver")
        self.colorspace = ColorspaceBox()
        self.colorspace.setToolTip("What the clip is encoded in. auto: what its file says.")
        self.output = OutputField(document.disk, self._absolute)
        self.note = make_note_label()
        slip = NODES["Read"].knobs.get(SLIP)
        self.slip = make_knob_widget(slip) if slip else None
        self._slipped: Any = None
        self._build()
        self.role.currentTextChanged.connect(lambda role: self._show_rows())
        self._suggest_output()
        self._show_rows()

    def _build(self) -> None:
        form = self._form = QFormLayout()
        form.addRow("clip", self.clip)
        form.addRow("use it as", self.role)
        form.addRow("colour space", self.colorspace)
        if self.slip:
            self.slip.show_value(self.slip.knob.default)
            self.slip.changed.connect(self._slip)
            form.addRow(QLabel(self.slip.knob.label), self.slip)
        form.addRow("frames go to", self.output)
        form.addRow(self.note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addStretch()
        layout.addWidget(buttons)
        self.resize(560, 240)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fit_on_screen(self)
        self.output.check()

    def _absolute(self, pattern: str) -> str:
        folder = self._document.graph.folder
        return str(folder / pattern) if folder else pattern

    def _suggest_output(self) -> None:
        """The shot's own place, or a default one that can be written to."""
        from ....media.sequences import sequence_around

        graph = self._document.graph
        outputs = graph.outputs()
        named_there = str(graph.nodes[outputs[0]].constants.get("file") or "") if len(outputs) == 1 else ""
        try:
            made = named_there or self._document.disk.run(
                lambda: find_default_output(sequence_around(self._path), graph.folder)
            )
        except (RecastError, OSError):  # the import reports what is wrong with it
            made = ""
        self.output.show_text(made)

    def _show_rows(self) -> None:
        """A plate has a place for its frames; a driver may slip."""
        plate = self.role.currentText() == "plate"
        self._form.setRowVisible(self.output, plate)
        if self.slip:
            self._form.setRowVisible(self.slip, not plate)

    def _slip(self, value: Any) -> None:
        self._slipped = value

    def _accept(self) -> None:
        plate = self.role.currentText() == "plate"
        try:
            space = find_space_name(self.colorspace.currentText())
        except ColourError as error:
            self._say(str(error))
            return
        if plate:
            self.output.check()
            if self.output.problem:
                return
        knobs = {} if space == AUTO else {"colorspace": space}
        if not plate and self._slipped is not None:
            knobs[SLIP] = self._slipped
        self.chosen.emit(
            import_clip.IncomingClip(self._path, self.role.currentText(), knobs, self.output.text() if plate else "")
        )
        self.accept()

    def _say(self, why: str) -> None:
        self.note.setText(why)
        self.note.setVisible(bool(why))


def ask_clip(window: StudioWindow) -> None:
    """Choose a clip and how to import it; a shot document is opened."""
    path, _ = QFileDialog.getOpenFileName(window, "A plate or a driver", window.files.find_folder())
    if path.endswith(DOCUMENTS):
        window.import_clip(path)
    elif path:
        dialog = ImportDialog(window.document, path, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda clip: window.importer.import_clip(clip))
        dialog.open()


def ask_role(window: StudioWindow) -> str:
    """Ask whether a clip dropped on a shot that has both is the new plate or driver."""
    menu = QMenu(window)
    roles = {menu.addAction(f"Use it as the {role}"): role for role in ROLES}
    return roles.get(menu.exec(QCursor.pos()), "")
