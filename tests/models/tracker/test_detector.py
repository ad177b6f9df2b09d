"""Which pictures a detector is shown, and which of what it finds are two faces: values on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.models.tracker.detector import Detection, find_faces

from .test_landmarker import image_of as image_of_pixels


@pytest.mark.parametrize(("side", "looked_at"), [(15, False), (17, True)])
def test_a_picture_of_fewer_than_sixteen_pixels_is_not_looked_at(side, looked_at):
    looks = []
    find_faces(image_of_pixels(np.zeros((side, 40, 3), np.uint8)), lambda shown, least: looks.append(least) or [], 0.5)
    assert bool(looks) is looked_at


@pytest.mark.parametrize(("away", "faces"), [(0.4, 1), (0.6, 2)])
def test_what_lies_within_half_of_a_surer_face_is_that_face(away, faces):
    """Sizes of the face between what is found as the picture stands and upside down."""
    boxes = iter((100.0, 100.0 + 50 * away))

    def detect(shown, least):
        return [Detection(np.array([next(boxes), 100.0, 50.0, 50.0]), np.zeros((5, 2)), 0.9)]

    found = find_faces(image_of_pixels(np.zeros((300, 300, 3), np.uint8)), detect, 0.5, (0, 180))
    assert len(found) == faces


@pytest.mark.parametrize(("size", "looks"), [(0.0, [320, 512, 1024]), (220.0, [320, 512]), (260.0, [320])])
def test_a_picture_is_looked_at_more_closely_where_its_largest_face_is_small(size, looks):
    """Pixels of a plate of 1920: 240 of them are 40 in the first look."""
    seen = []

    def detect(shown, least):
        seen.append(max(shown.pixels.shape[:2]))
        return [Detection(np.array([100.0, 100.0, size, size]), np.zeros((5, 2)), 0.9)] if size else []

    assert len(find_faces(image_of_pixels(np.zeros((1080, 1920, 3), np.uint8)), detect, 0.5)) == bool(size)
    assert seen == looks


def test_what_a_closer_look_does_not_show_again_stays():
    answers = iter([[Detection(np.array([100.0, 100.0, 90.0, 90.0]), np.zeros((5, 2)), 0.9)], []])
    found = find_faces(image_of_pixels(np.zeros((1080, 1920, 3), np.uint8)), lambda shown, least: next(answers), 0.5)
    assert len(found) == 1
