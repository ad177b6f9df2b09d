"""Shots of digital humans as landmarks alone: their true places in the picture, without drawing one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import torch

from recast_nodes.digital_humans.head_motion import move
from recast_nodes.digital_humans.ict import IctHead, small_head
from recast_nodes.digital_humans.mesh_landmarks import landmarks_on
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.performance import perform, to_ict

SIZE = 512


class TrueShot(NamedTuple):
    """What is known of T frames."""

    landmarks: torch.Tensor  # (T, 478, 3) pixels
    rotations: np.ndarray  # (T, 3, 3) of the head against the camera: x right, y up, z to the camera
    curves: np.ndarray  # (T, 52)
    canonical: np.ndarray  # (478, 3) centimetres


def true_shot(
    seed: int, performance: str, motion: str, frames: int, count: int = 150, head: IctHead | None = None
) -> TrueShot:
    """The first frames of a performance of `count`."""
    head = head or small_head()
    points, room = landmarks_on(head), draw_room(seed)
    neutral = head.neutral(draw_person(seed).identity)
    curves, moves = perform(performance, count), move(motion, count)
    landmarks, rotations = [], []
    for number in range(frames):
        pose, camera = moves.pose(number), room.camera_at(number / count, SIZE)
        shape = head.posed(neutral, to_ict(curves.expression(number)))
        seen = camera.project(pose.place(points.of(shape))).astype(np.float64)
        pixels = SIZE / 2 / camera.reach / seen[:, 2].mean()
        seen[:, 2] = (seen[:, 2] - seen[:, 2].mean()) * pixels
        landmarks.append(seen)
        rotations.append(camera.axes * np.array([[1], [1], [-1]]) @ pose.matrix)
    return TrueShot(
        torch.from_numpy(np.stack(landmarks)), np.stack(rotations), curves.curves[:frames], points.of(neutral)
    )


@cache
def talking() -> TrueShot:
    """Sixteen frames in which a head turns, smiles, talks and blinks: every third of the performance."""
    return true_shot(9002, "speech", "circle", 16, 50)


def degrees_between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(T,) angles between rotations (T, 3, 3)."""
    return np.degrees(np.arccos(np.clip((np.einsum("tij,tij->t", one, other) - 1) / 2, -1, 1)))
