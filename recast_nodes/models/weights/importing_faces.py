"""The user's own face networks brought in: ONNX files recognised by what they take and give, checked and kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import WeightsError
from ...media.files.atomic import whole_file
from . import onnx_faces
from .notes import ImportNote, add_note, sha256_of
from .onnx_faces import NETWORKS

LARGEST = 1 << 30  # bytes; the published ones have 115 and 17 MB

Report = Callable[[str], None]


def import_networks(source: Path, report: Report = print) -> list[str]:
    """Install what a folder (or file) holds of these networks; the names of those that are still missing after it.

    Each file gets a line of `report`. Raises WeightsError where none was found or one is there in two versions,
    ModelMissing where onnxruntime is not installed.
    """
    onnx_faces.onnx_runtime()
    found, left = _look(source)
    for line in left:
        report(line)
    if not found:
        reasons = "; ".join(line.rstrip(".") for line in left[:3])
        raise WeightsError(f"{source} holds none of {' and '.join(NETWORKS)}{': ' + reasons if reasons else ''}.")
    for name, paths in found.items():
        if len({sha256_of(path) for path in paths}) > 1:
            raise WeightsError(f"{paths[0]} and {paths[1]} differ, and both are {name}: name the file that you mean.")
        note = _install(name, paths[0])
        size = f"{note.origin_size / 1e6:,.1f} MB"
        report(f"{paths[0].name}: {NETWORKS[name].purpose}, {size}. Licence: {NETWORKS[name].licence}.")
    report(f"Installed in {onnx_faces.folder()}.")
    return [name for name in NETWORKS if not onnx_faces.is_installed(name)]


def _look(source: Path) -> tuple[dict[str, list[Path]], list[str]]:
    """The networks found, by name; and in a line each what is left, with why."""
    found: dict[str, list[Path]] = {}
    left: list[str] = []
    for path in _candidates(source):
        try:
            found.setdefault(recognise_network(path), []).append(path)
        except WeightsError as error:
            if path == source:
                raise
            left.append(str(error).replace(str(path), path.name))
    return found, left


def _candidates(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    elif source.is_dir():
        yield from sorted(path for path in source.rglob("*.onnx") if path.is_file())
    else:
        raise WeightsError(f"{source} is neither a folder nor a file.")


def recognise_network(path: Path) -> str:
    """Which network a file is. It is run once to see. Raises WeightsError."""
    if path.stat().st_size > LARGEST:
        raise WeightsError(f"{path} is not used: at {path.stat().st_size:,} bytes it is no network that is used here.")
    session = onnx_faces.start(path)
    inputs = session.get_inputs()
    shape = list(inputs[0].shape) if inputs else []
    for name, network in NETWORKS.items():
        picture = (1, 3, network.picture, network.picture)
        if len(inputs) == 1 and _fits(shape, picture):
            try:
                given = onnx_faces.run(session, np.zeros(picture, np.float32))
            except WeightsError:
                continue
            if network.answers(given):
                return name
    raise WeightsError(f"{path} is not used: it is neither {' nor '.join(NETWORKS)}; it takes {shape}.")


def _fits(shape: list[Any], picture: tuple[int, ...]) -> bool:
    """Whether an input declared as `shape` takes such a picture; axes of any length have no number."""
    return len(shape) == 4 and all(not isinstance(have, int) or have == want for have, want in zip(shape, picture))


def _install(name: str, origin: Path) -> ImportNote:
    path = onnx_faces.folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.exists() and path.samefile(origin)):
        with whole_file(path) as temporary:
            shutil.copyfile(origin, temporary)
    return add_note(path.parent, name, path, origin)
