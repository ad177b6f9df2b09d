"""The face at rest: calm frames count most, and a frame that is tracked far off does not count."""

from __future__ import annotations

import torch

from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.canonical import canonical_face, expression_basis, resting_coefficients
from recast_nodes.stages.expression.neutral import OUTLIERS, calmness, estimate_neutral

FACE, MOVEMENTS, RESTING = canonical_face().vertices, expression_basis(), resting_coefficients()


def acted(frames: int, **amounts: float) -> torch.Tensor:
    """Coefficients (F, 52) that rise over the shot, beside what a resting face reads."""
    rise = torch.linspace(0, 1, frames)[:, None]
    return RESTING + rise * torch.tensor([amounts.get(name, 0.0) for name in BLENDSHAPES])


def shapes_of(coefficients: torch.Tensor, gain: float) -> torch.Tensor:
    """Faces on which the coefficients move so many times what they move on people in general."""
    return FACE + gain * torch.einsum("fc,ckd->fkd", coefficients - RESTING, MOVEMENTS)


def test_calm_frames_count_most() -> None:
    """A mouth that moves more than most people's: what is taken away is too little, least in calm frames."""
    coefficients = acted(20, jawOpen=0.9, mouthSmileLeft=0.5)
    found = estimate_neutral(shapes_of(coefficients, 1.6), coefficients, MOVEMENTS, RESTING)
    plain = (shapes_of(coefficients, 1.6) - shapes_of(coefficients, 1.0)).mean(0).norm(dim=-1).max()
    assert float((found - FACE).norm(dim=-1).max()) < 0.2 * float(plain)


def test_one_frame_has_a_rest() -> None:
    coefficients = acted(2, jawOpen=0.5)[1:]
    found = estimate_neutral(shapes_of(coefficients, 1.0), coefficients, MOVEMENTS, RESTING)
    assert float((found - FACE).norm(dim=-1).max()) < 0.02


def test_frames_without_coefficients_do_not_count() -> None:
    coefficients = acted(9, jawOpen=0.5)
    shapes = shapes_of(coefficients, 1.0)
    coefficients[4], shapes[4] = torch.nan, shapes[4] + 5
    found = estimate_neutral(shapes, coefficients, MOVEMENTS, RESTING)
    assert torch.isfinite(found).all() and float((found - FACE).norm(dim=-1).max()) < 0.05


def test_a_face_that_is_tracked_far_off_is_left_out() -> None:
    """However calm it is: it has no more weight than others at rest, and less than `OUTLIERS`."""
    coefficients = RESTING.expand(20, 52).clone()
    shapes = shapes_of(coefficients, 1.0)
    shapes[3] += 4.0
    assert OUTLIERS > 1 / 20
    assert float((estimate_neutral(shapes, coefficients, MOVEMENTS, RESTING) - FACE).abs().max()) < 1e-4


def test_a_frame_three_tenths_of_a_millimetre_from_rest_counts_half() -> None:
    moved = torch.zeros(2, 478, 3)
    moved[1, :, 1] = 0.03
    at_rest, near = calmness(moved).tolist()
    assert abs(near / at_rest - 0.5) < 1e-3
