"""Landmarks in and out of files: CSV, JSON and NumPy, for trackers and tools that are not ours.

Positions are those of `wires`: pixels of the plate's display window, x to the right, y down, the first pixel's centre
at (0.5, 0.5). A frame has 478 points (MediaPipe's mesh with irises) or 468 (without); z is in the scale of x, smaller
is nearer to the camera.

`csv_files`, `json_files` and `numpy_files` say what each form looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ...errors import MediaError
from ...wires import Faces, Track, Window
from ..files import limits
from ..files.atomic import whole_file
from ..files.read_errors import naming
from ..names.siblings import refuse_missing
from . import csv_files, json_files, numpy_files


def read_landmarks(path: str | Path, first: int = 0) -> dict[int, Faces]:
    """One face a frame. `first` is the frame of a `.npy` file's first row. Raises MediaError naming file and place."""
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise MediaError(f"{path}: landmarks are read from {', '.join(_READERS)} files.")
    refuse_missing(path)
    limits.check(path, limits.TABLE, limits.check_file(path) / (1 << 20))
    with naming(path):
        frames = reader(path, first)
    if not frames:
        raise MediaError(f"{path}: holds no landmarks.")
    return frames


def write_landmarks(tracks: Mapping[int, Track], path: str | Path) -> None:
    """Every frame in which the face is found, in the form that the name's ending says. The file appears whole."""
    path = Path(path)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise MediaError(f"{path}: landmarks are written to {', '.join(_WRITERS)} files.")
    found = {frame: tracks[frame] for frame in sorted(tracks) if tracks[frame].found}
    if not found:
        raise MediaError(f"{path}: not written, the face is lost in every frame.")
    with whole_file(path) as temporary:
        writer(found, temporary)


def export_track(tracks: Mapping[int, Track], path: str | Path, display: Window) -> None:
    """`write_landmarks`, or a Nuke script of 2D tracks and a corner pin where `path` ends in .nk."""
    from .nuke_tracks import write_nuke

    if Path(path).suffix.lower() == ".nk":
        write_nuke(tracks, path, display)
    else:
        write_landmarks(tracks, path)


_READERS: dict[str, Callable[[Path, int], dict[int, Faces]]] = {
    ".csv": csv_files.read_csv,
    ".json": json_files.read_json,
    ".npz": numpy_files.read_npz,
    ".npy": numpy_files.read_npy,
}
_WRITERS: dict[str, Callable[[Mapping[int, Track], Path], None]] = {
    ".csv": csv_files.write_csv,
    ".json": json_files.write_json,
    ".npz": numpy_files.write_npz,
    ".npy": numpy_files.write_npy,
}
