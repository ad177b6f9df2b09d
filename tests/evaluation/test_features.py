"""Faults of a face's features that pictures show: one made on purpose is measured, and what a plate has is forgiven."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from recast_nodes.evaluation.edges import compare_edges, find_edge
from recast_nodes.evaluation.flags import LIMITS
from recast_nodes.evaluation.irises import measure_torn
from recast_nodes.face.anatomy import LEFT_EYE, LEFT_IRIS, OVAL, RIGHT_EYE, RIGHT_IRIS

from ..performer import track

SIZE = 480
SKIN, CLOTH, WHITE, IRIS = (200.0, 160.0, 140.0), (40.0, 50.0, 60.0), 220.0, 50.0
POINTS = track({}, size=300, centre=(240.0, 230.0), yaw=0.0).landmarks.numpy()
FACE = float(np.ptp(POINTS[:, :2], axis=0).max())
LIMIT = {limit.name: limit.limit for limit in LIMITS}


def fill(corners):
    mask = np.zeros((SIZE, SIZE), np.uint8)
    cv2.fillPoly(mask, [np.round((corners - 0.5) * 256).astype(np.int32)], 255, cv2.LINE_AA, 8)
    return mask[..., None] / 255


def face(jag=0.0, rim=0.0, hair=False):
    """A face before cloth, its outline in jags of so many face sizes, with a rim of so much of its light beside it."""
    corners = POINTS[list(OVAL), :2]
    dense = np.stack([np.interp(np.arange(0, 36, 0.1), np.arange(37), np.append(c, c[:1])) for c in corners.T], 1)
    away = dense - dense.mean(0)
    noise = np.random.default_rng(2).normal(0, jag * FACE, (len(dense), 1))
    dense = dense + away / np.linalg.norm(away, axis=1, keepdims=True) * noise
    picture = np.where(np.ones((SIZE, SIZE, 1)), CLOTH, 0.0)
    if hair:
        picture[:, ::12] += 25
    shape = fill(dense)
    ring = fill(dense + away * 0.07) - fill(dense + away * 0.035)
    picture = picture + rim * ring * (np.array(SKIN) - CLOTH)
    noise = np.random.default_rng(4).normal(0, 1.5, picture.shape)
    return cv2.GaussianBlur(picture + shape * (SKIN - picture), (0, 0), 1.0) + noise


def eyes(tear=0.0, corner=False):
    """Two eyes; the right half of an iris moved aside by so many radii, or its dark left behind in a corner."""
    picture = np.full((SIZE, SIZE, 3), 170.0)
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    for lids, iris in ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)):
        open_ = fill(POINTS[list(lids), :2])
        middle = POINTS[iris[0], :2]
        radius = np.linalg.norm(POINTS[list(iris[1:]), :2] - middle, axis=1).mean()
        from_middle = x - middle[0] - np.where(x > middle[0], tear * radius, 0)
        dark = (np.hypot(from_middle, y - middle[1]) < radius) & ~((x > middle[0]) & (from_middle < 0))
        if corner:
            dark |= x < middle[0] - 1.3 * radius
        inner = np.where(dark[..., None], IRIS, WHITE)
        picture = picture + open_ * (inner - picture)
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


def test_a_plate_beside_itself_has_no_fault():
    assert compare_edges(face(), POINTS, face(), POINTS) == (0, 0)
    assert measure_torn(eyes(), POINTS, eyes(), POINTS) == 0


def test_jags_are_ragged_and_what_the_plate_has_is_not():
    ragged = compare_edges(face(), POINTS, face(jag=0.012), POINTS)
    assert ragged.ragged > LIMIT["ragged_edge"]
    assert compare_edges(face(jag=0.012), POINTS, face(jag=0.012), POINTS).ragged == 0
    assert compare_edges(face(jag=0.012), POINTS, face(), POINTS).ragged < 0.5


def test_a_chin_that_moved_as_a_whole_is_not_ragged():
    moved = np.roll(face(), 12, axis=0)
    fault = compare_edges(face(), POINTS, moved, POINTS + [0, 12, 0])
    assert fault.ragged < 0.5 and fault.rim < 0.1


@pytest.mark.parametrize("rim", (0.8, 0.3), ids=("strong", "faint"))
def test_a_second_edge_beside_the_jaw_is_a_rim(rim):
    fault = compare_edges(face(), POINTS, face(rim=rim), POINTS)
    assert (fault.rim > LIMIT["edge_rim"]) == (rim == 0.8)


def test_hair_that_the_plate_has_is_no_rim():
    assert compare_edges(face(hair=True), POINTS, face(hair=True), POINTS).rim == 0


def test_without_contrast_there_is_no_edge_to_judge():
    grey = np.full((SIZE, SIZE, 3), 128.0)
    assert compare_edges(grey, POINTS, grey, POINTS) is None
    assert not np.isfinite(find_edge(grey, POINTS).offset).any()
    assert measure_torn(grey, POINTS, grey, POINTS) is None


@pytest.mark.parametrize("fault", ({"tear": 0.7}, {"corner": True}), ids=("torn", "dark corner"))
def test_an_iris_that_is_no_disc_is_torn(fault):
    assert measure_torn(eyes(), POINTS, eyes(**fault), POINTS) > LIMIT["torn_iris"]
    assert measure_torn(eyes(**fault), POINTS, eyes(**fault), POINTS) == 0


def test_eyes_of_a_few_pixels_are_not_judged():
    few = POINTS * [0.1, 0.1, 1]
    assert measure_torn(eyes(), few, eyes(tear=0.7), few) is None
