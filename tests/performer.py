"""A made-up performer for tests of the mesh model: the canonical face posed and moved by known coefficients."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from recast_nodes.face.anatomy import OVAL
from recast_nodes.models.canonical import canonical_face, expression_basis
from recast_nodes.models.mesh.model import MeshModel
from recast_nodes.stages.expression.head_pose import compose
from recast_nodes.wires import Image, Motion, Part, Track, Window


def turn(yaw: float, pitch: float = 0.0) -> Tensor:
    """A rotation matrix from angles in radians."""
    about_y = [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    about_x = [[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]]
    return torch.tensor(about_x) @ torch.tensor(about_y)


def track(
    moved: dict[int, float] | None = None,
    size: float = 120.0,
    centre: tuple[float, float] = (100.0, 100.0),
    yaw: float = 0.2,
    state: str = "tracked",
) -> Track:
    """A face `size` pixels high with blendshape coefficients `moved`, by number."""
    coefficients = torch.zeros(52)
    for number, value in (moved or {}).items():
        coefficients[number] = value
    expression = torch.einsum("c,ckd->kd", coefficients, expression_basis())
    place = torch.tensor([*centre, 0.0])
    landmarks = compose(canonical_face().vertices, expression, turn(yaw), torch.tensor([size / 18]), place)
    middle = landmarks[list(OVAL), :2].mean(0)
    angles = torch.arange(64) * (2 * math.pi / 64)
    hull = middle + torch.stack([angles.cos(), angles.sin()], 1) * size * 0.75
    return Track(landmarks, coefficients, torch.eye(3), hull, 1.0, state)


def motions(tracks: list[Track]) -> list[Motion]:
    """The tracks as a shot of motions from frame 0."""
    model, seen = MeshModel(), dict(enumerate(tracks))
    shot = model.analyse(seen, None)
    return [model.extract(None, one, shot, frame) for frame, one in seen.items()]


def plate(width: int = 200, height: int = 200, kind: type = np.float16, origin: tuple[int, int] = (0, 0)) -> Image:
    """A scene-linear frame of smooth colours and noise, with a highlight, an alpha and a channel to keep."""
    noise = np.random.default_rng(5)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = [0.3 + 0.2 * np.sin(x / 9 + k) * np.cos(y / 11 - k) for k in range(3)]
    planes = [(wave + noise.normal(0, 0.01, wave.shape)).astype(kind) for wave in waves]
    planes[0][height // 3, width // 2] = 40
    channels = dict(zip("RGB", planes, strict=True))
    channels |= {"A": np.ones((height, width), kind), "id.Z": (x % 7).astype(np.float32)}
    window = Window(*origin, width, height)
    return Image((Part("", channels, window, Window(0, 0, width, height)),), ("R", "G", "B"), "lin_rec709_scene")
