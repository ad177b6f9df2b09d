"""Irises in a field: moved as discs inside the eye openings, while the lids stay with the mesh."""

from __future__ import annotations

import torch
from torch import Tensor

from .anatomy import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from .shapes import blurred, polygon, smooth_step

ROUND = 0.5  # how far an iris keeps its size as the lids about it part: at 1 they would show themselves again instead
CLOSING = 0.3
LASHES = 0.25


def move_irises(flow: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """The field with both irises carried to their driven places inside the eye openings; lids stay."""
    for iris, contour in ((LEFT_IRIS, LEFT_EYE), (RIGHT_IRIS, RIGHT_EYE)):
        i, c = list(iris), list(contour)
        flow = _move_iris(flow, before[i, :2], after[i, :2], before[c, :2], after[c, :2])
    return flow


def _move_iris(flow: Tensor, before: Tensor, after: Tensor, opening: Tensor, contour: Tensor) -> Tensor:
    """One iris: moved as a disc that keeps about its size, fading out over the white of the eye."""
    height, width = flow.shape[1:]
    radius = float(torch.linalg.vector_norm(before[1:] - before[0], dim=1).mean())
    centre, target = after[0], (before[0] - after[0]).to(flow)[:, None, None]
    x = torch.arange(width)[None, :] + 0.5 - float(centre[0])
    y = torch.arange(height)[:, None] + 0.5 - float(centre[1])
    away = ((x.square() + y.square()).sqrt() / max(radius, 1e-3) - 0.9) / 1.6
    disc = 1 - smooth_step(away)
    shut = smooth_step((1 - _gap(contour) / _gap(opening).clamp_min(1e-3)) / CLOSING)
    edges = contour, _below_lashes(contour, LASHES * radius)
    masks = torch.cat([polygon(edge, (width, height)) for edge in edges])
    opening_mask = smooth_step((blurred(masks, 0.25 * radius) - 0.25) / 0.75)
    column, row = (int(min(max(float(value), 0), limit - 1)) for value, limit in zip(centre, (width, height)))
    pull = (target - flow[:, row : row + 1, column : column + 1]).clamp(-radius, radius)
    moved = flow + pull * disc * opening_mask
    return torch.lerp(moved, target.expand_as(flow), (ROUND + (1 - ROUND) * shut) * disc * opening_mask)


def _gap(contour):
    return torch.linalg.vector_norm(contour[9:] - contour[1:8].flip(0), dim=1).max()


def _below_lashes(contour, length):
    way = contour[1:8].flip(0) - contour[9:]
    far = torch.linalg.vector_norm(way, dim=1, keepdim=True).clamp_min(1e-3)
    return torch.cat([contour[:9], contour[9:] + way * (length / far).clamp(max=0.5)])
