"""From a picture to a picture by the fast networks: the published chain in float32, and how near bfloat16 comes."""

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


def chain(parity: Parity, family: str, dtype: torch.dtype, picture: Tensor, x_s: Tensor, x_d: Tensor) -> Tensor:
    """F, W and G, one at a time in memory."""
    feature = prepare(parity.network(f"{family}/F"), "cpu", dtype)(picture)
    warped = prepare(parity.network(f"{family}/W"), "cpu", dtype)(feature, x_s, x_d)
    return prepare(parity.network(f"{family}/G"), "cpu", dtype)(warped["out"])


def picture_of(parity: Parity, name: str, size: int) -> Tensor:
    pixels = parity.fill.image_u8(SEED, name, size, size).astype(np.float32) / 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()


def test_the_published_chain_in_float32_and_bfloat16(parity):
    golden = parity.golden("pr_chain_mode1")
    points = [torch.from_numpy(golden.numbers[f"frame0/{name}"]) for name in ("x_s", "x_d")]
    picture = picture_of(parity, "chain/source0", 512)
    exact = chain(parity, "pr", torch.float32, picture, *points)
    golden.check("frame0/image", exact, 5e-4)
    assert peak_signal_to_noise(chain(parity, "pr", torch.bfloat16, picture, *points), exact) > NEAR


@pytest.mark.parametrize("family", KEYPOINTS)
def test_bfloat16_is_near_float32(parity, family):
    points = [
        torch.from_numpy(parity.golden(f"{family}_W").numbers[f"case0/kp_{name}"]) for name in ("source", "driving")
    ]
    picture = picture_of(parity, f"{family}/F/image0", {"pr": 512, "lp": 256}[family])
    exact, near = (chain(parity, family, dtype, picture, *points) for dtype in (torch.float32, torch.bfloat16))
    assert peak_signal_to_noise(near, exact) > NEAR


def peak_signal_to_noise(found: Tensor, wanted: Tensor) -> float:
    """In dB, of pictures in 0..1."""
    error = float((found - wanted).square().mean())
    ratio = -10 * math.log10(error) if error else math.inf  # where a processor computes bfloat16 as float32
    print(f"{ratio:.1f} dB")
    return ratio
