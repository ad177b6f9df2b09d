"""Faces are found where they are: small, turned, squeezed, near the edge, beside broken pixels; and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from recast_nodes.errors import ModelMissing
from recast_nodes.models.tracker import close_look, landmarker
from recast_nodes.models.tracker.chain import Chain
from recast_nodes.models.tracker.landmarker import observe_faces
from recast_nodes.models.tracker.view import crop_window, look, surround, whole
from recast_nodes.models.weights import downloads as files
from recast_nodes.natives import opencv
from recast_nodes.wires import Attribute, Image, Part, Window

pytestmark = pytest.mark.usefixtures("landmarker_files")


def image_of(pixels: np.ndarray, x: int = 0, y: int = 0, aspect: float = 1.0) -> Image:
    """An sRGB-encoded picture (H, W, 3) uint8 as a plate."""
    height, width = pixels.shape[:2]
    window = Window(x, y, width, height)
    channels = {name: np.ascontiguousarray(pixels[..., at]) for at, name in enumerate("RGB")}
    attributes = {"pixelAspectRatio": Attribute(aspect, "float")}
    return Image((Part("", channels, window, window, attributes),), ("R", "G", "B"), "sRGB - Texture")


@pytest.fixture(scope="module")
def face(portrait) -> np.ndarray:
    """(H, W, 3) uint8: a face in the middle of a picture."""
    if not portrait.is_file():
        pytest.skip("no portrait")
    return opencv().imread(str(portrait))[..., ::-1]


def resized(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    return opencv().resize(np.ascontiguousarray(pixels), (width, height), interpolation=opencv().INTER_AREA)


@pytest.fixture(scope="module")
def known(face) -> torch.Tensor:
    """(478, 3) landmarks of the portrait as it is."""
    faces = observe_faces(image_of(face))
    assert len(faces.confidence) == 1
    return faces.landmarks[0]


def size_of(landmarks: torch.Tensor) -> float:
    return float(landmarks[:, 1].max() - landmarks[:, 1].min())


def test_a_face_is_found_with_all_it_has(face, known):
    faces = observe_faces(image_of(face))
    assert faces.landmarks.shape == (1, 478, 3)
    assert faces.coefficients.shape == (1, 52)
    assert 0.5 <= faces.confidence.item() <= 1
    assert faces.frame.tolist() == [0, 0, face.shape[1], face.shape[0], 1]
    assert ((faces.coefficients >= 0) & (faces.coefficients <= 1)).all()
    assert known[33, 0] < known[263, 0], "the eye at the left of the picture comes first"
    assert known[10, 1] < known[152, 1], "y points down"


def test_both_detectors_agree(face, known):
    other = observe_faces(image_of(face), (landmarker.find_by_blazeface,)).landmarks[0]
    assert (other - known)[:, :2].norm(dim=1).mean() < 0.01 * size_of(known)


def test_a_data_window_moves_the_landmarks_with_it(face, known):
    moved = observe_faces(image_of(face, x=-37, y=212)).landmarks[0]
    shift = (moved - known)[:, :2].mean(0)
    assert shift.tolist() == pytest.approx([-37, 212], abs=0.01 * size_of(known))


def test_squeezed_pixels_give_squeezed_positions(face, known):
    squeezed = resized(face, face.shape[1] // 2, face.shape[0])
    found = observe_faces(image_of(squeezed, aspect=2.0)).landmarks[0]
    difference = found * torch.tensor([2.0, 1.0, 2.0]) - known
    assert difference[:, :2].norm(dim=1).mean() < 0.012 * size_of(known)


def test_a_small_face_in_a_large_frame_is_found(face, known):
    frame = np.full((1080, 1920, 3), 90, np.uint8)
    factor = 70 / size_of(known)
    small = resized(face, round(face.shape[1] * factor), round(face.shape[0] * factor))
    frame[700 : 700 + small.shape[0], 1500 : 1500 + small.shape[1]] = small
    found = observe_faces(image_of(frame)).landmarks
    assert len(found) == 1
    expected = known[:, :2] * factor + torch.tensor([1500.0, 700.0])
    assert (found[0, :, :2] - expected).norm(dim=1).mean() < 0.025 * 70


def test_two_faces_are_told_apart(face):
    pair = np.concatenate([face, face[:, ::-1]], axis=1)
    centres = observe_faces(image_of(pair)).landmarks[..., 0].mean(1)
    assert sorted((centres > face.shape[1]).tolist()) == [False, True]


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (15, 15), (64, 64), (400, 400)])
@pytest.mark.parametrize(
    "finders", [(landmarker.find_by_yunet, landmarker.find_by_blazeface), (landmarker.find_by_blazeface,)]
)
def test_where_there_is_no_face_none_is_found(size, finders):
    noise = np.random.default_rng(0).integers(0, 255, (*size, 3), np.uint8)
    faces = observe_faces(image_of(noise), finders)
    assert faces.landmarks.shape == (0, 478, 3)
    assert faces.coefficients.shape == (0, 52)


def test_several_looks_depend_less_on_where_the_face_lies_than_one(face, monkeypatch):
    """A face that is shifted by a few pixels is the same face: what is read of it should be the same."""
    moved = [np.roll(face, shift, axis=(0, 1)) for shift in ((0, 0), (7, -5), (-6, 9), (11, 4), (-9, -8))]
    images = [image_of(np.ascontiguousarray(each)) for each in moved]

    def unsteadiness() -> float:
        return float(torch.stack([observe_faces(image).coefficients[0] for image in images]).std(0).mean())

    steady = unsteadiness()
    monkeypatch.setattr(landmarker, "LOOKS", (close_look.AS_IT_LIES,))
    assert steady < 0.95 * unsteadiness()


def test_in_a_crowd_only_the_largest_faces_are_looked_at_again(face, monkeypatch):
    """Everybody in the background would cost as much as who is edited."""
    crowd = np.full((500, 1900, 3), 90, np.uint8)
    for place, side in enumerate((300, 220, 330, 240, 360)):
        crowd[50 : 50 + side, 20 + 360 * place : 20 + 360 * place + side] = resized(face, side, side)
    image = image_of(crowd)

    def from_the_left() -> torch.Tensor:
        landmarks = observe_faces(image).landmarks
        return landmarks[landmarks[..., 0].mean(1).argsort()]

    several = from_the_left()
    monkeypatch.setattr(landmarker, "LOOKS", (close_look.AS_IT_LIES,))
    once = from_the_left()
    assert [torch.equal(*pair) for pair in zip(several, once, strict=True)] == [False, True, False, True, False]


def test_broken_pixels_do_no_harm(face, known):
    light = ((face / 255.0) ** 2.2).astype(np.float16)
    light[:10, :, 0], light[-10:, :, 1], light[:, :10] = np.nan, np.inf, -np.inf
    window = Window(0, 0, face.shape[1], face.shape[0])
    channels = {name: np.ascontiguousarray(light[..., at]) for at, name in enumerate("RGB")}
    faces = observe_faces(Image((Part("", channels, window, window),), ("R", "G", "B"), "lin_rec709_scene"))
    assert (faces.landmarks[0] - known)[:, :2].norm(dim=1).mean() < 0.02 * size_of(known)


def test_threads_get_what_one_alone_gets(face, known):
    image = image_of(face)
    with ThreadPoolExecutor(3) as threads:
        results = list(threads.map(lambda _: observe_faces(image).landmarks[0], range(6)))
    assert all(torch.equal(result, known) for result in results)


def test_a_crop_window_stays_while_the_detector_trembles(face):
    image = image_of(face)
    windows = {crop_window(image, np.array([200.3 + d, 100.2 - d, 140, 180 + d]), 2.0) for d in (-0.4, 0, 0.3)}
    assert len(windows) == 1


def test_a_box_of_no_size_has_a_window_of_sixteen_pixels():
    window = crop_window(image_of(np.zeros((200, 200, 3), np.uint8)), np.array([100.0, 100.0, 0.0, 0.0]), 2.0)
    assert (window.width, window.height) == (16, 16)


def test_thinned_pictures_lie_where_they_say(face):
    high = resized(face, 2000, 2000).copy()
    high[990:1010, 1490:1510] = (255, 0, 255)
    for picture in (
        whole(image_of(high, x=11, y=-7), 250),
        look(image_of(high, x=11, y=-7), Window(700, 300, 1300, 1300), 0.2),
    ):
        marked = np.argwhere(
            (picture.pixels[..., 0] > 180) & (picture.pixels[..., 1] < 90) & (picture.pixels[..., 2] > 180)
        )
        middle = picture.to_plate(marked.mean(0)[::-1] + 0.5)
        assert middle.tolist() == pytest.approx([1500 + 11, 1000 - 7], abs=4)


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.2, 3.1])
def test_a_part_of_a_plate_lies_where_it_says(face, scale):
    """Also where it would reach beyond the plate, and with pixels that are not square."""
    marked = resized(face, 600, 900).copy()
    marked[300:312, 200:212] = (255, 0, 255)
    image = image_of(marked, x=11, y=-7, aspect=1.5)
    for corners in ([[100, 150], [400, 600]], [[-200, -300], [500, 600]], [[180, 200], [340, 440]]):
        picture = surround(image, np.array(corners, np.float64), scale)
        shown = picture.pixels.astype(int)
        middle = np.argwhere((shown[..., 0] > 180) & (shown[..., 1] < 90) & (shown[..., 2] > 180)).mean(0)[::-1] + 0.5
        assert picture.to_plate(middle).tolist() == pytest.approx([206 + 11, 306 - 7], abs=1.0)
        low, high = np.maximum(corners[0], [11, -7]), np.minimum(corners[1], [611, 893])  # it ends where the plate does
        x, y, width, height = picture.place
        assert ([x, y] <= low).all() and ([x + width, y + height] >= high).all()
        assert x >= 11 and y >= -7 and x + width <= 611 and y + height <= 893


def test_missing_model_files_name_the_command(monkeypatch, tmp_path):
    from recast_nodes.models.tracker import yunet

    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    yunet._networks.cache_clear()
    with pytest.raises(ModelMissing, match="recast models fetch"):
        observe_faces(image_of(np.zeros((100, 100, 3), np.uint8)))
    assert not list(files.folder().iterdir())
    yunet._networks.cache_clear()


def test_insightface_that_is_not_there_says_how(tmp_path, monkeypatch):
    pytest.importorskip("cv2")
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    with pytest.raises(ModelMissing, match="recast models import faces"):
        Chain("insightface").observe(image_of(np.zeros((100, 100, 3), np.uint8)))


def test_tracking_is_quiet_leaves_qt_alone_and_ends_cleanly():
    code = """
import os, numpy as np
from recast_nodes.models.tracker.landmarker import observe_faces
from recast_nodes.wires import Image, Part, Window
window = Window(0, 0, 100, 100)
plane = np.zeros((100, 100), np.uint8)
observe_faces(Image((Part("", {"Y": plane}, window, window),), ("Y",) * 3, "sRGB - Texture"))
assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
"""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("frame", [0, 60, 100])
def test_the_small_face_of_a_full_figure_is_found(shared, frame):
    capture = opencv().VideoCapture(str(shared / "footage" / "s13.mp4"))
    capture.set(opencv().CAP_PROP_POS_FRAMES, frame)
    there, pixels = capture.read()
    assert there
    assert len(observe_faces(image_of(np.ascontiguousarray(pixels[..., ::-1]))).confidence) == 1
