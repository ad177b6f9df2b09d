"""The jaw's edge: one even line wherever it goes, whatever lies beside it, and nothing moves that need not."""

from __future__ import annotations

from functools import partial

import pytest
import torch
import torch.nn.functional as functional

from recast_nodes.face.anatomy import CHIN_TIP, JAW_LINE, MESH, OVAL
from recast_nodes.models.canonical import canonical_face
from recast_nodes.models.mesh.complexion import layout
from recast_nodes.stages.field.backward import backward_flow, field_cells
from recast_nodes.stages.field.folding import jacobian
from recast_nodes.stages.field.triangles import sample_at
from recast_nodes.stages.grid.shapes import face_size, fill_polygon
from recast_nodes.stages.occlusion.guard import GuardFindings, find_occlusion, hold_field
from recast_nodes.stages.occlusion.jaw_edge import Jaw, hold_jaw

from ...performer import track

SIZE, CENTRE, OPEN = (240, 260), (120.0, 120.0), {25: 0.7}
SKIN, CLOTH = torch.tensor((0.5, 0.33, 0.26)), torch.tensor((0.05, 0.09, 0.08))
SHUT_FACE, OPEN_FACE = (track(moved, size=150, centre=CENTRE, yaw=0.1) for moved in ({}, OPEN))
CHIN = JAW_LINE[6:15]


