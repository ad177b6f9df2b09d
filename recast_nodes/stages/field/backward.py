"""From moved keypoints to a dense backward field: where in the plate each pixel of the result comes from.

The keypoints carry a triangle mesh; inside each triangle of the result the field is affine. A ring of still points on
the boundary hull closes the mesh. The field is drawn on a grid coarser than the picture, smoothed, brought to zero on
the hull, kept from folding, and only then enlarged to the plate's pixels.

Positions are pixels, (x, y).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import LOWER_LIP_RINGS, MESH, OVAL, UPPER_LIP_RINGS
from ..grid.distance import depth_inside
from ..grid.shapes import FAR, blur, face_size, fill_polygon
from ..thresholds import Amount, Amounts, Count, Threshold, smooth_step
from .folding import unfold
from .irises import move_irises
from .lashes import carry_lashes
from .triangles import draw_flow, facing_triangles, mesh_flow, rasterise, sample_at

GRID = Amount(
    200.0,
    "cells across the face",
    "478 keypoints lie on average 8 cells apart: finer shows no more of them, and costs with its square (decision 3)",
)
SMOOTHING = Amount(
    0.011,
    "of the face's size, standard deviation",
    "about two cells: it takes the corners off the triangles, and what it takes of a movement the second aim gives "
    "back; no measurement is on record",
)
SLIT = Amount(
    0.06,
    "of the opening between driven lips",
    "what shut lips are taken to be apart: what opens needs a place to come from, however thin, or the field folds "
    "about it; no measurement is on record",
)
AIMS = Count(
    1,
    "times",
    "that the field is drawn again, aimed further by what its keypoints missed: before it, 15 % of a brow's way and "
    "half of a chin's were missing (decision 3)",
)
OUTLINE = Amounts(
    (0.06, 0.14, 0.19, 0.22, 0.19, 0.14, 0.06),
    "of an outline point's movement, by its neighbours from three before to three behind it",
    "they add up to 1, and are even enough that landmarks which slide along the outline at will do not dent the jaw "
    "(92cc3f4)",
)
OUTLINE_ROOM = Amount(
    0.75,
    "of the way from the outline to the hull",
    "as far as an outline goes: what lies between it and the hull is pressed to a quarter at most, and does not fold",
)
RING_NEAREST = Amount(
    1.02,
    "of the way from the face's middle to its outline",
    "a hull that cuts the face leaves no room for triangles between the two: so much keeps them from turning over",
)
HULL_STILL = Amount(
    1.5,
    "cells inside the hull",
    "a cell reaches one further once it is enlarged, so that the outermost of those inside keep still too",
)
HULL_FADE = Amount(
    0.1,
    "of the hull's size",
    "how softly movement ends at the hull: a jaw that drops has that much room; no measurement is on record",
)
ASTRAY = Threshold(
    0.1,
    "of the face's size",
    "landmarks that the field brought to their place from those that were held back",
    "the most usual miss is 0.04 (2390a2d)",
)
ASTRAY_SHARE = Amount(
    0.75,
    "of the landmarks",
    "so many have to arrive: single ones stray, as corners of lips do; no measurement is on record",
)


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
    flow = _solve_flow(before, after, triangles, edge, cells)
    flow = unfold(keep(carry_lashes(move_irises(flow, before, after), before, after)))
    # Bilinear: the Jacobian of a bilinear cell is smallest at its corners, so what does not fold here does not fold
    # there.
    flow = functional.interpolate(flow[None], size=(size[1], size[0]), mode="bilinear", align_corners=False)[0]
    return flow * fill_polygon(hull - origin, size) / to_grid[:, None, None].to(flow)


def has_arrived(flow: Tensor, source: Tensor, driven: Tensor, landmarks: tuple[int, ...]) -> bool:
    """Whether a field (2, H, W) in pixels brings landmarks from where they are in `source` (K, 3) to about where
    `driven` (K, 3) has them: what belongs on a feature is painted nowhere else. Both in pixels of its window.
    """
    places = driven[list(landmarks), :2]
    misses = torch.linalg.vector_norm(sample_at(flow, places) + places - source[list(landmarks), :2], dim=1)
    return float(misses.quantile(ASTRAY_SHARE)) < ASTRAY * face_size(source[:, :2])


def _on_grid(points: Tensor, origin: Tensor, to_grid: Tensor) -> Tensor:
    return torch.cat([(points[:, :2] - origin) * to_grid, points[:, 2:]], 1)


def _solve_flow(before: Tensor, after: Tensor, triangles: Tensor, edge: Tensor, cells: tuple[int, int]) -> Tensor:
    """The smooth field (2, h, w) of the closed mesh on the grid, 0 on and outside the hull.

    Smoothing and the hull take some of a movement away, where it is small and its neighbours hold still most. What the
    keypoints are found to miss by is aimed further, and the field drawn again.
    """
    sigma, falloff = SMOOTHING * face_size(before[:, :2]), hull_falloff(edge, cells)
    before, after, triangles = _close_mesh(before, after, triangles, edge)
    owner = rasterise(after, triangles, cells)
    goal, wanted = before, before - after
    for _ in range(AIMS):
        flow = blur(draw_flow(goal, after, triangles, owner), sigma) * falloff
        goal = goal + wanted - sample_at(flow, after)
    return blur(draw_flow(goal, after, triangles, owner), sigma) * falloff


def open_flow(before: Tensor, after: Tensor, triangles: Tensor, face: float, size: tuple[int, int]) -> Tensor:
    """The field (2, H, W) in pixels of the mesh alone, smoothed, irises moved as discs: no hull holds it, and it means
    something only well inside the mesh.

    `before` and `after` (478, 3) are keypoints in pixels of a window of `size` (width, height), `face` the face's size.
    """
    step = max(1.0, face / GRID)
    cells = (max(2, round(size[0] / step)), max(2, round(size[1] / step)))
    to_grid = after.new_tensor([cells[0] / size[0], cells[1] / size[1]])
    before, after = (_on_grid(points, after.new_zeros(2), to_grid) for points in (before, after))
    shown = facing_triangles(before[:MESH], triangles)
    flow = blur(mesh_flow(before[:MESH, :2], after[:MESH, :2], shown, cells), SMOOTHING * face / step)
    flow = unfold(carry_lashes(move_irises(flow, before, after), before, after))
    flow = functional.interpolate(flow[None], size=(size[1], size[0]), mode="bilinear", align_corners=False)[0]
    return flow / to_grid[:, None, None].to(flow)


def _close_mesh(before: Tensor, after: Tensor, triangles: Tensor, edge: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Keypoints (V, 2) before and after with the ring of still points behind them, and all triangles that are seen."""
    ring = hull_ring(before[:, :2], edge)
    before = _slit(before, after)
    before, after = before[:MESH], _keep_inside(before, after, ring)[:MESH]
    depth = torch.full((len(ring), 1), float(before[:, 2].max()) + 1)
    still = torch.cat([ring, depth.to(ring)], 1)
    before, after = torch.cat([before, still]), torch.cat([after, still])
    every = torch.cat([_ring_triangles(MESH), facing_triangles(before, triangles)])
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


def hull_ring(points: Tensor, edge: Tensor) -> Tensor:
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
    return middle + rays * distance.clamp(RING_NEAREST, FAR)[:, None]


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
    turns = range(-(len(OUTLINE) // 2), len(OUTLINE))
    moved = torch.stack([share * (after - before)[oval, :2].roll(turn, 0) for turn, share in zip(turns, OUTLINE)]).sum(
        0
    )
    far = torch.linalg.vector_norm(moved, dim=1, keepdim=True)
    most = OUTLINE_ROOM * room
    within = most * torch.tanh(far / most.clamp_min(1e-6))
    after = after.clone()
    after[oval, :2] = before[oval, :2] + moved * (within / far.clamp_min(1e-6)).clamp(max=1)
    return after


def hull_falloff(edge: Tensor, cells: tuple[int, int]) -> Tensor:
    """(1, h, w) 0 on and outside the polygon `edge`, rising to 1 within `HULL_FADE` of its size."""
    inside = functional.pad(fill_polygon(edge, cells)[0], (1, 1, 1, 1))  # beyond the window counts as outside
    depth = depth_inside(inside)[1:-1, 1:-1]
    return smooth_step((depth - HULL_STILL) / max(1.0, HULL_FADE * face_size(edge)))[None]
