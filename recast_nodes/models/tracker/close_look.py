"""The mesh of a face that was found: read once about the detection, then in several regions about the mesh itself.

A detector sees a face where there is one, but not how it is turned: shown a face that lies, it often gives the eyes
and mouth of an upright one, and a mesh that is read there agrees with them. But that mesh does not stay: read in the
regions to which it leads, it is another each time. So a face that stays is as it was found; any other is shown to a
detector in eight turns, and the surest answer says which way up it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...stages.thresholds import Amount, Count, Threshold
from ...wires import Image, Window
from . import yunet
from .detector import UNMEASURED, Detection, find_faces
from .face_mesh import SIZE, FaceMesh, Reading, read_landmarks, with_coefficients
from .region import OF_MESH, FaceRegion, angle_of, five_points, of_detection, of_mesh
from .turned import Surroundings, Turned
from .view import NetworkInput, surround

if TYPE_CHECKING:
    from numpy.typing import NDArray

Look = tuple[float, float, float, float]
AS_IT_LIES: Look = (0.0, 0.0, 1.0, 0.0)
LOOKS: tuple[Look, ...] = ((0.0, 0.02, 0.97, 5.0), (0.0, -0.02, 1.03, -5.0))
"""Regions about the mesh that a first look gave: how far across and down, in its sides; how large; turned by how many
degrees. What is read depends on the region, and that error is each look's own (decisions 23, 32)."""
FACE = Threshold(
    0.0, "logarithm of the odds", "a face from none", "the network's own even odds; faces have 9 to 25 (decision 32)"
)
STANDS = (
    "of 290 upright faces of eleven clips 99 in a hundred pass both, and of 893 wrong readings of turned ones none, "
    "nor with 0.02 (decision 32)"
)
CLEAR = Threshold(
    8.0, "logarithm of the odds", "a face that stands as it was found from one that may be turned", STANDS
)
STAYS = Threshold(
    0.015, "sizes of the face", "a mesh that stays in each region from one that is read into a turned face", STANDS
)
MISFIT = Threshold(
    0.2,
    "sizes of the detection's box",
    "the mesh of a face that was detected from the mesh of another, or of none",
    "in 90 frames of the evaluation's nine clips the right mesh lay within 0.064 of the detector's points, and the one "
    "wrong mesh (s13) 0.54 off",
)
ROOM = Amount(
    1.3, "sides of a region", f"of the plate are brought along with it for the regions beside it; {UNMEASURED}"
)

LEAST = Threshold(
    0.3,
    "YuNet's score",
    "the face that is shown in eight turns from none",
    f"low, because it is known to be there; {UNMEASURED}",
)
TURNS = tuple(range(0, 360, 45))  # degrees in which other faces are shown; in the nearest YuNet is surest
SURER = Threshold(
    0.01, "YuNet's score", "a turn in which a face stands upright from one that is no better than none", UNMEASURED
)
TRUSTED = Threshold(
    0.7,
    "YuNet's score",
    "a face that is shown upright from what is no face",
    "one that stands within 22 degrees has 0.9, and what is no face mostly less than this",
)
ABOUT = Amount(2.2, "sizes of the face's box", f"what is shown of a face in each turn; {UNMEASURED}")
ABOUT_PIXELS = Count(192, "pixels along a side", "what is shown in each turn: YuNet takes 2 ms for it (decision 32)")
NEAR = Threshold(
    0.5, "sizes of the face", "a turned face that was seen before from another", f"by their middles; {UNMEASURED}"
)
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


class Steady(NamedTuple):
    """The mean of several readings of a face, and how far to trust it."""

    landmarks: NDArray[np.float64]  # (478, 3) plate pixels
    presence: float  # of the least sure reading
    unrest: float  # how far readings lie from their mean, at most, in sizes of the face

    @property
    def stands(self) -> bool:
        """Whether the face is turned as it was read, for sure."""
        return self.presence > CLEAR and self.unrest < STAYS

    def fits(self, points: NDArray[np.floating], size: float) -> bool:
        """Whether this is the face whose eyes, nose tip and mouth corners a detector saw in a box of that size."""
        away = np.linalg.norm(five_points(self.landmarks) - points, axis=1).mean()
        return self.presence > FACE and bool(away < MISFIT * size)


