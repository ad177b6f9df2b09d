"""The 49 keypoints that a network is taught: places on a face by name, as vertices of a head.

As many as PerformRecast has (the paper's appendix F): forehead, brows, eye sockets, eyeballs, nose, lips and jaw. Which
vertices of FLAME those are was not published; these are of the usual 68 landmarks where there is one. Left and right
are the picture's. Lengths are centimetres in a head's own frame (`interface`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..face.published import PERFORMRECAST
from .interface import EYES, HeadModel, Points, Topology, floats
from .scene import Camera, HeadPose

AMONG_68 = (
    *(0, 2, 4, 6, 8, 10, 12, 14, 16),  # jaw, from ear to ear
    *(17, 18, 19, 20, 21, 22, 23, 24, 25, 26),  # brows
    *(27, 30, 31, 33, 35),  # nose: bridge, tip, wings and their middle
    *(36, 37, 39, 41, 42, 44, 45, 46),  # eyes: corners, upper and lower lid
    *(48, 50, 51, 52, 54, 56, 57, 58),  # outer lips
    *(62, 66),  # where the lips meet
)
IRISES = ("iris right", "iris left")  # of the person
FOREHEAD = ((-5.0, 8.0, 8.0), (-2.5, 9.0, 10.0), (0.0, 9.2, 10.5), (2.5, 9.0, 10.0), (5.0, 8.0, 8.0))  # centimetres
NAMES = (*(f"landmark {number}" for number in AMONG_68), *IRISES, *(f"forehead {k}" for k in range(len(FOREHEAD))))
assert len(NAMES) == PERFORMRECAST
UNIT = 10.0  # centimetres that are 1 of a network's canonical keypoints: a face reaches to about 0.8
CENTRE = (0.0, 0.5, 4.0)  # of the head, that canonical keypoints count from: the middle of the skull


class KeypointSets(NamedTuple):
    """The keypoints of one frame or of several (..., 49, 3), as the FLAME loss (eq. 4) wants them.

    `canonical` is the person at rest, `expression` acts without the head's turn: both in units of `UNIT`, x to the
    picture's right, y down, z away from the camera. `posed` is everything, in pixels of the picture (the first pixel's
    middle is 0.5); its depth is in the same pixels.
    """

    canonical: NDArray[np.float32]
    expression: NDArray[np.float32]
    posed: NDArray[np.float32]


def keypoint_vertices(topology: Topology) -> NDArray[np.intp]:
    """(49,) the vertices of a head that the keypoints are, in the order of `NAMES`."""
    template = topology.template
    irises = [rows[template[rows, 2].argmax()] for rows in (topology.rows(name) for name in reversed(EYES))]
    face = topology.rows("Face")
    forehead = [face[np.linalg.norm(template[face] - floats(place), axis=1).argmin()] for place in FOREHEAD]
    return np.array([*topology.landmarks[list(AMONG_68)], *irises, *forehead], np.intp)


def to_units(points: Points) -> Points:
    """Vertices (..., 3) of a head's own frame in the units of canonical keypoints."""
    return floats((points - floats(CENTRE)) * floats((1, -1, -1)) / UNIT)


def keypoint_sets(
    head: HeadModel, identity: NDArray[np.floating], expression: Mapping[str, float], pose: HeadPose, camera: Camera
) -> tuple[KeypointSets, Points]:
    """The keypoints of a frame, and its 68 landmarks (68, 2) in pixels. Nothing is drawn for it."""
    vertices = keypoint_vertices(head.topology)
    neutral = head.neutral(identity)
    shape = head.posed(neutral, expression)
    placed = pose.place_neck(shape, head.topology.template[:, 1])
    centre = camera.project(pose.place(floats([CENTRE])))[0]
    seen = camera.project(placed[vertices])
    pixels = camera.size / 2 / (camera.reach * centre[2])  # of a centimetre at the head's distance
    seen[:, 2] = (seen[:, 2] - centre[2]) * pixels
    sets = KeypointSets(to_units(neutral[vertices]), to_units(shape[vertices]), seen)
    return sets, camera.project(placed[head.topology.landmarks])[:, :2]
