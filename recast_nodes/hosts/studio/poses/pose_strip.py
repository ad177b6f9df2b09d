"""The strip of poses: a face for each, made of the plate's own; a click sets it, or keys it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ..shot.document import Document
from ..widgets.flow_layout import FlowLayout
from ..widgets.labels import escape_tip, make_check_box
from .pose_menu import make_menu
from .pose_model import PoseModel
from .thumbnails import Thumbnails

FACE = QSize(96, 96)  # pixels of a thumbnail
WHOLE = 100  # of the slider, per cent
HINT = "Click: this pose. Shift-click: added to what is there. Right-click: more."


class PoseStrip(QWidget):
    """Shows `model`'s poses; the faces come when there is time, while the strip is looked at."""

    def __init__(self, document: Document, model: PoseModel, thumbnails: Thumbnails, parent: QWidget | None = None):
        super().__init__(parent)
        self._document, self.model, self.thumbnails = document, model, thumbnails
        self._frame: int | None = None  # whose face is shown
        self._is_seen = False
        self.list = self._build_list()
        self.search = QLineEdit()
        self.search.setPlaceholderText("find a pose")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(170)
        self.search.textChanged.connect(self._filter)
        self.amount = QSlider(Qt.Orientation.Horizontal)
        self.amount.setRange(0, WHOLE)
        self.amount.setValue(WHOLE)
        self.amount.setMaximumWidth(140)
        self.amount.setToolTip("How much of a pose a click takes: half way from what is there to it at 50 %.")
        self.amount.valueChanged.connect(self._set_amount)
        self._percent = QLabel()
        self.key = make_check_box("key")
        self.key.setToolTip("Key a pose at the playhead. What is keyed already is keyed in any case.")
        self.key.toggled.connect(self._set_key)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._build_bar())
        column.addWidget(self.list, 1)
        self._set_amount(WHOLE)
        model.changed.connect(self._fill)
        document.changed.connect(self._show_faces)
        thumbnails.arrived.connect(self._show_faces)
        self._fill()

    def _build_bar(self) -> QWidget:
        bar = QWidget()
        row = FlowLayout(bar)
        for each, word in ((self.search, ""), (self.amount, "amount"), (self._percent, ""), (self.key, "")):
            row.add(each, word)
        for text, tip, what in (
            ("Rest", "All shapes to 0, by the amount.", lambda: self.model.set_pose("rest")),
            ("Mirror", "Exchange left and right at the playhead.", self.model.mirror),
            ("Save pose…", "Save the shapes at the playhead as a pose of this shot.", self.ask_save),
            ("This frame", "Make the faces of the frame at the playhead.", self.take_frame),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, what=what: what())
            row.add(button)
        return bar

    def _build_list(self) -> QListWidget:
        made = QListWidget()
        made.setViewMode(QListView.ViewMode.IconMode)
        made.setResizeMode(QListView.ResizeMode.Adjust)
        made.setMovement(QListView.Movement.Static)
        made.setIconSize(FACE)
        made.setGridSize(QSize(FACE.width() + 16, FACE.height() + 24))
        made.setUniformItemSizes(True)
        made.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(self._open_menu)
        made.itemClicked.connect(self._click)
        return made

    # What is shown

    def _fill(self) -> None:
        self.list.clear()
        for entry in self.model.entries:
            item = QListWidgetItem(entry.name)
            item.setToolTip(escape_tip(f"{entry.group}: {entry.tip}\n\n{HINT}"))
            item.setSizeHint(self.list.gridSize())
            self.list.addItem(item)
        self._filter()
        self._show_faces()

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        for row, entry in enumerate(self.model.entries):
            text = f"{entry.name} {entry.group} {entry.tip} {' '.join(entry.shapes)}".lower()
            self.list.item(row).setHidden(not all(word in text for word in words))

    def _show_faces(self) -> None:
        """Faces that are there, and a wish for those that are not; nothing while nobody looks."""
        if not self._is_seen or self._frame is None:
            return
        node = self.model.find_node()
        missing = []
        for row, entry in enumerate(self.model.entries):
            image = self.thumbnails.image_of(node, entry.shapes) if node else None
            if image is None:
                missing.append(entry.shapes)
            item = self.list.item(row)
            if image is not None and item.data(Qt.ItemDataRole.UserRole) is not image:
                item.setData(Qt.ItemDataRole.UserRole, image)
                item.setIcon(QIcon(QPixmap.fromImage(image)))
        if node:
            self.thumbnails.want(node, missing, self._frame)

    def take_frame(self) -> None:
        """Show the face of the frame at the playhead."""
        self._frame = self._document.frame
        self._show_faces()

    def set_looked_at(self, is_seen: bool) -> None:
        """Make faces while somebody sees them. (A panel behind another is no hidden widget to Qt.)"""
        self._is_seen = is_seen
        if not is_seen:
            self.thumbnails.stop()
        elif self._frame is None:
            self.take_frame()
        else:
            self._show_faces()

    # What is done

    def _click(self, item: QListWidgetItem) -> None:
        added = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        (self.model.add_pose if added else self.model.set_pose)(item.text())

    def _open_menu(self, at: QPoint) -> None:
        item = self.list.itemAt(at)
        entry = next((each for each in self.model.entries if item and each.name == item.text()), None)
        if entry is not None:
            make_menu(self, self.model, entry, self.ask_name).exec(self.list.viewport().mapToGlobal(at))

    def ask_save(self) -> None:
        """Save the present shapes under a name that is asked for."""
        name = self.ask_name("Save pose", "")
        if name:
            self.model.save(name)

    def ask_name(self, title: str, name: str) -> str:
        """A pose's name; '' where the artist changes their mind."""
        text, taken = QInputDialog.getText(self, title, "Name (letters, digits, - and _):", text=name)
        return text.strip() if taken else ""

    def _set_amount(self, value: int) -> None:
        self.model.amount = value / WHOLE
        self._percent.setText(f"{value} %")
        self._percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %") + 4)

    def _set_key(self, is_on: bool) -> None:
        self.model.key = is_on
