"""Extract MediaPipe's canonical face from `face_landmarker.task` into recast_nodes/models/canonical_face.npz.

    python tools/canonical_face.py face_landmarker.task

The canonical face is Apache-2.0 (MediaPipe's licence), as is the table that comes out. It is kept in the repository so
that the mesh model needs neither MediaPipe nor its model file. The table holds

    vertices   (478, 3) float32  centimetres, head frame: x to the right of the picture, y down, z away from the camera;
                                 the last ten are the irises, which the original lacks: a centre and four rim points
                                 each triangles  (898, 3) uint16   the original's triangles over the first 468
                                 vertices: one disc without holes, so that eyes and mouth are covered too
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

MEMBER = "geometry_pipeline_metadata_landmarks.binarypb"
TARGET = Path(__file__).parents[1] / "recast_nodes" / "models" / "canonical_face.npz"
IRIS_RADIUS = 0.585  # centimetres; the visible iris of adults is 11.7 mm wide, within half a millimetre
LIDS = {468: (33, 133, 159, 145), 473: (362, 263, 386, 374)}  # iris centre: both corners and both lids of its eye


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a protocol-buffer message (wire types 0, 2 and 5)."""
    place = 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(message):
        number, kind = divmod(varint(), 8)
        if kind == 0:
            yield number, varint()
            continue
        length = varint() if kind == 2 else 4
        yield number, message[place : place + length]
        place += length


def canonical_mesh(message: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (468, 3) as stored (x right, y up, z to the camera) and triangles (898, 3)."""
    mesh = next(value for number, value in fields(message) if number == 1 and isinstance(value, bytes))
    numbers = b"".join(value for number, value in fields(mesh) if number == 3 and isinstance(value, bytes))
    corners = [value for number, value in fields(mesh) if number == 4]
    return np.frombuffer(numbers, "<f4").reshape(-1, 5)[:, :3], np.array(corners).reshape(-1, 3)


def irises(vertices: np.ndarray) -> np.ndarray:
    """Centre and rim (right, top, left, bottom of the picture) of both irises, between the lids: (10, 3)."""
    rim = np.array([[0, 0, 0], [1, 0, 0], [0, -1, 0], [-1, 0, 0], [0, 1, 0]]) * IRIS_RADIUS
    return np.concatenate([vertices[list(lids)].mean(0) + rim for lids in LIDS.values()])


def main(task: str) -> None:
    message = zipfile.ZipFile(task).read(MEMBER)
    vertices, triangles = canonical_mesh(message)
    vertices = vertices * np.array([1, -1, -1])
    whole = np.concatenate([vertices, irises(vertices)]).astype(np.float32)
    np.savez_compressed(TARGET, vertices=whole, triangles=triangles.astype(np.uint16))
    print(f"{TARGET}: {len(whole)} vertices, {len(triangles)} triangles, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
