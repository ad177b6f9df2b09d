"""Lips that the plate parts and the edit shuts: no teeth between them, their own bodies, a soft line."""

from __future__ import annotations

import torch

from recast_nodes.face.anatomy import INNER_LIPS, LOWER_LIP_RINGS, OUTER_LIPS, UPPER_LIP_RINGS
from recast_nodes.stages.features.donor import Donor
from recast_nodes.stages.features.shut_lips import shut_lips
from recast_nodes.stages.grid.shapes import fill_polygon

from ...performer import track

SIZE = (200, 200)
SKIN, LIPS = (0.5, 0.35, 0.3), (0.35, 0.12, 0.16)
OPEN, REST = track({25: 0.7}, size=180).landmarks, track({}, size=180).landmarks


def parted(gap):
    """Lips at rest whose inner edges are `gap` of their way apart."""
    points, upper, lower = REST.clone(), list(UPPER_LIP_RINGS[0]), list(LOWER_LIP_RINGS[0])
    middle = (points[upper] + points[lower]) / 2
    points[upper], points[lower] = torch.lerp(middle, points[upper], gap), torch.lerp(middle, points[lower], gap)
    return points


SHUT = parted(0.0)


def painted(points, between):
    """(3, H, W) skin with lips, and what is between them."""
    picture = torch.tensor(SKIN)[:, None, None].expand(3, *SIZE)
    for contour, colour in ((OUTER_LIPS, LIPS), (INNER_LIPS, between)):
        inside = fill_polygon(points[list(contour), :2], SIZE)
        picture = torch.lerp(picture, torch.tensor(colour)[:, None, None].expand(3, *SIZE), inside)
    return picture.contiguous()


def pressed(colour):
    """The warped plate, with its opening pressed into a line, and what comes of it."""
    picture = painted(SHUT, colour)
    x, y = SHUT[13, :2].long().tolist()
    picture[:, y - 1 : y + 2, x - 3 : x + 4] = torch.tensor(colour)[:, None, None]
    return picture, shut_lips(picture, Donor(painted(OPEN, colour), OPEN), SHUT)[:, y - 8 : y + 9, x]


def test_no_teeth_and_no_black_are_left_between_lips_that_shut():
    for colour in ((0.9, 0.9, 0.85), (0.005, 0.005, 0.005)):
        _, column = pressed(colour)
        light = column.mean(0) / (sum(LIPS) / 3)
        assert 0.2 < float(light.min()) < 0.8, "a line, neither white nor black"
        assert float(light[[5, 6, 10, 11]].min()) > 0.6, "lips about it"


def test_the_line_is_of_flesh():
    _, column = pressed((0.005, 0.005, 0.005))
    line, lips = column[:, column.mean(0).argmin()], torch.tensor(LIPS)
    assert float(line[0] / line.mean()) > float(lips[0] / lips.mean())


def test_a_soft_plate_gets_a_soft_line():
    picture = painted(SHUT, LIPS)
    sharp = Donor(painted(OPEN, (0.0, 0.0, 0.0)), OPEN)
    soft = Donor(torch.nn.functional.avg_pool2d(sharp.pixels[None], 9, 1, 4)[0], OPEN)
    x, y = SHUT[13, :2].long().tolist()
    depth = [float(1 - shut_lips(picture, plate, SHUT)[:, y - 3 : y + 4, x].mean(0).min()) for plate in (sharp, soft)]
    assert depth[1] < depth[0]


def test_skin_stays_and_so_do_lips_that_stay_open():
    picture, _ = pressed((0.9, 0.9, 0.85))
    made = shut_lips(picture, Donor(painted(OPEN, (0.9, 0.9, 0.85)), OPEN), SHUT)
    far = torch.nn.functional.max_pool2d(fill_polygon(SHUT[list(OUTER_LIPS), :2], SIZE)[None], 9, 1, 4)[0, 0] == 0
    assert float((made - picture)[:, far].abs().max()) < 1e-3
    open_plate = painted(OPEN, (0.9, 0.9, 0.85))
    assert shut_lips(open_plate, Donor(open_plate, OPEN), OPEN) is open_plate


def test_lips_that_the_plate_shows_shut_keep_their_own_line():
    picture = painted(SHUT, (0.05, 0.02, 0.02))
    assert shut_lips(picture, Donor(picture, SHUT), SHUT) is picture


def test_teeth_in_an_opening_that_has_become_narrow_lie_in_its_shade():
    narrow, white = parted(0.4), (0.9, 0.9, 0.85)
    picture = painted(narrow, white)
    made = shut_lips(picture, Donor(painted(OPEN, white), OPEN), narrow)
    x, y = narrow[[13, 14], :2].mean(0).long().tolist()
    assert float(made[:, y, x].mean()) < 0.9 * float(picture[:, y, x].mean())
