"""Whose pixel is whose where two faces meet."""

from __future__ import annotations

import torch

from recast_nodes.stages.grid.shapes import fill_polygon
from recast_nodes.stages.occlusion.guard import GuardFindings
from recast_nodes.stages.occlusion.other_faces import own_pixels, with_faces_before
from recast_nodes.stages.track.hull import face_boundary, person_outline
from recast_nodes.wires import Track

from ...performer import track

SIZE = (320, 240)
LEFT, RIGHT = (track(size=120.0, centre=(x, 110.0), yaw=0.0) for x in (110.0, 190.0))
OUTLINE, BOUNDARY = person_outline(RIGHT.landmarks)[None], face_boundary(LEFT.landmarks)[None]


def region(polygon: torch.Tensor) -> torch.Tensor:
    return fill_polygon(polygon, SIZE)[0] > 0


def own(face: Track, corner: tuple[int, int] = (0, 0), size: tuple[int, int] = SIZE) -> torch.Tensor:
    return own_pixels(face, corner, size, 0.05)[0]


def test_a_face_alone_owns_all():
    assert bool((own(LEFT) == 1).all())


def test_the_one_behind_owns_nothing_of_the_one_before():
    share = own(LEFT._replace(nearer=OUTLINE))
    assert not bool((share[region(OUTLINE[0])] > 0).any())
    assert float(share[110, 60]) == 1 and bool(((share > 0) & (share < 1)).any()), "and goes softly"


def test_the_one_before_owns_its_outline_and_leaves_what_is_beside_it():
    share = own(RIGHT._replace(farther=BOUNDARY))
    assert float(share[110, 190]) == 1
    assert float(share[:, 250:].min()) == 1, "where there is no other face"
    assert float(share[110, 110]) == 0, "the middle of the one behind"


def test_hardly_a_pixel_is_both_ones():
    both = torch.minimum(own(LEFT._replace(nearer=OUTLINE)), own(RIGHT._replace(farther=BOUNDARY)))
    hulls = region(LEFT.hull) & region(RIGHT.hull)
    assert float((both[hulls] > 0.5).float().mean()) < 0.01


def test_a_part_of_the_picture_is_as_the_whole_has_it():
    face = LEFT._replace(nearer=OUTLINE)
    away = (own(face, (40, 20), (200, 180)) - own(face)[20:200, 40:240]).abs()
    assert float((away > 0.01).float().mean()) < 0.005, "but where an outline leaves the part"


def test_the_guard_holds_a_face_before():
    nothing = torch.zeros(1, 24, 32)
    found = with_faces_before(GuardFindings(nothing, torch.ones_like(nothing)), OUTLINE / 10)
    assert float(found.before[0, 11, 19]) == 1 and float(found.face[0, 11, 19]) == 0
    assert float(found.before[0, 11, 5]) == 0 and float(found.face[0, 11, 5]) == 1
