"""The viewer: which picture is shown, how, and what is under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from .canvas import COLOURS, Canvas
from .display import CHANNELS, Look, views
from .document import Document
from .pictures import Pictures, Wanted
from .screen import Screen, Seen
from .shows import SHOWS, Show, show
from .small import check_box

SIZES = {"full": 0, "1/2 HD": 960, "1/4 HD": 480}  # longest side of what is asked for
AS_THEY_ARE = "no view: values as they are"
KEYS = dict(zip("RGBAY", ("R", "G", "B", "A", "luminance")))  # Nuke's


class Viewer(QWidget):
    """Shows the document at its playhead."""

    painted = Signal(int)  # a frame is on the screen, whole
    switched = Signal()  # other pictures are shown of every frame

    def __init__(self, document: Document, pictures: Pictures, parent: QWidget | None = None):
        super().__init__(parent)
        self._document, self._pictures = document, pictures
        self._screen = Screen(self)
        self._making = False  # whether what is wanted is there, and only being made ready for the screen
        self.selected = ""
        self.canvas = Canvas(self)
        self._build()
        document.changed.connect(self.refresh)
        document.moved.connect(lambda frame: self.refresh())
        pictures.arrived.connect(lambda wanted: self._arrived(wanted))
        pictures.failed.connect(lambda wanted, why: self.refresh())
        self._screen.made.connect(lambda seen: self._made(seen))
        self.canvas.pointed.connect(self._tell_pixel)

    def _build(self) -> None:
        self.show_box = _combo(SHOWS, "What is shown. Keys 1 to 6.", "result")
        self._on_wipe = "plate"  # what W brings back
        self.wipe_box = _combo(("no wipe", *SHOWS), "What is shown right of the wipe. W turns it on and off.")
        self.view_box = _combo((*views(), AS_THEY_ARE), "OpenColorIO's view of scene-linear light.")
        self.view_box.setMinimumContentsLength(14)  # long names give way on small screens
        self.view_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.channel_box = _combo(CHANNELS, "Channel. Keys R, G, B, A, Y; once more for all.")
        self.size_box = _combo(tuple(SIZES), "How large pictures are asked for: smaller ones are quicker.")
        self.exposure = _spin(-16, 16, 0.0, 0.25, "Exposure in stops, of the viewer alone.")
        self.gamma = _spin(0.05, 5, 1.0, 0.05, "Gamma of the viewer alone.")
        self.overlay = check_box("landmarks")
        self.overlay.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.overlay.setToolTip("Draw landmarks and the boundary hull over the picture. Key Q.")
        self.pixel = QLabel(" ")
        bar = QHBoxLayout()
        bar.setContentsMargins(6, 3, 6, 3)
        bar.setSpacing(6)
        for word, widget in (
            ("", self.show_box),
            ("wipe", self.wipe_box),
            ("f-stop", self.exposure),
            ("gamma", self.gamma),
            ("view", self.view_box),
            ("", self.channel_box),
            ("", self.size_box),
            ("", self.overlay),
        ):
            if word:
                bar.addSpacing(4)
                bar.addWidget(QLabel(word))
            bar.addWidget(widget)
            if isinstance(widget, QDoubleSpinBox):
                widget.lineEdit().returnPressed.connect(self.canvas.setFocus)
        for box in (self.show_box, self.wipe_box, self.size_box):
            box.currentTextChanged.connect(lambda text: self.switch())
        self.overlay.toggled.connect(lambda on: self.switch())
        for box in (self.view_box, self.channel_box):
            box.currentTextChanged.connect(lambda text: self.refresh())
        for number in (self.exposure, self.gamma):
            number.valueChanged.connect(lambda value: self.refresh())
        bar.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.pixel)

    # What is shown

    def switch(self) -> None:
        """Show other pictures than before."""
        self.refresh()
        self.switched.emit()

    def select(self, name: str) -> None:
        """The node that is chosen, which 6 shows."""
        self.selected = name
        if self.show_box.currentText() == "selected node":
            self.switch()

    def look(self) -> Look:
        """How pictures are shown now."""
        view = self.view_box.currentText()
        channel = self.channel_box.currentText()
        return Look("" if view == AS_THEY_ARE else view, self.exposure.value(), self.gamma.value(), channel)

    def shows(self, frame: int) -> list[Show | str]:
        """What is shown at `frame`: one show, or two with a wipe."""
        names = [self.show_box.currentText()]
        if self.wipe_box.currentIndex():
            names.append(self.wipe_box.currentText())
        size = SIZES[self.size_box.currentText()]
        return [show(self._document.graph, name, frame, size, self.selected) for name in names]

    def wanted(self, frame: int) -> list[Wanted]:
        """All that a frame needs to be shown."""
        found = [each for each in self.shows(frame) if isinstance(each, Show)]
        pictures = [picture for each in found for picture in each.pictures]
        points = [each.points for each in found[:1] if each.points and (each.drawn or self.overlay.isChecked())]
        return list(dict.fromkeys([*pictures, *points]))

    def state(self, frame: int) -> str:
        """Whether everything of that frame is 'ready', something has 'failed', or it is 'waiting'."""
        return self.states([frame])[0]

    def states(self, frames: Sequence[int]) -> list[str]:
        """The states of many frames: what they need differs by the frame alone."""
        return self._pictures.states(self.wanted(frames[0]), frames) if frames else []

    def whole(self, frame: int) -> bool:
        """Whether everything of that frame is there."""
        return self.state(frame) == "ready"

    def comes(self) -> bool:
        """Whether the frame at the playhead is still to come to the screen."""
        return self._making or self.state(self._document.frame) == "waiting"

    def refresh(self) -> None:
        """Show the document at its playhead, as far as it is there; ask for the rest."""
        frame = self._document.frame
        self._pictures.want(self.wanted(frame))
        shows = self.shows(frame)
        words = [each for each in shows if isinstance(each, str)]
        reasons = [self._pictures.why(each) for each in self.wanted(frame)]
        seen = [found for each in shows if isinstance(each, Show) if (found := self._seen(each))]
        there = len(seen) == len(shows)
        images = self._screen.images(seen) if there else None
        self._making = there and images is None
        self.canvas.wipe = (0.5 if self.canvas.wipe is None else self.canvas.wipe) if len(shows) > 1 else None
        if words or any(reasons):
            self.canvas.say(next(filter(None, [*words, *reasons])))
            self.canvas.show_pictures(None, None, QRectF(), self.canvas.display)
        elif images is not None:
            self.canvas.say("")
            self._put(seen, images)
        elif self.canvas.first is None:
            self.canvas.say("One moment.")
        self._refresh_points(shows[0])
        if self.whole(frame) and not self._making:
            self.painted.emit(frame)

    def _refresh_points(self, first: Show | str) -> None:
        wanted = isinstance(first, Show) and first.points and (first.drawn or self.overlay.isChecked())
        found = self._pictures.get(first.points) if wanted and isinstance(first, Show) and first.points else None
        drawn = found.points.items() if found else ()
        self.canvas.show_points({name: each for name, each in drawn if name in COLOURS})

    def _seen(self, what: Show) -> Seen | None:
        """The pictures of a show; None while a part of it is not there."""
        parts = [self._pictures.get(each) for each in what.pictures if each != what.points or not what.drawn]
        if not parts and what.points:  # points alone
            parts = [self._pictures.get(what.points)]
        there = tuple(part for part in parts if part is not None)
        return Seen(what.name, there, self.look()) if len(there) == len(parts) else None

    def _put(self, seen: Sequence[Seen], images: Sequence[QImage | None]) -> None:
        """Bring one picture to the screen, or two with a wipe."""
        second = images[1] if len(images) > 1 else None
        first = seen[0].pictures[0]
        self.canvas.show_pictures(images[0], second, QRectF(*first.window), QRectF(*first.display))

    def _made(self, seen: list[Seen]) -> None:
        """Show what was made for the screen, also in passing: a playhead that is dragged may have left it by now."""
        images = self._screen.images(seen)
        self.refresh()
        if self._making and images and not self.canvas.text and len(seen) == len(self.shows(self._document.frame)):
            self._put(seen, images)

    def _arrived(self, wanted: Wanted) -> None:
        if wanted in self.wanted(self._document.frame):
            self.refresh()

    def _tell_pixel(self, x: float, y: float) -> None:
        shows = self.shows(self._document.frame)
        picture = self._pictures.get(shows[0].pictures[0]) if isinstance(shows[0], Show) else None
        if picture is None or picture.pixels is None:
            self.pixel.setText(" ")
            return
        height, width = picture.pixels.shape[:2]
        left, top, wide, high = picture.window
        column, row = int((x - left) * width // max(wide, 1)), int((y - top) * height // max(high, 1))
        if 0 <= column < width and 0 <= row < height:
            values = "  ".join(f"{value:.4f}" for value in picture.pixels[row, column].astype(float))
            self.pixel.setText(f" x {int(x // 1)}  y {int(y // 1)}    {values}    {picture.colorspace}")
        else:
            self.pixel.setText(" ")

    # Keys

    def choose(self, name: str) -> None:
        """Show one of SHOWS."""
        self.show_box.setCurrentText(name)

    def choose_channel(self, channel: str) -> None:
        """Show one channel; all, where it is shown already."""
        self.channel_box.setCurrentText("RGB" if self.channel_box.currentText() == channel else channel)

    def toggle_wipe(self) -> None:
        """The wipe on, with what it last showed, or off."""
        if self.wipe_box.currentIndex():
            self._on_wipe = self.wipe_box.currentText()
        self.wipe_box.setCurrentText("no wipe" if self.wipe_box.currentIndex() else self._on_wipe)


def _combo(options: tuple[str, ...], tip: str, now: str = "") -> QComboBox:
    box = QComboBox()
    box.addItems(options)
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # letters are keys of the window, not of a list
    if now:
        box.setCurrentText(now)
    return box


def _spin(low: float, high: float, value: float, step: float, tip: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setValue(value)
    box.setToolTip(tip)
    box.setKeyboardTracking(False)
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return box
