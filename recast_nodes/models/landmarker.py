"""Dense landmarks of faces: MediaPipe's face landmarker in IMAGE mode, on a crop about each face.

478 landmarks (468 of the mesh, 10 of the irises) and 52 blendshape coefficients. IMAGE mode smooths nothing, so a frame
comes out the same whichever frames were seen before it; `stages.smoothing` does the smoothing over the whole shot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..natives import mediapipe, opencv, quiet
from ..wires import Faces, Image
from .detector import MOST, SMALLEST, Detection, find_faces
from .files import path_of
from .pool import Pool
from .view import Picture, crop_window, cuts, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANDMARKER = "face_landmarker.task"
LANDMARKS, COEFFICIENTS = 478, 52
DETECTORS = ("auto", "mediapipe", "insightface")
WHOLE = 1280  # longest side of the picture when MediaPipe looks for faces in the whole frame
CROP = 320  # pixels along a crop's side; the network itself samples the face at 256
REACHES = (2.0, 1.5, 3.0)  # crop over detection box; the later ones are tried where the first shows no face
Look = tuple[float, float, float]
LOOKS: tuple[Look, ...] = ((0.1, 0.0, 1.7), (-0.05, -0.09, 2.2), (-0.06, 0.06, 2.8))
"""Further crops about a face: how far off the box's middle, in sizes of the box, and how many of them along a side.
What is read depends on where a crop lies; that error is each look's own, and the mean of four has half of it."""
AGAIN = 3  # faces of a frame that are looked at again, the largest: who is edited in a crowd is mostly among them
LEAST = 0.3  # MediaPipe's own detection threshold inside a crop, where a face is known to be
JUDGED = 0.2  # the same where an edit is judged: a face that was distorted must still be read
LEGIBLE = 640  # pixels along a picture's longer side, from which a face is judged
NEIGHBOURS = 3  # faces to expect in a crop: the one that is meant may not be the clearest
SURE = 0.8  # a second face with a lower score is looked at once: it mostly is none
MISFIT = 0.2  # of the face's size: landmarks further than this from the detector's points are not that face


class Mesh(NamedTuple):
    """One face in one picture."""

    landmarks: NDArray[np.float64]  # (478, 3) plate pixels; z in the scale of x
    coefficients: NDArray[np.float64]  # (52,)


def observe_faces(image: Image, detector: str = "auto", confidence: float = 0.5) -> Faces:
    """All faces in a frame, the surest first.

    `auto` finds them with YuNet, and with MediaPipe where YuNet finds none; `mediapipe` looks with MediaPipe alone;
    `insightface` finds them with the user's own InsightFace. MediaPipe gives no score: a face that it found has the
    threshold that it passed as its confidence.
    """
    found: list[tuple[Mesh, float]] = []
    if detector != "mediapipe":
        found = _refined(image, find_faces(image, "yunet" if detector == "auto" else detector, confidence))
    if not found and detector in ("auto", "mediapipe"):
        found = _refined(image, _found_by_mediapipe(image, confidence))
    return _as_faces(image, found)


def no_faces(image: Image) -> Faces:
    """A frame in which nobody looked for faces."""
    return _as_faces(image, [])


def _refined(image: Image, detections: list[Detection]) -> list[tuple[Mesh, float]]:
    """The mesh of each detection that has one; the same face is not told twice."""
    found: list[tuple[Mesh, float]] = []
    large = sorted((detection.size for detection in detections), reverse=True)[:AGAIN]
    for rank, detection in enumerate(detections):
        sure = rank == 0 or detection.score >= SURE
        further = LOOKS if detection.size in large else ()
        mesh = _mesh_of(image, detection, REACHES if sure else REACHES[:1], further)
        if mesh is not None and not any(_same(mesh, other) for other, _ in found):
            found.append((mesh, detection.score))
    return found


def _mesh_of(image: Image, detection: Detection, reaches: tuple[float, ...], further: Sequence[Look]) -> Mesh | None:
    """The mesh that fits the detection: the mean of what several crops about it tell."""
    for reach in reaches:
        first, *others = _crops(image, detection, [(0.0, 0.0, reach), *further])
        meshes = _meshes(first, LEAST, NEIGHBOURS)
        if meshes:
            fitting = _fitting(meshes, detection)
            return None if fitting is None else _mean([fitting, *_further(others, detection)])
    return None


def _crops(image: Image, detection: Detection, looks: Sequence[Look]) -> list[Picture]:
    """Crops about a detection; a face has the same size in pixels in all of them."""
    size, aspect = detection.size, image.main.pixel_aspect
    asides = [np.array([across * size / aspect, down * size, 0, 0]) for across, down, _ in looks]
    windows = [crop_window(image, detection.box + aside, look[2]) for aside, look in zip(asides, looks, strict=True)]
    side = max(windows[0].width * aspect, windows[0].height)
    return cuts(image, windows, CROP * looks[0][2] / REACHES[0] / side)


def _further(pictures: Sequence[Picture], detection: Detection) -> Iterator[Mesh]:
    """The mesh that fits the detection as further crops tell it."""
    for picture in pictures:
        mesh = _fitting(_meshes(picture, LEAST, NEIGHBOURS), detection)
        if mesh is not None:
            yield mesh


