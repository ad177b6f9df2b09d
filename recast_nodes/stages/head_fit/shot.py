"""A head model fitted to a shot: who it is once, then expression and pose in every frame, then all frames together.

Every frame starts from the closed-form pose of its own landmarks, so that no frame depends on where another one ended.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face import anatomy
from ..expression.head_pose import robust_similarity
from ..thresholds import Amount, Count
from .articulated import LandmarkHead, PersonAtRest, person_of
from .calm import calm_shot
from .misreading import with_misreadings, without_misreadings
from .problem import Equations, ShotReadings, bounds, linearise, places, read, trust
from .projection import ShotLens, axis_angle
from .solve import step_within

LONG_LENS = Amount(2.0, "of the picture's shorter side", "the focal length to begin with: 50 mm before a full frame")
LENSES = Amount(
    0.3, "of its logarithm", "35 to 85 mm lie within about two of these; a face alone says little about a lens"
)
LEARN_FROM = Count(32, "frames", "spread over the shot, that say who it is: more do not change it by a tenth of a mm")
IDENTITY_ROUNDS = Count(8, "steps", "for identity and lens: later ones move no landmark by a hundredth of a pixel")
FRAME_ROUNDS = Count(8, "steps", "for a frame: later ones move no landmark by a hundredth of a pixel")
TOGETHER = Count(32, "frames", "in work at once, so that long shots take little memory")
FLIP = (1.0, -1.0, -1.0)  # from the picture's axes to the head's own, and back


class FittedShot(NamedTuple):
    """One person over T frames."""

    identity: Tensor  # (I,)
    person: PersonAtRest
    unknowns: Tensor  # (T, P + 6) parameters of expression, then the pose as in `projection`
    lens: ShotLens


def fit_shot(
    head: LandmarkHead,
    landmarks: Tensor,
    coefficients: Tensor,
    size: tuple[float, float],
    corner: Tensor,
    calm: float = 0.0,
) -> FittedShot:
    """Fit to landmarks (T, K, 3) in square pixels of a picture of `size` whose upper left corner lies at `corner` (2,),
    and to blendshape coefficients (T, 52), NaN where they are not known.

    `calm` is how many frames trembling is averaged over, as in `track.smoothing`; 0 leaves every frame as it was read.
    """
    landmarks = landmarks.double()
    middle = corner.double() + landmarks.new_tensor(size) / 2
    lens = ShotLens(middle, landmarks.new_tensor(LONG_LENS * min(size)))
    read_by, count = with_misreadings(head), len(head.identity)
    seen = read(read_by, landmarks, coefficients, lens)
    chosen = torch.linspace(0, len(landmarks) - 1, min(LEARN_FROM, len(landmarks))).round().long()
    identity, lens = _learn(read_by, seen.part(chosen), _start(read_by, landmarks[chosen]))
    as_read, person = person_of(read_by, identity), person_of(head, identity[:count])
    unknowns = _fit_frames(read_by, as_read, seen._replace(lens=lens), _start(read_by, landmarks, as_read))
    unknowns = calm_shot(head, without_misreadings(head, unknowns), calm)
    return FittedShot(identity[:count], person, unknowns, lens)


def _start(head: LandmarkHead, landmarks: Tensor, person: PersonAtRest | None = None) -> Tensor:
    """(T, P + 6): no expression, and the pose of what no expression moves."""
    known = head.noise.isfinite()
    rigid = [point for point in (*anatomy.RIGID, *anatomy.NOSE_RIDGE) if known[point]]
    rest = (person or person_of(head, head.rest.new_zeros(0))).rest
    flip = rest.new_tensor(FLIP)
    pose = robust_similarity(rest[rigid] * flip, landmarks[:, rigid])
    turn = flip[:, None] * pose.rotation.transpose(-1, -2) * flip
    six = torch.cat([axis_angle(turn), pose.translation[:, :2], pose.scale.clamp_min(1e-6).log()], 1)
    return torch.cat([six.new_zeros(len(six), len(head.names)), six], 1)


def normal_equations(
    head: LandmarkHead, person: PersonAtRest, seen: ShotReadings, unknowns: Tensor
) -> tuple[Tensor, Tensor]:
    """(T, N, N) and (T, N) of every frame about its unknowns."""
    found = []
    for part in torch.arange(len(unknowns)).split(TOGETHER):
        own = seen.part(part)
        weights = trust(head, person, places(head, person, unknowns[part], own.lens), unknowns[part], own)
        found.append(_square(linearise(head, person, unknowns[part], weights, own)))
    return torch.cat([one for one, _ in found]), torch.cat([other for _, other in found])


def _square(equations: Equations) -> tuple[Tensor, Tensor]:
    turned = equations.by_frame.transpose(-1, -2)
    return turned @ equations.by_frame, (turned @ equations.residuals[..., None])[..., 0]


def _fit_frames(head: LandmarkHead, person: PersonAtRest, seen: ShotReadings, unknowns: Tensor) -> Tensor:
    low, high = bounds(head)
    for _ in range(FRAME_ROUNDS):
        unknowns = step_within(*normal_equations(head, person, seen, unknowns), unknowns, low, high)
    return unknowns


def _learn(head: LandmarkHead, seen: ShotReadings, unknowns: Tensor) -> tuple[Tensor, ShotLens]:
    """Identity (I,) and lens from some frames: each step solves for what the frames share with their own unknowns
    eliminated (the Schur complement), then for those.
    """
    lens = seen.lens
    usual = lens.focal.log()
    shared = torch.cat([head.rest.new_zeros(len(head.identity)), usual[None]])
    spread = torch.cat([torch.ones_like(shared[:-1]), shared.new_tensor([float(LENSES)])])
    centre = torch.cat([torch.zeros_like(shared[:-1]), usual[None]])
    low, high = bounds(head)
    for _ in range(IDENTITY_ROUNDS):
        person, lens = person_of(head, shared[:-1]), lens._replace(focal=shared[-1].exp())
        seen = seen._replace(lens=lens)
        weights = trust(head, person, places(head, person, unknowns, lens), unknowns, seen)
        equations = linearise(head, person, unknowns, weights, seen, shared=True)
        step = _shared_step(equations, (shared - centre) / spread.square(), spread.square().reciprocal())
        shared = shared - step
        hessian, gradient = _square(equations)
        gradient = gradient - (equations.by_frame.transpose(-1, -2) @ (equations.by_shot @ step)[..., None])[..., 0]
        unknowns = step_within(hessian, gradient, unknowns, low, high)
    return shared[:-1], lens._replace(focal=shared[-1].exp())


def _shared_step(equations: Equations, prior: Tensor, stiff: Tensor) -> Tensor:
    by_shot, by_frame = equations.by_shot, equations.by_frame
    hessian, gradient = _square(equations)
    mixed = by_frame.transpose(-1, -2) @ by_shot  # (T, N, I + 1)
    own = by_shot.transpose(-1, -2)
    solved = torch.linalg.solve(hessian, torch.cat([mixed, gradient[..., None]], -1))
    left = (own @ by_shot - mixed.transpose(-1, -2) @ solved[..., :-1]).sum(0) + torch.diag(stiff)
    right = (own @ equations.residuals[..., None] - mixed.transpose(-1, -2) @ solved[..., -1:]).sum(0)[:, 0] + prior
    return torch.linalg.solve(left, right)
