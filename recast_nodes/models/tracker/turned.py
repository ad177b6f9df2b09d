"""A picture turned, so that a face in it which does not stand upright is shown upright: what is found is turned back.

Networks for faces were trained on heads that people hold up. Shown one that lies, they read it badly; shown one upside
down, they read an upright face that is not there. Angles are degrees, clockwise on screen, that the face is turned by.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...natives import opencv
from ...wires import Image, Part, Window
from .view import NetworkInput, look

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Turned(NamedTuple):
    """What a plate shows in square pixels, turned so that a face in it stands upright."""

    pixels: NDArray[np.uint8]  # (h, w, 3) sRGB
    matrix: NDArray[np.float64]  # (2, 3) positions in it to plate pixels
    depth: float  # plate pixels (in the scale of x) for a z of 1

    @property
    def image(self) -> Image:
        """As a plate of its own, in which faces are looked for like in any other."""
        from ...media.colour.colour import srgb

        height, width = self.pixels.shape[:2]
        window = Window(0, 0, width, height)
        channels = {name: np.ascontiguousarray(self.pixels[..., at]) for at, name in enumerate("RGB")}
        return Image((Part("", channels, window, window),), ("R", "G", "B"), srgb())

    def to_plate(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(..., 2 or 3) positions in it to plate pixels."""
        places = points[..., :2] @ self.matrix[:, :2].T + self.matrix[:, 2]
        return np.concatenate([places, points[..., 2:] * self.depth], -1)

    def of_plate(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(..., 2 or 3) plate pixels to positions in it: the inverse of `to_plate`."""
        places = (points[..., :2] - self.matrix[:, 2]) @ np.linalg.inv(self.matrix[:, :2]).T
        return np.concatenate([places, points[..., 2:] / self.depth], -1)


class Surroundings(NamedTuple):
    """What a plate shows about a place, to be turned by any angle."""

    picture: NetworkInput
    centre: NDArray[np.floating]  # (2,) plate pixels
    side: float  # square pixels of the plate along a side of what is turned
    pixels: int  # along a side of what is shown
    pixel_aspect: float

    @classmethod
    def about(cls, image: Image, centre: NDArray[np.floating], side: float, pixels: int) -> Surroundings:
        """All of a plate that a square of `side` (square pixels) shows about `centre` (2,) as it is turned."""
        aspect, reach = image.main.pixel_aspect, side / math.sqrt(2)
        left, top = math.floor(centre[0] - reach / aspect), math.floor(centre[1] - reach)
        right, bottom = math.ceil(centre[0] + reach / aspect), math.ceil(centre[1] + reach)
        window = Window(left, top, max(1, right - left), max(1, bottom - top))
        seen = window.intersect(image.main.window)
        picture = look(image, seen if seen.width and seen.height else window, pixels / side)
        return cls(picture, np.asarray(centre, np.float64), side, pixels, aspect)

    def show_turned(self, angle: float) -> Turned:
        """Shown so that a face that is turned by `angle` stands upright; black beyond the plate."""
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        scale = self.side / self.pixels
        turn = scale * np.array([[cosine / self.pixel_aspect, -sine / self.pixel_aspect], [sine, cosine]])
        matrix = np.column_stack([turn, self.centre - turn @ np.full(2, self.pixels / 2)])
        return Turned(self._warp_affine(matrix), matrix, scale / self.pixel_aspect)

    def _warp_affine(self, matrix: NDArray[np.float64]) -> NDArray[np.uint8]:
        """The picture looked up where `matrix` (2, 3) takes each pixel of what is shown."""
        cv2 = opencv()
        origin, across, down = self.picture.of_plate(matrix[:, 2] + np.array([[0, 0], *matrix[:, :2].T]))
        turn = np.column_stack([across - origin, down - origin])
        shift = origin + turn @ np.full(2, 0.5) - 0.5  # OpenCV counts from the middle of the first pixel
        shown: NDArray[np.uint8] = cv2.warpAffine(
            np.ascontiguousarray(self.picture.pixels),
            np.column_stack([turn, shift]),
            (self.pixels, self.pixels),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        )
        return shown


def turn_quarter(picture: NetworkInput, turn: int) -> Turned:
    """A whole picture, turned so that a face stands upright that is turned by `turn`: 90, 180 or 270 degrees."""
    height, width = picture.pixels.shape[:2]
    corners = {
        90: [(width, 0), (width, 1), (width - 1, 0)],
        180: [(width, height), (width - 1, height), (width, height - 1)],
        270: [(0, height), (0, height - 1), (1, height)],
    }  # what becomes the first corner, and what is a pixel to the right of it and below it
    origin, across, down = picture.to_plate(np.array(corners[turn], np.float64))
    matrix = np.column_stack([across - origin, down - origin, origin])
    return Turned(np.rot90(picture.pixels, turn // 90), matrix, picture.place[2] / width)
