"""From a picture to a picture by the fast networks: the published chain in float32, and how near half precision comes.

Half precision is that of `--device`; what it is held against is always computed by the processor, in float32.
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
CPU = torch.device("cpu")


def chain(parity: Parity, family: str, given: tuple[Tensor, ...], on: torch.device, dtype: torch.dtype) -> Tensor:
    """F, W and G, one at a time in memory, of a picture and of keypoints x_s and x_d."""
    picture, *points = (each.to(on) for each in given)
    feature = prepare(parity.network(f"{family}/F"), on, dtype)(picture)
    warped = prepare(parity.network(f"{family}/W"), on, dtype)(feature, *points)
    return prepare(parity.network(f"{family}/G"), on, dtype)(warped["out"]).float().cpu()


def picture_of(parity: Parity, name: str, size: int) -> Tensor:
    pixels = parity.fill.image_u8(SEED, name, size, size).astype(np.float32) / 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()


def test_the_published_chain_in_float32_and_half_precision(parity, device):
    golden = parity.golden("pr_chain_mode1")
    points = (torch.from_numpy(golden.numbers[f"frame0/{name}"]) for name in ("x_s", "x_d"))
    given = (picture_of(parity, "chain/source0", 512), *points)
    exact = chain(parity, "pr", given, CPU, torch.float32)
    golden.check("frame0/image", exact, 5e-4)
    hold(parity, "pr", given, device, exact)


@pytest.mark.parametrize("family", KEYPOINTS)
def test_half_precision_is_near_float32(parity, family, device):
    numbers = parity.golden(f"{family}_W").numbers
    points = (torch.from_numpy(numbers[f"case0/kp_{name}"]) for name in ("source", "driving"))
    given = (picture_of(parity, f"{family}/F/image0", {"pr": 512, "lp": 256}[family]), *points)
    hold(parity, family, given, device, chain(parity, family, given, CPU, torch.float32))


def hold(parity: Parity, family: str, given: tuple[Tensor, ...], on: torch.device, exact: Tensor) -> None:
    for dtype in HALF.get(on.type, (torch.bfloat16, torch.float16)):
        near = peak_signal_to_noise(chain(parity, family, given, on, dtype), exact)
        print(f"{family} on {on} in {dtype}: {near:.1f} dB")
        assert near > NEAR, dtype


def peak_signal_to_noise(found: Tensor, wanted: Tensor) -> float:
    """In dB, of pictures in 0..1."""
    error = float((found - wanted).square().mean())
    return -10 * math.log10(error) if error else math.inf  # where a processor computes bfloat16 as float32
