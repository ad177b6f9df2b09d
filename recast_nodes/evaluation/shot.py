"""What is measured: a shot as a few functions of the frame, and the windows through which it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from ..stages.thresholds import Amount, Threshold
from ..wires import Image, Track, Window

REACH = Amount(
    1.0,
    "face sizes to each side of the face's middle",
    "what is measured: the face, and half of it again on each side",
)
SHOWN = Amount(
    0.75,
    "face sizes to each side of the face's middle",
    "what is shown: as far as an edit can reach, which ends at the hull",
)
STILL_WINDOW = Threshold(
    1.6,
    "times the width of a single view",
    "a shot that one still window shows, so that a camera move is seen, from one whose view goes with the face",
    "a larger one would show the face at less than 0.6 of its size; no measurement is on record",
)
SMALLEST_FACE = 8.0  # pixels: what is measured of a smaller face is its surroundings


@dataclass(frozen=True)
class Footage:
    """Pictures and the face in them, by frame. Asked from several threads; raises RecastError where one fails."""

    picture: Callable[[int], Image]
    track: Callable[[int], Track]


@dataclass(frozen=True)
class EditedShot:
    """An edited shot. `result` raises for a frame that is not there; `hulls` are those of all faces it edits."""

    frames: tuple[int, ...]
    plate: Footage
    result: Callable[[int], Image]
    driving: Footage | None = None
    hulls: Callable[[int], Sequence[Tensor]] = lambda frame: ()

    @cached_property
    def plate_views(self) -> Views:
        return Views([self.plate.track(frame) for frame in self.frames])

    @cached_property
    def driving_views(self) -> Views | None:
        return Views([self.driving.track(frame) for frame in self.frames]) if self.driving else None


class Views:
    """Where the face is shown in each frame: in one still window if that is not much larger than the face, or else in
    one that goes with it.
    """

    def __init__(self, tracks: Iterable[Track]):
        faces = [face_window(track, SHOWN) for track in tracks if track.found]
        self.width = max((face.width for face in faces), default=0)
        self.height = max((face.height for face in faces), default=0)
        self._still = _around(faces)
        if self._still and self._still.width > self.width * STILL_WINDOW:
            self._still = None

    def at(self, track: Track, image: Image) -> Window:
        """The window at one frame; the whole picture where no face was ever found."""
        if self._still:
            return self._still
        if not track.found or not self.width:
            return image.main.display
        face = face_window(track, SHOWN)
        x, y = face.x + face.width // 2, face.y + face.height // 2
        return Window(x - self.width // 2, y - self.height // 2, self.width, self.height)


def _around(faces: Sequence[Window]) -> Window | None:
    """The square (as its faces are) about all of them."""
    if not faces:
        return None
    whole = faces[0]
    for face in faces[1:]:
        whole = whole.unite(face)
    shape = faces[0].width / faces[0].height
    width, height = max(whole.width, round(whole.height * shape)), max(whole.height, round(whole.width / shape))
    return Window(whole.x - (width - whole.width) // 2, whole.y - (height - whole.height) // 2, width, height)


def face_window(track: Track, reach: float = REACH) -> Window:
    """A square (in square pixels) about the face, `reach` of its size to each side of its middle."""
    points = track.landmarks[:, :2].double()
    middle, spread = points.mean(0), points.amax(0) - points.amin(0)
    size = max(float(spread[0]) * track.pixel_aspect, float(spread[1]), SMALLEST_FACE) * reach
    across = size / track.pixel_aspect
    left, top = round(float(middle[0]) - across), round(float(middle[1]) - size)
    return Window(left, top, max(1, round(2 * across)), max(1, round(2 * size)))