def _fitting(meshes: list[Mesh], detection: Detection) -> Mesh | None:
    best = min(meshes, key=lambda mesh: _misfit(mesh, detection), default=None)
    return best if best is not None and _misfit(best, detection) < MISFIT else None


def _mean(meshes: Sequence[Mesh]) -> Mesh:
    return Mesh(*(np.mean(parts, axis=0) for parts in zip(*meshes, strict=True)))


def _misfit(mesh: Mesh, detection: Detection) -> float:
    """Mean distance of the mesh's eyes, nose tip and mouth corners to the detector's, over the size of its box."""
    distance = np.linalg.norm(five_points(mesh.landmarks) - detection.points, axis=1).mean()
    return float(distance / detection.size)


def read_face(picture: Picture, near: NDArray[np.floating]) -> Mesh | None:
    """The face whose middle is nearest to `near` (2,), plate pixels: read from the picture alone, whatever was tracked.

    For judging an edit: plate and result are read alike, in the same window.
    """
    longest = max(picture.pixels.shape[:2])
    if longest < LEGIBLE:
        cv2, times = opencv(), round(LEGIBLE / longest)
        larger = cv2.resize(picture.pixels, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
        picture = picture._replace(pixels=larger)
    meshes = _meshes(picture, JUDGED, NEIGHBOURS)
    return min(meshes, key=lambda mesh: float(np.linalg.norm(mesh.landmarks[:, :2].mean(0) - near)), default=None)


def five_points(landmarks: NDArray[Any]) -> NDArray[Any]:
    """(5, 2) what detectors give: eye, eye, nose tip, mouth corner, mouth corner; the person's right ones first."""
    mesh = landmarks[:, :2]
    return np.stack([mesh[[33, 133]].mean(0), mesh[[263, 362]].mean(0), mesh[4], mesh[61], mesh[291]])


def _same(one: Mesh, other: Mesh) -> bool:
    size = np.ptp(one.landmarks[:, :2], axis=0).max()
    return bool(np.linalg.norm(one.landmarks.mean(0)[:2] - other.landmarks.mean(0)[:2]) < size / 4)


def _found_by_mediapipe(image: Image, confidence: float) -> list[Detection]:
    """Faces that MediaPipe finds in the whole frame, as detections to be looked at closely."""
    picture = whole(image, WHOLE)
    if min(picture.pixels.shape[:2]) < SMALLEST:
        return []
    return [_as_detection(mesh, confidence) for mesh in _meshes(picture, confidence, MOST)]


def _as_detection(mesh: Mesh, score: float) -> Detection:
    low, high = mesh.landmarks[:, :2].min(0), mesh.landmarks[:, :2].max(0)
    return Detection(np.concatenate([low, high - low]), five_points(mesh.landmarks), score)


def _meshes(picture: Picture, threshold: float, most: int) -> list[Mesh]:
    """The faces that MediaPipe sees in a picture, `most` at most."""
    media = mediapipe()
    shown = media.Image(image_format=media.ImageFormat.SRGB, data=np.ascontiguousarray(picture.pixels))
    with _landmarkers(threshold, most).borrow() as network:
        seen = network.detect(shown)
    height, width = picture.pixels.shape[:2]
    meshes = []
    for points, coefficients in zip(seen.face_landmarks, seen.face_blendshapes, strict=True):
        # MediaPipe's z is in the scale of x: a fraction of the picture's width.
        landmarks = np.array([(p.x * width, p.y * height, p.z * width) for p in points])
        mesh = Mesh(picture.to_plate(landmarks), np.array([shape.score for shape in coefficients]))
        if np.isfinite(mesh.landmarks).all():
            meshes.append(mesh)
    return meshes


@cache
def _landmarkers(threshold: float, most: int) -> Pool[Any]:
    path = str(path_of(LANDMARKER))
    return Pool(lambda: _start(path, threshold, most), lambda network: network.close())


def _start(path: str, threshold: float, most: int) -> Any:
    media = mediapipe()
    tasks, vision = media.tasks, media.tasks.vision
    options = vision.FaceLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=path),
        output_face_blendshapes=True,
        num_faces=most,
        min_face_detection_confidence=threshold,
    )
    blank = media.Image(image_format=media.ImageFormat.SRGB, data=np.zeros((64, 64, 3), np.uint8))
    with quiet():
        network = vision.FaceLandmarker.create_from_options(options)
        network.detect(blank)
    return network


def _as_faces(image: Image, found: list[tuple[Mesh, float]]) -> Faces:
    import torch

    landmarks = np.array([mesh.landmarks for mesh, _ in found], np.float32).reshape(-1, LANDMARKS, 3)
    coefficients = np.array([mesh.coefficients for mesh, _ in found], np.float32).reshape(-1, COEFFICIENTS)
    confidence = np.array([score for _, score in found], np.float32)
    frame = torch.tensor([*image.main.display, image.main.pixel_aspect], dtype=torch.float32)
    return Faces(torch.from_numpy(landmarks), torch.from_numpy(coefficients), torch.from_numpy(confidence), frame)
