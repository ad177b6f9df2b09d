"""How a network looks at a plate: windows of it as display-referred pictures with square pixels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from ...natives import opencv
from ...stages.thresholds import Amount, Count
from ...wires import Image, Part, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray


OVERSAMPLING = Amount(
    1.2,
    "pixels along a side for each one that a network is shown",
    "kept of a large plate, so that 4K costs no more than 1080p; the share itself: no measurement is on record",
)
SIZES = Count(4, "sizes of a window between one and twice it", "coarse: see PLACES")
PLACES = Count(
    16,
    "places along a window's side",
    "a landmark moves by a third of a pixel when the window moves by a few: a detector's jitter mostly leaves it",
)
LEAST_BOX = Amount(8.0, "pixels", "a box is taken to be no smaller, so that a window has a size")


class Shown(Protocol):
    """A picture that a network looks at, and the way from it to the plate."""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """(h, w, 3) sRGB."""

    def to_plate(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(..., 2 or 3) positions in the picture to plate pixels; z is in the scale of x."""


class NetworkInput(NamedTuple):
    """What a network is shown, and where it lies in the plate."""

    pixels: NDArray[np.uint8]  # (h, w, 3) sRGB
    place: tuple[float, float, float, float]  # x, y, width, height of what it shows, in the plate's own pixels

    def to_plate(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(..., 2 or 3) positions in the picture to plate pixels; z is scaled as x."""
        scale, corner = self._lie(points.shape[-1])
        return points * scale + corner

    def of_plate(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(..., 2 or 3) plate pixels to positions in the picture: the inverse of `to_plate`."""
        scale, corner = self._lie(points.shape[-1])
        return (points - corner) / scale

    def _lie(self, axes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How large a pixel of the picture is in the plate, and where the picture begins, along x, y (and z)."""
        height, width = self.pixels.shape[:2]
        x, y, wide, high = self.place
        across, down = wide / width, high / height
        return np.array([across, down, across])[:axes], np.array([x, y, 0.0])[:axes]


def whole(image: Image, longest: int) -> NetworkInput:
    """All pixels that the image has, at most `longest` pixels along its longer side, un-squeezed."""
    window, aspect = image.main.window, image.main.pixel_aspect
    width, height = window.width * aspect, float(window.height)
    return look(image, window, min(1.0, longest / max(width, height)))


def look(image: Image, window: Window, scale: float) -> NetworkInput:
    """A window of the plate, `scale` times its size in square pixels; black beyond the image's own pixels."""
    from ...media.pixels import display_rgb

    image, shown, window = _thin(image, window, scale)
    width = max(1, round(window.width * image.main.pixel_aspect * scale))
    height = max(1, round(window.height * scale))
    if scale <= 1.0:
        return NetworkInput(display_rgb(image, shown, (width, height)), window)
    pixels = opencv().resize(display_rgb(image, shown), (width, height), interpolation=opencv().INTER_CUBIC)
    return NetworkInput(pixels, window)


def cuts(image: Image, windows: Sequence[Window], scale: float) -> list[NetworkInput]:
    """Windows of the plate that overlap, each as `look` shows it, cut out of one picture of all of them.

    They are cut at whole pixels, so a cut lies up to half of one beside its window; it knows where.
    """
    around = reduce(Window.unite, windows).intersect(image.main.window)
    if not around.width or not around.height:
        return [look(image, window, scale) for window in windows]
    shown = look(image, around, scale)
    return [_cut(shown, window) for window in windows]


def _cut(picture: NetworkInput, window: Window) -> NetworkInput:
    """A window of what a picture shows; black where it shows nothing."""
    corners = np.array([[window.x, window.y], [window.right, window.bottom]], np.float64)
    left, top, right, bottom = np.rint(picture.of_plate(corners)).astype(int).ravel().tolist()
    height, width = picture.pixels.shape[:2]
    part, whole = Window(left, top, max(1, right - left), max(1, bottom - top)), Window(0, 0, width, height)
    pixels, seen = np.zeros((part.height, part.width, 3), np.uint8), part.intersect(whole)
    pixels[seen.within(part)] = picture.pixels[seen.within(whole)]
    (x, y), (end_x, end_y) = picture.to_plate(np.array([[left, top], [part.right, part.bottom]])).tolist()
    return NetworkInput(pixels, (x, y, end_x - x, end_y - y))


def _thin(image: Image, window: Window, scale: float) -> tuple[Image, Window, Window]:
    """Every third, fifth, ... pixel of a window that is to be made much smaller, so that 4K costs no more than 1080p.

    Gives the thin image, the window in its pixels, and what that covers of the plate: `window`, to the next whole step.
    Steps are odd, so that each pixel left is the middle of those that it stands for and positions stay exact.
    """
    part, seen = image.main, window.intersect(image.main.window)
    step = int(1 / (scale * OVERSAMPLING))
    step -= 1 - step % 2
    if step < 3 or min(seen.width, seen.height) < step:
        return image, window, window
    rows, columns = seen.within(part.window)
    middle = step // 2
    channels = {name: part.channels[name][rows, columns][middle::step, middle::step] for name in set(image.rgb)}
    height, width = next(iter(channels.values())).shape
    whole = Window(0, 0, width, height)
    x, y = (window.x - seen.x) // step, (window.y - seen.y) // step
    shown = Window(x, y, -((seen.x - window.right) // step) - x, -((seen.y - window.bottom) // step) - y)
    covered = Window(seen.x + x * step, seen.y + y * step, shown.width * step, shown.height * step)
    thin = Part(part.name, channels, whole, whole, part.attributes)
    return Image((thin,), image.rgb, image.colorspace), shown, covered


def crop_window(image: Image, box: NDArray[np.floating], reach: float) -> Window:
    """A square window (in square pixels) about `box` (x, y, width, height in plate pixels), `reach` times as large.

    It moves in coarse steps (SIZES, PLACES).
    """
    aspect = image.main.pixel_aspect
    x, y, width, height = box
    steps = np.ceil(SIZES * np.log2(max(width * aspect, height, LEAST_BOX) * reach))
    side = 2.0 ** (steps / SIZES)
    grid = side / PLACES
    centre_x = round((x + width / 2) * aspect / grid) * grid / aspect
    centre_y = round((y + height / 2) / grid) * grid
    wide = max(1, round(side / aspect))
    return Window(round(centre_x - wide / 2), round(centre_y - side / 2), wide, max(1, round(side)))
