"""From moved keypoints to a dense backward field: where in the plate each pixel of the result comes from.

The keypoints carry a triangle mesh; inside each triangle of the result the field is affine. A ring of still points on
the boundary hull closes the mesh. The field is drawn on a grid coarser than the picture, smoothed, brought to zero on
the hull, kept from folding, and only then enlarged to the plate's pixels.

The rasteriser is OpenCV's; everything goes in and out as tensors. Positions are pixels, (x, y).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ..natives import opencv
from .anatomy import (
    INNER_LIPS,
    LEFT_EYE,
    LEFT_IRIS,
    LOWER_LIP_RINGS,
    OVAL,
    RIGHT_EYE,
    RIGHT_IRIS,
    UPPER_LIP_RINGS,
)
from .distance import depth_inside

cv2 = opencv()

GRID = 200  # grid cells across the face: finer shows nothing more of 478 keypoints
SMOOTHING = 0.011  # standard deviation of the field's smoothing, of the face's size
# Shares of an outline point's neighbours (how many on) in its movement.
_EVENLY = ((-3, 0.06), (-2, 0.14), (-1, 0.19), (0, 0.22), (1, 0.19), (2, 0.14), (3, 0.06))
AIMS = 1  # times that the field is drawn again, aimed further by what its keypoints missed
LEAST_AREA = 0.015  # smallest Jacobian determinant that is left in the field: no place may be turned inside out

ROUND = 0.5  # how far an iris keeps its size as the lids about it part: at 1 they would show themselves again instead
SLIT = 0.06  # of the opening between driven lips: what shut lips are taken to be apart
SPREAD = 1.3  # how much wider each round of unfolding smooths than the one before


def face_size(points: Tensor) -> float:
    """The larger side of the bounding box of (K, 2) points, pixels; at least 1."""
    return max(1.0, float((points.amax(0) - points.amin(0)).max()))


def field_cells(points: Tensor, size: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of the grid on which the field of a face at `points` (K, 2) is drawn, in a window of `size`
    (width, height) pixels.
    """
    step = max(1.0, face_size(points) / GRID)
    return max(2, round(size[0] / step)), max(2, round(size[1] / step))


def backward_flow(
    source: Tensor,
    driven: Tensor,
    triangles: Tensor,
    hull: Tensor,
    corner: tuple[int, int],
    size: tuple[int, int],
    keep: Callable[[Tensor], Tensor] = lambda flow: flow,
) -> Tensor:
    """The field (2, H, W) in pixels: offset from each pixel's centre to the place in the plate that it shows.

    `source` and `driven` (478, 3) are keypoints in plate pixels before and after, `triangles` (T, 3) indices into the
    first 468,
    `hull` (N, 2) the convex boundary outside which nothing moves; the window is `size` (width, height) pixels at
    `corner`. `keep` may take movement away from the field on its grid (2, h, w), in cells.
    """
    cells = field_cells(source[:, :2], size)
    to_grid = torch.tensor([cells[0] / size[0], cells[1] / size[1]], dtype=source.dtype)
    origin = torch.tensor(corner, dtype=source.dtype)
    before, after = (_on_grid(points, origin, to_grid) for points in (source, driven))
    edge = (hull - origin) * to_grid
    flow = _aimed_flow(before, after, triangles, edge, cells)
    flow = unfold(keep(_move_irises(flow, before, after)))
    # Bilinear: the Jacobian of a bilinear cell is smallest at its corners, so what does not fold here does not fold
    # there.
    flow = functional.interpolate(flow[None], size=(size[1], size[0]), mode="bilinear", align_corners=False)[0]
    return flow * polygon(hull - origin, size) / to_grid[:, None, None].to(flow)


def _on_grid(points: Tensor, origin: Tensor, to_grid: Tensor) -> Tensor:
    return torch.cat([(points[:, :2] - origin) * to_grid, points[:, 2:]], 1)


