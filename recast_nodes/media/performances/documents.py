"""Performances as JSON: MetaHuman's controls, Audio2Face's export, digital humans' parameters.

Frames are a list of mappings from names to numbers, under `frames` or alone; or a mapping from frame numbers to those;
or a mapping from names to lists of numbers; or Audio2Face's `facsNames` and `weightMat`. A file that is one mapping
from names to numbers is one frame: a numbered sequence of such files is a performance too. In files with MetaHuman's
names (`CTRL_expressions_`) angles are degrees, elsewhere radians.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import MediaError
from ...face.blendshapes import SHAPES
from ...face.columns import ANGLES, COLUMNS, CONTROLS, HEAD_ANGLES, METAHUMAN, find_column, is_control
from ..timing import exact_rate
from .performance import FacePerformance, FrameTimes, gather

RATES = ("exportFps", "fps", "rate", "frameRate", "frame_rate", "framesPerSecond")
NAMES, WEIGHTS = "facsNames", "weightMat"  # Audio2Face's
ABOUT = ("person", "performance", "motion", "numPoses", "numFrames", "trackPath", "frame", "timecode", "time")
Frame = Mapping[str, Any]


def load_json(path: Path) -> Any:
    """What a file of JSON holds. Raises MediaError naming the line."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise MediaError(f"{path}, {where}: this is no JSON: {problem.msg}.") from None
    except (RecursionError, ValueError) as problem:
        if isinstance(problem, UnicodeDecodeError):
            raise
        raise MediaError(f"{path}: is nested too deeply, or has endless numbers.") from None


def holds_landmarks(document: Any) -> bool:
    """Whether this is a document of our tracker's landmarks."""
    frames = document.get("frames") if isinstance(document, dict) else None
    entries = list(frames.values())[:1] if isinstance(frames, dict) else []
    return any(isinstance(entry, dict) and "landmarks" in entry for entry in entries)


def read_document(path: Path, document: Any) -> FacePerformance:
    """The performance in a document. Raises MediaError naming the frame and what in it is wrong."""
    rate = _rate(path, document)
    if isinstance(document, dict) and WEIGHTS in document:
        return _audio2face(path, document, rate)
    numbered, frames = _frames(path, document)
    return _of_frames(path, frames, rate, numbered)


def read_documents(pattern: str, files: Mapping[int, Path]) -> FacePerformance:
    """The performance of a numbered sequence of documents, each of one frame."""
    frames: list[Frame] = []
    for number in sorted(files):
        document = load_json(files[number])
        _, found = _frames(files[number], document)
        if len(found) != 1:
            raise MediaError(f"{files[number]}: a file of a sequence holds one frame, this one {len(found)}.")
        frames += found
    return _of_frames(Path(pattern), frames, None, sorted(files))


def _rate(path: Path, document: Any) -> Fraction | None:
    stated = [document[name] for name in RATES if name in document] if isinstance(document, dict) else []
    if not stated or stated[0] is None:
        return None
    if type(stated[0]) not in (int, float) or not 1 <= stated[0] <= 1000:
        raise MediaError(f"{path}: {str(stated[0])[:40]!r} is no rate: frames a second are a number from 1 to 1000.")
    return exact_rate(stated[0])


def _frames(path: Path, document: Any) -> tuple[list[int], list[Frame]]:
    """The frames' own numbers, or none, and the frames."""
    content = document.get("frames", document) if isinstance(document, dict) else document
    if isinstance(content, list):
        entries = dict(enumerate(content))
        numbers: list[int] = []
    elif isinstance(content, dict) and content and all(_is_number(name) for name in content):
        entries = {int(name): entry for name, entry in content.items()}
        numbers = sorted(entries)
    elif isinstance(content, dict) and any(isinstance(entry, list) for entry in content.values()):
        return [], _from_columns(path, content)
    else:
        entries, numbers = {0: content}, []
    wrong = next((number for number, entry in entries.items() if not isinstance(entry, dict)), None)
    if wrong is not None or not entries:
        raise MediaError(f"{path}: is no performance: its frames are not mappings from names to numbers.")
    return numbers, [_flat(entries[number]) for number in sorted(entries)]


def _is_number(name: str) -> bool:
    return name.isascii() and name.lstrip("-").isdigit() and len(name) < 10


def _flat(entry: Mapping[str, Any]) -> Frame:
    """A frame with what it holds in mappings of its own (`blendshapes`, `head`) beside the rest."""
    flat: dict[str, Any] = {}
    for name, value in entry.items():
        flat |= {name: value} if not isinstance(value, dict) else value
    return flat


