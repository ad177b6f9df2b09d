"""Landmarks as NumPy's arrays.

`.npz` holds `landmarks` (T, K, 2 or 3) and `frames` (T,), with `coefficients` (T, 52) and `confidence` (T,) where they
are known; `.npy` is landmarks alone, and its first row belongs to the shot's first frame.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...errors import MediaError
from ...wires import Faces, Track
from ..files import limits
from .one_face import check_face


def read_npz(path: Path, first: int) -> dict[int, Faces]:
    """The face of every frame that `frames` names. Raises MediaError where arrays are missing or of other lengths."""
    arrays = _load_numpy(path)
    if not isinstance(arrays, dict) or not {"landmarks", "frames"} <= set(arrays):
        raise MediaError(f"{path}: an .npz file of landmarks holds arrays named landmarks and frames.")
    frames, landmarks = arrays["frames"], arrays["landmarks"]
    if frames.ndim != 1 or landmarks.ndim != 3 or any(len(array) != len(frames) for array in arrays.values()):
        raise MediaError(f"{path}: landmarks {landmarks.shape} and frames {frames.shape} do not belong together.")
    extra = [arrays.get("coefficients"), arrays.get("confidence")]
    return {
        int(frame): check_face(path, f"frame {frame}", landmarks[i], *(None if a is None else a[i] for a in extra))
        for i, frame in enumerate(frames)
    }


def read_npy(path: Path, first: int) -> dict[int, Faces]:
    """The face of every row, counted from the frame `first`. Raises MediaError where this is no such array."""
    landmarks = _load_numpy(path)
    if isinstance(landmarks, dict) or landmarks.ndim != 3:
        raise MediaError(f"{path}: an .npy file of landmarks is one array (frames, points, 2 or 3).")
    return {first + i: check_face(path, f"row {i}", points) for i, points in enumerate(landmarks)}


def _load_numpy(path: Path) -> Any:
    try:
        _check_arrays(path)
        loaded = np.load(path, allow_pickle=False)
        return loaded if isinstance(loaded, np.ndarray) else dict(loaded)
    except (MediaError, OSError):
        raise
    except Exception:  # NumPy, zipfile and zlib raise a dozen kinds, down to those of Python's own tokenizer
        raise MediaError(f"{path}: is not a NumPy file of plain numbers.") from None


def _check_arrays(path: Path) -> None:
    """MediaError or ValueError where more would come out of the file than is read, or than it can hold."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as opened:
            return _check_array(opened, path.stat().st_size)
    with zipfile.ZipFile(path) as archive:
        limits.check(path, limits.TABLE, sum(entry.file_size for entry in archive.infolist()) / (1 << 20))
        for entry in archive.infolist():
            with archive.open(entry) as opened:
                _check_array(opened, entry.file_size)


def _check_array(opened: IO[bytes], size: int) -> None:
    """ValueError where an array's header asks for more bytes than the `size` that there are."""
    major, _ = np.lib.format.read_magic(opened)
    read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(opened)
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize > size:
        raise ValueError("an array that is longer than its file")


def write_npz(tracks: Mapping[int, Track], path: Path) -> None:
    """Write all that is known of every frame."""
    with path.open("wb") as opened:
        np.savez_compressed(
            opened,
            frames=np.array(list(tracks)),
            landmarks=np.stack([track.landmarks.numpy() for track in tracks.values()]),
            coefficients=np.stack([track.coefficients.numpy() for track in tracks.values()]),
            confidence=np.array([track.confidence for track in tracks.values()], np.float32),
        )


def write_npy(tracks: Mapping[int, Track], path: Path) -> None:
    """Write landmarks alone. Raises MediaError where the face is lost between two frames."""
    frames = list(tracks)
    if frames != list(range(frames[0], frames[-1] + 1)):
        raise MediaError("An .npy file holds no frame numbers, and the face is lost in between: write .npz instead.")
    with path.open("wb") as opened:
        np.save(opened, np.stack([track.landmarks.numpy() for track in tracks.values()]))
