"""What a face does over time: curves of the 52 ARKit coefficients, authored here or read from an ARKit recording.

`performances.json` holds eighteen scripts of five seconds. A beat rises, is held and falls again (four times in
seconds); a name without a side is both sides. `speech` is said in visemes, `shake` trembles, eyes blink at `blinks`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import MediaError
from ..face.blendshapes import BLENDSHAPES
from .noise import ramp

SCRIPTS = Path(__file__).with_name("performances.json")
SECONDS, RATE = 5.0, 30  # of an authored performance
BLINK = (-0.10, -0.02, 0.05, 0.20)  # seconds about a blink: begins to close, is closed, begins to open, is open
SIDES = ("Left", "Right")
BOTH_AT_ONCE = {"browInnerUp", "cheekPuff"}  # one coefficient in ARKit, one a side in ICT-FaceKit
# How much of ICT-FaceKit's shape a whole coefficient is, where its own full strength is a slight one.
STRENGTH = {"browDown": 1.5, "noseSneer": 1.6, "eyeSquint": 1.5}
# Visemes by the letters that are said with them; the mouth between others closes for m, b and p.
VISEMES: tuple[tuple[str, dict[str, float]], ...] = (
    ("mbp", {"mouthPress": 0.5, "mouthRollLower": 0.25, "mouthRollUpper": 0.25}),
    ("fv", {"mouthRollLower": 0.55, "mouthUpperUp": 0.25, "jawOpen": 0.08}),
    ("ou", {"mouthFunnel": 0.55, "mouthPucker": 0.35, "jawOpen": 0.22}),
    ("w", {"mouthPucker": 0.7, "jawOpen": 0.08}),
    ("a", {"jawOpen": 0.5, "mouthLowerDown": 0.2, "mouthUpperUp": 0.12}),
    ("ei", {"jawOpen": 0.2, "mouthStretch": 0.25, "mouthSmile": 0.2, "mouthUpperUp": 0.2, "mouthLowerDown": 0.25}),
    ("y", {"jawOpen": 0.15, "mouthSmile": 0.2, "mouthStretch": 0.2}),
    ("lntdszrhgckqjx", {"jawOpen": 0.14, "mouthLowerDown": 0.25, "mouthUpperUp": 0.1}),
)


class ExpressionCurves(NamedTuple):
    """Coefficients (T, 52) in MediaPipe's order, 0..1, at `rate` a second."""

    name: str
    curves: NDArray[np.float32]
    rate: float = RATE

    def expression(self, frame: int) -> dict[str, float]:
        """The weights of a frame by ARKit name; a performance that is over rests at its last frame."""
        row = self.curves[min(frame, len(self.curves) - 1)]
        return {name: float(weight) for name, weight in zip(BLENDSHAPES, row) if weight > 0}


@cache
def scripts() -> dict[str, dict[str, Any]]:
    """The authored performances by name."""
    return json.loads(SCRIPTS.read_text(encoding="utf-8"))


def perform(name: str, frames: int, seconds: float = SECONDS) -> ExpressionCurves:
    """An authored performance at so many frames, spread over its length (5 s at 30 frames a second is 150)."""
    script = scripts()[name]
    times = np.arange(frames) * (seconds / frames)
    curves = np.zeros((frames, len(BLENDSHAPES)), np.float32)
    for *when, amounts in script.get("beats", []):
        _add(curves, amounts, _beat(times, when))
    for start, end, rhythm, amounts in script.get("shake", []):
        swing = 0.5 - 0.5 * np.cos(2 * np.pi * rhythm * (times - start))
        _add(curves, amounts, swing * _beat(times, [start, start + 0.2, end - 0.3, end]))
    for start, end, words in script.get("speech", []):
        _say(curves, times, start, end, words)
    blink = np.zeros(frames)
    for at in script.get("blinks", []):
        blink = np.maximum(blink, _beat(times, [at + offset for offset in BLINK]))
    for side in SIDES:
        column = BLENDSHAPES.index("eyeBlink" + side)
        curves[:, column] = np.maximum(curves[:, column], blink)
    return ExpressionCurves(name, np.clip(curves, 0, 1), frames / seconds)


def _beat(times: NDArray[np.floating], when: list[float]) -> NDArray[np.floating]:
    start, there, leaves, gone = when
    return ramp(start, there, times) * ramp(gone, leaves, times)


def _add(curves: NDArray[np.float32], amounts: Mapping[str, float], course: NDArray[np.floating]) -> None:
    for name, amount in amounts.items():
        for full in [name] if name in BLENDSHAPES else [name + side for side in SIDES]:
            curves[:, BLENDSHAPES.index(full)] += amount * course


def _say(curves: NDArray[np.float32], times: NDArray[np.floating], start: float, end: float, words: str) -> None:
    """Visemes one after the other, each fading into its neighbours."""
    each = (end - start) / len(words)
    for number, letter in enumerate(words):
        middle = start + (number + 0.5) * each
        course = _beat(times, [middle - 1.1 * each, middle - 0.2 * each, middle + 0.2 * each, middle + 1.1 * each])
        for letters, amounts in VISEMES:
            if letter in letters:
                _add(curves, amounts, course)


def at_rest(frames: int) -> ExpressionCurves:
    """A face without expression."""
    return ExpressionCurves("rest", np.zeros((frames, len(BLENDSHAPES)), np.float32))


def to_ict(expression: Mapping[str, float]) -> dict[str, float]:
    """ICT-FaceKit's names for a face by ARKit's: sides are `_L` and `_R`; a brow's inner end and a cheek have two."""
    weights: dict[str, float] = {}
    for name, weight in expression.items():
        stem = next((name.removesuffix(side) for side in SIDES if name.endswith(side)), name)
        if name in BOTH_AT_ONCE:
            weights |= {f"{name}_L": weight, f"{name}_R": weight}
        elif stem in ("", "mouth", "jaw") or stem == name:
            weights[name] = weight
        else:
            weights[f"{stem}_{name[len(stem)]}"] = weight * STRENGTH.get(stem, 1.0)
    weights.pop("_neutral", None)
    return weights


def read_arkit(path: Path) -> ExpressionCurves:
    """A recording as Live Link Face writes it: CSV with a column for each coefficient, one row a frame.

    Names may begin with a capital letter. Raises MediaError where the file is no such table.
    """
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            columns = {_lower(name): name for name in table.fieldnames or ()}
            known = [name for name in BLENDSHAPES if name in columns]
            rows = [[float(row[columns[name]]) for name in known] for row in table]
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise MediaError(f"{path} is no ARKit recording: {error}.") from error
    if not known or not rows:
        raise MediaError(f"{path} has no columns of ARKit coefficients, such as JawOpen, or no rows.")
    curves = np.zeros((len(rows), len(BLENDSHAPES)), np.float32)
    curves[:, [BLENDSHAPES.index(name) for name in known]] = np.clip(rows, 0, 1)
    return ExpressionCurves(path.stem, curves, 60.0)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
