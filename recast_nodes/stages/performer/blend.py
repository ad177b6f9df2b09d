"""Layers of a face blended by how far each is expected to be from the truth.

The mean of several pictures of a face is near to the truth and soft, the likeliest one is sharp and further off. So
form is the mean's, and what is finer than a few pixels is the likeliest one's, once the layers are registered to it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...natives import opencv
from ..grid.planes import interleave, separate
from ..grid.shapes import SHARPEST, blur
from ..thresholds import Amount, Threshold

cv2 = opencv()

REACH = Threshold(
    0.014,
    "of the face's size",
    "what landmarks are out by from what looks alike elsewhere",
    "four pixels of a face of 300: jitter is a pixel or two; no measurement is on record",
)
SMOOTH = Amount(0.01, "of the face's size, standard deviation", "of the registration: skin, not noise, is moved")
DETAIL = Amount(
    0.007,
    "of the face's size, standard deviation",
    "of the blur that divides form from detail: two pixels of a face of 290",
)
WORK = Amount(320.0, "pixels", "of the face's size in which layers are registered: a larger picture tells no more")
EYE = Amount(2.2, "exponent", "of a display: optical flow finds its way by what an eye sees")


def blend_layers(layers: Tensor, errors: Tensor, form: float, detail: float, size: float) -> Tensor:
    """(3, H, W) of layers (L, 3, H, W), scene-linear, whose expected errors are (L, 1, H, W).

    `form` and `detail` are the errors that make a layer count e times less, in what is coarser and finer than DETAIL;
    `size` is the face's in pixels.
    """
    coarse, fine = ((-errors / width).softmax(0) for width in (form, detail))
    layers = register((layers * fine).sum(0), layers, size)
    low = torch.stack([blur(each, DETAIL * size) for each in layers])
    return (coarse * low).sum(0) + (fine * (layers - low)).sum(0)


def register(reference: Tensor, layers: Tensor, size: float) -> Tensor:
    """Layers (L, 3, H, W) moved by what optical flow finds between them and `reference` (3, H, W): at most REACH."""
    scale = min(1.0, WORK / size)
    small = max(16, round(layers.shape[3] * scale)), max(16, round(layers.shape[2] * scale))
    finder = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    light = float(reference.mean().clamp_min(1e-4))
    goal = _shown(reference, light, small)
    y, x = np.mgrid[: layers.shape[2], : layers.shape[3]].astype(np.float32)
    moved = []
    for layer in layers:
        flow = finder.calc(goal, _shown(layer, light, small), None)
        flow = cv2.GaussianBlur(flow, (0, 0), max(SHARPEST, SMOOTH * size * scale))
        far = np.linalg.norm(flow, axis=-1, keepdims=True)
        flow *= np.minimum(1, REACH * size * scale / np.maximum(far, 1e-6))
        flow = cv2.resize(flow, (layers.shape[3], layers.shape[2]), interpolation=cv2.INTER_LINEAR) / np.float32(scale)
        rows = cv2.remap(
            interleave(layer), x + flow[..., 0], y + flow[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        moved.append(separate(rows))
    return torch.stack(moved)


def _shown(pixels: Tensor, light: float, size: tuple[int, int]) -> np.ndarray:
    """(h, w) uint8 brightness as the eye sees it, by area at a size; `light` is its mean."""
    grey = pixels.mean(0).clamp_min(0).numpy()
    grey = cv2.resize(np.ascontiguousarray(grey), size, interpolation=cv2.INTER_AREA)
    return np.clip(255 * np.power(grey / (4 * light), 1 / EYE), 0, 255).astype(np.uint8)
