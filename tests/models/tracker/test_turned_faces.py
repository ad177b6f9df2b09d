"""Faces are read as well however they are turned, and a head that turns is read without a jump."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from recast_nodes.models.tracker import blazeface, close_look, detector, landmarker, yunet
from recast_nodes.models.tracker.landmarker import observe_faces, read_face
from recast_nodes.models.tracker.region import of_detection
from recast_nodes.models.tracker.turned import Surroundings, turn_quarter
from recast_nodes.models.tracker.view import whole
from recast_nodes.natives import opencv
from recast_nodes.wires import Image

from .test_landmarker import image_of, resized, size_of

DEFAULT = (landmarker.find_by_yunet, landmarker.find_by_blazeface)

DEMO = Path(__file__).parents[3] / "demo" / "driver.mp4"

pytestmark = pytest.mark.usefixtures("landmarker_files")


def frame_of(movie: Path, frame: int) -> np.ndarray:
    capture = opencv().VideoCapture(str(movie))
    capture.set(opencv().CAP_PROP_POS_FRAMES, frame)
    there, pixels = capture.read()
    assert there
    return np.ascontiguousarray(pixels[..., ::-1])


class Plate:
    """A picture that is turned clockwise on a square which holds it whole; landmarks come back as of the picture."""

    def __init__(self, pixels: np.ndarray):
        self.pixels = pixels
        self.side = round(np.hypot(*pixels.shape[:2]))

    def at(self, degrees: float) -> Image:
        middle = (np.array(self.pixels.shape[1::-1]) - 1) / 2
        matrix = opencv().getRotationMatrix2D(tuple(middle), -degrees, 1.0)
        matrix[:, 2] += (self.side - 1) / 2 - middle
        shown = opencv().warpAffine(self.pixels, matrix, (self.side, self.side), flags=opencv().INTER_CUBIC)
        self.turn, self.shift = matrix[:, :2], matrix[:, 2] + 0.5 - matrix[:, :2] @ np.full(2, 0.5)
        return image_of(shown)

    def read(self, degrees: float, finders=DEFAULT) -> tuple[np.ndarray, np.ndarray]:
        """(478, 2) landmarks in the picture, (52,) coefficients."""
        faces = observe_faces(self.at(degrees), finders)
        assert len(faces.landmarks) == 1, f"{len(faces.landmarks)} faces at {degrees} degrees"
        places = faces.landmarks[0, :, :2].numpy() - self.shift
        return places @ np.linalg.inv(self.turn).T, faces.coefficients[0].numpy()


def misses(plate: Plate, degrees: float, known: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    """How far landmarks (in widths of the face) and coefficients are from what is known, at most and on average."""
    landmarks, coefficients = plate.read(degrees)
    width = np.ptp(known[0][:, 0])
    return float(np.linalg.norm(landmarks - known[0], axis=1).mean() / width), float(
        np.abs(coefficients - known[1]).mean()
    )


@pytest.fixture(scope="module")
def actress() -> tuple[Plate, tuple[np.ndarray, np.ndarray]]:
    """The demo's digital human."""
    plate = Plate(frame_of(DEMO, 10))
    return plate, plate.read(0)


@pytest.mark.parametrize("degrees", range(15, 360, 15))
def test_a_face_is_read_the_same_at_every_angle(actress, degrees):
    plate, known = actress
    away, acted = misses(plate, degrees, known)
    assert away < 0.008 and acted < 0.02


@pytest.mark.parametrize("degrees", [90, 135, 180, 285])
def test_a_real_face_is_read_the_same_at_every_angle(portrait, degrees):
    plate = Plate(opencv().imread(str(portrait))[..., ::-1])
    away, acted = misses(plate, degrees, plate.read(0))
    assert away < 0.008 and acted < 0.02


@pytest.mark.parametrize("clip", ["s18", "s20", "d18", "d12"])
def test_faces_of_footage_are_read_the_same_at_every_angle(shared, clip):
    plate = Plate(frame_of(shared / "footage" / f"{clip}.mp4", 20))
    known = plate.read(0)
    for degrees in (30, 60, 105, 180, 225, 300):
        away, acted = misses(plate, degrees, known)
        assert away < 0.02 and acted < 0.04, degrees


def test_a_head_that_turns_is_read_without_a_jump(actress):
    """From where it is read as the plate has it to where it is read turned."""
    plate, known = actress
    width = np.ptp(known[0][:, 0])
    read = np.stack([plate.read(degrees)[0] for degrees in np.arange(20, 46, 2)])
    steps = np.linalg.norm(np.diff(read, axis=0), axis=2).mean(1) / width
    assert steps.max() < 0.004


