"""A shot document from what a host knows of its nodes. JSON is YAML, so nothing but the standard library is needed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .documents import with_relative_paths

DECLARATIONS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "declarations.json")
CHAIN = os.path.join(os.path.dirname(DECLARATIONS), "chain.json")
EXACT = 1e-5  # how far a curve in our keys may be from the host's own, of the curve's range


def declarations(path: str = DECLARATIONS) -> dict[str, dict[str, Any]]:
    """The nodes by name, as `recast nodes --json` has them; the plugins carry the file."""
    with open(path, encoding="utf-8") as file:
        return {node["name"]: node for node in json.load(file)}


def chain(path: str = CHAIN) -> list[tuple[str, dict[str, Any]]]:
    """The nodes of an edit between its Reads and its Write, each after what it needs, as `recast edit` wires them."""
    with open(path, encoding="utf-8") as file:
        return [(node["name"], node) for node in json.load(file) if node["inputs"]]


def shot_text(nodes: Mapping[str, Mapping[str, Any]], frames: str = "", folder: str = "") -> str:
    """The document of `nodes`: {name: {"kind", "inputs": {input: node}, "knobs": {knob: value or {"keys": [...]}}}}.

    Files in or below `folder`, the document's, get relative paths; without it all paths stay as given.
    """
    if folder:
        nodes = with_relative_paths(nodes, declarations(), folder)
    document: dict[str, Any] = {"recast": 1}
    if frames:
        document["frames"] = frames
    document["nodes"] = nodes
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def value_in(knob: Mapping[str, Any], read: Callable[[str], Any], has: Callable[[str], bool]) -> Any:
    """A knob's value from a host's controls: `read` gives a control's value by its name, `has` whether it is there.

    Hosts show a number that may be unset, and a box, with a switch `NAME_on`; each word of a choice of many is a
    switch, `NAME_WORD`.
    """
    name = str(knob["name"])
    if knob["kind"] == "Choices":
        return [option for option in knob["options"] if read(name + "_" + option)]
    if has(name + "_on") and not read(name + "_on"):
        return None
    return read(name)


def one_key(frame: float, value: float, interpolation: str) -> dict[str, Any]:
    """A key without handles."""
    return {"frame": frame, "value": value, "interpolation": interpolation}


def bake(evaluate: Callable[[float], float], frames: Sequence[int]) -> dict[str, Any]:
    """A curve with one key at each frame: for expressions, and for shapes that our keys do not have."""
    return {"keys": [one_key(frame, evaluate(frame), "linear") for frame in frames]}


def agrees(ours: Callable[[float], float], theirs: Callable[[float], float], frames: Iterable[int]) -> bool:
    """Whether two curves have the same values at the frames of a shot."""
    pairs = [(ours(frame), theirs(frame)) for frame in frames]
    reach = max([1.0] + [abs(value) for _, value in pairs])
    return all(abs(one - other) <= EXACT * reach for one, other in pairs)


def value_at(keys: Sequence[dict[str, Any]], frame: float) -> float:
    """What the document's keys give at a frame (recast_nodes.curves, which is not at hand here)."""
    after = [place for place, key in enumerate(keys) if key["frame"] > frame]
    if not after or after[0] == 0:
        return float(keys[-1 if not after else 0]["value"])
    left, right = keys[after[0] - 1], keys[after[0]]
    width, at = right["frame"] - left["frame"], frame - left["frame"]
    if left["interpolation"] == "constant" or at == 0:
        return float(left["value"])
    if left["interpolation"] == "linear":
        return float(left["value"] + (right["value"] - left["value"]) * at / width)
    return _bezier(left, right, width, at)


def _bezier(left: dict[str, Any], right: dict[str, Any], width: float, at: float) -> float:
    ahead, back = left.get("right", [width / 3, 0.0]), right.get("left", [-width / 3, 0.0])
    reach = ahead[0] - back[0]
    shorten = min(1.0, width / reach) if reach > 0 else 1.0
    x1, y1 = ahead[0] * shorten, left["value"] + ahead[1] * shorten
    x2, y2 = width + back[0] * shorten, right["value"] + back[1] * shorten
    low, high = 0.0, 1.0
    for _ in range(50):
        u = (low + high) / 2
        reached = 3 * (1 - u) ** 2 * u * x1 + 3 * (1 - u) * u**2 * x2 + u**3 * width
        low, high = (u, high) if reached < at else (low, u)
    u = (low + high) / 2
    return (1 - u) ** 3 * left["value"] + 3 * (1 - u) ** 2 * u * y1 + 3 * (1 - u) * u**2 * y2 + u**3 * right["value"]


def format_range(frames: Sequence[int]) -> str:
    """1001-1010 of consecutive frames."""
    return f"{frames[0]}-{frames[-1]}" if len(frames) > 1 else str(frames[0])
