"""How the viewer shows the shot: which inputs, through which look, how close, and what the mouse points at.

The model knows no widgets. Bar, canvas, readout, menus and keys change it and listen to it, and never to each other.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ..shot.viewer_inputs import VIEWER_INPUTS
from .display import CHANNELS, Look
from .framing import Framing

ALL_CHANNELS = CHANNELS[0]
MIDDLE = 0.5  # where a wipe begins that was just turned on


class ViewerModel(QObject):
    """The state of one viewer. Each signal is sent once its state has changed, and only then."""

    pictures_changed = Signal()  # other pictures are needed of every frame: input, wipe, size or landmarks
    look_changed = Signal()  # the same pictures look different
    selection_changed = Signal(str)  # another node is selected; the one before
    wipe_moved = Signal()
    framing_changed = Signal()
    pointer_moved = Signal()
    provisional_changed = Signal(bool)

    def __init__(self, look: Look | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self.input = "result"  # one of VIEWER_INPUTS
        self.wipe_input = ""  # what is shown right of the wipe, one of VIEWER_INPUTS; '' for no wipe
        self.size = 0  # the longest side in pixels of pictures that are asked for; 0 for all there is
        self.landmarks = False  # whether landmarks and the boundary are drawn over the picture
        self.look = look or Look()
        self.selected = ""  # the node that the input 'selected node' shows
        self.wipe: float | None = None  # where the second picture begins, 0..1 of the frame's width; None without one
        self.framing = Framing()
        self.pointer: tuple[float, float] | None = None  # the plate's pixel under the mouse; None while it is elsewhere
        self.provisional = False  # whether the picture on the screen was made before the whole shot was looked at
        self._last_wipe_input = "plate"

    # Which pictures

    def set_input(self, name: str) -> None:
        """Show one of VIEWER_INPUTS. Raises ValueError for any other name."""
        _check(name, VIEWER_INPUTS)
        if name != self.input:
            self.input = name
            self.pictures_changed.emit()

    def set_wipe_input(self, name: str) -> None:
        """Show one of VIEWER_INPUTS right of the wipe, '' for no wipe. Raises ValueError for any other name."""
        _check(name, ("", *VIEWER_INPUTS))
        if name != self.wipe_input:
            self.wipe_input = name
            self.pictures_changed.emit()

    def toggle_wipe(self) -> None:
        """Turn the wipe off, or on with what it showed when it was last turned off here."""
        if self.wipe_input:
            self._last_wipe_input = self.wipe_input
        self.set_wipe_input("" if self.wipe_input else self._last_wipe_input)

    def set_size(self, size: int) -> None:
        """Ask for pictures of this longest side in pixels; 0 for all there is."""
        if size != self.size:
            self.size = size
            self.pictures_changed.emit()

    def set_landmarks(self, on: bool) -> None:
        """Draw landmarks and the boundary over the picture, or leave them out."""
        if on != self.landmarks:
            self.landmarks = on
            self.pictures_changed.emit()

    def toggle_landmarks(self) -> None:
        """Landmarks and boundary on or off."""
        self.set_landmarks(not self.landmarks)

    def select(self, node: str) -> None:
        """The node that is selected in the graph; '' for none."""
        before, self.selected = self.selected, node
        self.selection_changed.emit(before)

    def set_provisional(self, on: bool) -> None:
        """The picture that is shown now is provisional, or final."""
        if on != self.provisional:
            self.provisional = on
            self.provisional_changed.emit(on)

    # How they look

    def set_view(self, name: str) -> None:
        """Show pictures by this view of OpenColorIO's, '' for their values as they are."""
        self._set_look(replace(self.look, view=name))

    def set_exposure(self, stops: float) -> None:
        """Show pictures brighter or darker by this many stops."""
        self._set_look(replace(self.look, exposure=stops))

    def set_gamma(self, gamma: float) -> None:
        """Show pictures with this gamma, after the view."""
        self._set_look(replace(self.look, gamma=gamma))

    def set_channel(self, channel: str) -> None:
        """Show one of CHANNELS. Raises ValueError for any other name."""
        _check(channel, CHANNELS)
        self._set_look(replace(self.look, channel=channel))

    def toggle_channel(self, channel: str) -> None:
        """Show one channel; all, where it is shown already."""
        self.set_channel(ALL_CHANNELS if self.look.channel == channel else channel)

    def _set_look(self, look: Look) -> None:
        if look != self.look:
            self.look = look
            self.look_changed.emit()

    # Where on the screen

    def open_wipe(self, on: bool) -> None:
        """There are two pictures to wipe between, or one. A wipe that was open stays where it is."""
        self._set_wipe((MIDDLE if self.wipe is None else self.wipe) if on else None)

    def move_wipe(self, at: float) -> None:
        """Put the wipe's line at a part of the frame's width; outside of 0..1 it stops at the edge."""
        if self.wipe is not None:
            self._set_wipe(min(max(at, 0), 1))

    def _set_wipe(self, at: float | None) -> None:
        if at != self.wipe:
            self.wipe = at
            self.wipe_moved.emit()

    def set_framing(self, framing: Framing) -> None:
        """Zoom and pan."""
        if framing != self.framing:
            self.framing = framing
            self.framing_changed.emit()

    def point_at(self, x: float, y: float) -> None:
        """The mouse is over a pixel of the plate."""
        self.pointer = x, y
        self.pointer_moved.emit()

    def clear_pointer(self) -> None:
        """The mouse is elsewhere."""
        self.pointer = None
        self.pointer_moved.emit()


def _check(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ValueError(f"The viewer shows {', '.join(filter(None, known))}, not {name!r}.")
