"""The bar above the picture: what is shown, and how."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QWidget

from ..shot.viewer_inputs import VIEWER_INPUTS
from ..widgets.flow_layout import FlowLayout
from ..widgets.labels import make_check_box
from ..widgets.number_field import NumberField
from .display import CHANNELS, list_views
from .viewer_model import ViewerModel

SIZES = {"full": 0, "1/2 HD": 960, "1/4 HD": 480}  # longest side of requested pictures, in pixels
NO_VIEW = "no view: values as they are"
NO_WIPE = "no wipe"
NUMBER = 64  # pixels of a number's field


class ViewerBar(QWidget):
    """Combo boxes and fields. They change the viewer's model and show its state, whatever has changed it."""

    def __init__(self, model: ViewerModel, parent: QWidget | None = None):
        super().__init__(parent)
        self._model = model
        self.input_box = _combo(VIEWER_INPUTS, "What is shown. Keys 1 to 6.")
        self.wipe_box = _combo((NO_WIPE, *VIEWER_INPUTS), "What is shown right of the wipe. W turns it on and off.")
        self.view_box = _combo((*list_views(), NO_VIEW), "OpenColorIO's view of scene-linear light.")
        self.view_box.setMinimumContentsLength(10)  # long names are cut on small screens
        self.view_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.channel_box = _combo(CHANNELS, "Channel. Keys R, G, B, A, Y; once more for all.")
        self.size_box = _combo(SIZES, "Resolution of the viewer's pictures: smaller is faster.")
        self.exposure = _number(-16, 16, 0.0, 0.25, "Exposure in stops, of the viewer alone.")
        self.gamma = _number(0.05, 5, 1.0, 0.05, "Gamma of the viewer alone.")
        self.landmarks = make_check_box("landmarks")
        self.landmarks.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.landmarks.setToolTip("Draw landmarks and the boundary hull over the picture. Key Q.")
        row = FlowLayout(self)
        row.add(self.input_box)
        row.add(self.wipe_box, "wipe")
        row.add(self.exposure, "f-stop")
        row.add(self.gamma, "gamma")
        row.add(self.view_box, "view")
        for widget in (self.channel_box, self.size_box, self.landmarks):
            row.add(widget)
        self._show_state()
        self._connect()

    def _connect(self) -> None:
        model = self._model
        model.pictures_changed.connect(self._show_state)
        model.look_changed.connect(self._show_state)
        self.input_box.currentTextChanged.connect(model.set_input)
        self.wipe_box.currentTextChanged.connect(lambda name: model.set_wipe_input("" if name == NO_WIPE else name))
        self.size_box.currentTextChanged.connect(lambda name: model.set_size(SIZES[name]))
        self.landmarks.toggled.connect(model.set_landmarks)
        self.view_box.currentTextChanged.connect(lambda name: model.set_view("" if name == NO_VIEW else name))
        self.channel_box.currentTextChanged.connect(model.set_channel)
        self.exposure.valueChanged.connect(model.set_exposure)
        self.gamma.valueChanged.connect(model.set_gamma)

    def _show_state(self) -> None:
        """Show what the model says; a field that says so already is left alone while it is typed in."""
        model, look = self._model, self._model.look
        size = next(name for name, longest in SIZES.items() if longest == model.size)
        for box, text in (
            (self.input_box, model.input),
            (self.wipe_box, model.wipe_input or NO_WIPE),
            (self.size_box, size),
            (self.view_box, look.view or NO_VIEW),
            (self.channel_box, look.channel),
        ):
            with QSignalBlocker(box):
                box.setCurrentText(text)
        for field, value in ((self.exposure, look.exposure), (self.gamma, look.gamma)):
            if field.value() != value:
                with QSignalBlocker(field):
                    field.setValue(value)
        with QSignalBlocker(self.landmarks):
            self.landmarks.setChecked(model.landmarks)


def _combo(options: Iterable[str], tip: str) -> QComboBox:
    box = QComboBox()
    box.addItems(list(options))
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # letters are keys of the window, not of a list
    return box


def _number(low: float, high: float, value: float, step: float, tip: str) -> NumberField:
    box = NumberField(low, high, value, step, tip)
    box.setFixedWidth(NUMBER)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return box
