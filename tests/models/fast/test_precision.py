"""From a picture to a picture by the fast networks in half precision, beside the published picture.

Half precision is that of `--device`. In float32 the same pictures are those of `networks/test_pipeline`.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from recast_nodes.models import prepare

from ..networks.parity import KEYPOINTS, SEED, Parity

pytestmark = pytest.mark.slow
NEAR = 40.0  # dB
HALF = {"cpu": (torch.bfloat16,)}  # where not said: both; a processor computes float16 in float32
PUBLISHED = {  # golden numbers, picture and its size, x_s, x_d and what became of them
    "pr": ("pr_chain_mode1", "chain/source0", 512, "frame0/x_s", "frame0/x_d", "frame0/image"),
    "lp": (
        "lp_chain",
        "lpchain/source0",
        256,
        "source0/x_s",
        "image_relative_all1/x_d_stitched",
        "image_relative_all1/stitched_image",
    ),
}


@pytest.mark.parametrize("family", KEYPOINTS)
def test_half_precision_is_near_the_published_picture(parity, family, device):
    numbers, name, size, *points, image = PUBLISHED[family]
    golden = parity.golden(numbers)
    wanted = golden.numbers[f"{image}#sample"]
    given = picture_of(parity, name, size), *(torch.from_numpy(golden.numbers[each]) for each in points)
    for dtype in HALF.get(device.type, (torch.bfloat16, torch.float16)):
        found = golden.fill.strided(chain(parity, family, given, device, dtype).numpy(), len(wanted))
        near = peak_signal_to_noise(found, wanted)
        print(f"{family} on {device} in {dtype}: {near:.1f} dB")
        assert near > NEAR, dtype


def chain(parity: Parity, family: str, given: tuple[Tensor, ...], on: torch.device, dtype: torch.dtype) -> Tensor:
    """F, W and G, one at a time in memory, of a picture and of keypoints x_s and x_d."""
    picture, *points = (each.to(on) for each in given)
    feature = prepare(parity.network(f"{family}/F"), on, dtype)(picture)
    warped = prepare(parity.network(f"{family}/W"), on, dtype)(feature, *points)
    return prepare(parity.network(f"{family}/G"), on, dtype)(warped["out"]).float().cpu()


def picture_of(parity: Parity, name: str, size: int) -> Tensor:
    pixels = parity.fill.image_u8(SEED, name, size, size).astype(np.float32) / 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()


def peak_signal_to_noise(found: np.ndarray, wanted: np.ndarray) -> float:
    """In dB, of pictures in 0..1."""
    error = float(np.square(found - wanted).mean())
    return -10 * math.log10(error) if error else math.inf  # where a processor computes bfloat16 as float32
