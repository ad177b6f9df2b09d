"""The shot document: a graph as YAML, safe-loaded, versioned, and validated as a whole.

    recast: 1                     # version of the format
    frames: 1001-1048             # optional; the plate's own frames without it
    nodes:
      Plate:
        kind: Read
        knobs: {file: plate.####.exr}
        place: [0, 120]           # optional: where a host draws the node
      ExpressionMix:
        kind: ExpressionMix
        inputs: {source: MotionExtract, driving: DrivingMotion}
        knobs:
          replace:
            keys:
            - [1001, 0]
            - [1012, 1, smooth]
            - {frame: 1048, value: 0, interpolation: bezier, left: [-6, 0.2], right: [6, 0]}

Scalars are read as their knob reads them, not by YAML's guesses: `off` stays the word 'off' for a Choice and 1e-5 is a
number. Anchors are refused, since a small document could unfold into a huge one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from ..curves import Key
from ..errors import DocumentError, MediaError, StorageError
from .document_reader import VERSION, Reader
from .document_yaml import compose, uncollected
from .graph import Graph, Placed

# libyaml's is several times as fast, where it is built in.
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def load(path: str | os.PathLike[str]) -> Graph:
    """The shot in a file; its relative paths start at the file's folder. Raises DocumentError with every fault."""
    from ..media import limits

    path = Path(path)
    try:
        limits.check(path, limits.DOCUMENT, limits.check_file(path) / (1 << 20))
        text = path.read_text(encoding="utf-8")
    except MediaError as error:
        raise DocumentError([str(error)]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError([f"{path}: cannot be read: {limits.reason(error)}."]) from None
    try:
        return parse(text, path.absolute().parent)
    except DocumentError as error:
        raise DocumentError([f"{path}: {problem}" for problem in error.problems]) from None


def save(graph: Graph, path: str | os.PathLike[str]) -> None:
    """Write the shot to `path`, whole or not at all. Raises DocumentError, StorageError."""
    from ..media.atomic import whole_file

    try:
        with whole_file(Path(path)) as temporary:
            temporary.write_text(dump(graph), encoding="utf-8")
    except StorageError:
        raise
    except MediaError as error:
        raise DocumentError([f"{path}: cannot be written: {error}"]) from None


def parse(text: str, folder: Path | None = None) -> Graph:
    """The shot in `text`. Raises DocumentError holding every fault, each with its line, node and knob."""
    with uncollected():
        return Reader(folder).read(compose(text))


def dump(graph: Graph) -> str:
    """The document of a graph; `parse` gives the same graph back."""
    style: Any = {"sort_keys": False, "allow_unicode": True, "width": 120, "default_flow_style": None}
    return str(yaml.dump(as_data(graph), Dumper=DUMPER, **style))


def as_data(graph: Graph) -> dict[str, Any]:
    """The document of a graph as plain data. As JSON it is a document too, and is written fifty times as fast."""
    document: dict[str, Any] = {"recast": VERSION}
    if graph.frames:
        document["frames"] = graph.frames
    return document | {"nodes": {name: _plain_node(placed) for name, placed in graph.nodes.items()}}


def _plain_node(placed: Placed) -> dict[str, Any]:
    knobs = {name: list(value) if isinstance(value, tuple) else value for name, value in placed.constants.items()}
    knobs |= {name: {"keys": [_plain_key(key) for key in curve.keys]} for name, curve in placed.animation.items()}
    plain: dict[str, Any] = {"kind": placed.kind.__name__}
    if placed.wires:
        plain["inputs"] = dict(placed.wires)
    if knobs:
        plain["knobs"] = knobs
    if placed.place:
        plain["place"] = [_plain_number(number) for number in placed.place]
    return plain


def _plain_key(key: Key) -> Any:
    frame, value = _plain_number(key.frame), _plain_number(key.value)
    if key.left or key.right:
        handles = {side: list(value) for side, value in (("left", key.left), ("right", key.right)) if value}
        return {"frame": frame, "value": value, "interpolation": key.interpolation} | handles
    return [frame, value] + ([key.interpolation] if key.interpolation != "linear" else [])


def _plain_number(value: float) -> float | int:
    """1001 rather than 1001.0."""
    return int(value) if abs(value) < 1e9 and value == int(value) else value
