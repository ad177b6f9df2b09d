"""A fitted head as files: which name has which form, and writing it.

`name.head.csv` and `.json` hold parameters, `keypoints.npz` a clip for training, `name.chan` the head and
`name.camera.chan` the camera for Nuke, `name.usd` (or .usda, .usdc) a moving head with its camera.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from ...digital_humans.keypoints import keypoint_vertices
from ...errors import MediaError
from ...media.files.atomic import whole_file
from ...window import Window
from ...wires import HeadParameters, Track
from .chan import chan_lines
from .parameters import place
from .whole_head import expression_of, fitted, person_at_rest, stand_of, whole_head, with_expression

USD = (".usd", ".usda", ".usdc")
ENDINGS = ("head.csv", "head.json", "keypoints.npz", ".camera.chan", ".chan", *USD)
"""How names end that a fitted head is written to, the longer ones first."""
PLACE = ("headX", "headY", "headZ")
ANGLES = ("headYaw", "headPitch", "headRoll")


class Shot(NamedTuple):
    """What a file of a fitted head is made from."""

    heads: Mapping[int, HeadParameters]  # by frame
    display: Window  # of the plate
    pixel_aspect: float
    rate: float  # frames a second


def ending_of(path: str | Path) -> str:
    """The one of ENDINGS that a name has, or ''."""
    name = Path(path).name.lower()
    return next((ending for ending in ENDINGS if re.search(rf"(^|[._ -]){re.escape(ending.lstrip('.'))}$", name)), "")


def require_library(path: str | Path) -> None:
    """Raises NotInstalled where the form that a name ends in needs a library that is not there."""
    if ending_of(path) in USD:
        from .head_usd import require_usd

        require_usd()


def write_head(tracks: Mapping[int, Track], path: str | Path, display: Window, rate: float) -> None:
    """Write the form that the name ends in, whole or not at all. Raises MediaError, NotInstalled."""
    writer = _WRITERS.get(ending_of(path))
    if writer is None:
        raise MediaError(f"{path}: a fitted head is written to names that end in {', '.join(ENDINGS)}.")
    aspect = next(iter(tracks.values())).pixel_aspect
    shot = Shot(fitted(dict(tracks)), display, aspect, rate)
    with whole_file(path) as temporary:
        writer(shot, temporary)


def rows_of(shot: Shot) -> tuple[list[str], list[list[float]]]:
    """Column names and a row a frame: the frame, parameters of expression, angles in radians, place in centimetres."""
    names: list[str] = []
    rows: list[list[float]] = []
    for frame, parameters in shot.heads.items():
        expression, stand = expression_of(parameters), stand_of(parameters)
        names = ["frame", *expression, *ANGLES, *PLACE, "focal"]
        angles = np.radians(stand.angles).tolist()
        rows.append([frame, *expression.values(), *angles, *stand.place.tolist(), stand.focal])
    return names, rows


def _write_csv(shot: Shot, path: Path) -> None:
    names, rows = rows_of(shot)
    with path.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([int(frame), *(f"{value:.6g}" for value in values)] for frame, *values in rows)


def _write_json(shot: Shot, path: Path) -> None:
    first = next(iter(shot.heads.values()))
    names, rows = rows_of(shot)
    frames = {str(int(row[0])): [round(value, 6) for value in row[1:]] for row in rows}
    document = {
        "recast": "head",
        "version": 1,
        "model": first.model,
        "identity": [round(value, 6) for value in first.identity[0].tolist()],
        "columns": names[1:],
        "units": {"angles": "radians", "place": "centimetres from the camera, y up, z towards it", "focal": "pixels"},
        "frames": frames,
    }
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")


def _write_keypoints(shot: Shot, path: Path) -> None:
    first = next(iter(shot.heads.values()))
    head = whole_head(first.model)
    if not head.topology.landmarks.any():
        raise MediaError(f"Keypoints for training need a head whose 68 landmarks are known, not {head.name}.")
    chosen, usual = keypoint_vertices(head.topology), head.topology.landmarks
    narrow = np.array([shot.pixel_aspect, 1.0, 1.0])
    canonical, expressed, posed, landmarks = [], [], [], []
    for parameters in shot.heads.values():
        neutral = person_at_rest(head, parameters)
        shape = with_expression(head, neutral, parameters)
        points = torch.from_numpy(np.concatenate([shape[chosen], shape[usual]]).astype(np.float64))
        seen = place(points, parameters).numpy() / narrow
        canonical.append(neutral[chosen])
        expressed.append(shape[chosen])
        posed.append(seen[: len(chosen)])
        landmarks.append(seen[len(chosen) :, :2])
    arrays = {"canonical": canonical, "expression": expressed, "posed": posed, "landmarks": landmarks}
    with path.open("wb") as opened:
        np.savez_compressed(
            opened,
            frames=np.array(list(shot.heads), np.int64),
            **{name: np.stack(each).astype(np.float32) for name, each in arrays.items()},  # type: ignore[arg-type]
        )


def _write_chan(shot: Shot, path: Path, camera: bool = False) -> None:
    path.write_text(chan_lines(shot.heads, shot.display.height, camera), encoding="ascii")


def _write_usd(ending: str, shot: Shot, path: Path) -> None:
    from .head_usd import usd_of

    content = usd_of(shot.heads, ending, (shot.display.width * shot.pixel_aspect, shot.display.height), shot.rate)
    path.write_bytes(content)


_WRITERS: Mapping[str, Callable[[Shot, Path], None]] = {
    "head.csv": _write_csv,
    "head.json": _write_json,
    "keypoints.npz": _write_keypoints,
    ".chan": _write_chan,
    ".camera.chan": lambda shot, path: _write_chan(shot, path, camera=True),
    **{ending: partial(_write_usd, ending) for ending in USD},
}