def test_an_upright_face_is_shown_to_the_detector_once(actress, monkeypatch):
    """Only one that does not stay as it was found is shown in eight turns."""
    plate, _ = actress
    monkeypatch.setattr(Surroundings, "show_turned", None)
    for degrees in (0, 20, -20):
        plate.read(degrees)
    with pytest.raises(TypeError):
        plate.read(100)


def test_what_is_read_into_a_turned_face_does_not_stay(actress):
    plate, _ = actress
    stands = {}
    for degrees in range(0, 360, 45):
        image = plate.at(degrees)
        (face,) = detector.find_faces(image, yunet.detect, 0.5)
        stands[degrees] = close_look.read_about(image, of_detection(face, 1.0)).stands
    assert [degrees for degrees, stays in stands.items() if stays and 45 < degrees < 315] == []
    assert stands[0]


def test_mediapipe_alone_reads_a_face_at_every_angle(actress):
    plate, known = actress
    for degrees in (45, 90, 180):
        landmarks, _ = plate.read(degrees, (landmarker.find_by_blazeface,))
        assert np.linalg.norm(landmarks - known[0], axis=1).mean() < 0.01 * np.ptp(known[0][:, 0])


def test_a_face_that_lies_in_squeezed_pixels_is_read_there(portrait):
    lying = np.ascontiguousarray(np.rot90(opencv().imread(str(portrait))[..., ::-1]))
    known = observe_faces(image_of(lying)).landmarks[0]
    squeezed = resized(lying, lying.shape[1] // 2, lying.shape[0])
    found = observe_faces(image_of(squeezed, x=-30, y=11, aspect=2.0)).landmarks[0]
    away = (found - torch.tensor([-30.0, 11.0, 0.0])) * torch.tensor([2.0, 1.0, 2.0]) - known
    assert away[:, :2].norm(dim=1).mean() < 0.015 * size_of(known)
    assert away[:, 2].abs().mean() < 0.03 * size_of(known)


def test_faces_that_stand_and_lie_are_read_in_one_picture(portrait):
    face = resized(opencv().imread(str(portrait))[..., ::-1], 320, 320)
    row = np.concatenate([face, face[::-1, ::-1], np.rot90(face)], 1)
    faces = observe_faces(image_of(np.ascontiguousarray(row)), all_angles=True).landmarks
    order = faces[:, :, 0].mean(1).argsort()
    chins = (faces[:, 152] - faces[:, 10])[order, :2]
    assert [tuple((chin / chin.norm()).round().int().tolist()) for chin in chins] == [(0, 1), (0, -1), (1, 0)]


def test_a_face_is_judged_as_it_is_turned(actress):
    plate, (_, known) = actress
    for degrees in (0, 90, 180):
        picture = whole(plate.at(degrees), 720)
        seen = read_face(picture, np.full(2, plate.side / 2), float(degrees))
        assert seen is not None and np.abs(seen.coefficients - known).mean() < 0.02


def test_where_no_face_stands_or_lies_the_search_ends(monkeypatch):
    """Each frame of a long stretch without a face costs four looks of each kind and each size, whatever it shows."""
    looks = []
    for module, name in ((yunet, "detect"), (blazeface, "find")):
        plain = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *args, plain=plain: looks.append(plain) or plain(*args))
    noise = np.random.default_rng(0).integers(0, 255, (700, 1300, 3), np.uint8)
    assert not len(observe_faces(image_of(noise)).landmarks)
    assert len(looks) <= 4 * len(detector.GLANCES) + 4


def test_surroundings_and_quarter_turns_lie_where_they_say():
    pixels = np.full((300, 500, 3), 60, np.uint8)
    pixels[200:206, 340:346] = (255, 0, 255)
    image = image_of(pixels, x=13, y=-8, aspect=1.5)
    about = Surroundings.about(image, np.array([330.0, 170.0]), 400.0, 420)
    turned = [about.show_turned(angle) for angle in (0, 40, 90, 200)]
    turned += [turn_quarter(whole(image, 600), turn) for turn in (90, 180, 270)]
    for shown in turned:
        marked = np.argwhere((shown.pixels[..., 0] > 180) & (shown.pixels[..., 1] < 90)).mean(0)[::-1] + 0.5
        place = shown.to_plate(marked)
        assert place.tolist() == pytest.approx([343 + 13, 203 - 8], abs=0.5)
        np.testing.assert_allclose(shown.of_plate(place), marked, atol=1e-6)
