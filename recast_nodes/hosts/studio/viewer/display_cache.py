"""Pictures converted for the screen in a thread of their own: at 4K a view transform takes a tenth of a second.

Nothing here blocks: `request_images` answers from the cache or starts the work; `images_ready` is sent once it is done.
The latest request goes next, and one that was superseded is not made.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from ..shot.picture import ViewedPicture
from .display import Look, amplify_difference, to_display

POLL_EVERY = 2  # milliseconds
CACHE_SIZE = 512 << 20  # bytes


class DisplayRequest(NamedTuple):
    """A viewer input (of VIEWER_INPUTS), the pictures it is made of, and the look to show them by."""

    show: str
    pictures: tuple[ViewedPicture, ...]
    look: Look

    @property
    def key(self) -> tuple[str, tuple[int, ...], Look]:
        """Equal for what looks the same."""
        return self.show, tuple(picture.serial for picture in self.pictures), self.look


class DisplayCache(QObject):
    """Images of what a viewer shows."""

    images_ready = Signal(object)  # list[DisplayRequest]: what was requested together, now cached

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._cache: OrderedDict[object, QImage] = OrderedDict()
        self._requests: list[DisplayRequest] = []
        self._making: tuple[list[DisplayRequest], Future[list[QImage]]] | None = None
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="screen")
        self._timer = QTimer(self, interval=POLL_EVERY)
        self._timer.timeout.connect(self._poll)

    def request_images(self, requests: Sequence[DisplayRequest]) -> list[QImage | None] | None:
        """Their images (None for one without pixels), or None if one is not ready yet: they are then made next."""
        self._requests = []
        if not self._find_missing(requests):
            return [self._find_image(each) for each in requests]
        self._requests = list(requests)
        self._next()
        return None

    def _find_missing(self, requests: Sequence[DisplayRequest]) -> list[DisplayRequest]:
        return [each for each in requests if each.pictures[0].pixels is not None and each.key not in self._cache]

    def _find_image(self, request: DisplayRequest) -> QImage | None:
        if request.pictures[0].pixels is None:
            return None
        self._cache.move_to_end(request.key)
        return self._cache[request.key]

    def _next(self) -> None:
        if self._making is None and self._requests:
            self._making = self._requests, self._maker.submit(_make_images, self._find_missing(self._requests))
            self._requests = []
            self._timer.start()

    def _poll(self) -> None:
        """Cache what was made. It is polled, not signalled by the thread, which may outlive this object."""
        if self._making is None or not self._making[1].done():
            return
        (requests, making), self._making = self._making, None
        self._timer.stop()
        for each, image in zip(self._find_missing(requests), making.result(), strict=True):
            self._cache[each.key] = image
        images = self._cache.values()
        while len(images) > len(requests) and sum(image.sizeInBytes() for image in images) > CACHE_SIZE:
            self._cache.popitem(last=False)
        self.images_ready.emit(requests)
        self._next()


def _make_images(requests: Sequence[DisplayRequest]) -> list[QImage]:
    return [_make_image(each) for each in requests]


def _make_image(request: DisplayRequest) -> QImage:
    pixels, space, look = request.pictures[0].pixels, request.pictures[0].colorspace, request.look
    assert pixels is not None
    if request.show == "difference":
        plate = request.pictures[1].pixels
        assert plate is not None
        pixels, space, look = amplify_difference(pixels, plate), "scene_linear", Look("", look.exposure, look.gamma)
    data = np.ascontiguousarray(to_display(pixels, space, look))
    height, width = data.shape[:2]
    image = QImage(data.data, width, height, width * 3, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # drawn smaller in a third of the time