def read_mesh(image: Image, detection: Detection, looks: Sequence[Look] = LOOKS) -> FaceMesh | None:
    """The mesh of a detection, in plate pixels; None where no mesh fits it."""
    aspect = image.main.pixel_aspect
    found = read_about(image, of_detection(detection, aspect), looks)
    fits = found.fits(detection.points, detection.size)
    if fits and found.stands:
        return with_coefficients(found.landmarks, aspect)
    upright = _read_upright(image, detection, found if fits else None, looks)
    return None if upright is None else with_coefficients(upright.landmarks, aspect)


def read_about(image: Image, region: FaceRegion, looks: Sequence[Look] = LOOKS) -> Steady:
    """What is read in a region, and in those to which that leads."""
    picture = _view(image, [region.moved(0.0, 0.0, ROOM, 0.0)])
    first = read_landmarks(picture, region)
    nearer = of_mesh(first.landmarks, region.pixel_aspect)
    regions = [nearer.moved(*look) for look in looks]
    if not _shows(picture, regions, image.main.window):
        picture = _view(image, regions)
    further = [read_landmarks(picture, each) for each in regions]
    return _mean(first, further, nearer)


def _mean(first: Reading, further: Sequence[Reading], about: FaceRegion) -> Steady:
    """The mean of the readings about the mesh; the first, about a detection, only tells whether the face stays."""
    landmarks = np.mean([each.landmarks for each in further], axis=0)
    readings, square = (first, *further), np.array([about.pixel_aspect, 1.0])
    away = [np.linalg.norm((each.landmarks - landmarks)[:, :2] * square, axis=1).mean() for each in readings]
    return Steady(landmarks, min(each.presence for each in readings), float(max(away)) * OF_MESH / about.side)


def _view(image: Image, regions: Sequence[FaceRegion]) -> NetworkInput:
    """The part of a plate in which regions lie, about as fine as the network sees the first."""
    return surround(image, _corners(regions), regions[0].side / SIZE)


def _shows(picture: NetworkInput, regions: Sequence[FaceRegion], plate: Window) -> bool:
    """Whether a picture shows all that the plate has of regions."""
    x, y, width, height = picture.place
    corners = np.clip(_corners(regions), [plate.x, plate.y], [plate.right, plate.bottom])
    return bool((corners >= [x, y]).all() and (corners <= [x + width, y + height]).all())


def _corners(regions: Sequence[FaceRegion]) -> NDArray[np.float64]:
    return np.concatenate([region.to_plate(CORNERS) for region in regions])


def _read_upright(image: Image, detection: Detection, as_found: Steady | None, looks: Sequence[Look]) -> Steady | None:
    """The mesh in the turn, of TURNS, in which a detector is surest of a face.

    `as_found` where that is as it was found: a detection that was made in a turned picture needs the detector's word.
    """
    aspect = image.main.pixel_aspect
    size = detection.square_size(aspect)
    about = Surroundings.about(image, detection.middle, ABOUT * size, ABOUT_PIXELS)
    shown = {turn: about.show_turned(turn) for turn in TURNS}
    faces = {turn: find_faces(each.image, yunet.detect, LEAST) for turn, each in shown.items()}
    scores = {turn: max((face.score for face in found), default=0.0) for turn, found in faces.items()}
    best = max(scores, key=scores.__getitem__)
    if detection.turn == 0 and not scores[best] > max(scores[0] + SURER, TRUSTED):
        return as_found
    face = _nearest(faces[best], np.full(2, about.pixels / 2)) if scores[best] > TRUSTED else None
    if face is None:
        return None
    turned = shown[best]
    found = read_about(image, _region_in(turned, face, aspect), looks)
    return found if found.fits(turned.to_plate(face.points), face.size * turned.depth) else None


def _region_in(turned: Turned, face: Detection, pixel_aspect: float) -> FaceRegion:
    """The region of a face that was found in a turned picture, in the plate."""
    there = of_detection(face, 1.0)
    across = turned.matrix[:, 0] * [pixel_aspect, 1.0]
    centre = turned.to_plate(there.centre) * [pixel_aspect, 1.0]
    return FaceRegion(centre, there.side * float(np.hypot(*across)), there.angle + angle_of(across), pixel_aspect)


def _nearest(faces: list[Detection], place: NDArray[np.floating]) -> Detection | None:
    """The face that is nearest to a place; None where that is not in the middle of any."""
    away = {float(np.linalg.norm(face.middle - place)) / face.size: face for face in faces}
    return away[min(away)] if away and min(away) < NEAR else None


def as_detection(landmarks: NDArray[np.float64], score: float) -> Detection:
    """A mesh as a detection."""
    low, high = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    return Detection(np.concatenate([low, high - low]), five_points(landmarks).astype(np.float64), score)
