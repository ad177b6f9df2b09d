"""Any file of a performance: which form it has is known by its ending and by its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ...errors import MediaError
from ...wires import Faces
from ..files import limits
from ..files.atomic import whole_file
from ..files.read_errors import naming
from ..files.text_encoding import encoding_of
from ..landmarks.landmarks import read_landmarks
from ..names.patterns import parse_pattern
from ..names.siblings import frames_of, refuse_missing
from . import documents, tables
from .performance import FacePerformance

ALEMBIC = ".abc"
TABLES = (".tsv", ".txt")  # as spreadsheets name what they write with tabs; landmarks are in .csv alone
WORDS = re.compile(r"(?:^|.*[._ -])(arkit|metahuman|audio2face)", re.IGNORECASE | re.DOTALL)


def read_recording(file: str | Path) -> FacePerformance | dict[int, Faces]:
    """What a file holds: a performance in numbers, or our tracker's landmarks, one face a frame. `file` may be the
    pattern of a numbered sequence of JSON files. Raises MediaError naming file and place.
    """
    path = Path(file)
    with naming(path):
        return _read(path)


def _read(path: Path) -> FacePerformance | dict[int, Faces]:
    ending = path.suffix.lower()
    if ending == ALEMBIC:
        text = "Alembic holds moving points without names of shapes: export the face from the scene that it was made in"
        film = "or render it from the front, and drive by that film"
        raise MediaError(f"{path}: {text} as USD, glTF or CSV, {film}.")
    if ending == ".json" and not path.exists() and parse_pattern(str(path)).place:
        return documents.read_documents(str(path), _sequence(path))
    refuse_missing(path)
    _check_size(path)
    if ending in (".npz", ".npy"):
        return read_landmarks(path)
    if ending == ".json":
        document = documents.load_json(path)
        return read_landmarks(path) if documents.holds_landmarks(document) else documents.read_document(path, document)
    if ending in TABLES:
        return tables.read_table(path)
    if ending == ".csv":
        return read_landmarks(path) if _lists_points(path) else tables.read_table(path)
    if ending in (".glb", ".gltf"):
        from .gltf import read_gltf

        return read_gltf(path)
    if ending in (".usd", ".usda", ".usdc", ".usdz"):
        from .usd import read_usd

        return read_usd(path)
    raise MediaError(f"{path}: performances are read from .csv, .json, .usd and .glb files.")


def files_of(file: str | Path) -> list[str]:
    """The files that a recording is read from."""
    path = Path(file)
    if path.exists() or path.suffix.lower() != ".json" or not parse_pattern(str(path)).place:
        return [str(path)]
    return list(frames_of(str(path)).values()) if path.parent.is_dir() else []


def _sequence(path: Path) -> Mapping[int, Path]:
    found = frames_of(str(path)) if path.parent.is_dir() else {}
    if not found:
        raise MediaError(f"{path}: no files found.")
    for each in found.values():
        _check_size(Path(each))
    return {frame: Path(each) for frame, each in found.items()}


def _check_size(path: Path) -> None:
    limits.check(path, limits.TABLE, limits.check_file(path) / (1 << 20))


def _lists_points(path: Path) -> bool:
    """Whether a table is one of our tracker's landmarks: frame, index, x, y."""
    with path.open(encoding=encoding_of(path)) as opened:
        header = next((line for line in opened if line.strip() and not line.startswith("#")), "")
    return [cell.strip().lower() for cell in header.split(",")][:4] == ["frame", "index", "x", "y"]


_WRITERS: dict[tuple[str, str], Callable[[FacePerformance, Path], None]] = {
    ("arkit", ".csv"): tables.write_table,
    ("metahuman", ".json"): documents.write_metahuman,
    ("audio2face", ".json"): documents.write_audio2face,
}
WRITTEN = tuple(word + ending for word, ending in _WRITERS)
"""How the names of files end that performances are written to: arkit.csv, take.arkit.csv, take_arkit.csv."""


def form_of(path: str | Path) -> tuple[str, str]:
    """(word, ending) of a name that a performance is written to; ('', '') where landmarks are."""
    path = Path(path)
    found = WORDS.fullmatch(path.stem)
    form = (found[1].lower() if found else "", path.suffix.lower())
    return form if form in _WRITERS else ("", "")


def meant_form(path: str | Path) -> str:
    """How a name should end that has the word of a form and another ending: arkit.csv for take.arkit.json; '' where a
    name promises no form, or keeps its promise.
    """
    found = WORDS.fullmatch(Path(path).stem)
    if not found or form_of(path)[0]:
        return ""
    return next(word + ending for word, ending in _WRITERS if word == found[1].lower())


def write_performance(performance: FacePerformance, path: str | Path) -> None:
    """Write the form that the name ends in; whole or not at all. Raises MediaError."""
    writer = _WRITERS.get(form_of(path))
    if writer is None:
        raise MediaError(f"{path}: performances are written to files whose names end in {', '.join(WRITTEN)}.")
    with whole_file(path) as temporary:
        writer(performance, temporary)
