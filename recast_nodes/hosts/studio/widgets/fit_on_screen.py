"""Windows that fit on the screen they are on: small laptops, and large text at a scale of 150 %."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FRAME = QSize(12, 40)  # what a desktop draws around a window, until it reports it


def find_screen_room(widget: QWidget) -> QRect:
    """Where a window may be on its screen: beside panels and docks of the desktop."""
    screen = widget.screen() or QGuiApplication.primaryScreen()
    return screen.availableGeometry()


def fit_on_screen(widget: QWidget, wanted: QSize | None = None) -> None:
    """Resize a window to `wanted`, or keep its size, but no larger than its screen, and entirely on it."""
    room, frame = find_screen_room(widget), widget.frameGeometry().size() - widget.size()
    frame = frame if frame.height() else FRAME
    size = (wanted or widget.size()).boundedTo(room.size() - frame)
    if size != widget.size():
        widget.resize(size)
    if not wanted and widget.isVisible():
        place = widget.frameGeometry()
        place.setSize(size + frame)
        left = min(max(place.left(), room.left()), max(room.right() - place.width() + 1, room.left()))
        top = min(max(place.top(), room.top()), max(room.bottom() - place.height() + 1, room.top()))
        if (left, top) != (place.left(), place.top()):
            widget.move(left, top)
