"""The networks, run here, give what MediaPipe gives: its own readings lie in `mediapipe_reference.npz`."""

from __future__ import annotations

import importlib.util
from functools import partialmethod
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.models.tracker import blazeface
from recast_nodes.models.tracker.face_mesh import read_landmarks, with_coefficients
from recast_nodes.models.tracker.landmarker import square_of
from recast_nodes.models.tracker.region import FaceRegion
from recast_nodes.models.tracker.view import NetworkInput

ROOT = Path(__file__).resolve().parents[3]
PICTURE = 512  # pixels along the side of a picture that distances are given for

pytestmark = pytest.mark.usefixtures("landmarker_files")


def made_by_tool():
    """`tools/mediapipe_reference.py`, which also says what the pictures are."""
    spec = importlib.util.spec_from_file_location("mediapipe_reference", ROOT / "tools" / "mediapipe_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_all(at_corners: bool) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """How far landmarks (478,), pixels of a picture of 512, and coefficients (52,) are from MediaPipe's."""
    tool, away = made_by_tool(), {}
    with np.load(tool.TABLE) as table, pytest.MonkeyPatch.context() as patch:
        patch.setattr(FaceRegion, "cut", partialmethod(FaceRegion.cut, at_corners=at_corners))
        for name, pixels in tool.pictures():
            height, width = pixels.shape[:2]
            picture = NetworkInput(pixels, (0, 0, width, height))
            region, _ = blazeface.find(picture, square_of(picture, 0.0), 0.5)[0]
            mesh = with_coefficients(read_landmarks(picture, region).landmarks, 1.0)
            apart = np.linalg.norm((mesh.landmarks - table[name])[:, :2], axis=1)
            away[name] = apart * PICTURE / max(width, height), np.abs(mesh.coefficients - table[f"{name} coefficients"])
    return away


def test_regions_landmarks_and_coefficients_are_mediapipe_s(portrait):
    """Where the mesh's pixels are looked up as MediaPipe does, half a pixel aside."""
    away = read_all(at_corners=True)
    assert len(away) == 13
    for name, (landmarks, coefficients) in away.items():
        assert landmarks.mean() < 0.2 and landmarks.max() < 0.5, name
        assert np.percentile(coefficients, 95) < 0.02 and coefficients.max() < 0.03, name


def test_landmarks_lie_where_the_plate_has_them(portrait):
    """That half a pixel, which grows with the face, is the only difference."""
    for name, (landmarks, _) in read_all(at_corners=False).items():
        assert landmarks.mean() < 1.0, name
