"""Small faces beside a large one: found where a quick look hints at them, and nothing is looked for elsewhere."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from recast_nodes.models.tracker import yunet
from recast_nodes.models.tracker.detector import Detection, find_faces
from recast_nodes.models.tracker.hints import find_with_hints

from .test_landmarker import image_of


def face(x: float, y: float, size: float, score: float) -> Detection:
    """Of the plate, by its middle."""
    return Detection(np.array([x - size / 2, y - size / 2, size, size]), np.zeros((5, 2)), score)


class Detector:
    """Sees a large face, and `hints` with their scores; what it sees more closely has `closer` for its score."""

    def __init__(self, hints, closer=0.9):
        self.hints, self.closer = hints, closer
        self.places = []

    def __call__(self, shown, least):
        height, width = shown.pixels.shape[:2]
        low, high = shown.to_plate(np.array([[0.0, 0.0], [width, height]]))
        every = [face(900, 540, 500, 0.95), *self.hints]
        if abs(high - low)[0] < 1900:
            self.places.append(tuple(10 * ((low + high) / 20).round()))
            inside = [each for each in self.hints if (each.middle > low).all() and (each.middle < high).all()]
            every = [each._replace(score=self.closer) for each in inside]
        return [each for each in every if each.score >= least]


def look(detector, turns=(0,)):
    return find_with_hints(image_of(np.zeros((1080, 1920, 3), np.uint8)), detector, 0.5, turns)


@pytest.mark.parametrize(
    ("score", "size", "found"), [(0.2, 80, 2), (0.1, 80, 2), (0.06, 80, 1), (0.2, 140, 2), (0.2, 160, 1)]
)
def test_a_small_face_that_is_hinted_at_is_looked_at(score, size, found):
    detector = Detector([face(1500, 400, size, score)])
    assert len(look(detector)) == found and detector.places == [(1500, 400)] * (found - 1)


@pytest.mark.parametrize(("closer", "found"), [(0.85, 2), (0.75, 1)])
def test_what_is_not_surely_a_face_from_near_is_none(closer, found):
    assert len(look(Detector([face(1500, 400, 80, 0.2)], closer))) == found


def test_a_hint_in_the_large_face_or_in_a_turned_picture_is_none():
    detector = Detector([face(1000, 600, 80, 0.3)])
    assert len(look(detector)) == 1 and not detector.places
    detector = Detector([face(1500, 400, 80, 0.3)])
    assert len(look(detector, (0, 180))) == 1 and not detector.places


def test_no_more_is_looked_for_after_three_looks_that_show_nothing():
    detector = Detector([face(100 + 200 * each, 150, 60, 0.2 + 0.01 * each) for each in range(6)], closer=0.0)
    assert len(look(detector)) == 1 and len(detector.places) == 3 and detector.places[0] == (1100, 150)


def test_a_whole_crowd_is_found():
    crowd = [face(100 + 150 * each, 100, 60, 0.2) for each in range(10)]
    assert len(look(Detector(crowd))) == 11


@pytest.mark.parametrize("height", [0.1, 0.4])
def test_a_real_face_a_sixth_of_its_neighbours_size_is_found(height, portrait, landmarker_files):
    """Beside its own plate, where a quick look shows the large one only."""
    pixels = cv2.imread(str(portrait))[..., ::-1]
    side = pixels.shape[1]
    x, y, wide, high = max(find_faces(image_of(pixels), yunet.detect, 0.5), key=lambda each: each.size).box.astype(int)
    head = pixels[max(0, y - high) : y + 2 * high, max(0, x - wide) : x + 2 * wide]
    small = cv2.resize(head, None, fx=1 / 6, fy=1 / 6, interpolation=cv2.INTER_AREA)
    room = cv2.copyMakeBorder(pixels, 0, 0, 0, int(0.6 * side), cv2.BORDER_CONSTANT, value=(90, 90, 90))
    down, right = int(height * side), side + side // 5
    room[down : down + small.shape[0], right : right + small.shape[1]] = small
    assert len(find_faces(image_of(room), yunet.detect, 0.5)) == 1
    assert [each.middle[0] > side for each in find_with_hints(image_of(room), yunet.detect, 0.5)].count(True) == 1
