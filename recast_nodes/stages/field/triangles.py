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
    maps = _affine(*(_corners(points, triangles) for points in (before, after)))
    none = np.zeros((len(maps), 1), np.float32)  # of cells that no triangle owns
    found = np.concatenate([none, maps], 1).take(owner.numpy(), 1, mode="clip")  # which checks nothing, so it is fast
    y, x = (np.arange(count, dtype=np.float32) + np.float32(0.5) for count in owner.shape)
    field = np.empty((2, *owner.shape), np.float32)
    for moved, (across, down, at, low, high) in zip(field, found.reshape(2, 5, *owner.shape)):
        np.multiply(across, x, out=moved)
        moved += np.multiply(down, y[:, None], out=down)
        moved += at
        # A sliver's map goes wild as soon as it leaves its corners, and a pixel's centre is soon outside of a sliver.
        np.minimum(np.maximum(moved, low, out=moved), high, out=moved)
    return torch.from_numpy(field)


def _corners(points: Tensor, triangles: Tensor) -> list[np.ndarray]:
    """The three corners (2, T) of triangles, x and y."""
    places = np.ascontiguousarray(points.numpy().T)
    return [places.take(corner, 1) for corner in triangles.numpy().T]


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


def _affine(before: list[np.ndarray], after: list[np.ndarray]) -> np.ndarray:
    """Displacement maps (10, T) of triangles with corners three times (2, T): for x, then for y, the factors of a place
    (x, y, 1) in the result's triangle that give its offset into the plate's, and the least and the largest of those.

    Written out, because a matrix product's last bits depend on where in memory its factors lie.
    """
    one, two, three = (there - here for there, here in zip(before, after))
    (ax, ay), (bx, by) = (corner - after[0] for corner in after[1:])
    area = ax * by - ay * bx
    thin = np.abs(area) < SLIVER
    scale = np.where(thin, np.zeros_like(area), 1 / np.where(thin, np.ones_like(area), area))
    first, second = two - one, three - one
    across = (first * by - second * ay) * scale
    down = (second * ax - first * bx) * scale
    x, y = sum(after[1:], after[0]) / np.float32(len(after))
    at = (one + two + three) / np.float32(3) - across * x - down * y
    bounds = (choose(choose(one, two), three) for choose in (np.minimum, np.maximum))
    return np.stack([across, down, at, *bounds], 1).reshape(10, -1).astype(np.float32)
