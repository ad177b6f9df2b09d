"""The light about a face, in plate and result: seams in one frame, change from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..media.pixels import linear_rgb
from ..stages.thresholds import Threshold
from ..wires import Image, Track, Window
from . import metrics
from .bits import hull_mask
from .shot import face_window

BAND = Threshold(
    0.003,
    "of the window's larger side",
    "a step across an outline from a fade",
    "0.006 of a face, an eighth of the default feather: what needs longer is a fade",
)
SMALLEST = 8  # pixels along a window's side, from which there is anything to measure


class Light(NamedTuple):
    """Scene-linear light about the face at one frame: all that later frames need of it."""

    frame: int
    window: Window
    inside: np.ndarray  # (H, W) the hull
    plate: np.ndarray  # (H, W, 3)
    result: np.ndarray  # (H, W, 3)
    others: np.ndarray | None = None  # (H, W) the hulls of other faces that are edited in this frame too


def gather_light(plate: Image, result: Image, track: Track, frame: int, hulls: Sequence[Tensor] = ()) -> Light | None:
    """The light where plate and result both have pixels; None where that is next to nothing. `hulls` are those of all
    edited faces, the track's own among them.
    """
    window = face_window(track).intersect(plate.main.window).intersect(result.main.window)
    if min(window.width, window.height) < SMALLEST:
        return None
    inside = hull_mask([track.hull], window)
    if not inside.any():
        return None
    others = [hull for hull in hulls if not torch.equal(hull, track.hull)]
    mask = hull_mask(others, window) if others else None
    return Light(frame, window, inside, _pixels(plate, window), _pixels(result, window), mask)


def _pixels(image: Image, window: Window) -> np.ndarray:
    light = linear_rgb(image, window).numpy().transpose(1, 2, 0)
    return np.nan_to_num(np.ascontiguousarray(light), nan=0.0, posinf=0.0, neginf=0.0)


def steps(light: Light) -> tuple[float, float]:
    """The colour steps across the hull and across the edge of what the edit reached, in noise levels of the plate.

    Where another edited face lies, steps are not looked for: they may be those of its own edit.
    """
    noise = metrics.noise_level(light.plate, light.inside)
    difference = light.result - light.plate
    band = max(2, round(BAND * max(light.window.width, light.window.height)))
    changed = (difference != 0).any(-1)
    reached = metrics.find_changed_area(changed if light.others is None else changed & (light.inside | ~light.others))
    hull, edit = (metrics.step_across(difference, mask, band, light.others) for mask in (light.inside, reached))
    return hull / noise, edit / noise


def flicker(now: Light | None, before: Light | None) -> float | None:
    """The result's change since the frame before, in times the plate's own; None without that frame."""
    if now is None or before is None or before.frame != now.frame - 1:
        return None
    return _against_plate(now, [now, before], (1, -1))


def bounce(before: Light | None, now: Light | None, after: Light | None) -> float | None:
    """How far the result departs from the mean of its neighbours, in times the plate's own departure.

    What moves evenly departs little; what trembles, pops or pumps departs much.
    """
    if before is None or now is None or after is None or (before.frame, after.frame) != (now.frame - 1, now.frame + 1):
        return None
    return _against_plate(now, [now, before, after], (1, -0.5, -0.5))


def _against_plate(now: Light, lights: Sequence[Light], weights: Sequence[float]) -> float | None:
    """The mean size, inside the hull, of a weighted sum of frames: the result's in times the plate's."""
    window = now.window
    for light in lights:
        window = window.intersect(light.window)
    if min(window.width, window.height) < SMALLEST:
        return None
    mask = now.inside[window.within(now.window)]
    sizes = [_size([getattr(light, name) for light in lights], lights, weights, window, mask) for name in PICTURES]
    level = float(np.abs(now.plate[now.inside]).mean())
    return sizes[1] / max(sizes[0], metrics.FAINTEST * level, 1e-9)


PICTURES = ("plate", "result")


def _size(
    pictures: Sequence[np.ndarray], lights: Sequence[Light], weights: Sequence[float], window: Window, mask: np.ndarray
) -> float:
    terms = [weight * picture[window.within(each.window)] for picture, each, weight in zip(pictures, lights, weights)]
    return float(np.abs(sum(terms[1:], terms[0]))[mask].mean()) if mask.any() else 0.0
