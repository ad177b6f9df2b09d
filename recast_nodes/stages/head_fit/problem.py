"""What a fit makes small in a frame: landmarks that lie elsewhere than they were read, and unusual expressions."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import jacfwd, vmap

from ..thresholds import Amount, Ramp
from .articulated import LandmarkHead, PersonAtRest, express, express_with_derivatives, rotation_of
from .projection import ORIGIN, POSE, SCALE, TURN, ShotLens, project

ALIKE = Amount(
    2.0,
    "times a landmark's own noise",
    "what is left beside the usual misreadings is still alike in neighbours: with 2, expressions of eight rendered "
    "people who were not learned from are nearer to what was acted than with 1 (decision 50)",
)
FAR = Amount(
    3.0, "times a landmark's noise", "from where on a landmark counts ever less: one that is hidden or misread"
)
TURNED_AWAY = Ramp(
    -0.15,
    0.45,
    "cosine of the angle between skin and view",
    "skin that the camera sees from skin behind an edge",
    "what a landmarker says of the far side of a turned head it makes up",
)


class ShotReadings(NamedTuple):
    """T frames of one face."""

    landmarks: Tensor  # (T, K, 2) square pixels, float64
    expected: Tensor  # (T, P) parameters that are likely before a landmark is looked at
    spread: Tensor  # (T, P) and how far from them they may well be
    lens: ShotLens

    def part(self, rows: Tensor) -> ShotReadings:
        """Those of some frames."""
        return self._replace(landmarks=self.landmarks[rows], expected=self.expected[rows], spread=self.spread[rows])


def read(head: LandmarkHead, landmarks: Tensor, coefficients: Tensor, lens: ShotLens) -> ShotReadings:
    """Landmarks (T, K, 2 or 3) and blendshape coefficients (T, 52), NaN where they are not known, as readings."""
    known = coefficients.isfinite().all(1, keepdim=True)
    hinted = coefficients.double().nan_to_num() @ head.hints.T
    expected = torch.maximum(torch.minimum(hinted, head.high), head.low)
    return ShotReadings(landmarks[..., :2], expected, torch.where(known, head.doubt, head.spread), lens)


class Equations(NamedTuple):
    """Residuals of T frames, those of the prior last, and how their unknowns move them."""

    residuals: Tensor  # (T, R)
    by_frame: Tensor  # (T, R, P + 6)
    by_shot: Tensor  # (T, R, I + 1) identity (none where it is known), and the logarithm of the focal length


def landmarks_of(head: LandmarkHead, person: PersonAtRest, unknown: Tensor, lens: ShotLens) -> Tensor:
    """Pixels (K, 3) of a frame's unknowns (P + 6,): parameters of expression, then the pose."""
    return project(express(head, person, unknown[:-POSE]), unknown[-POSE:], lens)


def places(head: LandmarkHead, person: PersonAtRest, unknowns: Tensor, lens: ShotLens) -> Tensor:
    """The same of T frames: (T, K, 3)."""
    return vmap(lambda unknown: landmarks_of(head, person, unknown, lens))(unknowns)


def trust(head: LandmarkHead, person: PersonAtRest, found: Tensor, unknowns: Tensor, seen: ShotReadings) -> Tensor:
    """(T, K) square roots of the weights of landmarks, one over pixels: less for skin that is turned away, and by
    Geman and McClure for what lies far from where it should.
    """
    scale = unknowns[:, SCALE].exp()[:, None]
    noise = head.noise * scale
    facing = (rotation_of(unknowns[:, -POSE:][:, TURN]) @ head.normals.T)[:, 2]
    miss = torch.linalg.vector_norm(found[..., :2] - seen.landmarks, dim=-1) / (FAR * noise)
    return TURNED_AWAY(facing).clamp_min(1e-3).sqrt() / (1 + miss.square()) / (noise * ALIKE)


def linearise(
    head: LandmarkHead,
    person: PersonAtRest,
    unknowns: Tensor,
    weights: Tensor,
    seen: ShotReadings,
    shared: bool = False,
) -> Equations:
    """Residuals of T frames about `unknowns` (T, P + 6), with landmarks weighted by (T, K); where `shared`, by identity
    and focal length too.
    """
    focal = seen.lens.focal.log()

    def one(unknown: Tensor, landmarks: Tensor, weight: Tensor, expected: Tensor, spread: Tensor) -> Equations:
        prior = torch.diag(1 / spread)
        parameters, pose = unknown[:-POSE], unknown[-POSE:]
        shown = express_with_derivatives(head, person, parameters, shared)

        def onto(pose: Tensor, focal: Tensor) -> Tensor:
            return project(shown.points, pose, seen.lens._replace(focal=focal.exp()))[:, :2] * weight[:, None]

        off = onto(pose, focal) - landmarks * weight[:, None]
        by_point = _by_point(shown.points, pose, seen.lens) * weight[:, None, None]  # (K, 2, 3)
        by_pose, by_focal = jacfwd(onto, argnums=(0, 1))(pose, focal)
        rows = torch.cat([by_point @ shown.by_parameters, by_pose], -1).flatten(0, 1)
        by_frame = torch.cat([rows, torch.cat([prior, prior.new_zeros(len(prior), POSE)], 1)])
        common = torch.cat([by_point @ shown.by_identity, by_focal[..., None]], -1).flatten(0, 1)
        by_shot = torch.cat([common, common.new_zeros(len(prior), common.shape[1])])
        return Equations(torch.cat([off.reshape(-1), (parameters - expected) / spread]), by_frame, by_shot)

    return Equations(*vmap(one)(unknowns, seen.landmarks, weights, seen.expected, seen.spread))


def _by_point(points: Tensor, pose: Tensor, lens: ShotLens) -> Tensor:
    """(K, 2, 3) how a point of the head's frame moves its place in the picture."""
    turn, scale = rotation_of(pose[TURN]), pose[SCALE].exp()
    turned = points @ turn.T
    nearer = 1 / (1 - turned[:, 2] * scale / lens.focal)
    sign = points.new_tensor([1.0, -1.0])
    away = turned[:, :2] * scale * sign + pose[ORIGIN] - lens.middle
    by_depth = away * (nearer.square() * scale / lens.focal)[:, None]  # (K, 2)
    flat = (sign * scale)[None, :, None] * turn[:2] * nearer[:, None, None]
    return flat + by_depth[..., None] * turn[2]


def bounds(head: LandmarkHead) -> tuple[Tensor, Tensor]:
    """(P + 6,) what an unknown may be; a pose is free."""
    free = head.low.new_full((POSE,), torch.inf)
    return torch.cat([head.low, -free]), torch.cat([head.high, free])