def _aimed_flow(before: Tensor, after: Tensor, triangles: Tensor, edge: Tensor, cells: tuple[int, int]) -> Tensor:
    """The smooth field (2, h, w) of the closed mesh on the grid, 0 on and outside the hull.

    Smoothing and the hull take some of a movement away, where it is small and its neighbours hold still most. What the
    keypoints are found to miss by is aimed further, and the field drawn again.
    """
    sigma, falloff = SMOOTHING * face_size(before[:, :2]), hull_falloff(edge, cells)
    before, after, triangles = _closed(before, after, triangles, edge)
    owner = rasterise(after, triangles, cells)
    goal, wanted = before, before - after
    for _ in range(AIMS):
        flow = _blur(drawn(goal, after, triangles, owner), sigma) * falloff
        goal = goal + wanted - at_points(flow, after)
    return _blur(drawn(goal, after, triangles, owner), sigma) * falloff


def open_flow(before: Tensor, after: Tensor, triangles: Tensor, face: float, size: tuple[int, int]) -> Tensor:
    """The field (2, H, W) in pixels of the mesh alone, smoothed, irises moved as discs: no hull holds it, and it means
    something only well inside the mesh.

    `before` and `after` (478, 3) are keypoints in pixels of a window of `size` (width, height), `face` the face's size.
    """
    step = max(1.0, face / GRID)
    cells = (max(2, round(size[0] / step)), max(2, round(size[1] / step)))
    to_grid = after.new_tensor([cells[0] / size[0], cells[1] / size[1]])
    before, after = (_on_grid(points, after.new_zeros(2), to_grid) for points in (before, after))
    shown = facing(before[:468], triangles)
    flow = _blur(mesh_flow(before[:468, :2], after[:468, :2], shown, cells), SMOOTHING * face / step)
    flow = unfold(_move_irises(flow, before, after))
    flow = functional.interpolate(flow[None], size=(size[1], size[0]), mode="bilinear", align_corners=False)[0]
    return flow / to_grid[:, None, None].to(flow)


