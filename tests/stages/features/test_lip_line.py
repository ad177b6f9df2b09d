"""The line between shut lips: gone from lips that open, from the skin beside them, and drawn where lips still meet."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import INNER_LIPS, LOWER_LIP_RINGS, OUTER_LIPS, OVAL, UPPER_LIP_RINGS
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.features.lip_line import find_lip_line, mouth_width, remove_lip_line, trace_lip_line
from recast_nodes.stages.features.mouth import cover_lips, draw_mouth_matte
from recast_nodes.stages.field.backward import backward_flow
from recast_nodes.stages.grid.resample import resample
from recast_nodes.stages.grid.shapes import distance_from, fill_polygon
from recast_nodes.stages.track.hull import boundary_hull, with_jaw_room

from ...performer import track

SIZE = (220, 220)
SKIN, UPPER, LOWER = ((0.5, 0.35, 0.3), (0.3, 0.1, 0.13), (0.4, 0.14, 0.18))
WELL_OPEN = track({25: 0.45}, size=200).landmarks
NARROW, WIDE = track({25: 0.12}, size=200).landmarks, track({25: 0.7}, size=200).landmarks


def shut():
    """Keypoints of lips that touch."""
    points = track({}, size=200).landmarks.clone()
    upper, lower = list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    points[upper] = points[lower] = (points[upper] + points[lower]) / 2
    return points


SHUT = shut()


def colour(values):
    return torch.tensor(values)[:, None, None]


def plate(points=SHUT, dark=0.85):
    """A face with lips of two shades, a dark line between them, and shadows in their corners."""
    lips = fill_polygon(points[list(OUTER_LIPS), :2], SIZE)
    lower = fill_polygon(torch.cat([trace_lip_line(points)[1:-1], points[list(OUTER_LIPS[10::-1]), :2]]), SIZE)
    picture = torch.lerp(colour(SKIN).expand(3, *SIZE[::-1]), colour(UPPER), lips)
    picture = torch.lerp(picture, colour(LOWER), lower * lips)
    thick = 0.025 * mouth_width(points)
    return picture * (1 - dark * torch.exp(-0.5 * (distance_from(trace_lip_line(points)[:-1], SIZE) / thick).square()))


def opened(source, driven, picture):
    """The picture warped from one to the other, and without its line."""
    hull = boundary_hull(with_jaw_room(source), 0.15)
    flow = backward_flow(source, driven, canonical_face().triangles, hull, (0, 0), SIZE)
    warped = resample(picture, flow)
    return warped, remove_lip_line(warped, picture, flow, source, driven, 1.0)


def beside(driven, picture):
    """Brightness of what surrounds the opening: lips, and skin next to the left corner."""
    lips = fill_polygon(driven[list(OUTER_LIPS), :2], SIZE) * (1 - cover_lips(draw_mouth_matte(driven, SIZE)))
    x, y = (driven[61, :2] - torch.tensor([4.0, 0.0])).long().tolist()
    return picture.mean(0, keepdim=True)[lips > 0.5], picture[:, y, x].mean()


def test_lips_that_open_leave_nothing_of_their_line_on_lips_and_skin():
    warped, clear = opened(SHUT, WIDE, plate())
    (smeared, shadow), (lips, skin) = (beside(WIDE, picture) for picture in (warped, clear))
    least = sum(UPPER) / 3
    assert float((smeared < 0.7 * least).float().mean()) > 0.02 and float(shadow) < 0.8 * sum(SKIN) / 3
    assert float((lips < 0.7 * least).float().mean()) < 0.002
    assert float(skin) > 0.85 * sum(SKIN) / 3


def test_each_lip_keeps_its_own_shade():
    _, clear = opened(SHUT, WIDE, plate())
    for ring, shade in ((UPPER_LIP_RINGS, UPPER), (LOWER_LIP_RINGS, LOWER)):
        x, y = WIDE[ring[1][4], :2].long().tolist()
        torch.testing.assert_close(clear[:, y, x], torch.tensor(shade), rtol=0.12, atol=0)


def test_lips_without_a_line_stay_as_they_are():
    picture = plate(dark=0.0)
    warped, clear = opened(SHUT, WIDE, picture)
    lips = fill_polygon(WIDE[list(OUTER_LIPS), :2], SIZE)[0] > 0
    assert float((clear - warped)[:, lips].abs().mean()) < 0.01 * sum(UPPER) / 3


def test_where_lips_still_meet_a_line_is_drawn():
    _, clear = opened(SHUT, NARROW, plate())
    corner = trace_lip_line(NARROW)[[1, 2]].mean(0)
    x, y = corner.long().tolist()
    assert float(clear[:, y, x].mean()) < 0.7 * sum(UPPER) / 3


def test_lips_that_are_well_open_have_no_line_beyond_their_opening():
    _, clear = opened(SHUT, WELL_OPEN, plate())
    x, y = trace_lip_line(WELL_OPEN)[[1, 2]].mean(0).long().tolist()
    assert float(clear[:, y, x].mean()) > 0.8 * sum(UPPER) / 3


def test_lips_that_are_hardly_parted_leave_no_ring_about_a_wide_mouth():
    parted = SHUT + 0.75 * (NARROW - SHUT)
    picture = plate(parted)
    warped, clear = opened(parted, WIDE, picture)
    (smeared, _), (lips, _) = (beside(WIDE, each) for each in (warped, clear))
    dark = 0.7 * sum(UPPER) / 3
    assert float((smeared < dark).float().mean()) > 0.02 > 5 * float((lips < dark).float().mean())


def test_a_mouth_that_the_plate_shows_open_is_no_line():
    picture = plate(WIDE, dark=0.0)
    picture = torch.lerp(picture, torch.full_like(picture, 0.01), fill_polygon(WIDE[list(INNER_LIPS), :2], SIZE))
    driven = WIDE + 0.3 * (WIDE - SHUT)
    warped, clear = opened(WIDE, driven, picture)
    inside = fill_polygon(driven[list(INNER_LIPS), :2], SIZE) > 0
    assert float((clear - warped)[:, inside[0]].abs().max()) < 0.01


def test_what_lies_beyond_the_outline_is_no_shadow():
    """Dark hair beside a mouth that is near the edge of a turned face."""
    turned = track({}, yaw=50, size=200).landmarks
    face = fill_polygon(turned[list(OVAL), :2], SIZE)
    picture = plate(turned) * face + 0.05 * (1 - face)
    seam = find_lip_line(picture, turned)
    (left, top), (height, width) = seam.corner, seam.difference.shape[1:]
    outside = 1 - face[:, top : top + height, left : left + width]
    assert float(outside.sum()) > 20
    assert float((seam.difference * outside).abs().max()) < 0.01


@pytest.mark.parametrize("size", (12, 40))
def test_small_faces_are_taken(size):
    small = track({}, size=size).landmarks
    picture = torch.full((3, size + 10, size + 10), 0.3)
    assert bool(
        torch.isfinite(remove_lip_line(picture, picture, torch.zeros(2, *picture.shape[1:]), small, small, 1.0)).all()
    )


def test_lips_that_do_not_open_keep_their_line():
    picture = plate()
    assert remove_lip_line(picture, picture, torch.zeros(2, *SIZE[::-1]), SHUT, SHUT, 0.0) is picture
