"""A plate in which two faces cross: the demo's portrait walks to the right, the demo's driver to the left before it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .footage import frame_of, write_exr

FRAMES = range(1001, 1013)
SIZE = (480, 256)  # width, height
BEHIND, BEFORE = (96.0, 384.0), (390.0, 90.0)  # where the middle of each face is in the first and the last frame
FACE = 100.0  # pixels: how high the face before is
DRIVER_FACE, DRIVER_MIDDLE = 349.0, (255.0, 278.0)  # in the driver's pixels
FLAT = 0.25


def write_crossing(portrait: Path, driver: Path, pattern: Path) -> str:
    """The plate as half-float EXR files; returns its pattern."""
    pattern.parent.mkdir(parents=True, exist_ok=True)
    clip = cv2.VideoCapture(str(driver))
    back = cv2.resize(frame_of(portrait, 0.0), None, fx=0.62, fy=0.62, interpolation=cv2.INTER_AREA)
    for number, frame in enumerate(FRAMES):
        share = number / (len(FRAMES) - 1)
        noise = np.random.default_rng(frame).normal(0, 0.002, (SIZE[1], SIZE[0], 3))
        pixels = _lay_portrait(back, BEHIND[0] + share * (BEHIND[1] - BEHIND[0]))
        pixels = _lay_driver(pixels, _linear(clip.read()[1]), BEFORE[0] + share * (BEFORE[1] - BEFORE[0]))
        write_exr(str(pattern).replace("####", f"{frame:04d}"), (pixels + noise).astype(np.float32), {})
    return str(pattern)


def middle_of(number: int, way: tuple[float, float]) -> float:
    """Where a face is across the picture in a frame, counted from 0."""
    return way[0] + (way[1] - way[0]) * number / (len(FRAMES) - 1)


def _linear(frame: np.ndarray) -> np.ndarray:
    picture = frame[..., ::-1].astype(np.float32) / 255
    return np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _lay_portrait(picture: np.ndarray, x: float) -> np.ndarray:
    """The portrait with its head at `x`, cut out of its room by a soft column."""
    height, width = picture.shape[:2]
    place = np.float32([[1, 0, x - width / 2], [0, 1, SIZE[1] - height]])
    moved = cv2.warpAffine(picture, place, SIZE, borderMode=cv2.BORDER_REPLICATE)
    away = np.abs(np.arange(SIZE[0]) - x) / (0.4 * width)
    return FLAT + np.clip((1 - away) * 8, 0, 1)[None, :, None] * (moved - FLAT)


def _lay_driver(pixels: np.ndarray, driver: np.ndarray, x: float) -> np.ndarray:
    """The driver's head over the picture, in an oval about the head and a column below it."""
    scale = FACE / DRIVER_FACE
    place = np.float32([[scale, 0, x - scale * DRIVER_MIDDLE[0]], [0, scale, 150 - scale * DRIVER_MIDDLE[1]]])
    head = cv2.warpAffine(driver, place, SIZE, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    matte = np.zeros((SIZE[1], SIZE[0]), np.float32)
    cv2.ellipse(matte, (round(x), 144), (round(0.46 * FACE), round(0.66 * FACE)), 0, 0, 360, 1.0, -1)
    cv2.rectangle(matte, (round(x - 26), 180), (round(x + 26), SIZE[1]), 1.0, -1)
    matte = cv2.GaussianBlur(matte, (0, 0), 1.0)[..., None]
    return pixels + matte * (head - pixels)
