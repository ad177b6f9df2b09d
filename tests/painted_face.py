"""A made-up picture of a face for tests of folds: skin in a soft light, brows, eyes, lips, and folds where asked."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from recast_nodes.face.anatomy import LEFT_BROW, LEFT_EYE, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE
from recast_nodes.models.mesh.skin import unwrap_skin
from recast_nodes.stages.folds.resting import resting_skin
from recast_nodes.wires import Image, Part, Track, Window

SIDE = 360
DARK = ((LEFT_BROW, 0.25), (RIGHT_BROW, 0.25), (LEFT_EYE, 0.3), (RIGHT_EYE, 0.3), (OUTER_LIPS, 0.6))
LEFT_FOLD, RIGHT_FOLD = (129, 203, 206, 216), (358, 423, 426, 436)  # from the wing of the nose past the mouth's corner
BETWEEN = (9, 8, 168)


def picture(
    track: Track,
    folds: tuple[tuple[int, ...], ...] = (),
    depth: float = 0.5,
    skin: tuple[float, float, float] = (0.4, 0.25, 0.18),
    noise: float = 0.0,
    seed: int = 0,
    patch: tuple[int, float, tuple[float, float, float]] | None = None,
) -> Image:
    """The face at the track's landmarks, scene-linear; each of `folds` is a soft line along landmarks, in its middle
    darker by a logarithm of `depth`. `patch` (landmark, radius in pixels, colour) lies before the face.
    """
    points = track.landmarks[:, :2].numpy()
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) / SIDE
    light = 0.2 * (x - 0.5) - 0.3 * (y - 0.5)
    for contour, share in DARK:
        light += np.log(share) * _soft(cv2.fillConvexPoly, cv2.convexHull(_fixed(points[list(contour)])), 1.5)
    for fold in folds:
        light -= depth * fold_line(track, fold)
    pixels = np.exp(light)[..., None] * np.float32(skin)
    if patch is not None:
        disc = np.zeros((SIDE, SIDE), np.float32)
        cv2.circle(disc, [round(float(v)) for v in points[patch[0]]], round(patch[1]), 1.0, -1, cv2.LINE_AA)
        pixels = pixels + disc[..., None] * (np.float32(patch[2]) - pixels)
    pixels = pixels * (1 + noise * np.random.default_rng(seed).normal(size=pixels.shape))
    window = Window(0, 0, SIDE, SIDE)
    channels = {name: np.ascontiguousarray(pixels[..., at], np.float32) for at, name in enumerate("RGB")}
    return Image((Part("", channels, window, window),), ("R", "G", "B"), "lin_rec709_scene")


def fold_line(track: Track, fold: tuple[int, ...]) -> np.ndarray:
    """(SIDE, SIDE) 1 along the middle of a fold, soft to both sides: about a quarter of a centimetre wide."""
    scale = float(track.landmarks[152, 1] - track.landmarks[10, 1]) / 18
    line = np.zeros((SIDE, SIDE), np.float32)
    cv2.polylines(line, [_fixed(track.landmarks[list(fold), :2].numpy())], False, 1.0, 2, cv2.LINE_AA, 4)
    line = cv2.GaussianBlur(line, (0, 0), 0.2 * scale)
    return line / line.max()


def at_rest(track: Track, *pictures: Image) -> Track:
    """The track of a shot that rests as in these pictures."""
    return track._replace(rest=resting_skin([unwrap_skin(image, track.landmarks) for image in pictures]))


def along(track: Track, fold: tuple[int, ...], plane: Tensor) -> float:
    """The mean of a plane (SIDE, SIDE) along the middle of a fold."""
    return float(plane[torch.from_numpy(fold_line(track, fold) > 0.7)].mean())


def _fixed(points: np.ndarray) -> np.ndarray:
    return np.round(points * 16).astype(np.int32)


def _soft(draw: object, shape: np.ndarray, sigma: float) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), np.float32)
    draw(mask, shape, 1.0, cv2.LINE_AA, 4)  # type: ignore[operator]
    return cv2.GaussianBlur(mask, (0, 0), sigma)
