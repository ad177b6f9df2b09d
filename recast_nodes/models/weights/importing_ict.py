"""ICT-FaceKit brought in: the OBJ files of its FaceXModel folder, as published, packed into one file.

The kit (USC Institute for Creative Technologies, MIT licence) has a neutral head, one OBJ for each of its identities
and one for each expression, all of one topology.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...digital_humans.ict import IctHead, read_packed
from ...errors import ModelMissing, WeightsError
from ...media.files.atomic import whole_file
from .downloads import folder as models_folder

NAME = "ict"
PACKED, PARTS = "ict_facekit.npz", "parts.json"
PUBLISHED = Path(__file__).with_name("ict_parts.json")  # which vertices are what, by the kit's own page
NEUTRAL, INSIDE = "generic_neutral_mesh.obj", "FaceXModel"
IDENTITY = re.compile(r"identity\d{3}")
LARGEST = 32 << 20  # bytes of an OBJ; the kit's have 3.4 MB


def import_ict(source: Path, report: Callable[[str], None] = print, parts: Path = PUBLISHED) -> Path:
    """Pack the kit's folder, or the clone that holds it; where the packed file lies.

    `parts` is JSON as `ict.read_packed` takes it, with the number of vertices. Raises WeightsError, naming the file
    that is missing or does not fit.
    """
    place = next((each for each in (source, source / INSIDE) if (each / NEUTRAL).is_file()), None)
    if place is None:
        raise WeightsError(f"{source} is no ICT-FaceKit: neither it nor its folder {INSIDE} holds {NEUTRAL}.")
    about = json.loads(parts.read_text(encoding="utf-8"))
    arrays = pack_folder(place, about["vertices"])
    target = models_folder() / NAME
    target.mkdir(parents=True, exist_ok=True)
    with whole_file(target / PARTS) as temporary:
        temporary.write_text(json.dumps(about), encoding="utf-8")
    with whole_file(target / PACKED) as temporary, temporary.open("wb") as opened:
        np.savez_compressed(opened, **arrays)
    report(f"{place}: {len(arrays['ID'])} identities and {len(arrays['EX'])} expressions of ICT-FaceKit. Licence: MIT.")
    report(f"Installed in {target}.")
    return target / PACKED


def whole_head() -> IctHead:
    """The head that was imported. Raises ModelMissing where none was."""
    path = models_folder() / NAME / PACKED
    if not path.is_file():
        raise ModelMissing(f"ICT-FaceKit is not in {path.parent}: run `recast models import {NAME} FOLDER`.")
    return read_packed(path, path.with_name(PARTS))


def pack_folder(place: Path, vertices: int) -> dict[str, Any]:
    """The arrays of `ict.read_packed` from a folder of OBJ files with so many vertices each."""
    neutral = _read_lines(place / NEUTRAL)
    template = _vertices(place / NEUTRAL, neutral, vertices)
    faces, corners = _triangles(place / NEUTRAL, neutral)
    uv = _numbers(place / NEUTRAL, neutral.get("vt", []), 2)
    if faces.max() >= vertices or corners.max() >= len(uv):
        raise WeightsError(f"{place / NEUTRAL}: a face names a vertex that is not there.")
    shapes = sorted(path.stem for path in place.glob("*.obj") if path.name != NEUTRAL)
    identities = [name for name in shapes if IDENTITY.fullmatch(name)]
    expressions = [name for name in shapes if name not in identities]
    if not (identities and expressions):
        raise WeightsError(f"{place} holds no {'expressions' if identities else 'identities'} (OBJ) of ICT-FaceKit.")

    def offsets(names: list[str]) -> NDArray[np.float16]:
        paths = [place / f"{name}.obj" for name in names]
        return np.stack(
            [(_vertices(each, _read_lines(each), vertices) - template).astype(np.float16) for each in paths]
        )

    made = {"V": template, "UV": uv, "F": faces, "FT": corners}
    return {**made, "ID": offsets(identities), "EX": offsets(expressions), "names": np.array(expressions)}


def _read_lines(path: Path) -> dict[str, list[str]]:
    """An OBJ's lines by their first word, without it."""
    if path.stat().st_size > LARGEST:
        raise WeightsError(f"{path} is larger than {LARGEST >> 20} MB.")
    lines: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        word, _, rest = line.partition(" ")
        lines.setdefault(word, []).append(rest)
    return lines


def _vertices(path: Path, lines: Mapping[str, list[str]], wanted: int) -> NDArray[np.float32]:
    points = _numbers(path, lines.get("v", []), 3)
    if len(points) != wanted:
        raise WeightsError(f"{path} has {len(points)} vertices, not {wanted}: it is of another version of ICT-FaceKit.")
    return points


def _numbers(path: Path, lines: list[str], columns: int) -> NDArray[np.float32]:
    try:
        found = np.array([line.split()[:columns] for line in lines], np.float32).reshape(-1, columns)
    except ValueError as error:
        raise WeightsError(f"{path} is no sound OBJ: a vertex has not {columns} numbers.") from error
    if not np.isfinite(found).all():
        raise WeightsError(f"{path} is no sound OBJ: it holds numbers that are not finite.")
    return found


def _triangles(path: Path, lines: Mapping[str, list[str]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(F, 3) vertices and (F, 3) UV corners; a face of more corners becomes a fan."""
    try:
        faces = [[tuple(map(int, each.split("/")[:2])) for each in line.split()] for line in lines["f"]]
        fans = [(face[0], face[k], face[k + 1]) for face in faces for k in range(1, len(face) - 1)]
        found = np.array(fans, np.int32).reshape(-1, 3, 2) - 1
    except (KeyError, ValueError, OverflowError) as error:
        raise WeightsError(f"{path} is no sound OBJ: it has no faces with texture coordinates.") from error
    if not len(found) or found.min() < 0:
        raise WeightsError(f"{path} is no sound OBJ: its faces do not count from 1.")
    return found[..., 0], found[..., 1]
