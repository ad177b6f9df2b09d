"""Landmarks as CSV: a header `frame,index,x,y` or `frame,index,x,y,z`, one point a line; # begins a comment line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from ...errors import MediaError
from ...wires import Faces, Track
from ..files.text_encoding import encoding_of
from .one_face import COUNTS, check_face, shortest


def read_csv(path: Path, first: int) -> dict[int, Faces]:
    """The face of every frame in a table. Raises MediaError naming the line."""
    points: dict[int, dict[int, list[float]]] = {}
    for line, row in _rows(path):
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
    return {frame: _face(path, frame, points[frame]) for frame in sorted(points)}


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each point, after the header, all as wide as the header."""
    with path.open(newline="", encoding=encoding_of(path)) as opened:
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


def _face(path: Path, frame: int, points: dict[int, list[float]]) -> Faces:
    count = COUNTS[0] if max(points) >= COUNTS[1] else COUNTS[1]
    missing = [index for index in range(count) if index not in points]
    if missing:
        raise MediaError(f"{path}, frame {frame}: point {missing[0]} is missing ({len(points)} of {count} are there).")
    return check_face(path, f"frame {frame}", [points[index] for index in range(count)])


def write_csv(tracks: Mapping[int, Track], path: Path) -> None:
    """Write every point of every frame as the shortest text that reads back as the same float32."""
    with path.open("w", newline="", encoding="utf-8") as opened:
        opened.write("# Recast landmarks: pixels, x right, y down, the first pixel's centre at 0.5 0.5\n")
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(("frame", "index", "x", "y", "z"))
        for frame, track in tracks.items():
            writer.writerows(
                (frame, index, *map(shortest, point)) for index, point in enumerate(track.landmarks.numpy())
            )
