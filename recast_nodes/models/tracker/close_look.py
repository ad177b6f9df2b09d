"""The mesh of a face that was found: what several crops about it show, turned so that the face stands upright.

A detector sees a face where there is one, but not how it is turned: shown a face that lies, it often gives the eyes and
mouth of an upright one. So a face of which it is not convinced is shown to it in eight turns, and the surest answer
says which way up the face is. A face that stands nearly upright is read as the plate has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from ...stages.grid.similarity import lean, roll
from ...stages.thresholds import Amount, Amounts, Count, Threshold
from ...wires import Image
from . import yunet
from .detector import UNMEASURED, Detection, find_faces
from .face_mesh import FaceMesh, find_meshes, five_points
from .turned import Surroundings, Turned, wrap_degrees
from .view import NetworkInput, crop_window, cuts

CROP = Count(320, "pixels along a crop's side", "the network samples the face at 256; a reach of 2 leaves it 160")
REACHES = Amounts(
    (2.0, 1.5, 3.0),
    "sides of a crop over the size of the detection's box",
    f"the later ones are tried where the first shows no face; {UNMEASURED}",
)
Look = tuple[float, float, float]
LEAST = Threshold(
    0.3,
    "MediaPipe's detection score",
    "the face that a detector saw from none",
    f"below MediaPipe's usual 0.5, because a crop is cut where a face is known to be; {UNMEASURED}",
)
NEIGHBOURS = Count(3, "faces in a crop", f"the one that is meant may not be the clearest; {UNMEASURED}")
MISFIT = Threshold(
    0.2,
    "sizes of the detection's box",
    "the mesh of a face that was detected from the mesh of another, or of none",
    "in 90 frames of the evaluation's nine clips the right mesh lay within 0.064 of the detector's points, and the one "
    "wrong mesh (s13) 0.54 off",
)

CONVINCING = Threshold(
    0.92,
    "YuNet's score",
    "a face that stands upright for sure from one that may be turned",
    "upright faces of the footage have 0.91 to 0.95, and turned by 45 degrees+ none has above 0.91 (decision 26)",
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
ABOUT_PIXELS = Count(192, "pixels along a side", "what is shown in each turn: YuNet takes 4 ms for it (decision 26)")
STEP = Amount(4.0, "degrees", "a crop is turned in such steps: a reading depends on its turn, and an angle trembles")
PIXELS = Count(200, "pixels of a turned face's box, along a side", UNMEASURED)
SURROUNDINGS = Amount(3.6, "sizes of the face's box", "what is turned with it: the widest look takes 3.0")
NEAR = Threshold(
    0.5, "sizes of the face", "a turned face that was seen before from another", f"by their middles; {UNMEASURED}"
)
FLIPPED = Threshold(
    30.0, "degrees", "the face that a first look saw from another, or none", f"by how they are turned; {UNMEASURED}"
)


class Manner(NamedTuple):
    """How a face is looked at."""

    reaches: tuple[float, ...] = REACHES
    further: Sequence[Look] = ()
    convincing: float = CONVINCING  # score of a detection that needs no other turn


def read_mesh(image: Image, detection: Detection, manner: Manner) -> FaceMesh | None:
    """The mesh of a detection, in plate pixels; None where no mesh fits it."""
    turn = _turn_of(image, detection, manner.convincing)
    if turn is None:
        return None
    looks = _looks(image, detection, manner) if turn == 0 else _turned_looks(image, detection, turn, manner)
    first = next(looks, None)
    if first is None:
        return None
    angle = angle_of(first, image.main.pixel_aspect)
    if turn_back_angle(angle) == 0:
        return _mean([first, *looks]) if turn == 0 else _mean_or_none(_looks(image, detection, manner))
    found = [
        mesh
        for mesh in _turned_looks(image, as_detection(first, detection.score), turn_back_angle(angle), manner)
        if abs(wrap_degrees(angle_of(mesh, image.main.pixel_aspect) - angle)) < FLIPPED
    ]
    if not found and turn == 0:
        return _mean([first, *looks])
    return _mean(found) if found else None


def angle_of(mesh: FaceMesh, pixel_aspect: float) -> float:
    """Degrees clockwise on screen that a face is turned by, -180 to 180."""
    return math.degrees(roll(torch.from_numpy(mesh.landmarks * [pixel_aspect, 1.0, pixel_aspect])))


def turn_back_angle(angle: float) -> float:
    """The angle by which the picture of a face that is turned by `angle` degrees is turned back: none for one that
    stands upright, which MediaPipe turns by itself, by the eyes that its own detector gives. Beyond, that errs.
    """
    return round(lean(angle) / STEP) * STEP


def _turn_of(image: Image, detection: Detection, convincing: float) -> float | None:
    """The turn (one of TURNS, nearly) in which a detector is surest of a face; None where it sees none in any."""
    if detection.turn == 0 and detection.score >= convincing:
        return 0.0
    about = Surroundings.about(image, detection.middle, ABOUT * _square_size(image, detection), ABOUT_PIXELS)
    scores = {turn: _surest(about.show_turned(turn)) for turn in TURNS}
    best = max(scores, key=scores.__getitem__)
    if detection.turn == 0:
        return float(best) if scores[best] > max(scores[0] + SURER, TRUSTED) else 0.0
    return float(best) if scores[best] > TRUSTED else None


def _square_size(image: Image, detection: Detection) -> float:
    """The size of a detection in square pixels."""
    return detection.size * math.sqrt(image.main.pixel_aspect)


def _surest(shown: Turned) -> float:
    return max((face.score for face in find_faces(shown.image, yunet.detect, LEAST)), default=0.0)


def as_detection(mesh: FaceMesh, score: float) -> Detection:
    """A mesh as a detection."""
    low, high = mesh.landmarks[:, :2].min(0), mesh.landmarks[:, :2].max(0)
    return Detection(np.concatenate([low, high - low]), five_points(mesh.landmarks), score)


def _turned_looks(image: Image, detection: Detection, turn: float, manner: Manner) -> Iterator[FaceMesh]:
    """The mesh that fits a detection as each of several crops shows it, once the picture is turned back by `turn`."""
    side = SURROUNDINGS * _square_size(image, detection)
    about = Surroundings.about(image, detection.middle, side, round(SURROUNDINGS * PIXELS))
    turned = about.show_turned(turn)
    face = _nearest(find_faces(turned.image, yunet.detect, LEAST), np.full(2, about.pixels / 2))
    if face is not None:
        for mesh in _looks(turned.image, face, manner):
            yield mesh._replace(landmarks=turned.to_plate(mesh.landmarks))


def _nearest(faces: list[Detection], place: np.ndarray) -> Detection | None:
    """The face that is nearest to a place; None where that is not in the middle of any."""
    away = {float(np.linalg.norm(face.middle - place)) / face.size: face for face in faces}
    return away[min(away)] if away and min(away) < NEAR else None


def _looks(image: Image, detection: Detection, manner: Manner) -> Iterator[FaceMesh]:
    """The mesh that fits a detection as each of several crops about it shows it; none where the first shows none."""
    for reach in manner.reaches:
        first, *others = _crops(image, detection, [(0.0, 0.0, reach), *manner.further])
        meshes = find_meshes(first, LEAST, NEIGHBOURS)
        if meshes:
            fitting = _fitting(meshes, detection)
            if fitting is not None:
                yield fitting
                yield from _further(others, detection)
            return


def _crops(image: Image, detection: Detection, looks: Sequence[Look]) -> list[NetworkInput]:
    """Crops about a detection; a face has the same size in pixels in all of them."""
    size, aspect = detection.size, image.main.pixel_aspect
    asides = [np.array([across * size / aspect, down * size, 0, 0]) for across, down, _ in looks]
    windows = [crop_window(image, detection.box + aside, look[2]) for aside, look in zip(asides, looks, strict=True)]
    side = max(windows[0].width * aspect, windows[0].height)
    return cuts(image, windows, CROP * looks[0][2] / REACHES[0] / side)


def _further(pictures: Sequence[NetworkInput], detection: Detection) -> Iterator[FaceMesh]:
    """The mesh that fits the detection as further crops show it."""
    for picture in pictures:
        mesh = _fitting(find_meshes(picture, LEAST, NEIGHBOURS), detection)
        if mesh is not None:
            yield mesh


def _fitting(meshes: list[FaceMesh], detection: Detection) -> FaceMesh | None:
    best = min(meshes, key=lambda mesh: _misfit(mesh, detection), default=None)
    return best if best is not None and _misfit(best, detection) < MISFIT else None


def _mean_or_none(meshes: Iterator[FaceMesh]) -> FaceMesh | None:
    found = list(meshes)
    return _mean(found) if found else None


def _mean(meshes: Sequence[FaceMesh]) -> FaceMesh:
    return FaceMesh(*(np.mean(parts, axis=0) for parts in zip(*meshes, strict=True)))


def _misfit(mesh: FaceMesh, detection: Detection) -> float:
    """Mean distance of the mesh's eyes, nose tip and mouth corners to the detector's, over the size of its box."""
    distance = np.linalg.norm(five_points(mesh.landmarks) - detection.points, axis=1).mean()
    return float(distance / detection.size)
