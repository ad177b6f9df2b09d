"""The square of a plate that a network is shown: where it lies, how large it is, and how it is turned.

Everything about it is in the plate's square pixels: x is a pixel's, times its aspect.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...face.anatomy import LEFT_EYE_CORNERS, MOUTH_CORNERS, NOSE_TIP, RIGHT_EYE_CORNERS
from ...natives import opencv
from ...stages.thresholds import Amount

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .detector import Detection
    from .view import Shown

ROI = "MediaPipe's region of interest (1.5 times the box of its detector) in 119 frames of nine clips"
OF_BOX = Amount(1.43, "sizes of a detection's box", f"{ROI}: 1.43, give or take 0.06")
BELOW_BOX = Amount(0.073, "sides of the region", f"{ROI}: so far below the middle of the detection's box")
OF_MESH = Amount(1.395, "longer sides of a mesh's box, along the face", f"{ROI}: 1.395, give or take 0.05")
BELOW_MESH = Amount(0.035, "sides of the region", f"{ROI}: so far below the middle of the mesh's box, +-0.02")


class FaceRegion(NamedTuple):
    """A square in which a face stands upright, filling most of it."""

    centre: NDArray[np.float64]  # (2,) square pixels of the plate
    side: float  # square pixels
    angle: float  # radians clockwise on screen that it is turned by
    pixel_aspect: float

    @property
    def axes(self) -> NDArray[np.float64]:
        """(2, 2) its own directions as columns: to the right, down."""
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        return np.array([[cosine, -sine], [sine, cosine]])

    def moved(self, across: float, down: float, size: float, degrees: float) -> FaceRegion:
        """Beside itself: shifted by shares of its side along its own directions, `size` times as large, turned on."""
        centre = self.centre + self.axes @ np.array([across, down]) * self.side
        return self._replace(centre=centre, side=self.side * size, angle=self.angle + math.radians(degrees))

    def to_plate(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(..., 2 or 3) positions in it, 0..1 from its upper left corner, to plate pixels; z in the scale of x."""
        aspect = np.array([self.pixel_aspect, 1.0])
        places = (self.centre + (points[..., :2] - 0.5) * self.side @ self.axes.T) / aspect
        return np.concatenate([places, points[..., 2:] * self.side / self.pixel_aspect], -1)

    def cut(
        self, picture: Shown, size: int, *, at_corners: bool = False, black_beyond: bool = False
    ) -> NDArray[np.uint8]:
        """What a picture shows of it, (size, size, 3) sRGB; beyond the picture its edge goes on, or all is black.

        A picture that is much finer is made coarser first, so that no pixel is passed over, and a pixel shows its
        middle. `at_corners`, as MediaPipe does, passes pixels over and shows what is at a pixel's upper left corner.
        """
        cv2 = opencv()
        origin, across, down = picture.of_plate(self.to_plate(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])))
        turn = np.column_stack([across - origin, down - origin]) / size
        step = 1 if at_corners else max(1, round(math.hypot(*turn[:, 0])))
        pixels, corner = _coarser(picture.pixels, np.stack([origin, across, down, across + down - origin]), step)
        turn, shift = turn / step, (origin - corner) / step
        if not at_corners:
            shift += turn @ np.full(2, 0.5) - 0.5  # OpenCV counts from the middle of the first pixel
        shown: NDArray[np.uint8] = cv2.warpAffine(
            pixels,
            np.column_stack([turn, shift]),
            (size, size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT if black_beyond else cv2.BORDER_REPLICATE,
        )
        return shown


def _coarser(
    pixels: NDArray[np.uint8], corners: NDArray[np.float64], step: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The part of a picture in which corners (N, 2) lie, its pixels means of `step` times `step`, and where it begins.

    The whole picture where nothing has to be made coarser.
    """
    if step == 1:
        return np.ascontiguousarray(pixels), np.zeros(2)
    size = np.array(pixels.shape[1::-1]) // step
    low = np.clip(np.floor(corners.min(0) / step), 0, size - 1).astype(int)
    high = np.clip(np.ceil(corners.max(0) / step), low + 1, size).astype(int)
    (left, top), (right, bottom) = (low * step).tolist(), (high * step).tolist()
    cv2 = opencv()
    part = cv2.resize(pixels[top:bottom, left:right], (high - low).tolist(), interpolation=cv2.INTER_AREA)
    return part, (low * step).astype(np.float64)


def five_points(landmarks: NDArray[np.floating]) -> NDArray[np.floating]:
    """(5, 2) what detectors give: eye, eye, nose tip, mouth corner, mouth corner; the person's right ones first."""
    mesh = landmarks[:, :2]
    left, right = (mesh[list(corners)].mean(0) for corners in (LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS))
    return np.stack([left, right, *mesh[[NOSE_TIP, *MOUTH_CORNERS]]])


def of_detection(face: Detection, pixel_aspect: float) -> FaceRegion:
    """About a face that a detector found, turned by its eyes."""
    aspect = np.array([pixel_aspect, 1.0])
    eye, other = face.points[:2] * aspect
    side = OF_BOX * face.square_size(pixel_aspect)
    region = FaceRegion(face.middle * aspect, side, angle_of(other - eye), pixel_aspect)
    return region.moved(0.0, BELOW_BOX, 1.0, 0.0)


def of_mesh(landmarks: NDArray[np.floating], pixel_aspect: float) -> FaceRegion:
    """About a face whose landmarks (478, 2 or 3), plate pixels, were read: it trembles less than a detector's."""
    points = landmarks[:, :2] * np.array([pixel_aspect, 1.0])
    eye, other = five_points(points)[:2]
    upright = FaceRegion(np.zeros(2), 1.0, angle_of(other - eye), pixel_aspect)
    along = points @ upright.axes
    low, high = along.min(0), along.max(0)
    region = upright._replace(centre=upright.axes @ ((low + high) / 2), side=OF_MESH * float((high - low).max()))
    return region.moved(0.0, BELOW_MESH, 1.0, 0.0)


def angle_of(way: NDArray[np.floating]) -> float:
    """Radians clockwise on screen that a way (2,) is turned by from one to the right."""
    return math.atan2(float(way[1]), float(way[0]))
