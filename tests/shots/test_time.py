"""What a shot must keep as time goes by: stillness, motion blur, and frames in which the face was not seen."""

from __future__ import annotations

import cv2
import numpy as np

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.evaluate import Evaluator

from .conftest import FRAMES, KNOWN, Shot
from .footage import frame_of, read_exr, write_clip
from .test_truths import difference, hull_mask

HELD = Curve([Key(FRAMES[0], 40.0)])  # one frame of the driver, for the whole shot
BLUR = 15  # pixels


def test_still_plate_and_driver_do_not_flicker(tmp_path, portrait, driving, landmarker_files):
    still = frame_of(portrait, 0.0)

    def grainy(frame, pixels):
        return still + np.random.default_rng(frame).normal(0, 0.004, still.shape).astype(np.float32)

    shot = Shot(write_clip(portrait, tmp_path / "plate.####.exr", FRAMES, grainy), driving, tmp_path / "out")
    graph = shot.graph(Driving__time=HELD)
    shot.render(graph)
    inside = hull_mask(graph, FRAMES[0], grow=0)

    def changes(pattern):
        frames = [read_exr(pattern, frame)[0][..., :3][inside].astype(np.float32) for frame in FRAMES]
        return np.array([np.abs(after - before).mean() for before, after in zip(frames, frames[1:])])

    assert (changes(shot.result) / changes(shot.plate)).max() < 1.5


def test_motion_blur_is_the_plates(tmp_path, portrait, driving, landmarker_files):
    kernel = np.full((1, BLUR), 1 / BLUR, np.float32)
    plate = write_clip(
        portrait, tmp_path / "plate.####.exr", FRAMES, lambda frame, pixels: cv2.filter2D(pixels, -1, kernel)
    )
    shot = Shot(plate, driving, tmp_path / "out")
    graph = shot.graph(Decode__grain=0.0)
    shot.render(graph, range(1005, 1006))
    inside = hull_mask(graph, 1005, grow=-8)

    def sharpness(pattern):
        """Across the blur over along it."""
        picture = read_exr(pattern, 1005)[0][..., 1].astype(np.float32)
        down, across = (np.abs(np.diff(picture, axis=axis, append=0))[inside].mean() for axis in (0, 1))
        return across / down

    assert difference(shot, 1005).max() > 0.02
    assert sharpness(shot.result) < 1.15 * sharpness(plate) < 0.8


def test_a_frame_without_a_face_is_bridged(tmp_path, portrait, driving, landmarker_files):
    hidden = 1004

    def covered(frame, pixels):
        return np.full_like(pixels, 0.2) if frame == hidden else pixels

    shot = Shot(write_clip(portrait, tmp_path / "plate.####.exr", FRAMES, covered), driving, tmp_path / "out")
    graph = shot.graph(Driving__time=HELD)
    assert not shot.render(graph).failed
    evaluator = Evaluator(graph, FRAMES, shared_analyses=KNOWN)
    evaluator.prepare("Warp")
    assert evaluator.pull("FaceTrack", hidden).state == "interpolated"
    before, there, after = (evaluator.pull("Warp", frame).driven[:, :2] for frame in (hidden - 1, hidden, hidden + 1))
    assert float((there - (before + after) / 2).abs().max()) < 1.0, "pixels"
