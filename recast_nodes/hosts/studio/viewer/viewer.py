"""The viewer's panel: bar, picture and readout over one model, and the controller that brings the pictures."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..shot.document import Document
from ..shot.pictures import Pictures
from .canvas import Canvas
from .display import Look, list_views
from .provisional_mark import ProvisionalMark
from .readout import Readout
from .target_editor import TargetEditor
from .viewer_bar import ViewerBar
from .viewer_controller import ViewerController
from .viewer_model import ViewerModel


class Viewer(QWidget):
    """Shows the document at its playhead. `model` is how, `controller` what of it is there."""

    def __init__(self, document: Document, pictures: Pictures, parent: QWidget | None = None):
        super().__init__(parent)
        self.model = ViewerModel(Look(list_views()[0]), self)
        self.bar = ViewerBar(self.model, self)
        self.canvas = Canvas(self.model, self)
        self.mark = ProvisionalMark(self.model, self.canvas)
        self.readout = Readout(self.model)
        boxes = TargetEditor(document, self.canvas, self)
        self.controller = ViewerController(document, pictures, self.model, self.canvas, self.readout, boxes, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.readout)