def _from_columns(path: Path, content: Mapping[str, Any]) -> list[Frame]:
    columns = {name: column for name, column in content.items() if isinstance(column, list)}
    lengths = {name: len(column) for name, column in columns.items() if find_column(name)}
    if len(set(lengths.values())) > 1:
        shortest, longest = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
        text = f"{shortest} has {lengths[shortest]} frames, {longest} {lengths[longest]}"
        raise MediaError(f"{path}: columns of different lengths: {text}.")
    count = next(iter(lengths.values()), 0)
    usable = {name: column for name, column in columns.items() if len(column) == count}
    return [{name: column[row] for name, column in usable.items()} for row in range(count)]


def _of_frames(path: Path, frames: Sequence[Frame], rate: Fraction | None, numbers: Sequence[int]) -> FacePerformance:
    """A performance of mappings; a name that some frames lack is 0 there, as writers leave out what rests."""
    names = list(dict.fromkeys(name for frame in frames for name in frame if name not in RATES))
    meant = [name for name in names if find_column(name)]
    values = np.full((len(frames), len(names)), np.nan)
    where = [f"frame {number}" for number in numbers or range(1, len(frames) + 1)]
    for row, frame in enumerate(frames):
        if any(name in frame for name in meant):
            for name in meant:
                values[row, names.index(name)] = _number(path, f"{where[row]}, {name}", frame.get(name, 0.0))
    degrees = any(is_control(name) for name in meant)
    timing = FrameTimes(rate, frames=tuple(numbers))
    return gather(path, names, values, timing, lambda row, at: f"{where[row]}, {names[at]}", degrees, ABOUT)


def _number(path: Path, where: str, value: Any) -> float:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if type(value) not in (int, float) or not abs(value) < 1e30:
        raise MediaError(f"{path}, {where}: {str(value)[:40]!r} is not a number.")
    return float(value)


def _audio2face(path: Path, document: Mapping[str, Any], rate: Fraction | None) -> FacePerformance:
    names, matrix = document.get(NAMES), document[WEIGHTS]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise MediaError(f"{path}: {WEIGHTS} is there, and no list of names in {NAMES}.")
    if not isinstance(matrix, list):
        raise MediaError(f"{path}: {WEIGHTS} is no list of frames.")
    doubled = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if doubled is not None:
        raise MediaError(f"{path}: {NAMES} has {doubled!r} twice.")
    values = np.full((len(matrix), len(names)), np.nan)
    for row, numbers in enumerate(matrix):
        if not isinstance(numbers, list) or len(numbers) != len(names):
            has = len(numbers) if isinstance(numbers, list) else "no"
            raise MediaError(f"{path}, {WEIGHTS} {row + 1}: has {has} weights, {NAMES} {len(names)} names.")
        for at, number in enumerate(numbers):
            values[row, at] = _number(path, f"{WEIGHTS} {row + 1}, {names[at]}", number)
    return gather(path, names, values, FrameTimes(rate), lambda row, at: f"{WEIGHTS} {row + 1}, {names[at]}")


def write_metahuman(performance: FacePerformance, path: Path) -> None:
    """Write a list of frames by MetaHuman's controls, angles of the head in degrees."""
    frames: list[dict[str, float]] = []
    for row in performance.numbers:
        known = {name: float(value) for name, value in zip(COLUMNS, row) if np.isfinite(value)}
        frame = {CONTROLS + control: known[name] for name in SHAPES if name in known for control in METAHUMAN[name]}
        turned = {name[0].upper() + name[1:]: float(np.degrees(known[name])) for name in HEAD_ANGLES if name in known}
        frames.append(frame | turned)
    content = dict(zip(map(str, performance.frames), frames)) if performance.numbered else frames
    _write(path, {**_stated(performance, "fps"), "frames": content})


def write_audio2face(performance: FacePerformance, path: Path) -> None:
    """Write Audio2Face's form, which has no angles and no numbers of frames. Raises MediaError where a frame has no
    face, which it cannot say.
    """
    columns = [
        at for at, name in enumerate(COLUMNS) if name not in ANGLES and np.isfinite(performance.numbers[:, at]).any()
    ]
    matrix = performance.numbers[:, columns].astype(float)
    if not np.isfinite(matrix).all():
        row = int(np.flatnonzero(~np.isfinite(matrix).all(1))[0])
        raise MediaError(f"{path}: frame {performance.frames[row]} shows no face, which this form cannot say.")
    content = {"numPoses": len(columns), "numFrames": len(matrix), NAMES: [COLUMNS[at] for at in columns]}
    _write(path, {**_stated(performance, "exportFps"), "trackPath": "", **content, WEIGHTS: matrix.tolist()})


def _stated(performance: FacePerformance, name: str) -> dict[str, float]:
    return {name: float(performance.rate)} if performance.rate else {}


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
