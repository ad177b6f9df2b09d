"""ICT-FaceKit's head, whole or as the small one that ships: offsets of identity and of ARKit-like expressions.

USC Institute for Creative Technologies, MIT licence (see NOTICE). The small head is cut from it by
`tools/digital_humans/cut.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import MediaError
from .interface import DRAWN, EYES, Points, Topology, floats
from .rotations import rotate, turn

SMALL = Path(__file__).with_name("small_head.npz")
EYE_CENTRES = {"Eyeball left": (3.1, 3.61, 8.0), "Eyeball right": (-3.1, 3.61, 8.0)}
LOOK_DEGREES = 28.0  # how far a coefficient of 1 turns an eye


class IctHead:
    """See `HeadModel`. Reads its arrays once; nothing in it changes afterwards."""

    def __init__(
        self,
        name: str,
        topology: Topology,
        identity: NDArray[np.floating],
        expression: NDArray[np.floating],
        names: tuple[str, ...],
    ):
        self.name, self.topology, self.expressions = name, topology, names
        self.identities = len(identity)
        self.identity_shapes = identity.astype(np.float32)  # (I, V, 3)
        self.expression_shapes = dict(zip(names, expression.astype(np.float32), strict=True))  # (V, 3) each
        self._eyes = {part: topology.rows(part) for part in EYES}

    def neutral(self, identity: NDArray[np.floating]) -> Points:
        weights = np.asarray(identity, np.float32)
        moved = np.einsum("k,kvc->vc", weights, self.identity_shapes[: len(weights)])
        return (self.topology.template + moved).astype(np.float32)

    def posed(self, neutral: Points, expression: Mapping[str, float]) -> Points:
        points = neutral.copy()
        for name, weight in expression.items():
            if weight:
                points += floats(weight) * self.expression_shapes[name]
        for part, side in zip(EYES, "LR", strict=True):
            rotation = turn(*look_angles(expression, side), 0.0)
            centre = self.eye_centre(part, neutral)
            points[self._eyes[part]] = rotate(points[self._eyes[part]] - centre, rotation) + centre
        return points

    def eye_centre(self, part: str, neutral: Points) -> Points:
        """What this person's eyeball turns about: it goes with the eyeball."""
        rows = self._eyes[part]
        return floats(EYE_CENTRES[part]) + (neutral[rows] - self.topology.template[rows]).mean(0)


def look_angles(expression: Mapping[str, float], side: str) -> tuple[float, float]:
    """Yaw and pitch in degrees by which the eyeLook coefficients turn the eye of a side, L or R."""
    look = {way: expression.get(f"eyeLook{way}_{side}", 0.0) for way in ("In", "Out", "Up", "Down")}
    yaw = (look["Out"] - look["In"]) * (1 if side == "L" else -1)
    return LOOK_DEGREES * yaw, LOOK_DEGREES * (look["Down"] - look["Up"])


@cache
def small_head() -> IctHead:
    """The head that ships: about half of ICT-FaceKit's vertices and of its identity coefficients."""
    with np.load(SMALL) as data:
        topology = Topology(
            data["faces"].astype(np.int32),
            data["parts"].astype(np.int32),
            tuple(data["part_names"].tolist()),
            data["uv"].astype(np.float32),
            data["vertices"],
            data["landmarks"].astype(np.int32),
        )
        return IctHead("small", topology, data["identity"], data["expression"], tuple(data["names"].tolist()))


@cache
def read_packed(path: Path, parts: Path) -> IctHead:
    """ICT-FaceKit packed in one file: V, UV, F, FT, ID, EX and names, and the JSON that says which vertices are what.

    Raises MediaError where a file does not hold that.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name] for name in ("V", "UV", "F", "FT", "ID", "EX", "names")}
        about = json.loads(parts.read_text(encoding="utf-8"))
        ranges, landmarks = about["parts"]["Face Model Topology"], about["landmark_vertices_68"]
        return _whole_head(arrays, ranges, landmarks)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise MediaError(f"{path} and {parts} do not hold a packed ICT-FaceKit: {error}.") from error


def _whole_head(arrays: Mapping[str, NDArray], ranges: Mapping[str, dict], landmarks: list[int]) -> IctHead:
    owner = np.full(len(arrays["V"]), -1, np.int32)
    for number, name in enumerate(DRAWN):
        first, last = ranges[name]["vertices"]
        owner[first : last + 1] = number
    faces, corners = arrays["F"], arrays["FT"]
    drawn = owner[faces].min(1) >= 0
    faces, corners = faces[drawn], corners[drawn]
    uv = np.zeros((len(owner), 2), np.float32)
    uv[faces[::-1].ravel()] = arrays["UV"][corners[::-1].ravel()]
    rows = np.unique(faces)
    new = np.full(len(owner), -1, np.int32)
    new[rows] = np.arange(len(rows))
    topology = Topology(
        new[faces], owner[rows], DRAWN, uv[rows], arrays["V"][rows].astype(np.float32), new[np.array(landmarks)]
    )
    names = tuple(arrays["names"].tolist())
    return IctHead("ict", topology, arrays["ID"][:, rows], arrays["EX"][:, rows], names)
