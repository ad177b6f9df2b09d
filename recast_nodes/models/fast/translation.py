"""A volume moved by whole translations, and the keypoints' Gaussians, without a gather: both are products over axes.

A sparse motion adds one vector to every coordinate, so sampling by it is an interpolation along each axis on its own: a
matrix with two entries a row. A Gaussian about a keypoint is a product of one Gaussian an axis.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..networks.warping import VARIANCE

FAINT = 1e-30  # what a Gaussian has below this is left out: arithmetic on subnormal numbers is slow


def axis_coordinates(count: int, like: Tensor) -> Tensor:
    """-1 to 1, first place to last: one axis of the identity grid, rounded as there."""
    return 2 * (torch.arange(count, dtype=like.dtype, device=like.device) / (count - 1)) - 1


def taps(count: int, x_s: Tensor, x_d: Tensor) -> Tensor:
    """Matrices (B, K + 1, count, count) that interpolate one axis where each keypoint's translation says; slot 0 stays.

    x_s and x_d (B, K) are the keypoints' coordinates on that axis. Sampling is linear, zero outside, and takes -1 and 1
    for the outer edges, as `grid_sample` with align_corners=False.
    """
    axis = axis_coordinates(count, x_s)
    moved = axis - x_d[..., None] + x_s[..., None]  # in the plain form's order: the rounding is seen
    where = torch.cat([axis.expand(len(x_s), 1, count), moved], 1)
    places = ((where + 1) * count - 1) / 2
    columns = torch.arange(count, dtype=x_s.dtype, device=x_s.device)
    return (1 - (places[..., None] - columns).abs()).clamp(min=0)


def move_volumes(volume: Tensor, x_s: Tensor, x_d: Tensor) -> Tensor:
    """A volume (B, C, D, H, W) as each of the sparse motions moves it: (B, K + 1, C, D, H, W)."""
    depth, height, width = volume.shape[2:]
    along_x, along_y, along_z = (
        taps(count, x_s[..., axis], x_d[..., axis]) for axis, count in enumerate((width, height, depth))
    )
    flat = volume[:, None]  # a slot's axis
    flat = flat @ along_x[:, :, None, None].mT
    flat = along_y[:, :, None, None] @ flat
    return (along_z[:, :, None] @ flat.flatten(-2)).unflatten(-1, (height, width))


def heat_differences(x_s: Tensor, x_d: Tensor, size: torch.Size) -> Tensor:
    """What each keypoint brings and leaves (B, K, D, H, W): its Gaussian at x_d minus that at x_s."""
    heat = gaussians(x_d, size) - gaussians(x_s, size)
    return torch.where(heat.abs() < FAINT, 0, heat)


def gaussians(keypoints: Tensor, size: torch.Size) -> Tensor:
    """Gaussians (B, K, D, H, W) of height 1 about keypoints (B, K, 3)."""
    x, y, z = (
        torch.exp(-0.5 * (axis_coordinates(count, keypoints) - keypoints[:, :, axis, None]).square() / VARIANCE)
        for axis, count in enumerate(reversed(size))
    )
    return z[..., None, None] * (y[..., None] * x[..., None, :])[:, :, None]
