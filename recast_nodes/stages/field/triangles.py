"""The piecewise affine field of a mesh of triangles, and which of its triangles are seen.

The rasteriser is OpenCV's; everything goes in and out as tensors. Positions are pixels, (x, y).
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import INNER_LIPS, LEFT_EYE, RIGHT_EYE
from ...natives import opencv
from ..grid.shapes import FAR

cv2 = opencv()

SLIVER = 1e-3  # square cells, twice a triangle's area: a thinner one moves as a whole, since its map divides by nothing


def mesh_flow(before: Tensor, after: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """The piecewise affine field (2, h, w): offset from each pixel's centre of a mesh at `after` to its place at
    `before`.

    Both are (V, 2) pixels of their pictures, `triangles` (T, 3), later ones in front; 0 outside them. `size` is
    (width, height).
    """
    return draw_flow(before, after, triangles, rasterise(after, triangles, size))


def draw_flow(before: Tensor, after: Tensor, triangles: Tensor, owner: Tensor) -> Tensor:
    """`mesh_flow` where the owner (h, w) of each pixel is known."""
    before, after = before[triangles], after[triangles]
    affine, offsets = _affine(before, after), before - after
    nothing = torch.zeros_like(affine[:1])
    field = _evaluate(torch.cat([nothing, affine]).float(), owner)
    # A sliver's map goes wild as soon as it leaves its corners, and a pixel's centre is soon outside of a sliver.
    low, high = (
        torch.cat([nothing[:, :, 0], bound]).float()[owner].permute(2, 0, 1)
        for bound in (offsets.amin(1), offsets.amax(1))
    )
    return torch.minimum(torch.maximum(field, low), high)


def sample_at(flow: Tensor, points: Tensor) -> Tensor:
    """(V, 2) the field (2, h, w) at places (V, 2), bilinear; the field's edge beyond it."""
    size = points.new_tensor([flow.shape[2], flow.shape[1]])
    places = (points * 2 / size - 1).to(flow)[None, None]
    found = functional.grid_sample(flow[None], places, padding_mode="border", align_corners=False)
    return found[0, :, 0].T.to(points)


def facing_triangles(points: Tensor, triangles: Tensor) -> Tensor:
    """The triangles, without those that the plate shows from behind, the farthest first."""
    corners = points[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    shown = (area < 0) | _openings(triangles)
    order = torch.argsort(corners[..., 2].mean(1), descending=True)
    return triangles[order[shown[order]]]


def _openings(triangles: Tensor) -> Tensor:
    """(T,) which triangles lie in the mouth or in an eye: they have no thickness while it is shut."""
    return triangles_on(triangles, INNER_LIPS) | triangles_on(triangles, LEFT_EYE) | triangles_on(triangles, RIGHT_EYE)


def triangles_on(triangles: Tensor, contour: tuple[int, ...]) -> Tensor:
    """(T,) which triangles have all corners on `contour`."""
    return torch.isin(triangles, torch.tensor(contour)).all(1)


def rasterise(points: Tensor, triangles: Tensor, cells: tuple[int, int]) -> Tensor:
    """Owner of each grid cell (h, w): 1 + the index of the last triangle that covers its centre, 0 for none."""
    owner = np.zeros((cells[1], cells[0]), np.int32)
    corners = points[triangles, :2].double().clamp(-FAR, FAR).numpy()
    fixed = np.round((corners - 0.5) * 256).astype(np.int32)  # OpenCV's integer positions are pixel centres
    for index, corner in enumerate(fixed, 1):
        cv2.fillConvexPoly(owner, corner, index, shift=8)
    return torch.from_numpy(owner).long()


def _affine(before: Tensor, after: Tensor) -> Tensor:
    """Displacement maps (T, 2, 3): from a place (x, y, 1) in the result's triangle to its offset into the plate's.

    Written out, because a matrix product's last bits depend on where in memory its factors lie.
    """
    offsets = before - after
    (ax, ay), (bx, by) = ((after[:, corner] - after[:, 0]).unbind(1) for corner in (1, 2))
    first, second = (offsets[:, corner] - offsets[:, 0] for corner in (1, 2))
    area = ax * by - ay * bx
    thin = area.abs() < SLIVER
    scale = torch.where(thin, torch.zeros_like(area), 1 / torch.where(thin, torch.ones_like(area), area))[:, None]
    across = (first * by[:, None] - second * ay[:, None]) * scale
    down = (second * ax[:, None] - first * bx[:, None]) * scale
    x, y = after.mean(1)[:, None].unbind(2)
    return torch.stack([across, down, offsets.mean(1) - across * x - down * y], 2)


def _evaluate(affine: Tensor, owner: Tensor) -> Tensor:
    """The field (2, h, w) of the owners' maps at the cells' centres."""
    height, width = owner.shape
    x = torch.arange(width, dtype=affine.dtype)[None, :] + 0.5
    y = torch.arange(height, dtype=affine.dtype)[:, None] + 0.5
    maps = affine.reshape(-1, 6).T.contiguous()
    ax, bx, cx, ay, by, cy = (row[owner] for row in maps)
    return torch.stack([ax * x + bx * y + cx, ay * x + by * y + cy])
