"""The landmarks that the mesh model works with, whatever the tracker gave."""

from __future__ import annotations

import pytest

from recast_nodes.face.anatomy import LEFT_EYE, LEFT_IRIS, MESH, RIGHT_EYE, RIGHT_IRIS
from recast_nodes.models.mesh.keypoints import keypoints

from ...performer import track

TRACKED = track(size=300, centre=(200.0, 200.0))


def test_landmarks_with_irises_are_the_keypoints():
    assert keypoints(TRACKED).equal(TRACKED.landmarks)


@pytest.mark.parametrize(("eye", "iris"), [(LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)])
def test_landmarks_without_irises_get_some_as_large_as_people_have(eye, iris):
    """Tracked faces have irises of 0.19 to 0.25 of the eye's width about their middle, so that is what they get."""
    points = keypoints(TRACKED._replace(landmarks=TRACKED.landmarks[:MESH]))
    contour, rim = points[list(eye), :2], points[list(iris), :2]
    width = (contour[8] - contour[0]).norm()
    assert ((rim[1:] - rim[0]).norm(dim=1) / width).tolist() == pytest.approx([0.2] * 4, abs=0.05)
    assert rim[0].tolist() == pytest.approx(contour.mean(0).tolist(), abs=1e-3)
