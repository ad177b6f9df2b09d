"""Brings the pictures that the viewer's model names to the screen: asks for them, and shows them once they are there.

It knows the widgets only as `PictureView`, `ValueView` and `BoxView`, so that it is tested without
a window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QImage

from ..shot.document import Document
from ..shot.picture import PictureRequest, ViewedPicture
from ..shot.pictures import Pictures
from ..shot.viewer_inputs import ViewerInput, find_input, is_plate_missing
from .canvas import COLOURS
from .display_cache import DisplayCache, DisplayRequest
from .viewer_model import ViewerModel

WAIT = "One moment."
LARGE = 2048  # pixels of the longest side from which a proxy is a quarter of the plate, and not half


class PictureView(Protocol):
    """The widget that draws the pictures."""

    def show_pictures(self, first: QImage | None, second: QImage | None, window: QRectF, display: QRectF) -> None: ...

    def clear_pictures(self) -> None: ...

    def show_points(self, points: Mapping[str, np.ndarray]) -> None: ...

    def show_message(self, text: str) -> None: ...

    def is_right_of_wipe(self, x: float) -> bool: ...


class ValueView(Protocol):
    """The line with the values of the pixel under the mouse."""

    def show_values(self, name: str, pictures: Sequence[ViewedPicture | None]) -> None: ...


class BoxView(Protocol):
    """The box of a FaceTrack over the picture."""

    def find_source(self, selected: str, frame: int) -> str: ...

    def show_box(self, selected: str, name: str, frame: int) -> None: ...


class ViewerController(QObject):
    """Shows the document at its playhead as the model says."""

    frame_shown = Signal(int)  # a frame is on the screen, whole
    switched = Signal()  # other pictures are shown of every frame

    def __init__(
        self,
        document: Document,
        pictures: Pictures,
        model: ViewerModel,
        canvas: PictureView,
        readout: ValueView,
        boxes: BoxView,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self._document, self._pictures, self._model = document, pictures, model
        self._canvas, self._readout, self._boxes = canvas, readout, boxes
        self._images = DisplayCache(self)
        self._making = False  # whether everything is there, and only being converted for the screen
        self._has_picture, self._message = False, ""  # what the canvas shows
        self._longest = 0  # the longest side of the frame on the screen in pixels of the plate; 0 before the first one
        document.changed.connect(self.refresh)
        document.moved.connect(lambda frame: self.refresh())
        pictures.arrived.connect(lambda request: self._refresh_if_shown(request))
        pictures.failed.connect(lambda request, why: self.refresh())
        pictures.settled.connect(self.refresh)
        document.drag.let_go.connect(self.refresh)
        self._images.images_ready.connect(lambda seen: self._show_made(seen))
        model.pictures_changed.connect(self.switch)
        model.look_changed.connect(self.refresh)
        model.selection_changed.connect(self._follow_selection)
        model.pointer_moved.connect(self._show_values)

    # What is shown

    @property
    def size(self) -> int:
        """The longest side of the pictures that are asked for; 0 for all there is. While a value is dragged, a proxy's:
        half of the plate, or a quarter of a large one.
        """
        if not self._document.drag.is_on or not self._longest:
            return self._model.size
        proxy = -(-self._longest // (4 if self._longest > LARGE else 2))
        return min(proxy, self._model.size or proxy)

    def find_inputs(self, frame: int) -> list[ViewerInput | str]:
        """What is shown at `frame`: one input, or two with a wipe; the reason for one that the shot does not have."""
        model = self._model
        to_draw_on = self._boxes.find_source(model.selected, frame)
        if to_draw_on and not is_plate_missing(self._document.graph):
            return [ViewerInput("plate", (PictureRequest(to_draw_on, frame, self.size),))]
        names = [model.input, *filter(None, [model.wipe_input])]
        return [find_input(self._document.graph, name, frame, self.size, model.selected) for name in names]

    def find_requests(self, frame: int) -> list[PictureRequest]:
        """All pictures and points that a frame needs to be shown."""
        found = [each for each in self.find_inputs(frame) if isinstance(each, ViewerInput)]
        pictures = [picture for each in found for picture in each.pictures]
        points = [each.points for each in found[:1] if each.points and (each.shows_points or self._model.landmarks)]
        return list(dict.fromkeys([*pictures, *points]))

    def find_states(self, frames: Sequence[int]) -> list[str]:
        """For each frame whether all of it is 'ready' or 'provisional', something has 'failed', or it is 'waiting'.
        What frames need differs by the frame alone.
        """
        return self._pictures.find_states(self.find_requests(frames[0]), frames) if frames else []

    def find_state(self, frame: int) -> str:
        """The state of one frame."""
        return self.find_states([frame])[0]

    def is_ready(self, frame: int) -> bool:
        """Whether everything of that frame is there, and final."""
        return self.find_state(frame) == "ready"

    def is_pending(self) -> bool:
        """Whether the frame at the playhead is not on the screen yet."""
        return self._making or self.find_state(self._document.frame) == "waiting"

    # Bringing it to the screen

    def switch(self) -> None:
        """Show other pictures than before."""
        self.refresh()
        self.switched.emit()

    def _follow_selection(self, before: str) -> None:
        """Another node is selected: its picture may be shown, or a box drawn on another one."""
        frame, selected = self._document.frame, self._model.selected
        moved = self._boxes.find_source(before, frame) != self._boxes.find_source(selected, frame)
        if self._model.input == "selected node" or moved:
            self.switch()
        else:
            self._boxes.show_box(selected, self._model.input, frame)

    def refresh(self) -> None:
        """Show what there is of the document at its playhead; request the rest."""
        frame = self._document.frame
        requests, inputs = self.find_requests(frame), self.find_inputs(frame)
        self._pictures.request(requests)
        seen = [found for each in inputs if isinstance(each, ViewerInput) if (found := self._find_request(each))]
        there = len(seen) == len(inputs)
        images = self._images.request_images(seen) if there else None
        self._making = there and images is None
        self._model.open_wipe(len(inputs) > 1)
        reasons = [*(each for each in inputs if isinstance(each, str)), *map(self._pictures.why_failed, requests)]
        if any(reasons):
            self._show_message(next(filter(None, reasons)))
            self._canvas.clear_pictures()
            self._has_picture = False
            self._model.set_provisional(False)
        elif images is not None:
            self._show_message("")
            self._show_pictures(seen, images)
        elif not self._has_picture:  # one of another frame or shot stays
            self._show_message(WAIT)
        self._show_points(inputs[0])
        self._boxes.show_box(self._model.selected, self._model.input, frame)
        self._show_values()
        if self.find_state(frame) in ("ready", "provisional") and not self._making:
            self.frame_shown.emit(frame)

    def _find_request(self, what: ViewerInput) -> DisplayRequest | None:
        """The pictures of an input by the present look; None while a part of it is not there."""
        parts = [self._get(each) for each in what.pictures if each != what.points or not what.shows_points]
        if not parts and what.points:  # points alone
            parts = [self._pictures.get(what.points)]
        there = tuple(part for part in parts if part is not None)
        return DisplayRequest(what.name, there, self._model.look) if len(there) == len(parts) else None

    def _get(self, request: PictureRequest) -> ViewedPicture | None:
        """The picture, if it is there; while a value is dragged, that of a value which was passed will do."""
        found = self._pictures.get(request)
        return self._pictures.get_recent(request) if found is None and self._document.drag.is_on else found

    def _show_message(self, text: str) -> None:
        self._message = text
        self._canvas.show_message(text)

    def _show_pictures(self, seen: Sequence[DisplayRequest], images: Sequence[QImage | None]) -> None:
        """Bring one picture to the screen, or two with a wipe."""
        second = images[1] if len(images) > 1 else None
        first = seen[0].pictures[0]
        self._canvas.show_pictures(images[0], second, QRectF(*first.window), QRectF(*first.display))
        self._has_picture, self._longest = images[0] is not None, max(first.display[2:])
        self._model.set_provisional(any(picture.provisional for each in seen for picture in each.pictures))

    def _show_points(self, first: ViewerInput | str) -> None:
        wanted = isinstance(first, ViewerInput) and first.points and (first.shows_points or self._model.landmarks)
        found = self._pictures.get(first.points) if wanted and isinstance(first, ViewerInput) and first.points else None
        drawn = found.points.items() if found else ()
        self._canvas.show_points({name: each for name, each in drawn if name in COLOURS})

    def _show_made(self, seen: list[DisplayRequest]) -> None:
        """Show a converted picture, even if a dragged playhead has moved past its frame by now."""
        images = self._images.request_images(seen)
        self.refresh()
        if self._making and images and not self._message and len(seen) == len(self.find_inputs(self._document.frame)):
            self._show_pictures(seen, images)

    def _refresh_if_shown(self, request: PictureRequest) -> None:
        if request in self.find_requests(self._document.frame):
            self.refresh()

    def _show_values(self) -> None:
        """What is under the mouse, in the picture on that side of the wipe."""
        pointer = self._model.pointer
        if pointer is None:
            self._readout.show_values("", [])
            return
        inputs = self.find_inputs(self._document.frame)
        second = len(inputs) > 1 and self._canvas.is_right_of_wipe(pointer[0])
        shown = inputs[1 if second else 0]
        pictures = [self._pictures.get(each) for each in shown.pictures] if isinstance(shown, ViewerInput) else []
        self._readout.show_values(shown.name if isinstance(shown, ViewerInput) else "", pictures)
