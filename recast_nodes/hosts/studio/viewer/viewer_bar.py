"""The bar above the picture: what is shown, and how."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from ..shot.viewer_inputs import SHOWS
from ..widgets.flow_layout import Flow
from ..widgets.labels import check_box
from ..widgets.number_field import NumberField
from .display import CHANNELS, Look, views

SIZES = {"full": 0, "1/2 HD": 960, "1/4 HD": 480}  # longest side of what is asked for
AS_THEY_ARE = "no view: values as they are"
NO_WIPE = "no wipe"
NUMBER = 64  # pixels of a number's field


class ViewerBar(QWidget):
    """Combo boxes and fields; two signals say what they change."""

    others = Signal()  # other pictures are to be shown
    looks = Signal()  # the same pictures look different

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.show_box = _combo(SHOWS, "What is shown. Keys 1 to 6.", "result")
        self._on_wipe = "plate"  # what W brings back
        self.wipe_box = _combo((NO_WIPE, *SHOWS), "What is shown right of the wipe. W turns it on and off.")
        self.view_box = _combo((*views(), AS_THEY_ARE), "OpenColorIO's view of scene-linear light.")
        self.view_box.setMinimumContentsLength(10)  # long names give way on small screens
        self.view_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.channel_box = _combo(CHANNELS, "Channel. Keys R, G, B, A, Y; once more for all.")
        self.size_box = _combo(tuple(SIZES), "How large pictures are asked for: smaller ones are quicker.")
        self.exposure = _number(-16, 16, 0.0, 0.25, "Exposure in stops, of the viewer alone.")
        self.gamma = _number(0.05, 5, 1.0, 0.05, "Gamma of the viewer alone.")
        self.overlay = check_box("landmarks")
        self.overlay.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.overlay.setToolTip("Draw landmarks and the boundary hull over the picture. Key Q.")
        row = Flow(self)
        row.add(self.show_box)
        row.add(self.wipe_box, "wipe")
        row.add(self.exposure, "f-stop")
        row.add(self.gamma, "gamma")
        row.add(self.view_box, "view")
        for widget in (self.channel_box, self.size_box, self.overlay):
            row.add(widget)
        self._connect()

    def _connect(self) -> None:
        for box in (self.show_box, self.wipe_box, self.size_box):
            box.currentTextChanged.connect(lambda text: self.others.emit())
        self.overlay.toggled.connect(lambda on: self.others.emit())
        for box in (self.view_box, self.channel_box):
            box.currentTextChanged.connect(lambda text: self.looks.emit())
        for number in (self.exposure, self.gamma):
            number.valueChanged.connect(lambda value: self.looks.emit())

    def look(self) -> Look:
        """How pictures are shown now."""
        view = self.view_box.currentText()
        channel = self.channel_box.currentText()
        return Look("" if view == AS_THEY_ARE else view, self.exposure.value(), self.gamma.value(), channel)

    def size_asked(self) -> int:
        """The longest side of pictures that are asked for; 0 for all there is."""
        return SIZES[self.size_box.currentText()]

    def shows(self) -> list[str]:
        """What is shown: one of SHOWS, or two with a wipe."""
        second = [self.wipe_box.currentText()] if self.wipe_box.currentIndex() else []
        return [self.show_box.currentText(), *second]

    def toggle_wipe(self) -> None:
        """The wipe on, with what it last showed, or off."""
        if self.wipe_box.currentIndex():
            self._on_wipe = self.wipe_box.currentText()
        self.wipe_box.setCurrentText(NO_WIPE if self.wipe_box.currentIndex() else self._on_wipe)

    def toggle_channel(self, channel: str) -> None:
        """Show one channel; all, where it is shown already."""
        self.channel_box.setCurrentText("RGB" if self.channel_box.currentText() == channel else channel)


def _combo(options: tuple[str, ...], tip: str, now: str = "") -> QComboBox:
    box = QComboBox()
    box.addItems(options)
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # letters are keys of the window, not of a list
    if now:
        box.setCurrentText(now)
    return box


def _number(low: float, high: float, value: float, step: float, tip: str) -> NumberField:
    box = NumberField(low, high, value, step, tip)
    box.setFixedWidth(NUMBER)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return box
