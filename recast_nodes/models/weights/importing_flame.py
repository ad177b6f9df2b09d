"""The user's own FLAME brought in: its file, and the published places of MediaPipe's landmarks on it.

Both are downloaded from FLAME's site by whoever has a licence: the model (a pickle or .npz) and the "MediaPipe landmark
embedding", an .npz of `lmk_face_idx` (N,), `lmk_b_coords` (N, 3) and `landmark_indices` (N,).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...digital_humans.flame import FlameModel
from ...errors import ModelMissing, WeightsError
from ...face.anatomy import MESH
from ...media.files.atomic import whole_file
from .downloads import folder as models_folder
from .flame_file import WANTED, read_flame

NAME = "flame"
MODEL, PLACES = "flame.npz", "mediapipe_landmarks.npz"
ARRAYS = ("lmk_face_idx", "lmk_b_coords", "landmark_indices")
ENDINGS = (".pkl", ".npz")


class FlameLandmarks(NamedTuple):
    """Where N of MediaPipe's landmarks lie on FLAME."""

    faces: NDArray[np.int64]  # (N,) triangles
    weights: NDArray[np.float64]  # (N, 3) of their corners
    indices: NDArray[np.int64]  # (N,) which of the 468


def import_flame(source: Path, report: Callable[[str], None] = print) -> list[str]:
    """Install what a folder (or file) holds of FLAME; what is still missing after it, a sentence each.

    Raises WeightsError where a file holds none of it.
    """
    found, refused = 0, []
    for path in _candidates(source):
        try:
            report(_install(path))
            found += 1
        except WeightsError as error:
            refused.append(str(error))
    if not found:
        raise WeightsError(f"{source} holds nothing of FLAME. {' '.join(refused[:3])}".rstrip())
    return list(missing())


def missing() -> Iterator[str]:
    """What of FLAME is not installed: a sentence each."""
    place = models_folder() / NAME
    for name, what in ((MODEL, "FLAME"), (PLACES, "FLAME's MediaPipe landmark embedding")):
        if not (place / name).is_file():
            yield f"{what} is not in {place}: run `recast models import {NAME} FOLDER`."


def installed_flame() -> tuple[FlameModel, FlameLandmarks]:
    """The model and its landmarks. Raises ModelMissing where one was not imported, WeightsError where it is damaged."""
    for sentence in missing():
        raise ModelMissing(sentence)
    place = models_folder() / NAME
    model = read_flame(place / MODEL)
    return model, _read_places(place / PLACES, len(model.faces))


def _candidates(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    return sorted(path for path in source.rglob("*") if path.suffix.lower() in ENDINGS)


def _install(path: Path) -> str:
    """One line of report."""
    place = models_folder() / NAME
    try:
        places = _read_places(path)
    except WeightsError:
        model = read_flame(path)
        _save(place / MODEL, dict(zip(WANTED, _as_published(model), strict=True)))
        return f"{path.name}: FLAME, {len(model.template)} vertices. Not for commercial use without a licence."
    _save(place / PLACES, dict(zip(ARRAYS, places, strict=True)))
    return f"{path.name}: the places of {len(places.indices)} of MediaPipe's landmarks on FLAME."


def _as_published(model: FlameModel) -> Iterator[NDArray]:
    """The arrays by the names of WANTED."""
    tree = np.stack([model.parents, np.arange(len(model.parents))])
    yield from (model.template, model.directions, model.pose_directions, model.regressor, model.weights)
    yield from (tree, model.faces)


def _save(path: Path, arrays: dict[str, NDArray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as temporary, temporary.open("wb") as opened:
        np.savez_compressed(opened, **arrays)  # type: ignore[arg-type]


def _read_places(path: Path, triangles: int | None = None) -> FlameLandmarks:
    """Raises WeightsError where the file holds no such table."""
    try:
        with np.load(path, allow_pickle=False) as data:
            faces, weights, indices = (np.asarray(data[name]) for name in ARRAYS)
    except Exception as error:  # NumPy and zipfile raise a dozen kinds
        raise WeightsError(f"{path} holds no landmarks of FLAME: {error or type(error).__name__}.") from error
    count = len(indices)
    sound = faces.shape == (count,) and weights.shape == (count, 3) and count > 0 and np.isfinite(weights).all()
    if not sound or indices.min() < 0 or indices.max() >= MESH or faces.min() < 0:
        raise WeightsError(f"{path} holds no landmarks of FLAME: its arrays do not belong together.")
    if triangles is not None and faces.max() >= triangles:
        raise WeightsError(f"{path} names triangles that FLAME does not have.")
    return FlameLandmarks(faces.astype(np.int64), weights.astype(np.float64), indices.astype(np.int64))