def _closed(before: Tensor, after: Tensor, triangles: Tensor, edge: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Keypoints (V, 2) before and after with the ring of still points behind them, and all triangles that are seen."""
    ring = _ring(before[:, :2], edge)
    before = _slit(before, after)
    before, after = before[:468], _keep_inside(before, after, ring)[:468]
    depth = torch.full((len(ring), 1), float(before[:, 2].max()) + 1)
    still = torch.cat([ring, depth.to(ring)], 1)
    before, after = torch.cat([before, still]), torch.cat([after, still])
    every = torch.cat([_ring_triangles(468), facing(before, triangles)])
    return before[:, :2], after[:, :2], every


def _slit(before: Tensor, after: Tensor) -> Tensor:
    """`before` with lips that open to an `after` a little apart already: what opens needs a place to come from, however
    thin, or the field folds about it.
    """
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    least = SLIT * (after[lower] - after[upper])[:, :2]
    apart = (before[lower] - before[upper])[:, :2]
    lacking = torch.linalg.vector_norm(least, dim=1) - torch.linalg.vector_norm(apart, dim=1)
    shift = 0.5 * lacking.clamp_min(0)[:, None] * functional.normalize(least, dim=1)
    before = before.clone()
    before[upper, :2] -= shift
    before[lower, :2] += shift
    return before


def at_points(flow: Tensor, points: Tensor) -> Tensor:
    """(V, 2) the field (2, h, w) at places (V, 2), bilinear; the field's edge beyond it."""
    size = points.new_tensor([flow.shape[2], flow.shape[1]])
    places = (points * 2 / size - 1).to(flow)[None, None]
    found = functional.grid_sample(flow[None], places, padding_mode="border", align_corners=False)
    return found[0, :, 0].T.to(points)


def mesh_flow(before: Tensor, after: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """The piecewise affine field (2, h, w): offset from each pixel's centre of a mesh at `after` to its place at
    `before`.

    Both are (V, 2) pixels of their pictures, `triangles` (T, 3), later ones in front; 0 outside them. `size` is
    (width, height).
    """
    return drawn(before, after, triangles, rasterise(after, triangles, size))


def drawn(before: Tensor, after: Tensor, triangles: Tensor, owner: Tensor) -> Tensor:
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


def _ring(points: Tensor, edge: Tensor) -> Tensor:
    """Where rays from the face's middle through the oval's points meet the hull: (36, 2); never inside the oval
    itself.
    """
    oval = points[list(OVAL)]
    middle = oval.mean(0)
    rays = oval - middle
    following = torch.roll(edge, -1, 0) - edge
    normals = torch.stack([following[:, 1], -following[:, 0]], 1)
    reach = ((edge - middle) * normals).sum(1)
    # Written out for the reason given at `_affine`.
    facing = (rays[:, :1] * normals[:, 0] + rays[:, 1:] * normals[:, 1]) * reach.sign()
    distance = torch.where(facing > 1e-9, reach.abs() / facing.clamp_min(1e-9), torch.inf).amin(1)
    return middle + rays * distance.clamp(1.02, 4.0)[:, None]


def _ring_triangles(first: int) -> Tensor:
    """Two triangles for each stretch of the oval, between it and the ring whose points are numbered from `first`."""
    count = len(OVAL)
    near, nearby = torch.tensor(OVAL), torch.tensor(OVAL).roll(-1)
    far = torch.arange(first, first + count)
    return torch.cat([torch.stack([near, nearby, far], 1), torch.stack([nearby, far.roll(-1), far], 1)])


def _keep_inside(before: Tensor, after: Tensor, ring: Tensor) -> Tensor:
    """The driven keypoints with those of the oval moved evenly, and held back before they reach the ring.

    Landmarks on the outline slide along it at will; moved one by one they would dent the jaw.
    """
    oval = list(OVAL)
    room = torch.linalg.vector_norm(ring - before[oval, :2], dim=1, keepdim=True)
    moved = torch.stack([share * (after - before)[oval, :2].roll(turn, 0) for turn, share in _EVENLY]).sum(0)
    far = torch.linalg.vector_norm(moved, dim=1, keepdim=True)
    kept = 0.75 * room * torch.tanh(far / (0.75 * room).clamp_min(1e-6))
    after = after.clone()
    after[oval, :2] = before[oval, :2] + moved * (kept / far.clamp_min(1e-6)).clamp(max=1)
    return after


def facing(points: Tensor, triangles: Tensor) -> Tensor:
    """The triangles, without those that the plate shows from behind, the farthest first."""
    corners = points[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    shown = (area < 0) | _openings(triangles)
    order = torch.argsort(corners[..., 2].mean(1), descending=True)
    return triangles[order[shown[order]]]


def _openings(triangles: Tensor) -> Tensor:
    """(T,) which triangles lie in the mouth or in an eye: they have no thickness while it is shut."""
    return opening(triangles, INNER_LIPS) | opening(triangles, LEFT_EYE) | opening(triangles, RIGHT_EYE)


def opening(triangles: Tensor, contour: tuple[int, ...]) -> Tensor:
    """(T,) which triangles have all corners on `contour`."""
    return torch.isin(triangles, torch.tensor(contour)).all(1)


def rasterise(points: Tensor, triangles: Tensor, cells: tuple[int, int]) -> Tensor:
    """Owner of each grid cell (h, w): 1 + the index of the last triangle that covers its centre, 0 for none."""
    owner = np.zeros((cells[1], cells[0]), np.int32)
    corners = points[triangles, :2].double().clamp(-1e4, 1e4).numpy()
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
    thin = area.abs() < 1e-3
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


def _blur(field: Tensor, sigma: float) -> Tensor:
    """Gaussian smoothing of (C, h, w)."""
    rows = field.permute(1, 2, 0).contiguous().numpy()
    smooth = cv2.GaussianBlur(rows, (0, 0), max(sigma, 0.3), borderType=cv2.BORDER_REPLICATE).reshape(rows.shape)
    return torch.from_numpy(smooth).permute(2, 0, 1)


def _move_irises(flow: Tensor, before: Tensor, after: Tensor) -> Tensor:
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
    opening_mask = smooth_step((_blur(polygon(contour, (width, height)), 0.25 * radius) - 0.25) / 0.75)
    column, row = (int(min(max(float(value), 0), limit - 1)) for value, limit in zip(centre, (width, height)))
    pull = (target - flow[:, row : row + 1, column : column + 1]).clamp(-radius, radius)
    moved = flow + pull * disc * opening_mask
    return torch.lerp(moved, target.expand_as(flow), ROUND * disc * opening_mask)


def smooth_step(value: Tensor) -> Tensor:
    """0 up to 0, 1 from 1 on, with flat ends and no corner in the slope."""
    value = value.clamp(0, 1)
    return value * value * (3 - 2 * value)


def polygon(corners: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, H, W) 1 where a pixel's centre lies in the polygon (N, 2)."""
    mask = np.zeros((size[1], size[0]), np.float32)
    fixed = np.round((corners.double().clamp(-1e4, 1e4).numpy() - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 1.0, shift=8)
    return torch.from_numpy(mask)[None]


def hull_falloff(edge: Tensor, cells: tuple[int, int]) -> Tensor:
    """(1, h, w) 0 on and outside the polygon `edge`, rising to 1 within a tenth of its size."""
    inside = functional.pad(polygon(edge, cells)[0], (1, 1, 1, 1))  # beyond the window counts as outside
    return smooth_step((depth_inside(inside)[1:-1, 1:-1] - 1.5) / max(1.0, 0.1 * face_size(edge)))[None]


def jacobian(flow: Tensor) -> Tensor:
    """Smallest Jacobian determinant (h-1, w-1) within each cell of the map that `flow` (2, h, w) makes, in units of
    its grid.
    """
    across = flow[:, :, 1:] - flow[:, :, :-1]
    down = flow[:, 1:, :] - flow[:, :-1, :]
    corners = (
        (1 + x[0]) * (1 + y[1]) - x[1] * y[0]
        for x in (across[:, :-1], across[:, 1:])
        for y in (down[:, :, :-1], down[:, :, 1:])
    )
    return torch.stack(list(corners)).amin(0)


def unfold(flow: Tensor, rounds: int = 14) -> Tensor:
    """`flow` (2, h, w) in grid units made one-to-one: smoothed where it folds, wider and wider, so that one bad place
    costs the rest of the face nothing. What no smoothing unfolds is scaled down, about it first, and all of it in the
    end.
    """
    for sigma in (SPREAD**turn for turn in range(rounds)):
        folded = jacobian(flow) < LEAST_AREA
        if not folded.any():
            return flow
        reach = 2 * round(2.5 * sigma) + 3
        spot = functional.pad(folded.float()[None], (0, 1, 0, 1))
        spot = torch.from_numpy(cv2.dilate(spot[0].numpy(), np.ones((reach, reach), np.uint8)))[None]
        flow = torch.lerp(flow, _blur(flow, sigma), _blur(spot, 0.5 * sigma + 1) * (flow.abs().amax(0) > 0))
    reach = 3
    while bool((folded := jacobian(flow) < LEAST_AREA).any()):
        flow = flow * (1 - 0.4 * _about(folded, reach))
        reach = 2 * reach + 1
    return flow


def _about(folded: Tensor, reach: int) -> Tensor:
    """(1, h, w) 1 about folded cells (h-1, w-1), fading over `reach` cells; 1 everywhere when that is all of them."""
    spot = functional.pad(folded.float()[None], (0, 1, 0, 1))
    if reach > max(spot.shape):
        return torch.ones_like(spot)
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return _blur(torch.from_numpy(cv2.dilate(spot[0].numpy(), kernel))[None], reach / 2)
