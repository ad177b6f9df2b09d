"""The ICT-FaceKit head: a person is its identity coefficients, an expression its ARKit-like weights.

Positions are centimetres, y up, the face towards +z.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from recast_nodes.digital_humans.rotations import turn

# What is drawn; the sheets of tear fluid and the lash cards would need transparency and are left away.
SKIN = ("Face", "Head and Neck")
EYES = ("Eyeball left", "Eyeball right")
WET = ("Mouth socket", "Gums and tongue")
DRAWN = (*SKIN, "Eye socket left", "Eye socket right", *EYES, *WET, "Teeth")
EYE_CENTRES = {"Eyeball left": (3.1, 3.61, 8.0), "Eyeball right": (-3.1, 3.61, 8.0)}
LOOK_DEGREES = 28.0  # how far a coefficient of 1 turns an eye


@cache
def _table(folder: Path) -> tuple[Mapping[str, np.ndarray], dict]:
    """The packed head and the ranges of its parts, read once."""
    with np.load(folder / "ict_facekit.npz") as data:
        arrays = MappingProxyType({name: data[name] for name in data.files})
    return arrays, json.loads((folder / "parts.json").read_text())


class Head:
    """Vertices in centimetres, y up, the face towards +z; expressions by their ARKit names."""

    def __init__(self, folder: Path, identity: Mapping[int, float]):
        data, about = _table(folder)
        self.parts = about["parts"]["Face Model Topology"]
        self.neutral = data["V"] + sum(amount * data["ID"][k].astype(np.float32) for k, amount in identity.items())
        self.eye_centres = {part: self._eye_centre(part, data["V"]) for part in EYES}
        self.expressions = dict(zip(data["names"].tolist(), data["EX"].astype(np.float32), strict=True))
        self.landmarks = data["V"][about["landmark_vertices_68"]]
        self.rest = data["V"]  # colours are painted here, so that they stick to the skin
        self.part_of = np.full(len(self.rest), -1, np.int32)
        for number, name in enumerate(DRAWN):
            self.part_of[self.vertices(name)] = number
        self.faces = data["F"][self.part_of[data["F"][:, 0]] >= 0]

    def vertices(self, part: str) -> slice:
        """The rows of one part."""
        first, last = self.parts[part]["vertices"]
        return slice(first, last + 1)

    def _eye_centre(self, part: str, average: np.ndarray) -> np.ndarray:
        """What this person's eyeball turns about: it goes with the eyeball."""
        rows = self.vertices(part)
        return np.array(EYE_CENTRES[part], np.float32) + (self.neutral[rows] - average[rows]).mean(0)

    def posed(self, weights: Mapping[str, float]) -> np.ndarray:
        """Vertices with this expression; the eyeballs turn with the eyeLook coefficients."""
        points = self.neutral + sum(weight * self.expressions[name] for name, weight in weights.items())
        for part, side in zip(EYES, "LR", strict=True):
            look = {way: weights.get(f"eyeLook{way}_{side}", 0.0) for way in ("In", "Out", "Up", "Down")}
            yaw = (look["Out"] - look["In"]) * (1 if side == "L" else -1)
            rotation = turn(LOOK_DEGREES * yaw, LOOK_DEGREES * (look["Down"] - look["Up"]), 0)
            rows, centre = self.vertices(part), self.eye_centres[part]
            points[rows] = (points[rows] - centre) @ rotation.T + centre
        return points
