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
    height, width = owner.shape
    rows, columns = np.nonzero(owner.numpy())
    x, y = (torch.from_numpy(places.astype(np.float32)) + 0.5 for places in (columns, rows))
    before, after = before[triangles], after[triangles]
    offsets = before - after
    # A sliver's map goes wild as soon as it leaves its corners, and a pixel's centre is soon outside of a sliver.
    maps = torch.cat([_affine(before, after).flatten(1), offsets.amin(1), offsets.amax(1)], 1).float().T.contiguous()
    ax, bx, cx, ay, by, cy, *bounds = maps.index_select(1, torch.from_numpy(owner.numpy()[rows, columns]) - 1)
    field = torch.zeros(2, height, width)
    for axis, moved in enumerate((ax.mul_(x).add_(bx.mul_(y)).add_(cx), ay.mul_(x).add_(by.mul_(y)).add_(cy))):
        offset = torch.minimum(torch.maximum(moved, bounds[axis]), bounds[axis + 2])
        field.numpy()[axis, rows, columns] = offset.numpy()
    return field


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
    for index, corner in enumerate(list(fixed), 1):
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
