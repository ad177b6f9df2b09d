"""A plate or a driver that is turned is edited as the upright one is, and who is edited among several is said."""

from __future__ import annotations

import logging

import cv2
import numpy as np
import pytest

from recast_nodes.notices import forget

from .conftest import FRAMES, Shot
from .footage import frame_of, read_exr, write_clip, write_exr

MIDDLE = 1004
KNOBS = {"ExpressionMix__calibrate": 0.0, "Decode__grain": 0.0}  # trials are read back in noise, and grain is noise


def edited(shot: Shot, frame: int) -> tuple[np.ndarray, np.ndarray]:
    """(H, W, 3) plate and result, square-rooted as the eye sees them."""
    return tuple(
        np.sqrt(np.clip(read_exr(pattern, frame)[0][..., :3].astype(np.float32), 0, 1))
        for pattern in (shot.plate, shot.result)
    )


@pytest.fixture(scope="module")
def upright(plate, driving, tmp_path_factory) -> tuple[np.ndarray, np.ndarray]:
    shot = Shot(plate, driving, tmp_path_factory.mktemp("upright"))
    assert not shot.render(shot.graph(**KNOBS), range(MIDDLE, MIDDLE + 1)).failed
    return edited(shot, MIDDLE)


def assert_alike(result: np.ndarray, upright: tuple[np.ndarray, np.ndarray]) -> None:
    plate, known = upright
    change = np.abs(known - plate).max(-1)
    away = np.abs(result - known).max(-1)[change > 0.01]
    assert away.mean() < 0.2 * change[change > 0.01].mean() and np.quantile(away, 0.95) < 0.05


@pytest.mark.parametrize("quarters", [1, 2])
def test_a_plate_that_is_turned_is_edited_as_the_upright_one_is(portrait, driving, tmp_path, upright, quarters):
    turned = write_clip(
        portrait, tmp_path / "turned.####.exr", FRAMES, lambda frame, pixels: np.rot90(pixels, -quarters)
    )
    shot = Shot(turned, driving, tmp_path)
    assert not shot.render(shot.graph(**KNOBS), range(MIDDLE, MIDDLE + 1)).failed
    assert_alike(np.rot90(edited(shot, MIDDLE)[1], quarters), upright)


def test_a_driver_that_is_upside_down_drives_as_the_upright_one_does(plate, driving, tmp_path, upright):
    capture = cv2.VideoCapture(driving)
    for frame in range(65):
        there, pixels = capture.read()
        if there and frame % 8 == 0:
            cv2.imwrite(str(tmp_path / f"driver.{1001 + frame // 8}.png"), pixels[::-1, ::-1])
    shot = Shot(plate, str(tmp_path / "driver.####.png"), tmp_path)
    assert not shot.render(shot.graph(**KNOBS), range(MIDDLE, MIDDLE + 1)).failed
    assert_alike(edited(shot, MIDDLE)[1], upright)


def test_beside_a_poster_the_render_says_who_is_edited(portrait, driving, tmp_path, caplog):
    still, pattern = frame_of(portrait, 0.0), tmp_path / "pair.####.exr"
    frames = range(1001, 1013)
    for frame in frames:
        actor = frame_of(portrait, 2.0 * (frame % 3))
        actor = cv2.resize(actor, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
        actor = cv2.copyMakeBorder(actor, 0, len(still) - len(actor), 0, 0, cv2.BORDER_REFLECT)
        write_exr(str(pattern).replace("####", str(frame)), np.concatenate([actor, still], 1), {})
    shot = Shot(str(pattern), driving, tmp_path)
    forget()
    with caplog.at_level(logging.WARNING, "recast_nodes.notices"):
        shot.render(shot.graph(FaceTrack__pick="largest", **KNOBS), range(1001, 1002))
    said = [each.message for each in caplog.records if each.message.startswith("FaceTrack: ")]
    assert len(said) == 1
    assert "there are 2 faces in the shot" in said[0] and "at the right of the picture" in said[0]
    assert "poster" in said[0]
