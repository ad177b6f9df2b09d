"""Eyes open no further than the plate can show, and what is shut stays shut."""

from __future__ import annotations

import torch

from recast_nodes.stages.features.eyelids import limit_opening

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
