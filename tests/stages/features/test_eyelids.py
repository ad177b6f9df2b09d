"""Eyes open no further than the plate can show, and what is shut stays shut."""

from __future__ import annotations

import torch

from recast_nodes.face.anatomy import (
    LEFT_EYE,
    LEFT_LOWER_LID,
    LEFT_UPPER_LID,
    RIGHT_EYE,
    RIGHT_LOWER_LID,
    RIGHT_UPPER_LID,
)
from recast_nodes.stages.features.eyelids import limit_opening, remove_whites

from ...performer import track

OPEN = track(size=300).landmarks
UP, DOWN, IRIS = 159, 145, 468


def wider(points, by):
    moved = points.clone()
    moved[[160, 159, 158, 161, 157], 1] -= by
    moved[[144, 145, 153, 163, 154], 1] += by
    return moved


def gap(points):
    return float((points[DOWN] - points[UP])[:2].norm())


def test_a_little_wider_is_left_alone():
    driven = wider(OPEN, 0.2 * gap(OPEN))
    torch.testing.assert_close(limit_opening(OPEN, driven, 300.0), driven)


def test_no_wider_than_the_plate_can_show():
    limited = limit_opening(OPEN, wider(OPEN, 2 * gap(OPEN)), 300.0)
    assert gap(limited) <= 1.7 * gap(OPEN) * 1.1 + 0.006 * 300


def test_a_shut_eye_stays_shut_and_keeps_its_gaze():
    shut = OPEN.clone()
    pairs = ((246, 7), (161, 163), (160, 144), (159, 145), (158, 153), (157, 154), (173, 155))
    for upper, lower in pairs:
        shut[upper] = shut[lower]
    driven = wider(shut, 12.0)
    driven[IRIS, 0] += 9
    limited = limit_opening(shut, driven, 300.0)
    assert gap(limited) <= 0.006 * 300 + 1e-3
    assert abs(float((limited - shut)[IRIS, 0])) < 1.0


def pressed(points, share):
    """Keypoints with lids closed to so much of their gap."""
    shut = points.clone()
    for upper, lower in ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID)):
        middle = (points[list(upper)] + points[list(lower)]) / 2
        for lid in (upper, lower):
            shut[list(lid)] = middle + share * (points[list(lid)] - middle)
    return shut


def glinting(driven):
    """Skin with the white of the eyes between driven lids, and a plate whose lids have dark lashes."""
    plate = torch.full((3, 320, 320), 0.5)
    for column, row in OPEN[list(LEFT_UPPER_LID + RIGHT_UPPER_LID), :2].long().tolist():
        plate[:, row - 1 : row + 2, column - 1 : column + 2] = 0.1
    picture = torch.full_like(plate, 0.5)
    for eye in (LEFT_EYE, RIGHT_EYE):
        x, y = driven[list(eye), :2].mean(0).long().tolist()
        picture[:, y, x - 3 : x + 4] = 3.0
    return picture, plate


def test_lids_that_shut_leave_no_glint():
    shut = pressed(OPEN, 0.05)
    picture, plate = glinting(shut)
    clear = remove_whites(picture, plate, OPEN, shut)
    assert float(picture.max()) == 3.0 and float(clear.max()) < 0.7
    assert float((clear - picture).abs().gt(0.01).float().mean()) < 0.02, "only the line between the lids changes"


def test_eyes_that_stay_open_keep_their_catch_light():
    for share in (0.6, 1.0):
        driven = pressed(OPEN, share)
        picture, plate = glinting(driven)
        assert remove_whites(picture, plate, OPEN, driven) is picture
