"""The viewer: which picture is shown, how, and what is under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..shot.document import Document
from ..shot.pictures import Pictures, Wanted
from ..shot.viewer_inputs import Show, plate_is_missing, show
from .box_editor import BoxEditor
from .canvas import COLOURS, Canvas
from .display_cache import Screen, Seen
from .readout import Readout
from .viewer_bar import ViewerBar

HALTED = "The shot is not looked at any further. Go on, below, shows this frame."
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
        self._boxes = BoxEditor(document, self.canvas, self)
        self._build()
        document.changed.connect(self.refresh)
        document.moved.connect(lambda frame: self.refresh())
        pictures.arrived.connect(lambda wanted: self._arrived(wanted))
        pictures.failed.connect(lambda wanted, why: self.refresh())
        self._screen.made.connect(lambda seen: self._made(seen))
        self.canvas.pointed.connect(self._point)
        self.canvas.left.connect(self._point_nowhere)

    def _build(self) -> None:
        bar = self.bar = ViewerBar(self)
        self.show_box, self.wipe_box, self.size_box = bar.show_box, bar.wipe_box, bar.size_box
        self.view_box, self.exposure, self.gamma, self.overlay = bar.view_box, bar.exposure, bar.gamma, bar.overlay
        self.look, self.toggle_wipe, self.choose_channel = bar.look, bar.toggle_wipe, bar.toggle_channel
        self.pixel = Readout()
        bar.others.connect(self.switch)
        bar.looks.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.pixel)

    # What is shown

    def switch(self) -> None:
        """Show other pictures than before."""
        self.refresh()
        self.switched.emit()

    def select(self, name: str) -> None:
        """The node that is chosen, which 6 shows."""
        frame = self._document.frame
        boxed, self.selected = self._boxes.source(self.selected, frame), name
        if self.show_box.currentText() == "selected node" or boxed != self._boxes.source(name, frame):
            self.switch()
        else:
            self._boxes.show(name, self.show_box.currentText(), frame)

    def shows(self, frame: int) -> list[Show | str]:
        """What is shown at `frame`: one show, or two with a wipe."""
        size = self.bar.size_asked()
        to_draw_on = self._boxes.source(self.selected, frame)
        if to_draw_on and not plate_is_missing(self._document.graph):
            return [Show("plate", (Wanted(to_draw_on, frame, size),))]
        return [show(self._document.graph, name, frame, size, self.selected) for name in self.bar.shows()]

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
        elif self._pictures.halted:  # what is on the screen is of another frame or shot, and stays so
            self.canvas.say(HALTED)
        elif self.canvas.first is None or self.canvas.text == HALTED:
            self.canvas.say("One moment.")
        self._refresh_points(shows[0])
        self._boxes.show(self.selected, self.show_box.currentText(), frame)
        self._tell_pixel()
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

    def _point(self, x: float, y: float) -> None:
        self.pixel.at = x, y
        self._tell_pixel()

    def _point_nowhere(self) -> None:
        self.pixel.at = None
        self._tell_pixel()

    def _tell_pixel(self) -> None:
        """What is under the mouse, in the picture on that side of the wipe."""
        if self.pixel.at is None and not self.pixel.text().strip():
            return
        shows = self.shows(self._document.frame)
        second = len(shows) > 1 and self.pixel.at is not None and self.canvas.right_of_wipe(self.pixel.at[0])
        shown = shows[1 if second else 0]
        pictures = [self._pictures.get(each) for each in shown.pictures] if isinstance(shown, Show) else []
        self.pixel.show_values(shown.name if isinstance(shown, Show) else "", pictures)

    # Keys

    def choose(self, name: str) -> None:
        """Show one of SHOWS."""
        self.show_box.setCurrentText(name)
