"""The timeline's panel: ruler, buttons, and the fields for frame and rate, over one playback."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ..shot.document import Document
from ..widgets.number_field import NumberField, WholeField
from .playback import Playback
from .ruler import Ruler, States


class Timeline(QWidget):
    """Shows frames and playhead; `playback` does what the buttons and fields ask for."""

    def __init__(
        self, document: Document, states: States, is_pending: Callable[[], bool], parent: QWidget | None = None
    ):
        super().__init__(parent)
        self._document = document
        playback = self.playback = Playback(document, is_pending, self)
        self.ruler = Ruler(self)
        self.ruler.states = states
        self.ruler.frame_picked.connect(document.go_to)
        self._offer_points()
        self.box = WholeField(-(10**9), 10**9, 1, tip="The frame at the playhead.")
        self.box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.box.valueChanged.connect(playback.go_to)
        self.rate = NumberField(1, 240, playback.rate, tip="Frames a second to play at.", decimals=3)
        self.rate.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.rate.valueChanged.connect(self._set_rate)
        self._buttons: dict[int, QToolButton] = {}  # by the direction they play in
        self._build()
        playback.playing_changed.connect(self._show_playing)
        playback.span_changed.connect(self._show_span)
        playback.range_changed.connect(self._show_range)
        document.moved.connect(lambda frame: self.refresh())
        self.refresh()

    def _build(self) -> None:
        playback = self.playback
        bar = self.row = QHBoxLayout(self)
        bar.setContentsMargins(4, 2, 4, 2)
        for text, tip, action, direction in (
            ("|◀", "First frame (Home)", playback.go_to_first, 0),
            ("◀", "Play backwards (J)", lambda: playback.play(-1), -1),
            ("■", "Stop (K)", playback.stop, 0),
            ("▶", "Play forwards (L, or Space)", lambda: playback.play(1), 1),
            ("▶|", "Last frame (End)", playback.go_to_last, 0),
        ):
            button = QToolButton()
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            if direction:
                button.setCheckable(True)
                self._buttons[direction] = button
            button.setText(text)
            button.setToolTip(tip)
            button.clicked.connect(action)
            bar.addWidget(button)
        bar.addWidget(self.box)
        bar.addWidget(self.ruler, 1)
        bar.addWidget(self.rate)
        bar.addWidget(QLabel("fps"))

    def _offer_points(self) -> None:
        """In and out point in a context menu, for those who do not know the keys."""
        for text, change in (
            ("In point at the playhead (I)", self.playback.set_in),
            ("Out point at the playhead (O)", self.playback.set_out),
            ("Play the whole shot (Alt+U)", self.playback.clear_points),
        ):
            action = QAction(text, self.ruler)
            action.triggered.connect(lambda checked=False, change=change: change())
            self.ruler.addAction(action)
        self.ruler.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.ruler.setToolTip("I and O set in and out point of playing, Alt+I and Alt+O clear them, Alt+U both.")

    def set_keys(self, frames: Iterable[float]) -> None:
        """Mark keys at these frames."""
        self.ruler.keys = frozenset(round(frame) for frame in frames)
        self.ruler.redraw()

    def refresh(self) -> None:
        """Draw the playhead."""
        self.ruler.frame = self._document.frame
        with QSignalBlocker(self.box):
            self.box.setValue(self._document.frame)
        self.ruler.update()

    def _set_rate(self, rate: float) -> None:
        self.playback.rate = rate

    def _show_span(self) -> None:
        self.ruler.span, self.ruler.play_range = self.playback.span, self.playback.play_range
        self.ruler.redraw()

    def _show_range(self) -> None:
        self.ruler.play_range = self.playback.play_range
        self.ruler.update()

    def _show_playing(self) -> None:
        for direction, button in self._buttons.items():
            button.setChecked(self.playback.is_playing and self.playback.direction == direction)
