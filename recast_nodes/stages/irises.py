"""Irises in a field: moved as discs inside the eye openings, while the lids stay with the mesh."""

from __future__ import annotations

import torch
from torch import Tensor

from .anatomy import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from .shapes import blurred, polygon, smooth_step

ROUND = 0.5  # how far an iris keeps its size as the lids about it part: at 1 they would show themselves again instead


def move_irises(flow: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """The field with both irises carried to their driven places inside the eye openings; lids stay."""
    for iris, contour in ((LEFT_IRIS, LEFT_EYE), (RIGHT_IRIS, RIGHT_EYE)):
        flow = _move_iris(flow, before[list(iris), :2], after[list(iris), :2], after[list(contour), :2])
    return flow


def _move_iris(flow: Tensor, before: Tensor, after: Tensor, contour: Tensor) -> Tensor:
    """One iris: moved as a disc that keeps about its size, fading out over the white of the eye."""
    height, width = flow.shape[1:]
    radius = float(torch.linalg.vector_norm(before[1:] - before[0], dim=1).mean())
    centre, target = after[0], (before[0] - after[0]).to(flow)[:, None, None]
    x = torch.arange(width)[None, :] + 0.5 - float(centre[0])
    y = torch.arange(height)[:, None] + 0.5 - float(centre[1])
    away = ((x.square() + y.square()).sqrt() / max(radius, 1e-3) - 0.9) / 1.6
    disc = 1 - smooth_step(away)
    opening_mask = smooth_step((blurred(polygon(contour, (width, height)), 0.25 * radius) - 0.25) / 0.75)
    column, row = (int(min(max(float(value), 0), limit - 1)) for value, limit in zip(centre, (width, height)))
    pull = (target - flow[:, row : row + 1, column : column + 1]).clamp(-radius, radius)
    moved = flow + pull * disc * opening_mask
    return torch.lerp(moved, target.expand_as(flow), ROUND * disc * opening_mask)