def blotched(face, seed=3):
    """(3, H, W) a face before cloth with blotches that have the colour of its skin."""
    noise = torch.rand(1, SIZE[1] // 4, SIZE[0] // 4, generator=torch.Generator().manual_seed(seed))
    skin = functional.interpolate((noise > 0.6).float()[None], size=SIZE[::-1])[0]
    skin = torch.maximum(skin, fill_polygon(face.landmarks[list(OVAL), :2], SIZE))
    return torch.lerp(CLOTH[:, None, None].expand(3, *SIZE[::-1]), SKIN[:, None, None].expand(3, *SIZE[::-1]), skin)


def field(before, after, held=True, picture=None, amount=1.0):
    """The field (2, H, W) of an edit with the guard, with and without the jaw's edge held."""
    cells = field_cells(before.landmarks[:, :2], SIZE)
    picture = blotched(before) if picture is None else picture
    found = find_occlusion(picture, before.landmarks, None, layout(), cells)
    jaw = Jaw(before.landmarks[:, :2], after.landmarks[:, :2], before.hull) if held else None
    size = face_size(before.landmarks[:, :2])
    triangles = canonical_face().triangles
    keep = partial(hold_field, found=found, size=size, amount=amount, jaw=jaw)
    return backward_flow(before.landmarks, after.landmarks, triangles, before.hull, (0, 0), SIZE, keep)


def bends(flow, face):
    """Mean second difference, pixels, of the movement along a dense line along a face's chin."""
    line = face.landmarks[list(CHIN), :2].T[None]
    dense = functional.interpolate(line, size=120, mode="linear", align_corners=True)[0].T
    moved = sample_at(flow, dense)
    return float((moved[2:] - 2 * moved[1:-1] + moved[:-2]).norm(dim=1).mean())


def test_no_movement_is_no_movement():
    nothing = torch.zeros(2, SIZE[1], SIZE[0])
    jaw = Jaw(SHUT_FACE.landmarks[:, :2], SHUT_FACE.landmarks[:, :2], SHUT_FACE.hull)
    assert not hold_jaw(nothing, nothing, nothing[:1], jaw, 1.0).any()


def test_by_nothing_is_what_the_mesh_says():
    assert torch.equal(field(OPEN_FACE, SHUT_FACE, amount=0.0), field(OPEN_FACE, SHUT_FACE, held=False, amount=0.0))


@pytest.mark.parametrize("before, after", ((OPEN_FACE, SHUT_FACE), (SHUT_FACE, OPEN_FACE)), ids=("rises", "drops"))
def test_blotches_beside_the_chin_leave_its_line_even(before, after):
    even, ragged = (bends(field(before, after, held), after) for held in (True, False))
    calm = bends(field(before, after, picture=torch.full((3, SIZE[1], SIZE[0]), 0.3)), after)
    assert even <= 1.05 * calm and even < ragged


def test_what_lies_beside_the_chin_does_not_move_it_from_frame_to_frame():
    one, other = (field(OPEN_FACE, SHUT_FACE, picture=blotched(OPEN_FACE, seed)) for seed in (3, 4))
    line = SHUT_FACE.landmarks[list(CHIN), :2]
    torch.testing.assert_close(sample_at(one, line), sample_at(other, line), rtol=0, atol=1e-3)


def test_the_line_is_as_calm_as_its_landmarks():
    shake = torch.randn(SHUT_FACE.landmarks.shape, generator=torch.Generator().manual_seed(1)) * 0.1
    shaken = OPEN_FACE._replace(landmarks=OPEN_FACE.landmarks + shake)
    line = SHUT_FACE.landmarks[list(CHIN), :2]
    apart = sample_at(field(OPEN_FACE, SHUT_FACE), line) - sample_at(field(shaken, SHUT_FACE), line)
    assert float(apart.norm(dim=1).max()) < 0.3


@pytest.mark.parametrize("before, after", ((OPEN_FACE, SHUT_FACE), (SHUT_FACE, OPEN_FACE)), ids=("rises", "drops"))
def test_the_chin_comes_as_far_as_without_a_guard(before, after):
    at, was = after.landmarks[[CHIN_TIP], :2], before.landmarks[[CHIN_TIP], :2]
    held, free = (float((at + sample_at(field(before, after, amount=by), at) - was).norm()) for by in (1.0, 0.0))
    assert held < free + 0.07 * float((at - was).norm())


def test_the_edge_comes_along_as_it_is_and_what_is_far_below_stays():
    flow = field(OPEN_FACE, SHUT_FACE)
    chin = SHUT_FACE.landmarks[CHIN_TIP, :2]
    down = sample_at(flow, chin + torch.tensor([[0.0, 0.0], [0.0, 2.0], [0.0, 4.0], [0.0, 70.0]]))[:, 1]
    assert float(down[1] / down[0]) > 0.97 and float(down[2] / down[0]) > 0.85
    assert float(down[3]) == 0


def test_nothing_moves_outside_the_hull():
    flow = field(SHUT_FACE, OPEN_FACE)
    outside = fill_polygon(SHUT_FACE.hull, SIZE)[0] == 0
    assert not flow[:, outside].any()


def test_the_forehead_is_left_to_the_colours():
    raised = track({3: 1.0}, size=150, centre=CENTRE, yaw=0.1)
    with_jaw, without = field(SHUT_FACE, raised), field(SHUT_FACE, raised, held=False)
    top = int(SHUT_FACE.landmarks[[127, 356], 1].min()) - 25
    torch.testing.assert_close(with_jaw[:, :top], without[:, :top], rtol=0, atol=0.02)


def test_what_lies_before_the_chin_stays():
    face = OPEN_FACE
    size = face_size(face.landmarks[:MESH, :2])
    mesh = torch.full((2, SIZE[1], SIZE[0]), 3.0)
    x = torch.arange(SIZE[0])[None, None].expand(1, SIZE[1], SIZE[0])
    hand = ((x > 110) & (x < 125)).float()
    found = GuardFindings(hand, 1 - hand)
    jaw = Jaw(face.landmarks[:, :2], SHUT_FACE.landmarks[:, :2], face.hull)
    kept = hold_field(mesh, found, size, 1.0, jaw)
    assert not kept[:, hand[0] > 0].any() and bool(kept.any())


@pytest.mark.parametrize("yaw", (-1.1, 1.1))
@pytest.mark.parametrize("size", (8, 150))
def test_turned_and_tiny_faces_hold(yaw, size):
    before, after = (track(moved, size=size, centre=CENTRE, yaw=yaw) for moved in ({}, {25: 1.0, 23: 0.6}))
    flow = field(before, after)
    outside = fill_polygon(before.hull, SIZE)[0] == 0
    assert bool(torch.isfinite(flow).all()) and not flow[:, outside].any()
    assert float(jacobian(flow).min()) > 0


@pytest.mark.parametrize("colour, goes_along", ((SKIN, True), (CLOTH, False)), ids=("neck", "cloth"))
def test_a_neck_goes_along_with_a_chin_that_drops_and_cloth_is_covered(colour, goes_along):
    picture = colour[:, None, None].expand(3, *SIZE[::-1])
    face = fill_polygon(SHUT_FACE.landmarks[list(OVAL), :2], SIZE)
    picture = torch.lerp(picture, SKIN[:, None, None].expand_as(picture), face)
    flow = field(SHUT_FACE, OPEN_FACE, picture=picture)
    chin = OPEN_FACE.landmarks[CHIN_TIP, :2]
    edge, below = sample_at(flow, chin + torch.tensor([[0.0, 2.0], [0.0, 12.0]])).norm(dim=1).tolist()
    assert edge > 8 and (below / edge > 0.4) == goes_along


@pytest.mark.parametrize("colour, stretched", ((CLOTH, False), (SKIN, True)), ids=("cloth", "neck"))
def test_what_moves_along_a_cheek_slips_past_what_is_no_skin(colour, stretched):
    """A line that ends at the cheek from beside stays where it is up to the cheek; skin is stretched with it."""
    face, size = OPEN_FACE, face_size(OPEN_FACE.landmarks[:MESH, :2])
    inside = fill_polygon(face.landmarks[list(OVAL), :2], SIZE)
    picture = torch.lerp(*(each[:, None, None].expand(3, *SIZE[::-1]) for each in (colour, SKIN)), inside)
    flow, middle = field(face, SHUT_FACE, picture=picture), SHUT_FACE.landmarks[list(OVAL), :2].mean(0)
    cheek = SHUT_FACE.landmarks[JAW_LINE[5], :2]
    away = torch.stack([cheek, cheek + 0.06 * size * torch.tensor([1.0, 0.0]) * (cheek - middle).sign()])
    at, beside = sample_at(flow, away)[:, 1].abs()
    assert float(at) > 3 and (float(beside / at) > 0.25) == stretched
