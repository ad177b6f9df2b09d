"""What a graphics card's half precision costs PerformRecast's picture, measured on a processor.

    python -m tools.half_precision ../shared/parity                # two to ten minutes on two cores
    python -m tools.half_precision ../shared/parity --dtype float16

The networks are made as for a card. Then every product and convolution is done in float32 on the processor, of numbers
rounded as the card would: kernels, what goes in, and what comes out, each in its layer's own type; float32 itself is
rounded to TF32 where it is multiplied. Sums are float32's, as in the card's matrix units. It is compared with the plain
way in float32, on the published chain's first frame and on the first golden pictures of F and W. On an H200 bfloat16
came out 0.1 to 0.2 dB lower than this says.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from recast_nodes.models import prepare
from recast_nodes.models.fast import appearance, decoder
from recast_nodes.models.fast.folding import Convolution, Linear, PixelConvolution
from recast_nodes.models.fast.prepare import FAST
from recast_nodes.models.fast.products import linear
from recast_nodes.models.fast.target import Target
from tests.models.networks.parity import SEED, Parity

CASES = ("published chain", "first goldens")
_types: dict[int, tuple[Tensor, torch.dtype]] = {}  # matrices that are no layer of their own, by where they lie


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("parity", type=Path, help="The folder with the golden numbers.")
    parser.add_argument("--dtype", choices=("bfloat16", "float16"), default="bfloat16")
    given = parser.parse_args()
    parity, dtype = Parity(given.parity), getattr(torch, given.dtype)
    torch.set_flush_denormal(True)
    appearance.linear = decoder.linear = rounded_linear
    with torch.inference_mode():
        exact = {case: (picture, *points) for case, picture, *points in pictures(parity)}
        near = dict(exact)
        for part in "FWG":
            plain, card = prepare(parity.network(f"pr/{part}")), on_a_card(parity.network(f"pr/{part}"), dtype)
            for case in CASES:
                exact[case], near[case] = (after(part, net, of[case]) for net, of in ((plain, exact), (card, near)))
    for case in CASES:
        error = float((exact[case][0] - near[case][0]).square().mean())
        print(f"{case}: {-10 * math.log10(error):.1f} dB")


def pictures(parity: Parity) -> Any:
    """Each case with its picture for F and keypoints x_s, x_d for W."""
    chain, warp = parity.golden("pr_chain_mode1").numbers, parity.golden("pr_W").numbers
    for case, name, points in (
        (CASES[0], "chain/source0", [chain[f"frame0/{which}"] for which in ("x_s", "x_d")]),
        (CASES[1], "pr/F/image0", [warp[f"case0/kp_{which}"] for which in ("source", "driving")]),
    ):
        levels = parity.fill.image_u8(SEED, name, 512, 512).astype(np.float32)
        picture = torch.from_numpy(levels / 255).permute(2, 0, 1)[None].contiguous()
        yield case, picture, *(torch.from_numpy(each) for each in points)


def after(part: str, network: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What the next network is given: the first is replaced by what this one makes of it."""
    if part == "W":
        return (network(*given)["out"], *given[1:])
    return (network(given[0]), *given[1:])


def on_a_card(original: nn.Module, dtype: torch.dtype) -> nn.Module:
    """The form for a card, computing on the processor with the card's rounding."""
    with torch.no_grad():
        network = FAST[type(original)](original, Target(torch.device("cuda"), dtype)).eval()
    for part in network.modules():
        if isinstance(part, Convolution | Linear | PixelConvolution):
            _imitate(part, part.weight.dtype)
    for part, name in ((part, name) for part in network.modules() for name in ("pixel", "t_conv")):
        if isinstance(getattr(part, name, None), Tensor):
            kept = getattr(part, name)
            part._buffers[name] = kept.float()
            _types[part._buffers[name].data_ptr()] = part._buffers[name], kept.dtype
    if hasattr(network, "dense_motion"):
        network.dense_motion.dtype = torch.float32  # what is rounded anyway where it goes in
    return network


def _imitate(part: Any, dtype: torch.dtype) -> None:
    for name in ("weight", "bias"):
        for place in (part._buffers, part._parameters):
            if place.get(name) is not None:
                place[name] = rounded(place[name].detach(), dtype) if name == "weight" else place[name].float()
    part.register_forward_pre_hook(lambda _part, given: (rounded(given[0], dtype),))
    if dtype != torch.float32:
        part.register_forward_hook(lambda _part, _given, found: rounded(found, dtype))


def rounded(x: Tensor, dtype: torch.dtype) -> Tensor:
    """In float32, with the bits that a card's products see of this type; of float32 those of TF32."""
    if dtype != torch.float32:
        return x.to(dtype).float()
    bits = x.contiguous().view(torch.int32)
    return ((bits + 0x0FFF + ((bits >> 13) & 1)) & ~0x1FFF).view(torch.float32)


def rounded_linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """In place of `products.linear`, which the plain way goes on using."""
    if weight.data_ptr() not in _types:
        return linear(x, weight, bias)
    _, dtype = _types[weight.data_ptr()]
    bias = None if bias is None else bias.float()
    found = nn.functional.linear(rounded(x.float(), dtype), rounded(weight, dtype), bias)
    return found if dtype == torch.float32 else rounded(found, dtype)


if __name__ == "__main__":
    main()
