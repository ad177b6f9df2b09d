"""The paper's own readers, of a user's own files: AdaFace for CSIM, SMIRK for AED and APD, L2CS for the gaze's MAE.

Their files may not be passed on, so none comes with this package: `--network csim=adaface.onnx`. Each is an ONNX file
of the published network and is shown what its authors publish; what it must give back is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import WeightsError
from ...face.published import ALIGNED_112
from ...models.tracker.region import five_points
from ...models.weights.notes import sha256_of
from ...models.weights.onnx_faces import run, start
from ...natives import opencv

Pixels = NDArray[np.uint8]
Points = NDArray[np.floating]
IMAGENET = np.array([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]], np.float32)  # mean and deviation
SMIRK = ("exp", "jaw", "eyelid", "pose")  # what its outputs are known by
BINS = {90: (4.0, -180.0), 28: (3.0, -42.0)}  # L2CS: degrees a bin and of the first: Gaze360's, MPIIFaceGaze's


class PublishedReader(NamedTuple):
    """A network that is known: which numbers it is for, and what it is shown."""

    called: str
    columns: Mapping[str, str]  # of the table, and what they then are
    size: int
    show: Callable[[Pixels, Points, int], NDArray[np.float32]]  # picture, 478 landmarks, size: (1, 3, S, S)


class OwnReading(NamedTuple):
    """What the user's networks see in a face; None where there is no such network, or it does not say."""

    embedding: NDArray[np.float32] | None = None
    expression: NDArray[np.float64] | None = None
    pose: NDArray[np.float64] | None = None  # (3,) axis times angle, radians
    gaze: NDArray[np.float64] | None = None  # (3,) direction: x to the picture's right, y down, z towards the camera


def show_aligned(pixels: Pixels, landmarks: Points, size: int) -> NDArray[np.float32]:
    """AdaFace: the face upright by its five points, BGR, -1..1."""
    cv2 = opencv()
    template = np.array(ALIGNED_112, np.float32) * np.float32(size / 112)
    matrix, _ = cv2.estimateAffinePartial2D(five_points(landmarks).astype(np.float32), template)
    upright = cv2.warpAffine(pixels, matrix, (size, size))[..., ::-1]
    return _channels_first((upright / 255 - 0.5) / 0.5)


def show_near(pixels: Pixels, landmarks: Points, size: int) -> NDArray[np.float32]:
    """SMIRK: a square 1.4 times the landmarks' box, RGB, 0..1."""
    return _channels_first(_square(pixels, landmarks, 1.4, size) / 255)


def show_face(pixels: Pixels, landmarks: Points, size: int) -> NDArray[np.float32]:
    """L2CS: the face's box, RGB, by ImageNet's mean and deviation."""
    return _channels_first((_square(pixels, landmarks, 1.0, size) / 255 - IMAGENET[0]) / IMAGENET[1])


def _square(pixels: Pixels, landmarks: Points, scale: float, size: int) -> Pixels:
    low, high = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    step = scale * float((high - low).max()) / size
    first = (low + high) / 2 - step * size / 2 + step / 2
    matrix = np.array([[step, 0, first[0]], [0, step, first[1]]])
    cv2 = opencv()
    return np.asarray(cv2.warpAffine(pixels, matrix, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP))


def _channels_first(picture: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32)


KINDS = {
    "csim": PublishedReader("AdaFace", {"csim": "cosine of AdaFace's embeddings, to the truth"}, 112, show_aligned),
    "aed": PublishedReader(
        "SMIRK",
        {
            "aed": "SMIRK's expression, jaw and eyelids, to the driver",
            "aed truth": "SMIRK's expression, jaw and eyelids, to the truth",
            "apd": "SMIRK's head pose in radians, to the source",
        },
        224,
        show_near,
    ),
    "mae": PublishedReader("L2CS", {"mae": "gaze, by L2CS, to the truth"}, 448, show_face),
}


EXPORT = "A PyTorch checkpoint has to be exported to ONNX first, with its authors' own code."


