"""How a network looks at a plate: windows of it as display-referred pictures with square pixels."""

from __future__ import annotations

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

    def of_plate(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(..., 2 or 3) plate pixels to positions in the picture: the inverse of `to_plate`."""


class NetworkInput(NamedTuple):
    """What a network is shown, and where it lies in the plate."""

    pixels: NDArray[np.uint8]  # (h, w, 3) sRGB
    place: tuple[float, float, float, float]  # x, y, width, height of what it shows, in the plate's own pixels

    @property
    def pixel_aspect(self) -> float:
        """The plate's, by how much of it a pixel here shows across and down."""
        across, down = self._lie(2)[0].tolist()
        return down / across

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


def surround(image: Image, points: NDArray[np.floating], scale: float) -> NetworkInput:
    """The part of a plate in which points (N, 2), plate pixels, lie, `scale` times coarser, in whole steps.

    A pixel of it is the mean of as many of the plate, and always of the same ones: what it shows does not depend on
    where the part begins. It ends where the plate does.
    """
    step = max(1, round(scale))
    low, high = np.floor(points.min(0) / step), np.ceil(points.max(0) / step)
    (x, y), (right, bottom) = (low * step).astype(int).tolist(), (high * step).astype(int).tolist()
    window = Window(x, y, max(step, right - x), max(step, bottom - y))
    inside = window.intersect(image.main.window)
    return look(image, inside if min(inside.width, inside.height) >= step else window, 1.0 / step)


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
    middle = step // 2
    channels = {name: part.cut(name, seen)[middle::step, middle::step] for name in set(image.rgb)}
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
