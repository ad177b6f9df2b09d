"""LivePortrait's edits: which numbers are expression, motion relative to a first frame, stitching and retargeting.

Expressions are (..., 21, 3) and keypoints x (..., 21, 3) in the units of the network's patch; rotations turn rows.
Keypoints come of `stages.expression.published_pose.liveportrait_keypoints` (eq. 1). The small networks S are called
with the vectors made here.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.published import (
    EYE_SPANS_203,
    LIVEPORTRAIT,
    LIVEPORTRAIT_EXPRESSIVE,
    LIVEPORTRAIT_PARTLY_EXPRESSIVE,
    MOUTH_SPAN_203,
)
from ..membership import named_keypoints
from .head_pose import Pose
from .pose_blend import interpolate_pose


def expressive() -> Tensor:
    """(21, 3) 1 where a number of the expression is carried over while the head keeps the source's pose, else 0."""
    mask = torch.zeros(LIVEPORTRAIT, 3)
    mask[list(LIVEPORTRAIT_EXPRESSIVE)] = 1
    for keypoint, axes in LIVEPORTRAIT_PARTLY_EXPRESSIVE.items():
        mask[keypoint, ["xyz".index(axis) for axis in axes]] = 1
    return mask


def mix_expression(
    source: Tensor,
    driving: Tensor,
    reference: Tensor,
    replace: float,
    enhance: float,
    weight: Tensor,
    protect: float,
) -> Tensor:
    """delta_s + w [ r (delta_d - delta_s) + e (delta_d - delta_ref) ], `weight` w (21, 1).

    With `protect` 1 only what is `expressive` takes part, as published where a video is edited: r = 1 is its absolute
    motion, e = 1 the relative one. With 0 all of it does, as published where a still is animated.
    """
    taken = 1 - protect * (1 - expressive().to(source))
    return source + weight * taken * (replace * (driving - source) + enhance * (driving - reference))


def blend_pose(source: Pose, driver: Pose, first: Pose | None, amount: float) -> Pose:
    """The pose between the source's (amount 0) and the driver's (1).

    With `first`, the driver's pose at its first frame: R = (R_d R_0^T) R_s, s = s_s s_d / s_0, t = t_s + t_d - t_0, the
    published relative motion. Without it the driver's own pose, as eq. 1 has it.
    """
    if first is not None:
        rotation = driver.rotation @ first.rotation.mT @ source.rotation
        scale = source.scale * (driver.scale / first.scale)
        driver = Pose(rotation, scale, source.translation + driver.translation - first.translation)
    return driver if amount == 1 else interpolate_pose(source, driver, amount)


def stitching_input(x_s: Tensor, x_d: Tensor) -> Tensor:
    """(B, 126) what S_stitching is given, from keypoints (B, 21, 3) of source and result."""
    return torch.cat([x_s.flatten(1), x_d.flatten(1)], 1)


def stitch(x_d: Tensor, offsets: Tensor, amount: float = 1.0) -> Tensor:
    """Keypoints (B, 21, 3) moved by what S_stitching gave (B, 65): one offset a keypoint, one of x and y for all."""
    each, all_of_them = amount * offsets[:, :-2], amount * offsets[:, -2:]
    together = torch.nn.functional.pad(all_of_them, (0, 1))
    return x_d + each.unflatten(1, (-1, 3)) + together[:, None]


def openings(
    landmarks: Tensor, eyes: tuple[tuple[int, ...], ...] = EYE_SPANS_203, lips: tuple[int, ...] = MOUTH_SPAN_203
) -> Tensor:
    """(..., 3) how far both eyes and the lips are open: their height over their width, of landmarks (..., N, 2).

    The default indices are those of the published 203 landmarks; `face.anatomy` has MediaPipe's.
    """
    return torch.stack([_opening(landmarks[..., :2], places) for places in (*eyes, lips)], -1)


def _opening(points: Tensor, places: tuple[int, ...]) -> Tensor:
    upper, lower, left, right = (points[..., place, :] for place in places)
    width = torch.linalg.vector_norm(left - right, dim=-1)
    return torch.linalg.vector_norm(upper - lower, dim=-1) / (width + 1e-6)


def eye_input(x_s: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """(B, 66) what S_eye is given: keypoints (B, 21, 3), both eyes' openings (B, 2) and the one they shall have
    (B, 1).
    """
    return torch.cat([x_s.flatten(1), before, after], 1)


def lip_input(x_s: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """(B, 65) what S_lip is given: as S_eye, with the lips' opening (B, 1)."""
    return torch.cat([x_s.flatten(1), before, after], 1)


def regions() -> Tensor:
    """(21, R) how much each keypoint belongs to each of `face.regions.REGIONS`; rows add up to 1.

    LivePortrait's keypoints are implicit: they were never told to sit on a feature. Its own switches take some for the
    lips and some for the eyes, which it does not part into lids and gaze; others move the brows, and the rest belong
    to jaw and cheeks alike.
    """
    return named_keypoints(LIVEPORTRAIT)