class OwnNetwork:
    """One network of a user's, opened and looked at. Raises WeightsError, ModelMissing."""

    def __init__(self, metric: str, file: Path):
        self.kind, self.file = KINDS[metric], file
        self.session: Any = start(file, EXPORT)
        self.sha256 = sha256_of(file)
        (shape,) = [given.shape for given in self.session.get_inputs()] or [[]]
        wanted = [3, self.kind.size, self.kind.size]
        if len(shape) != 4 or any(isinstance(has, int) and has != want for has, want in zip(shape[1:], wanted)):
            raise WeightsError(f"{file} takes {shape}: {self.kind.called} takes (1, 3, {wanted[1]}, {wanted[2]}).")
        self._names = [given.name for given in self.session.get_outputs()]

    def ask(self, pixels: Pixels, landmarks: Points) -> dict[str, NDArray[Any]]:
        """What it gives for the face of an sRGB picture (H, W, 3), by name. Raises WeightsError."""
        answers = run(self.session, self.kind.show(pixels, landmarks, self.kind.size))
        return dict(zip(self._names, answers, strict=True))

    @property
    def columns(self) -> dict[str, str]:
        """What the table says of its columns."""
        return {name: f"{about}; sha256 {self.sha256[:16]}" for name, about in self.kind.columns.items()}

    @property
    def note(self) -> str:
        """Which file it is."""
        return f"{self.kind.called} is {self.file.name}, sha256 {self.sha256}."


class OwnNetworks:
    """All that a user brought, by metric. Raises WeightsError, ModelMissing."""

    def __init__(self, files: Mapping[str, Path] | None = None):
        self.by_metric = {metric: OwnNetwork(metric, file) for metric, file in (files or {}).items()}

    def read(self, pixels: Pixels, landmarks: Points) -> OwnReading:
        """A face as they see it: landmarks (478, 2 or 3) in the pixels of an sRGB picture. Raises WeightsError."""
        found = OwnReading()
        for metric, network in self.by_metric.items():
            answers = network.ask(pixels, landmarks)
            if metric == "csim":
                found = found._replace(embedding=_embedding(network, answers))
            elif metric == "aed":
                expression, pose = _expression(network, answers)
                found = found._replace(expression=expression, pose=pose)
            else:
                found = found._replace(gaze=_gaze(network, answers))
        return found


def _embedding(network: OwnNetwork, answers: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    widest = max(answers.values(), key=lambda each: each.size)  # beside it some files give its length
    if widest.size < 64:
        raise WeightsError(f"{network.file} gives {widest.size} numbers: AdaFace's embedding has 512.")
    return widest.astype(np.float32).ravel()


def _expression(
    network: OwnNetwork, answers: Mapping[str, NDArray[Any]]
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Expression, jaw and eyelids together, and the pose, by parts of the outputs' names."""
    named = {part: [values for name, values in answers.items() if part in name.lower()] for part in SMIRK}
    if not named["exp"]:
        raise WeightsError(
            f"{network.file} names its outputs {', '.join(answers)}: SMIRK's are known by 'exp', 'jaw', 'eyelid' and "
            "'pose' in their names."
        )
    parts = [values.astype(np.float64).ravel() for part in SMIRK[:3] for values in named[part]]
    pose = next((values.astype(np.float64).ravel()[:3] for values in named["pose"] if values.size >= 3), None)
    return np.concatenate(parts), pose


def _gaze(network: OwnNetwork, answers: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
    """The direction of two rows of bins, each an angle by the mean over its softmax; yaw comes first, or is named."""
    rows = [(name, values.astype(np.float64).ravel()) for name, values in answers.items() if values.size in BINS]
    if len(rows) < 2:
        raise WeightsError(f"{network.file} gives no two rows of {' or '.join(map(str, BINS))} bins, as L2CS does.")
    if "pitch" in rows[0][0].lower():
        rows.reverse()
    yaw, pitch = (np.radians(_angle(values)) for _, values in rows[:2])
    return np.array([np.sin(yaw) * np.cos(pitch), -np.sin(pitch), np.cos(yaw) * np.cos(pitch)])


def _angle(logits: NDArray[np.float64]) -> float:
    share = np.exp(logits - logits.max())
    step, first = BINS[logits.size]
    return float((share / share.sum()) @ np.arange(logits.size) * step + first)
