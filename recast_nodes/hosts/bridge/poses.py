"""The poses that ship, for a host's form: what each makes of the shapes of an ExpressionMix."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from .shot import declarations

POSES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "poses.json")
REST = "rest"
GROUP = "shapes"


def shipped(path: str = POSES) -> dict[str, dict[str, float]]:
    """Shapes by pose, a face at rest first; the plugins carry the file."""
    with open(path, encoding="utf-8") as file:
        return {REST: {}, **json.load(file)}


def shape_knobs(mix: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The knobs of the shapes, by the declaration of ExpressionMix."""
    return (knob for knob in mix["knobs"] if knob["group"] == GROUP and knob["kind"] == "Float")


def values_of(pose: Mapping[str, float], amount: float) -> Iterator[tuple[str, float]]:
    """(name, value) of every shape for a pose by an amount, within what the knobs take: those it has not are 0."""
    for knob in shape_knobs(declarations()["ExpressionMix"]):
        low, high = knob["limits"]
        yield knob["name"], min(max(pose.get(knob["name"], 0.0) * amount, low), high)
