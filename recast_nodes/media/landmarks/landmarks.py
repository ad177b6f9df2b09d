"""Landmarks in and out of files: CSV, JSON and NumPy, for trackers and tools that are not ours.

Positions are those of `wires`: pixels of the plate's display window, x to the right, y down, the first pixel's centre
at (0.5, 0.5). A frame has 478 points (MediaPipe's mesh with irises) or 468 (without); z is in the scale of x, smaller
is nearer to the camera.

- `.csv`: a header `frame,index,x,y` or `frame,index,x,y,z`, one point a line; lines that begin with # are skipped.
- `.json`: `{"recast": "landmarks", "version": 1, "y": "down", "frames": {"1001": {"landmarks": [[x, y, z], ...]}}}`,
  with `"coefficients"` (52 numbers) and `"confidence"` where they are known.
- `.npz`: `landmarks` (T, K, 2 or 3) and `frames` (T,), with `coefficients` (T, 52) and `confidence` (T,) where known.
- `.npy`: (T, K, 2 or 3) alone; its first row belongs to the shot's first frame.
"""

from __future__ import annotations

import csv
import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch

from ...errors import MediaError
from ...face.anatomy import LANDMARKS, MESH
from ...face.blendshapes import COEFFICIENTS
from ...notices import notice
from ...wires import Faces, Track, Window
from ..files import limits
from ..files.atomic import whole_file

COUNTS = (LANDMARKS, MESH)


def read_landmarks(path: str | Path, first: int = 0) -> dict[int, Faces]:
    """One face a frame. `first` is the frame of a `.npy` file's first row. Raises MediaError naming file and place."""
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise MediaError(f"{path}: landmarks are read from {', '.join(_READERS)} files.")
    limits.check(path, limits.TABLE, limits.check_file(path) / (1 << 20))
    try:
        frames = reader(path, first)
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror or problem}.") from problem
    except UnicodeDecodeError:
        raise MediaError(f"{path}: this is not a text file.") from None
    except csv.Error as problem:
        raise MediaError(f"{path}: this is not a table: {problem}.") from None
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


def _face(
    path: Path, where: str, points: Any, coefficients: Any = None, confidence: float | None = None
) -> Faces:  # fmt: skip
    """One face from (K, 2 or 3) numbers, checked."""
    try:
        landmarks = np.asarray(points, np.float32)
        known = np.full(COEFFICIENTS, np.nan) if coefficients is None else np.asarray(coefficients, np.float32)
        score = 1.0 if confidence is None else float(confidence)
    except (TypeError, ValueError, OverflowError):
        raise MediaError(f"{path}, {where}: landmarks are rows of two or three numbers.") from None
    if landmarks.ndim != 2 or landmarks.shape[1] not in (2, 3) or len(landmarks) not in COUNTS:
        wanted = f"{LANDMARKS} (or {MESH}) points of x, y and z"
        raise MediaError(f"{path}, {where}: holds {landmarks.shape} numbers, not {wanted}.")
    if not np.isfinite(landmarks).all():
        raise MediaError(f"{path}, {where}: point {int(np.argwhere(~np.isfinite(landmarks))[0][0])} is not finite.")
    if known.shape != (COEFFICIENTS,) or not 0 <= score <= 1:
        raise MediaError(f"{path}, {where}: coefficients are {COEFFICIENTS} numbers, a confidence is from 0 to 1.")
    if landmarks.shape[1] == 2:
        notice(f"{path}: has no z; the face is taken to be flat, so turns of the head are not told from its shape.")
        landmarks = np.concatenate([landmarks, np.zeros_like(landmarks[:, :1])], 1)
    return Faces(
        torch.from_numpy(landmarks)[None], torch.from_numpy(known.astype(np.float32))[None], torch.tensor([score])
    )


