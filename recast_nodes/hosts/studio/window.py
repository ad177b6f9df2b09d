"""The main window: the panels, and how their signals are connected. It holds no state of the shot itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QLineEdit, QMainWindow

from ...graph.changes import with_frames
from ..worker.client import Worker
from . import panels
from . import shortcuts as keys
from .clips.import_clip import ClipImporter, IncomingClip
from .clips.import_dialog import ask_role
from .keyboard_focus import KeyboardFocus
from .keys.curve_editor import CurveEditor
from .keys.dope_sheet import DopeSheet
from .keys.key_edits import find_keyed_frames
from .keys.key_model import KeyModel
from .knobs.knob_panel import KnobPanel
from .menus import Menus
from .node_graph.node_graph import NodeGraphPanel
from .node_graph.node_tools import NodeTools
from .notices import Notices
from .poses.pose_model import PoseModel
from .poses.pose_strip import PoseStrip
from .poses.thumbnails import Thumbnails
from .presets import Preset, perform_preset
from .render.render_dialog import RenderDialog
from .render.tracking_progress import TrackingProgress
from .shot.checker import ShotChecker
from .shot.document import Document
from .shot.files import DOCUMENTS, Files
from .shot.pictures import Pictures
from .shot.recovery import Recovery
from .shot.shot_look import ShotLook
from .shot.viewer_inputs import is_plate_missing
from .status_line import StatusLine
from .timeline.timeline import Timeline
from .viewer.viewer import Viewer

AHEAD = 12  # frames that are requested before they are shown


class StudioWindow(QMainWindow):
    """Recast Studio."""

    docks: dict[str, QDockWidget]
    frames_line: QLineEdit

    def __init__(self, worker: Worker, settings: QSettings | None = None, recovery: Recovery | None = None):
        super().__init__()
        self.recovery = recovery or Recovery()
        self.document = Document(self, self.recovery.place)
        self.worker = worker
        self.settings = settings or QSettings("Recast Nodes", "Studio")
        self.files = Files(self.document, self.settings, self.recovery, self)
        self.pictures = Pictures(self.document, worker, self)
        self.look = ShotLook(self.document, worker, self.pictures, self)
        self.viewer = Viewer(self.document, self.pictures)
        self.progress = TrackingProgress()
        self.timeline = Timeline(self.document, self.viewer.controller.find_states, self.viewer.controller.is_pending)
        self.playback = self.timeline.playback
        self.nodes = NodeGraphPanel(self.document, self)
        self.node_tools = NodeTools(self)
        self.knobs = KnobPanel(self.document)
        self.key_model = KeyModel(self.document, self)
        self.curves = CurveEditor(self.document, self.key_model)
        self.sheet = DopeSheet(self.document, self.key_model)
        thumbnails = Thumbnails(self.document, worker, self.pictures, self)
        self.poses = PoseStrip(self.document, PoseModel(self.document, lambda: self.knobs.node, self), thumbnails)
        self.key_panels = (self.curves, self.sheet)
        self.render_dialog = RenderDialog(self.document, worker, self)
        self.checker = ShotChecker(self.document, worker, self)
        self.notices = Notices(self)
        self.importer = ClipImporter(self.document, lambda: ask_role(self), self)
        self.status = StatusLine(self)
        self._was_shown = False
        self.setAcceptDrops(True)
        panels.lay_out(self)
        self.focus = KeyboardFocus(self)
        self.menus = Menus(self)
        keys.bind(self)
        self._wire_panels()
        self._retitle()

    def _wire_panels(self) -> None:
        document = self.document
        document.refused.connect(self.status.show_message)
        document.file_changed.connect(self._retitle)
        document.changed.connect(self._show_shot)
        document.moved.connect(lambda frame: self._request_ahead())
        self.files.opened.connect(self._show_opened)
        self.files.opened.connect(self.playback.clear_points)
        self.nodes.selected.connect(self._show_selected)
        self.nodes.nodes_added.connect(self.nodes.frame_all)
        self.knobs.selected.connect(self.nodes.select)
        self.knobs.curve_requested.connect(self._show_curve)
        self.nodes.selected.connect(lambda name: self.key_model.show_nodes(self.nodes.find_selection()))
        self.docks["Poses"].visibilityChanged.connect(self.poses.set_looked_at)
        self.viewer.controller.frame_shown.connect(lambda frame: self._request_ahead())
        for states in (self.pictures.arrived, self.pictures.failed, self.viewer.controller.switched):
            states.connect(lambda *_: self.timeline.ruler.redraw())
        self._wire_work()
        document.changed.emit()

    def _wire_work(self) -> None:
        """What the worker and the disk are doing."""
        for message in (self.importer.refused, self.importer.reported, self.notices.added):
            message.connect(self.status.show_message)
        self.importer.work_changed.connect(self.status.show_work)
        self.importer.imported.connect(self._resume)
        self.pictures.status_changed.connect(self.status.show_work)
        self.look.changed.connect(self.viewer.mark.show_look)
        for work in (self.pictures, self.look):
            work.progress.connect(self.progress.show_progress)
        self.progress.stopped.connect(self.look.halt)
        self.progress.resumed.connect(self._resume)
        self.checker.span.connect(lambda frames: self.playback.set_span(frames))
        self.checker.found.connect(self._show_problems)
        self.nodes.graph.data_dropped.connect(lambda data, at: self._import_dropped(data))

    # What the panels signal

    def _show_shot(self) -> None:
        self.timeline.set_keys(find_keyed_frames(self.document.graph, self.knobs.node))
        if not self.frames_line.hasFocus():
            self.frames_line.setText(self.document.graph.frames)

    def _resume(self) -> None:
        """Go on with a look that was stopped, or look at another shot or clip."""
        self.progress.resume()
        self.look.resume()
        self.viewer.controller.refresh()

    def _show_opened(self) -> None:
        self._resume()
        self.nodes.select("")
        self.nodes.frame_all()

    def _show_selected(self, name: str) -> None:
        if name != self.knobs.node:
            self.knobs.show_node(name)
        self.viewer.model.select(name)
        self.timeline.set_keys(find_keyed_frames(self.document.graph, name))

    def _show_curve(self, node: str, knob: str) -> None:
        self.docks["Curves"].raise_()
        self.curves.show_curve(node, knob)

    def _show_problems(self, errors: list[str]) -> None:
        no_plate = is_plate_missing(self.document.graph)  # then the viewer says what to do
        self.status.show_problems([] if no_plate else errors)

    def _request_ahead(self) -> None:
        """What is shown next. Nothing is while a value is dragged; provisional pictures are made to be played only."""
        state = self.viewer.controller.find_state(self.document.frame)
        if self.document.drag.is_on or (state == "provisional" and not self.playback.is_playing):
            return
        ahead = self.playback.find_next(AHEAD)
        self.pictures.request_ahead(each for frame in ahead for each in self.viewer.controller.find_requests(frame))

    # What menus and keys do

    def import_clip(self, path: str, role: str = "") -> None:
        """Import a clip or a still, or open a shot; `role` is plate or driver, '' for the one that is missing."""
        if not path.endswith(DOCUMENTS):
            self.importer.import_clip(IncomingClip(path, role))
        elif self.files.confirm_leaving():
            self.files.open(Path(path))

    def perform(self, preset: Preset) -> None:
        """Key a preset at the playhead."""
        mixes = [n for n, placed in self.document.graph.nodes.items() if placed.kind.__name__ == "ExpressionMix"]
        node = self.knobs.node if self.knobs.node in mixes else next(iter(mixes), "")
        if not node:
            self.document.refused.emit("Perform needs an ExpressionMix node in the shot.")
            return
        frame, rate = self.document.frame, self.playback.rate
        self.document.apply(f"perform {preset.name}", lambda graph: perform_preset(graph, node, preset, frame, rate))
        self.nodes.select(node)
        if len(self.playback.span) == 1:
            self.status.show_message(
                "The shot has one frame: write the frames it should last at the right of the timeline."
            )

    def set_frames(self, text: str) -> None:
        """The shot's frames; '' for the plate's own."""
        if not self.document.apply("set the frames", lambda graph: with_frames(graph, text)):
            self.frames_line.setText(self.document.graph.frames)

    def render_frame(self) -> None:
        """Render the frame at the playhead."""
        self.render_dialog.show()
        self.render_dialog.render_shot(str(self.document.frame))

    def reload(self) -> None:
        """Files may have changed: show everything again."""
        self.pictures.forget()
        self.progress.resume()
        self.look.resume()
        self.checker.start()
        self.viewer.controller.switch()

    # Qt

    def _retitle(self) -> None:
        name = self.document.path.name if self.document.path else "new shot"
        self.setWindowTitle(f"{name}[*] – Recast Studio")
        self.setWindowModified(not self.document.undo.isClean())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.viewer.canvas.setFocus()
            QTimer.singleShot(0, self.nodes.frame_all)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._import_dropped(event.mimeData())

    def _import_dropped(self, data: Any) -> None:
        paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        for path in paths[:2]:
            QTimer.singleShot(0, lambda path=path: self.import_clip(path))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.status.fit(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.document.disk.is_waiting or not self.files.confirm_leaving():
            event.ignore()
            return
        for each in (self.playback, self.pictures, self.look, self.notices, self.poses.thumbnails):
            each.stop()
        self.render_dialog.model.cancel()
        self.recovery.unlock()
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("docks", self.saveState())
        event.accept()
