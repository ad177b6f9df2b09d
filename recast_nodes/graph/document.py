"""The shot document: a graph as YAML, safe-loaded, versioned, and validated as a whole.

    recast: 1                     # version of the format
    origin: recast edit 5f0c...   # optional: by which a command knows its own document (see `graph.origin`)
    frames: 1001-1048             # optional; the plate's own frames without it
    consent: {performer: Jane Doe, agreement: rider 2026-114}  # optional: blocks beside the nodes (`graph.blocks`)
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
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from ..curves import Key
from ..errors import DocumentError, MediaError, StorageError
from ..knobs import FileList, Knob
from .blocks import BLOCKS
from .document_reader import VERSION, DocumentReader
from .document_yaml import compose, pause_collector
from .graph import Graph, Placed, is_file, map_files

# libyaml's is several times as fast, where it is built in.
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def load(path: str | os.PathLike[str]) -> Graph:
    """The shot in a file; its relative paths start at the file's folder. Raises DocumentError with every fault."""
    from ..media.files import limits

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
    """Write the shot to `path`, whole or not at all, with files beside or beneath it named from its folder.

    Raises DocumentError, StorageError.
    """
    from ..media.files.atomic import whole_file

    try:
        text = dump(move_to(graph, Path(path).absolute().parent))
        with whole_file(Path(path)) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except StorageError:
        raise
    except MediaError as error:
        raise DocumentError([f"{path}: cannot be written: {error}"]) from None
    except UnicodeEncodeError as error:
        named = f"{error.object[max(0, error.start - 40) : error.end + 20]!r}"
        raise DocumentError([f"{path}: cannot be written: {named} is not UTF-8; rename that file or folder."]) from None


def move_to(graph: Graph, folder: Path) -> Graph:
    """The same shot as a document in `folder` has it: files beside or beneath it named from there, so that they move
    with it, and all others by their whole names.
    """
    nodes = {}
    for placed in graph.nodes.values():
        named = {
            name: map_files(knob, placed.constants[name], partial(_moved, graph, folder, knob))
            for name, knob in placed.kind.knobs.items()
            if name in placed.constants
        }
        nodes[placed.name] = placed if named == placed.constants else replace(placed, constants=named)
    return replace(graph, nodes=nodes, folder=folder)


def _moved(graph: Graph, folder: Path, knob: Knob, file: str) -> str:
    """A file's name as it is from `folder`."""
    if graph.folder in (None, folder) and not os.path.isabs(file):
        return file  # relative names start here already, or it is not known yet where they do
    return _relative_name(folder, (graph.folder or folder) / file, knob)


def _relative_name(folder: Path, path: Path, knob: Knob) -> str:
    if ".." in path.parts or not path.is_relative_to(folder) or path == folder:
        return str(path)
    short = path.relative_to(folder).as_posix()
    file = isinstance(knob, FileList) or is_file(knob, knob.settle(short))
    return short if file else f"./{short}"  # a file called `first` is not the word


def parse(text: str, folder: Path | None = None) -> Graph:
    """The shot in `text`. Raises DocumentError holding every fault, each with its line, node and knob."""
    with pause_collector():
        return DocumentReader(folder).read(compose(text))


def dump(graph: Graph) -> str:
    """The document of a graph; `parse` gives the same graph back. Raises DocumentError for a name that is no text."""
    style: Any = {"sort_keys": False, "allow_unicode": True, "width": 120, "default_flow_style": None}
    try:
        text = str(yaml.dump(as_data(graph), Dumper=DUMPER, **style))
        text.encode("utf-8")
    except UnicodeEncodeError as error:  # a file name of bytes that are no UTF-8
        word = error.object.encode("unicode_escape").decode()
        raise DocumentError([f"{word}: a shot document is UTF-8 text, which this name is not: rename it."]) from None
    return text


def as_data(graph: Graph) -> dict[str, Any]:
    """The document of a graph as plain data. As JSON it is a document too, and is written fifty times as fast."""
    document: dict[str, Any] = {"recast": VERSION}
    if graph.origin:
        document["origin"] = graph.origin
    if graph.frames:
        document["frames"] = graph.frames
    for name, block in BLOCKS.items():
        plain = block.plain(graph.blocks[name]) if name in graph.blocks else None
        if plain is not None:
            document[name] = plain
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
