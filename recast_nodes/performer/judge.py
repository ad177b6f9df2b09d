"""How near a picture of a face comes to the true frame: as the eye sees it, in numbers, and in sharpness."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..errors import ModelMissing
from ..evaluation.benchmark.lpips import Lpips, read_lpips
from ..evaluation.fidelity import psnr
from ..models.weights.downloads import path_of
from ..models.weights.model_files import ALEXNET
from ..natives import opencv
from ..notices import notice
from ..stages.finish.colour import to_display
from ..stages.grid.planes import interleave
from ..stages.thresholds import Amount, Amounts

ACROSS = Amounts((256, 400), "pixels", "of the face's size in which pictures are compared: LPIPS depends on it")
MARGIN = Amount(8.0, "pixels", "about the face, which both pictures show alike")


class Fidelity(NamedTuple):
    """How near a face is to the truth."""

    lpips: float  # 0 at best; NaN without its network
    psnr: float  # dB
    sharpness: float  # times the truth's gradient energy


@cache
def network() -> Lpips | None:
    """LPIPS's network, if this machine has it."""
    try:
        return read_lpips(path_of(ALEXNET))
    except ModelMissing as missing:
        notice(f"LPIPS is left out: pictures are compared by pixels and gradients alone. {missing}")
        return None


def judge(picture: Tensor, truth: Tensor, mask: Tensor) -> Fidelity:
    """Compare (3, H, W) scene-linear pictures inside a face's mask (1, H, W); outside both show the truth."""
    shown, goal, inside = _shown(picture, truth, mask)
    perceived = network()
    distance = float("nan") if perceived is None else perceived.distance(shown, goal, inside)
    near = inside[1:, 1:] & inside[:-1, :-1]
    ratio = _energy(shown)[near].sum() / max(float(_energy(goal)[near].sum()), 1e-12)
    return Fidelity(distance, float(psnr(shown, goal, inside) or 0.0), float(ratio))


def mean_fidelity(figures: list[Fidelity]) -> Fidelity:
    """The mean of several."""
    return Fidelity(*(float(np.mean([each[at] for each in figures])) for at in range(3)))


def _shown(picture: Tensor, truth: Tensor, mask: Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both as (h, w, 3) of a display, 0..1, at a face size within ACROSS, and the mask (h, w)."""
    rows, columns = torch.where(mask[0] > 0.5)
    spans = [(int(each.min()), int(each.max()) + 1) for each in (rows, columns)]
    (top, bottom), (left, right) = ((max(0, low - int(MARGIN)), high + int(MARGIN)) for low, high in spans)
    size = max(high - low for low, high in spans)
    scale = min(max(1.0, ACROSS[0] / size), ACROSS[1] / size)
    merged = torch.where(mask > 0.5, picture, truth)
    cut = [each[:, top:bottom, left:right].contiguous() for each in (merged, truth, mask)]
    found = []
    for each in cut:
        values = interleave(each if len(each) == 1 else to_display(each).clamp(0, 1))
        goal = (round(values.shape[1] * scale), round(values.shape[0] * scale))
        cv2 = opencv()
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        found.append(values if scale == 1 else cv2.resize(values, goal, interpolation=how))
    return found[0], found[1], found[2] > 0.5


def _energy(shown: np.ndarray) -> np.ndarray:
    """(h - 1, w - 1) the squared gradient."""
    across, down = shown[:-1, 1:] - shown[:-1, :-1], shown[1:, :-1] - shown[:-1, :-1]
    return (across**2 + down**2).sum(-1)
