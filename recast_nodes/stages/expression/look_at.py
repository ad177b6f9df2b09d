"""What eyes look at: a place before the camera, and the angles at which a head's eyes find it.

The camera's frame is in centimetres of the average head: x to the right of the picture, y down, z away from the camera.
How far away a face is follows from its size in the picture and from the field of lens.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import RIGID
from ..thresholds import Amount
from .eyeballs import Eyeballs, to_angles
from .head_pose import Pose, compose

NEAREST = Amount(1.0, "centimetres", "nearer than that nothing is to a camera, and a division by less is none")


class Lens(NamedTuple):
    """A camera: what it sees in the middle of the picture, and its focal length, in square pixels."""

    x: float
    y: float
    focal: float

    def ray(self, x: float, y: float) -> tuple[float, float]:
        """How far aside and down a place of the picture is, for one centimetre away from the camera."""
        return (x - self.x) / self.focal, (y - self.y) / self.focal


class GazeTarget(NamedTuple):
    """A place that eyes look at: along a ray, at a distance in centimetres or, where that is None, at a share of the
    way from the face (0) to the camera (1). `converge` is how far they cross for it: 1 as for what is there, 0 as for
    what is no nearer than the camera.
    """

    ray: tuple[float, float]
    near: float = 0.0
    distance: float | None = None
    converge: float = 1.0

    def place(self, away: Tensor) -> Tensor:
        """(3,) in the camera's frame, for a face that is `away` (,) from it."""
        deep = (1 - self.near) * away if self.distance is None else away.new_tensor(self.distance)
        return torch.stack([deep * self.ray[0], deep * self.ray[1], deep])


CAMERA = GazeTarget((0.0, 0.0), near=1.0)


NOWHERE = Lens(0.0, 0.0, 1.0)


class EyeEdit(NamedTuple):
    """What is asked of the eyes. Pairs are of the picture's left and right eye: the actor's right and left one."""

    turns: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))  # degrees aside and down
    look_at: float = 0.0
    target: GazeTarget | None = None
    lens: Lens = NOWHERE
    size: float = 1.0
    lids_follow: float = 0.0
    blinks: tuple[float, float] = (0.0, 0.0)

    @property
    def turns_eyes(self) -> bool:
        return self.look_at > 0 or any(map(any, self.turns))

    @property
    def nothing(self) -> bool:
        """Whether the eyes are left as the rest of the edit has them."""
        return not self.turns_eyes and not any(self.blinks)


def face_place(shape: Tensor, pose: Pose, lens: Lens) -> Tensor:
    """(3,) the middle of a face's rigid points in the camera's frame. `shape` (478, 3) is posed in square pixels."""
    rigid = shape[list(RIGID)]
    x, y, _ = compose(rigid, torch.zeros_like(rigid), *pose).mean(0)
    away = (lens.focal / pose.scale[0]).clamp_min(NEAREST)
    return torch.stack([*((at * away) for at in ((x - lens.x) / lens.focal, (y - lens.y) / lens.focal)), away])


def angles_to(target: GazeTarget, shape: Tensor, eyeballs: Eyeballs, pose: Pose, lens: Lens) -> Tensor:
    """(2, 2) the angles at which both eyes of a head-frame shape (478, 3) look at the target.

    A head's pose is measured as though it were seen along the line to it, so that is where directions are turned to.
    """
    middle = face_place(shape, pose, lens)
    rigid = shape[list(RIGID)].mean(0)
    eyes = middle + (eyeballs.middles - rigid) @ pose.rotation @ _turn_to(middle).T
    ways = (_converge(target, middle[2], eyes.mean(0)) - eyes) @ _turn_to(middle)
    return to_angles(ways @ pose.rotation.T)


def _converge(target: GazeTarget, away: Tensor, between: Tensor) -> Tensor:
    """(3,) where eyes meet that have `between` (3,) in their middle: at the target, or farther off behind it."""
    way = target.place(away) - between
    far = torch.linalg.vector_norm(way).clamp_min(NEAREST)
    nearest = (1 - target.converge) * torch.linalg.vector_norm(between)
    return between + way * (torch.maximum(far, nearest) / far)


def _turn_to(place: Tensor) -> Tensor:
    """(3, 3) the shortest rotation, of columns, that takes the camera's axis to a place (3,) before it."""
    x, y, z = (place / torch.linalg.vector_norm(place)).unbind()
    one, less = torch.ones_like(x), 1 / (1 + z)
    rows = ((one - x * x * less, -x * y * less, x), (-x * y * less, one - y * y * less, y), (-x, -y, z))
    return torch.stack([torch.stack(row) for row in rows])
