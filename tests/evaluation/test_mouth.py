"""A mouth that does not belong shows in two numbers: too sharp, too bright."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from recast_nodes.evaluation.mouth import measure_mouth
from recast_nodes.face.anatomy import INNER_LIPS, LEFT_BROW, LEFT_EYE, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE

from ..performer import track

OPEN, SHUT = (track({25: value}, size=240).landmarks.numpy() for value in (0.5, 0.0))


def face(points, softness, mouth_softness=None, teeth=150):
    """A grey face with dark brows, eyes and lips, and teeth in stripes, each blurred."""
    picture = np.full((260, 260, 3), 150, np.uint8)
    parts = ((LEFT_EYE, 170), (RIGHT_EYE, 170), (LEFT_BROW, 60), (RIGHT_BROW, 60), (OUTER_LIPS, 100), (INNER_LIPS, 20))
    for part, level in parts:
        cv2.fillPoly(picture, [np.round(points[list(part), :2]).astype(np.int32)], (level,) * 3)
    mouth = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(mouth, [np.round(points[list(INNER_LIPS), :2]).astype(np.int32)], 1)
    picture[(mouth > 0) & (np.arange(260) % 12 < 9)[None]] = teeth
    soft = cv2.GaussianBlur(picture, (0, 0), softness)
    inside = cv2.dilate(mouth, np.ones((9, 9), np.uint8))[..., None] > 0
    return np.where(inside, cv2.GaussianBlur(picture, (0, 0), mouth_softness or softness), soft)


def fit(softness, mouth_softness, teeth=150):
    return measure_mouth(face(SHUT, softness), face(OPEN, softness, mouth_softness, teeth), SHUT, OPEN)


def test_a_mouth_as_sharp_as_its_face_reads_about_one():
    for softness in (1.0, 2.0):
        assert fit(softness, softness).sharpness == pytest.approx(1.2, abs=0.3)


def test_a_sharper_mouth_reads_more_and_a_softer_one_less():
    sharp, even, soft = (fit(2.0, mouth).sharpness for mouth in (0.7, 2.0, 4.0))
    assert sharp and even and soft and sharp > 1.4 * even and soft < 0.85 * even


def test_contrast_alone_is_no_sharpness():
    assert fit(1.5, 1.5, 240).sharpness == pytest.approx(fit(1.5, 1.5, 150).sharpness, rel=0.1)


def test_light_counts_from_the_brightest_of_skin_and_eyes():
    dim, bright = (fit(1.0, 1.0, teeth).light for teeth in (160, 240))
    assert dim and bright and dim < 1.05 and bright > 1.5


def test_a_shut_mouth_has_no_inside():
    closed = SHUT.copy()
    closed[[13, 14], 1] = closed[[13, 14], 1].mean()
    assert measure_mouth(face(SHUT, 1.0), face(SHUT, 1.0), SHUT, closed) == (None, None)
