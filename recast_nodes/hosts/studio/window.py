"""The main window: panels, menus, keys. It wires the panels to one document and holds no state of the shot itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QCursor, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from ...errors import RecastError
from ...nodes import NODES
from ..worker.client import Worker
from . import bring as brought
from .checking import Checking
from .curve_editor import CurveEditor, keyed_frames
from .document import SUFFIX, Document, newer_autosave
from .knob_panel import KnobPanel
from .node_graph import NodeGraphPanel
from .pictures import Pictures
from .presets import PRESETS, Preset, performed
from .render_dialog import RenderDialog
from .timeline import Timeline
from .viewer import Viewer

RECENT = 10
AHEAD = 12  # frames that are asked for before they are looked at
SHOT_FILES = f"Recast shots (*{SUFFIX} *.yaml *.yml)"


class Window(QMainWindow):
    """Recast Studio."""

    def __init__(self, worker: Worker, settings: QSettings | None = None):
        super().__init__()
        self.document = Document(self)
        self.worker = worker
        self.settings = settings or QSettings("Recast Nodes", "Studio")
        self.pictures = Pictures(self.document, worker, self)
        self.viewer = Viewer(self.document, self.pictures)
        self.timeline = Timeline(self.document, self.viewer.whole)
        self.nodes = NodeGraphPanel(self.document, self)
        self.knobs = KnobPanel(self.document)
        self.curves = CurveEditor(self.document)
        self.render_dialog = RenderDialog(self.document, worker, self)
        self.checking = Checking(self.document, worker, self)
        self.problem = QLabel()
        self._work_told = False
        self.setAcceptDrops(True)
        self.resize(1600, 960)
        self._lay_out()
        self._make_menus()
        self._wire_panels()
        self._retitle()

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.viewer, 1)
        column.addWidget(self.timeline)
        self.setCentralWidget(middle)
        bottom, right = Qt.DockWidgetArea.BottomDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.docks = {
            "Nodes": self._dock("Nodes", self.nodes.widget, bottom),
            "Curves": self._dock("Curves", self.curves, bottom),
            "Knobs": self._dock("Knobs", self.knobs, right),
        }
        self.setCorner(Qt.Corner.BottomRightCorner, right)
        self.tabifyDockWidget(self.docks["Nodes"], self.docks["Curves"])
        self.docks["Nodes"].raise_()
        self.resizeDocks([self.docks["Nodes"]], [300], Qt.Orientation.Vertical)
        self.resizeDocks([self.docks["Knobs"]], [380], Qt.Orientation.Horizontal)
        self.statusBar().addPermanentWidget(self.problem)

    def _dock(self, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(name, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _wire_panels(self) -> None:
        document = self.document
        document.refused.connect(lambda why: self.statusBar().showMessage(why, 10_000))
        document.named.connect(self._retitle)
        document.changed.connect(self._changed)
        document.moved.connect(lambda frame: self._ask_ahead())
        self.nodes.selected.connect(self._selected)
        self.knobs.selected.connect(self.nodes.select)
        self.knobs.curve_asked.connect(self._show_curve)
        self.curves.chosen.connect(lambda node, knob: self.nodes.select(node))
        self.viewer.painted.connect(lambda frame: self._ask_ahead())
        self.pictures.arrived.connect(lambda wanted: self.timeline.ruler.update())
        self.pictures.told.connect(self._tell_work)
        self.checking.span.connect(lambda frames: self.timeline.set_span(frames))
        self.checking.found.connect(self._show_problems)
        self.nodes.graph.data_dropped.connect(lambda data, at: self._dropped(data))
        document.changed.emit()

    # Menus and keys

    def _make_menus(self) -> None:
        keys = QKeySequence.StandardKey
        bar = self.menuBar()
        files = bar.addMenu("&File")
        self._action(files, "&New shot", self.new, keys.New)
        self._action(files, "&Open…", self.ask_open, keys.Open)
        self.recent_menu = files.addMenu("Open &recent")
        self._action(files, "&Save", self.save, keys.Save)
        self._action(files, "Save &as…", self.ask_save, keys.SaveAs)
        files.addSeparator()
        self._action(files, "Bring a &plate or driver…", self.ask_clip, "Ctrl+I")
        files.addSeparator()
        self._action(files, "&Quit", self.close, keys.Quit)
        edit = bar.addMenu("&Edit")
        for made, key in (
            (self.document.undo.createUndoAction(self), keys.Undo),
            (self.document.undo.createRedoAction(self), keys.Redo),
        ):
            made.setShortcut(key)
            edit.addAction(made)
        self._action(edit, "&Delete nodes", self.nodes.delete_selected, "Ctrl+Del")
        self.node_menu = bar.addMenu("&Node")
        for name, kind in NODES.items():
            self._action(self.node_menu, name, lambda name=name: self.nodes.add(name)).setToolTip(kind.summary())
        perform = bar.addMenu("&Perform")
        perform.setToolTipsVisible(True)
        for preset in PRESETS:
            self._action(perform, preset.name, lambda p=preset: self.perform(p)).setToolTip(preset.tip)
        view = bar.addMenu("&View")
        for dock in self.docks.values():
            view.addAction(dock.toggleViewAction())
        self._action(view, "&Look at files again", self.reload, "Ctrl+R")
        self._action(view, "Frame all nodes", self.nodes.frame_all)
        render = bar.addMenu("&Render")
        self._action(render, "Render &shot…", self.render_dialog.show, "F7")
        self._fill_recent()
        frames = QLineEdit(self.document.graph.frames)
        frames.setPlaceholderText("frames: the plate's own")
        frames.setFixedWidth(170)
        frames.setToolTip("The shot's frames, such as 1001-1100; empty: the plate's own. A still needs them to act.")
        frames.editingFinished.connect(lambda: self.set_frames(frames.text()))
        self.frames_line = frames
        self.timeline.row.addWidget(frames)

    def _action(self, menu: QMenu, text: str, what: Any, key: Any = None) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcut(key)
        action.triggered.connect(lambda checked=False: what())
        menu.addAction(action)
        return action

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        moves = {
            Qt.Key.Key_Left: (lambda: self.to_key(-1)) if control else (lambda: self.timeline.step(-1)),
            Qt.Key.Key_Right: (lambda: self.to_key(1)) if control else (lambda: self.timeline.step(1)),
            Qt.Key.Key_Home: self.timeline.first,
            Qt.Key.Key_End: self.timeline.last,
            Qt.Key.Key_J: lambda: self.timeline.play(-1),
            Qt.Key.Key_K: self.timeline.stop,
            Qt.Key.Key_L: lambda: self.timeline.play(1),
            Qt.Key.Key_Space: self.timeline.toggle,
            Qt.Key.Key_Tab: lambda: self.node_menu.popup(QCursor.pos()),
            Qt.Key.Key_Delete: self.nodes.delete_selected,
        }
        if event.key() in moves:
            moves[Qt.Key(event.key())]()
        elif control or not event.text() or not self.viewer.press(event.text().upper()):
            super().keyPressEvent(event)

    def to_key(self, direction: int) -> None:
        """The playhead to the selected node's next key, or the one before."""
        frames = sorted(round(frame) for frame in keyed_frames(self.document.graph, self.knobs.node))
        now = self.document.frame
        there = [frame for frame in frames if (frame - now) * direction > 0]
        if there:
            self.document.go_to(there[0] if direction > 0 else there[-1])

    # What the panels tell

    def _changed(self) -> None:
        self.timeline.set_keys(keyed_frames(self.document.graph, self.knobs.node))
        if not self.frames_line.hasFocus():
            self.frames_line.setText(self.document.graph.frames)

    def _selected(self, name: str) -> None:
        if name != self.knobs.node:
            self.knobs.show_node(name)
        self.viewer.selected = name
        self.timeline.set_keys(keyed_frames(self.document.graph, name))
        if self.viewer.show_box.currentText() == "selected node":
            self.viewer.refresh()

    def _tell_work(self, text: str) -> None:
        if text or self._work_told:
            self.statusBar().showMessage(text)
        self._work_told = bool(text)

    def _show_curve(self, node: str, knob: str) -> None:
        self.docks["Curves"].raise_()
        self.curves.show_curve(node, knob)

    def _show_problems(self, errors: list[str]) -> None:
        self.problem.setText(errors[0] if errors else "")
        self.problem.setToolTip("\n".join(errors))

    def _ask_ahead(self) -> None:
        now, span = self.document.frame, self.timeline.span
        ahead = [frame for frame in range(now + 1, now + 1 + AHEAD) if frame in span]
        self.pictures.ahead(each for frame in ahead for each in self.viewer.wanted(frame))

    # What menus do

    def new(self) -> None:
        """A new shot, once the open one is saved or given up."""
        if self.may_leave():
            self.document.new()

    def open(self, path: Path) -> bool:
        """Open a shot document, or what was autosaved of it. Returns whether it was opened; a fault is told."""
        try:
            newer = newer_autosave(path)
            if newer and self.ask(f"{path.name} was not saved when Studio ended. Go on from the autosaved state?"):
                self.document.restore(newer, path)
            else:
                self.document.open(path)
        except RecastError as error:
            self.tell(str(error))
            return False
        self._remember(path)
        self.nodes.frame_all()
        return True

    def save(self) -> bool:
        """Save under its name; asks for one where there is none."""
        if self.document.path is None:
            return self.ask_save()
        return self.save_to(self.document.path)

    def save_to(self, path: Path) -> bool:
        """Save to a file. Returns whether it was; a fault is told."""
        try:
            self.document.save(path)
        except RecastError as error:
            self.tell(str(error))
            return False
        self._remember(path)
        return True

    def ask_open(self) -> None:
        """Let a shot be chosen."""
        path, _ = QFileDialog.getOpenFileName(self, "Open a shot", self._folder(), SHOT_FILES)
        if path and self.may_leave():
            self.open(Path(path))

    def ask_save(self) -> bool:
        """Let a name be chosen."""
        path, _ = QFileDialog.getSaveFileName(self, "Save the shot", self._folder(), SHOT_FILES)
        if not path:
            return False
        return self.save_to(Path(path if path.endswith((".yaml", ".yml")) else path + SUFFIX))

    def ask_clip(self) -> None:
        """Let a clip be chosen."""
        path, _ = QFileDialog.getOpenFileName(self, "A plate or a driver", self._folder())
        if path:
            self.bring(path)

    def bring(self, path: str, role: str = "") -> None:
        """Take a clip, a still or a shot document in; `role` is plate or driver, '' for the one that is missing."""
        if path.endswith((".yaml", ".yml")):
            if self.may_leave():
                self.open(Path(path))
            return
        role = role or brought.role(self.document.graph) or self._ask_role()
        if role:
            brought.take(self.document, path, role)

    def _ask_role(self) -> str:
        menu = QMenu(self)
        roles = {menu.addAction(f"Use it as the {role}"): role for role in ("plate", "driver")}
        return roles.get(menu.exec(QCursor.pos()), "")

    def perform(self, preset: Preset) -> None:
        """Key a preset at the playhead."""
        mixes = [n for n, placed in self.document.graph.nodes.items() if placed.kind.__name__ == "ExpressionMix"]
        node = self.knobs.node if self.knobs.node in mixes else next(iter(mixes), "")
        if not node:
            self.document.refused.emit("Perform needs an ExpressionMix node in the shot.")
            return
        frame, rate = self.document.frame, self.timeline.rate.value()
        self.document.apply(f"perform {preset.name}", lambda graph: performed(graph, node, preset, frame, rate))
        self.nodes.select(node)

    def set_frames(self, text: str) -> None:
        """The shot's frames; '' for the plate's own."""
        from dataclasses import replace

        from ...media.sequences import parse_frames

        def change(graph: Any) -> Any:
            if text.strip():
                parse_frames(text)
            return replace(graph, frames=text.strip())

        self.document.apply("set the frames", change)

    def reload(self) -> None:
        """Files may have changed: show everything anew."""
        self.pictures.forget()
        self.checking.start()
        self.viewer.refresh()

    # Asking and telling; tests answer in a person's place

    def ask(self, question: str) -> bool:
        """Yes or no."""
        return QMessageBox.question(self, "Recast Studio", question) == QMessageBox.StandardButton.Yes

    def tell(self, text: str) -> None:
        """Something went wrong."""
        QMessageBox.warning(self, "Recast Studio", text)

    def may_leave(self) -> bool:
        """Whether the open shot is saved, or may be given up."""
        if self.document.undo.isClean():
            return True
        buttons = QMessageBox.StandardButton
        chosen = QMessageBox.question(
            self, "Recast Studio", "Save the shot first?", buttons.Save | buttons.Discard | buttons.Cancel
        )
        return self.save() if chosen == buttons.Save else chosen == buttons.Discard

    # Files that were open, title, drops, the end

    def _remember(self, path: Path) -> None:
        known = [str(path.absolute()), *self.recent()]
        self.settings.setValue("recent", list(dict.fromkeys(known))[:RECENT])
        self._fill_recent()

    def recent(self) -> list[str]:
        """The last shots, the latest first."""
        found = self.settings.value("recent", [])
        return [found] if isinstance(found, str) else [str(each) for each in found or []]

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self.recent():
            self._action(self.recent_menu, path, lambda path=path: self.may_leave() and self.open(Path(path)))

    def _retitle(self) -> None:
        name = self.document.path.name if self.document.path else "new shot"
        self.setWindowTitle(f"{name}[*] – Recast Studio")
        self.setWindowModified(not self.document.undo.isClean())

    def _folder(self) -> str:
        return str(self.document.path.parent) if self.document.path else ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._dropped(event.mimeData())

    def _dropped(self, data: Any) -> None:
        paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        for path in paths[:2]:
            QTimer.singleShot(0, lambda path=path: self.bring(path))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_leave():
            event.ignore()
            return
        self.timeline.stop()
        self.pictures.stop()
        self.render_dialog.cancel()
        event.accept()
