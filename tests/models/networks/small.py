"""Every network at a size that takes milliseconds, with numbers of its own: weights and inputs from names alone."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from recast_nodes.models.networks import appearance, convnext, decoder, motion, retargeting, vit, warping

TRUNK = convnext.ConvNeXtParams(depths=(1, 2), widths=(8, 16))
WARP = warping.WarpingParams(keypoints=3, channels=4, depth=4, compressed=2, width=4, widest=8, blocks=2, out=6)


class Small(NamedTuple):
    """A network and the shapes of what it takes, without the batch."""

    make: Callable[[], nn.Module]
    inputs: tuple[tuple[int, ...], ...]


SMALL = {
    "performrecast_F": Small(
        lambda: appearance.TransformerAppearance(
            appearance.TransformerParams(
                4, 2, 1, vit.VisionTransformerParams(width=16, depth=2, heads=2, patch=4, grid=3)
            )
        ),
        ((3, 16, 24),),
    ),
    "liveportrait_F": Small(
        lambda: appearance.ConvolutionAppearance(appearance.ConvolutionParams(4, 2, 1, (4, 6, 8))), ((3, 16, 24),)
    ),
    "performrecast_M": Small(lambda: motion.MotionExtractor(motion.MotionParams(5, 3, 6, TRUNK)), ((3, 32, 32),)),
    "liveportrait_M": Small(
        lambda: motion.PrefixedMotionExtractor(motion.MotionParams(4, 1, 6, TRUNK)), ((3, 32, 32),)
    ),
    "W": Small(lambda: warping.WarpingNetwork(WARP), ((4, 4, 8, 12), (3, 3), (3, 3))),
    "G": Small(lambda: decoder.SpadeDecoder(decoder.DecoderParams(6, 8, 1, (6, 4), 5)), ((6, 4, 6),)),
    "S": Small(lambda: retargeting.Retargeting(retargeting.RetargetingParams((6, 8, 4))), ((6,),)),
}


def numbers(name: str, shape: tuple[int, ...]) -> Tensor:
    """Evenly spread numbers of mean 0 and variance 1. NumPy promises this stream to stay the same in every version."""
    raw = np.random.PCG64(zlib.crc32(name.encode())).random_raw(math.prod(shape))
    even = (raw >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)
    return torch.from_numpy((even - np.float32(0.5)) * np.float32(math.sqrt(12))).reshape(shape)


def tensor(name: str, like: Tensor) -> Tensor:
    """A weight of that name that keeps what flows through a network at about its size."""
    leaf, shape = name.rsplit(".", 1)[-1], tuple(like.shape)
    if leaf == "num_batches_tracked":
        return torch.zeros_like(like)
    if leaf == "running_var" or (leaf == "weight" and len(shape) == 1):
        return 1 + 0.2 * numbers(name, shape)
    fan_in = math.prod(shape[1:]) if leaf in ("weight", "weight_orig") else 4
    return numbers(name, shape) * (2 / fan_in) ** 0.5


def network(name: str) -> nn.Module:
    """A small network with its weights, in eval mode."""
    made = SMALL[name].make().eval()
    state = made.state_dict()
    made.load_state_dict({key: tensor(f"{name}/{key}", like) for key, like in state.items()}, strict=True)
    for module in made.modules():
        if isinstance(module, decoder.SpectralConv2d):
            module.refine(100)
    return made


def inputs(name: str, batch: int = 1) -> tuple[Tensor, ...]:
    """What goes in: numbers of about 0.5, as pictures and keypoints have."""
    return tuple(
        torch.stack([0.5 * numbers(f"{name}/input{index}/{frame}", shape) for frame in range(batch)])
        for index, shape in enumerate(SMALL[name].inputs)
    )


def outputs(made: nn.Module, given: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """What comes out, by name; a single tensor is called `out`."""
    out = made(*given)
    return out if isinstance(out, dict) else {"out": out}
