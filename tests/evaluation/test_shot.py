"""The windows through which a shot is measured and shown."""

import pytest
import torch

from recast_nodes.evaluation.shot import Views, face_window
from recast_nodes.wires import Track


def face(x: float, size: float = 100.0) -> Track:
    """A face whose landmarks span so many pixels, its middle at (x, 500)."""
    corners = torch.tensor([[-0.5, -0.5, 0.0], [0.5, 0.5, 0.0]]) * size + torch.tensor([x, 500.0, 0.0])
    return Track(corners, torch.zeros(52), torch.eye(3), corners[:, :2], 1.0, "tracked")


def test_twice_the_face_is_measured_and_one_and_a_half_is_shown():
    assert face_window(face(500)) == (400, 400, 200, 200)
    shown = Views([face(500)])
    assert (shown.width, shown.height) == (150, 150)


@pytest.mark.parametrize(("moved", "still"), [(60, True), (120, False)])
def test_one_window_shows_a_face_that_moves_little(moved, still):
    """At 1.6 times its own view; a face that goes further is followed, or it would be shown too small."""
    tracks = [face(500), face(500 + moved)]
    views = Views(tracks)
    first, last = (views.at(track, None) for track in tracks)
    assert (first == last) is still
    assert first.width == (150 + moved if still else 150)


def test_a_face_of_a_few_pixels_is_measured_with_its_surroundings():
    assert face_window(face(500, size=2.0)).width == 16
