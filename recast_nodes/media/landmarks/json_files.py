"""Landmarks as JSON.

`{"recast": "landmarks", "version": 1, "y": "down", "frames": {"1001": {"landmarks": [[x, y, z], ...]}}}`, with
`"coefficients"` (52 numbers) and `"confidence"` where they are known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import MediaError
from ...wires import Faces, Track
from .one_face import check_face, shortest


def read_json(path: Path, first: int) -> dict[int, Faces]:
    """The face of every frame in a document. Raises MediaError naming the line or the frame."""
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
    return {_frame_number(path, name): _face(path, name, entry) for name, entry in frames.items()}


def _frame_number(path: Path, name: str) -> int:
    try:
        return int(name)
    except ValueError:
        raise MediaError(f"{path}: {name!r} is not a frame number.") from None


def _face(path: Path, name: str, entry: Any) -> Faces:
    if not isinstance(entry, dict) or "landmarks" not in entry:
        raise MediaError(f'{path}, frame {name}: has no "landmarks".')
    return check_face(path, f"frame {name}", entry["landmarks"], entry.get("coefficients"), entry.get("confidence"))


def write_json(tracks: Mapping[int, Track], path: Path) -> None:
    """Write every frame with its coefficients, where they are known, its confidence and its state."""
    frames = {
        str(frame): {
            "landmarks": [[float(shortest(value)) for value in point] for point in track.landmarks.numpy()],
            **({"coefficients": track.coefficients.tolist()} if track.coefficients.isfinite().all() else {}),
            "confidence": float(track.confidence),
            "state": track.state,
        }
        for frame, track in tracks.items()
    }
    document = {"recast": "landmarks", "version": 1, "y": "down", "frames": frames}
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")
