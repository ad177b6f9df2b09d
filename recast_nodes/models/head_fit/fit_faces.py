"""A head model fitted to everyone in a shot: who they are once, their expressions and poses in every frame."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from ...stages.expression.head_pose import square
from ...stages.head_fit.articulated import LandmarkHead
from ...stages.head_fit.shot import fit_shot
from ...stages.thresholds import Count
from ...stages.track.association import Trail, link
from ...stages.track.follow import landmark_noise, pixel_aspect_of
from ...stages.track.smoothing import steady
from ...wires import Faces, HeadParameters
from .parameters import NUMBERS, parameters_of

CALM = Count(2, "frames", "as FaceTrack.steady keeps landmarks calm unless it is set otherwise")


def without_fit(head: LandmarkHead, faces: Faces) -> Faces:
    """The faces of a frame before the shot is known: parameters that say nothing."""
    widths, count = (len(head.identity), len(head.names), NUMBERS), len(faces.confidence)
    return faces._replace(head=HeadParameters(head.name, *(torch.zeros(count, width) for width in widths)))


def fit_faces(head: LandmarkHead, seen: Mapping[int, Faces]) -> Mapping[int, Faces]:
    """The same faces with the parameters of the head. A face's numbers depend on its own frames in this shot."""
    fitted = {frame: without_fit(head, faces) for frame, faces in seen.items()}
    for trail in link(seen):
        _fit_trail(head, fitted, trail)
    return fitted


def _fit_trail(head: LandmarkHead, seen: Mapping[int, Faces], trail: Trail) -> None:
    """Writes one person's parameters into their faces' own."""
    aspect = pixel_aspect_of(seen)
    landmarks = torch.stack([square(seen[each.frame].landmarks[each.entry], aspect) for each in trail])
    landmarks = steady(landmarks, CALM, landmark_noise(landmarks))
    coefficients = torch.stack([seen[each.frame].coefficients[each.entry] for each in trail])
    window = next((faces.frame for faces in seen.values() if faces.frame is not None), None)
    if window is None:  # landmarks without a picture: one that holds all of them
        low, high = landmarks[..., :2].amin((0, 1)), landmarks[..., :2].amax((0, 1))
    else:
        low = window[:2] * torch.tensor([aspect, 1.0])
        high = low + window[2:4] * torch.tensor([aspect, 1.0])
    width, height = (high - low).tolist()
    shot = fit_shot(head, landmarks, coefficients, (width, height), low, CALM)
    for number, sighting in enumerate(trail):
        own = parameters_of(head, shot, number)
        given = seen[sighting.frame].head
        assert given is not None
        for name in ("identity", "expression", "pose"):
            getattr(given, name)[sighting.entry] = getattr(own, name)[0]
