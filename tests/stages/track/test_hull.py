"""The hull is convex, has always as many corners, and holds the face."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.track.hull import boundary_hull, with_jaw_room


def turns(hull: torch.Tensor) -> torch.Tensor:
    """Cross product at each corner: positive where the polygon bends clockwise on screen."""
    edges = hull.roll(-1, 0) - hull
    after = edges.roll(-1, 0)
    return edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]


def cloud(seed: int, count: int) -> torch.Tensor:
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 300


@given(st.integers(0, 500), st.floats(0, 1), st.integers(1, 478))
def test_it_is_convex_with_always_as_many_corners(seed, expand, count):
    hull = boundary_hull(cloud(seed, count), expand)
    assert hull.shape == (64, 2)
    assert (turns(hull) > -1e-6).all()


@given(st.integers(0, 500), st.floats(0.15, 1))
def test_expanded_it_holds_every_landmark(seed, expand):
    points = cloud(seed, 478)
    hull = boundary_hull(points, expand)
    edges, away = hull.roll(-1, 0) - hull, points[:, None, :2] - hull
    assert (edges[:, 0] * away[..., 1] - edges[:, 1] * away[..., 0] > 0).all()


def test_it_grows_by_its_knob_and_works_in_batches():
    points = torch.rand(5, 478, 3) * 200
    middle = points[..., :2].mean(-2, keepdim=True)
    torch.testing.assert_close(boundary_hull(points, 0.5) - middle, 1.5 * (boundary_hull(points, 0.0) - middle))
    torch.testing.assert_close(boundary_hull(points, 0.2)[3], boundary_hull(points[3], 0.2))


def test_a_small_motion_of_the_face_moves_it_little():
    points = torch.rand(478, 2, dtype=torch.float64) * 200
    moved = points + torch.rand(478, 2, dtype=torch.float64) * 0.1
    assert (boundary_hull(points, 0.3) - boundary_hull(moved, 0.3)).abs().max() < 1.0


def test_the_jaw_has_room_to_drop_whichever_way_the_head_leans():
    face = canonical_face().vertices
    angle = torch.tensor(0.7)
    lean = torch.tensor([[angle.cos(), angle.sin(), 0], [-angle.sin(), angle.cos(), 0], [0, 0, 1]])
    for points in (face, face @ lean):
        tall = points[152, :2] - points[10, :2]
        along = tall / tall.norm()
        room, plain = (hull @ along for hull in (boundary_hull(with_jaw_room(points), 0), boundary_hull(points, 0)))
        torch.testing.assert_close(room.max() - plain.max(), 0.1 * tall.norm(), rtol=0.1, atol=0)
        torch.testing.assert_close(room.min(), plain.min(), rtol=0.02, atol=0)
