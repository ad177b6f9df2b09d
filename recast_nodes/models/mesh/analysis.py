"""What a shot shows of a performer, and one frame's parameters by it: the mesh model's keypoints taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ...errors import NoFace
from ...face import anatomy
from ...notices import notice
from ...stages.expression.head_pose import Pose, compose, head_poses, robust_similarity, to_head
from ...stages.expression.neutral import estimate_neutral
from ...stages.expression.turned_rest import TurnedRest, learn_turned_rest, unturned
from ...wires import Motion, Track
from ..canonical import canonical_face, expression_basis, resting_coefficients
from ..head_fit.rest_points import rest_points
from ..performance import Performance
from ..tracker.still import Portrait
from . import MESH
from .keypoints import keypoints


class MeshAnalysis(NamedTuple):
    """What the shot shows: each frame's head pose, and the performer at rest."""

    frames: tuple[int, ...]
    poses: Pose  # (F, ...)
    canonical: Tensor  # (478, 3)
    turned: TurnedRest  # how differently it is read while the head turns


def analyse_shot(tracks: Mapping[int, Track], still: Portrait | int | None) -> MeshAnalysis:
    """Head poses of all frames and the face at rest, from the frames in which it was really seen."""
    frames = tuple(frame for frame, track in sorted(tracks.items()) if track.found)
    if not frames:
        return _nothing_found()
    points = torch.stack([keypoints(tracks[frame]) for frame in frames])
    pose, shapes = _poses([tracks[frame] for frame in frames], points)
    measured = [row for row, frame in enumerate(frames) if tracks[frame].state == "tracked"] or list(range(len(frames)))
    coefficients = torch.stack([tracks[frames[row]].coefficients for row in measured])
    basis = expression_basis(), resting_coefficients()
    turned = learn_turned_rest(shapes[measured], coefficients, pose.rotation[measured], *basis)
    if isinstance(still, Portrait):
        shape, rotation = _shape(still.track)
        return MeshAnalysis(frames, pose, shape, turned.counted_from(rotation))
    if still is not None:
        if still not in frames:
            raise NoFace(f"MotionExtract.neutral is frame {still}, in which no face was found.")
        row = frames.index(still)
        return MeshAnalysis(frames, pose, shapes[row], turned.counted_from(pose.rotation[row]))
    if not bool(torch.isfinite(coefficients).all(-1).any()):
        notice(
            "The landmarks come without blendshape coefficients, so the resting face is the shot's median; "
            "give MotionExtract.neutral a frame in which the face rests."
        )
    rest = estimate_neutral(shapes[measured], coefficients, *basis)
    return MeshAnalysis(frames, pose, rest, turned)


def _nothing_found() -> MeshAnalysis:
    pose, shape = Pose(torch.zeros(0, 3, 3), torch.zeros(0, 1), torch.zeros(0, 3)), canonical_face().vertices
    return MeshAnalysis((), pose, shape, unturned(len(shape)))


def _poses(tracks: Sequence[Track], points: Tensor) -> tuple[Pose, Tensor]:
    """Head poses and shapes in the head frame of keypoints (F, K, 3): by the fitted head where tracks bring one (see
    `MotionExtract.head_pose`), else by the rigid landmarks themselves.
    """
    canonical, rigid = canonical_face().vertices, torch.tensor(anatomy.RIGID)
    fitted = rest_points(tracks)
    if fitted is None:
        return head_poses(points, canonical, rigid)
    known = fitted[..., rigid, :].isfinite().all(-1).all(0)
    pose, _ = head_poses(fitted, canonical, rigid[known])
    return pose, to_head(points, pose)


def extract_parameters(track: Track, analysis: MeshAnalysis, frame: int) -> Motion:
    """The track in the head frame; a lost frame gives a Motion that nothing can edit."""
    if not track.found or frame not in analysis.frames:
        return _lost_motion(analysis.canonical, track)
    row = analysis.frames.index(frame)
    pose = Pose(*(part[row] for part in analysis.poses))
    rest = analysis.canonical + analysis.turned.at(pose.rotation)
    expression = to_head(keypoints(track), pose) - rest
    source = compose(rest, expression, *pose)
    return Motion(MESH.name, rest, expression, *pose, source, track.coefficients, track.state)


def expression_of(still: Portrait, canonical: Tensor) -> Tensor:
    """The expression (478, 3) of a tracked image against a resting face, head frame."""
    rigid = list(anatomy.RIGID)
    points = keypoints(still.track)
    return to_head(points, robust_similarity(canonical[rigid], points[rigid])) - canonical


def expression_at_rest(performance: Performance) -> Tensor:
    """The face at rest, looking where the driver looks most of the time: a gaze has no rest, and an eyeline that
    counted from the middle of the eye would be doubled by enhancing it.
    """
    rest, irises = torch.zeros_like(performance.canonical), list(anatomy.LEFT_IRIS + anatomy.RIGHT_IRIS)
    found = torch.tensor(performance.found)
    if bool(found.any()):
        rest[irises] = performance.expressions[found][:, irises].median(0).values
    return rest


def _shape(still: Track) -> tuple[Tensor, Tensor]:
    """A still's face in the head frame (478, 3), and the head's rotation (3, 3)."""
    rigid, canonical = list(anatomy.RIGID), canonical_face().vertices
    points = keypoints(still)
    pose = robust_similarity(canonical[rigid], points[rigid])
    return to_head(points, pose), pose.rotation


def _lost_motion(canonical: Tensor, track: Track) -> Motion:
    nothing = torch.zeros_like(canonical)
    pose = Pose(torch.eye(3), torch.ones(1), torch.zeros(3))
    return Motion(MESH.name, canonical, nothing, *pose, compose(canonical, nothing, *pose), track.coefficients, "lost")