def _read_csv(path: Path, first: int) -> dict[int, Faces]:
    points: dict[int, dict[int, list[float]]] = {}
    for line, row in _csv_rows(path):
        try:
            frame, index, *place = int(row[0]), int(row[1]), *map(float, row[2:])
        except ValueError:
            raise MediaError(f"{path}, line {line}: {','.join(row)!r} is not frame, index, x, y, z.") from None
        known = points.setdefault(frame, {})
        if index in known or not 0 <= index < COUNTS[0]:
            what = "stands there twice" if index in known else f"is not from 0 to {COUNTS[0] - 1}"
            raise MediaError(f"{path}, line {line}: point {index} of frame {frame} {what}.")
        if not np.isfinite(place).all():
            raise MediaError(f"{path}, line {line}: point {index} of frame {frame} is not finite.")
        known[index] = place
    return {frame: _csv_face(path, frame, points[frame]) for frame in sorted(points)}


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each point, after the header, all as wide as the header."""
    with path.open(newline="", encoding="utf-8-sig") as opened:
        rows = csv.reader(opened)
        header: list[str] = []
        for row in rows:
            if not row or row[0].lstrip().startswith("#"):
                continue
            if not header:
                header = [cell.strip().lower() for cell in row]
                if header not in (["frame", "index", "x", "y"], ["frame", "index", "x", "y", "z"]):
                    raise MediaError(f"{path}, line {rows.line_num}: the header is not frame,index,x,y[,z].")
            elif len(row) != len(header):
                raise MediaError(f"{path}, line {rows.line_num}: {len(row)} values, the header has {len(header)}.")
            else:
                yield rows.line_num, row


def _csv_face(path: Path, frame: int, points: dict[int, list[float]]) -> Faces:
    count = COUNTS[0] if max(points) >= COUNTS[1] else COUNTS[1]
    missing = [index for index in range(count) if index not in points]
    if missing:
        raise MediaError(f"{path}, frame {frame}: point {missing[0]} is missing ({len(points)} of {count} are there).")
    return _face(path, f"frame {frame}", [points[index] for index in range(count)])


def _read_json(path: Path, first: int) -> dict[int, Faces]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as problem:
        raise MediaError(f"{path}, line {problem.lineno}: {problem.msg}.") from None
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        raise MediaError(
            f"{path}: is not a landmarks document: it is nested too deeply, or has endless numbers."
        ) from None
    frames = document.get("frames") if isinstance(document, dict) else None
    if not isinstance(frames, dict) or document.get("recast", "landmarks") != "landmarks":
        raise MediaError(f'{path}: is not a landmarks document: it has no "frames".')
    if document.get("version", 1) != 1 or document.get("y", "down") != "down":
        raise MediaError(f'{path}: only version 1 with "y": "down" is read.')
    return {_frame_number(path, name): _json_face(path, name, entry) for name, entry in frames.items()}


def _frame_number(path: Path, name: str) -> int:
    try:
        return int(name)
    except ValueError:
        raise MediaError(f"{path}: {name!r} is not a frame number.") from None


def _json_face(path: Path, name: str, entry: Any) -> Faces:
    if not isinstance(entry, dict) or "landmarks" not in entry:
        raise MediaError(f'{path}, frame {name}: has no "landmarks".')
    return _face(path, f"frame {name}", entry["landmarks"], entry.get("coefficients"), entry.get("confidence"))


def _read_npz(path: Path, first: int) -> dict[int, Faces]:
    held = _load_numpy(path)
    if not isinstance(held, dict) or not {"landmarks", "frames"} <= set(held):
        raise MediaError(f"{path}: an .npz file of landmarks holds arrays named landmarks and frames.")
    frames, landmarks = held["frames"], held["landmarks"]
    if frames.ndim != 1 or landmarks.ndim != 3 or any(len(array) != len(frames) for array in held.values()):
        raise MediaError(f"{path}: landmarks {landmarks.shape} and frames {frames.shape} do not belong together.")
    extra = [held.get("coefficients"), held.get("confidence")]
    return {
        int(frame): _face(path, f"frame {frame}", landmarks[i], *(None if a is None else a[i] for a in extra))
        for i, frame in enumerate(frames)
    }


def _read_npy(path: Path, first: int) -> dict[int, Faces]:
    landmarks = _load_numpy(path)
    if isinstance(landmarks, dict) or landmarks.ndim != 3:
        raise MediaError(f"{path}: an .npy file of landmarks is one array (frames, points, 2 or 3).")
    return {first + i: _face(path, f"row {i}", points) for i, points in enumerate(landmarks)}


def _load_numpy(path: Path) -> Any:
    try:
        _check_arrays(path)
        held = np.load(path, allow_pickle=False)
        return held if isinstance(held, np.ndarray) else dict(held)
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
            with archive.open(entry) as held:
                _check_array(held, entry.file_size)


def _check_array(held: IO[bytes], size: int) -> None:
    """ValueError where an array's header asks for more bytes than the `size` that there are."""
    major, _ = np.lib.format.read_magic(held)
    read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(held)
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize > size:
        raise ValueError("an array that is longer than its file")


def _write_csv(tracks: Mapping[int, Track], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as opened:
        opened.write("# Recast landmarks: pixels, x right, y down, the first pixel's centre at 0.5 0.5\n")
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(("frame", "index", "x", "y", "z"))
        for frame, track in tracks.items():
            writer.writerows((frame, index, *map(_short, point)) for index, point in enumerate(track.landmarks.numpy()))


def _short(value: np.float32) -> str:
    """The shortest text that reads back as the same float32."""
    return np.format_float_positional(value, unique=True, trim="0")


def _write_json(tracks: Mapping[int, Track], path: Path) -> None:
    frames = {
        str(frame): {
            "landmarks": [[float(_short(value)) for value in point] for point in track.landmarks.numpy()],
            **({"coefficients": track.coefficients.tolist()} if track.coefficients.isfinite().all() else {}),
            "confidence": float(track.confidence),
            "state": track.state,
        }
        for frame, track in tracks.items()
    }
    document = {"recast": "landmarks", "version": 1, "y": "down", "frames": frames}
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def _write_npz(tracks: Mapping[int, Track], path: Path) -> None:
    with path.open("wb") as opened:
        np.savez_compressed(
            opened,
            frames=np.array(list(tracks)),
            landmarks=np.stack([track.landmarks.numpy() for track in tracks.values()]),
            coefficients=np.stack([track.coefficients.numpy() for track in tracks.values()]),
            confidence=np.array([track.confidence for track in tracks.values()], np.float32),
        )


def _write_npy(tracks: Mapping[int, Track], path: Path) -> None:
    frames = list(tracks)
    if frames != list(range(frames[0], frames[-1] + 1)):
        raise MediaError("An .npy file holds no frame numbers, and the face is lost in between: write .npz instead.")
    with path.open("wb") as opened:
        np.save(opened, np.stack([track.landmarks.numpy() for track in tracks.values()]))


_READERS: dict[str, Callable[[Path, int], dict[int, Faces]]] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".npz": _read_npz,
    ".npy": _read_npy,
}
_WRITERS: dict[str, Callable[[Mapping[int, Track], Path], None]] = {
    ".csv": _write_csv,
    ".json": _write_json,
    ".npz": _write_npz,
    ".npy": _write_npy,
}
