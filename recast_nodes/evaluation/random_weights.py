"""Networks filled with random weights of the sizes that trained ones have, so that what flows through keeps its size: a
processor takes longer over numbers that are nearly nothing.
"""

from __future__ import annotations

import math
import zlib

import torch
from torch import Tensor, nn

from ..models.networks.decoder import SpectralConv2d

GAINS = {  # how much larger than 1 / sqrt(inputs) a weight is; otherwise sqrt(2), which makes up for ReLU
    **dict.fromkeys(("attn.", "mlp.fc", "patch_embed", "dwconv", "pwconv2", "resblocks_3d"), 1.0),
    **{"fc_": 0.1, "mask.": 2.0, "occlusion.": 0.7, "mlp_gamma": 0.4, "mlp_beta": 0.6, "conv_img": 0.5},
}


@torch.no_grad()
def fill_randomly(network: nn.Module) -> nn.Module:
    """A network with weights of a size that keeps the size of what flows through; the same at every call."""
    state = network.state_dict()
    network.load_state_dict({name: _weight(name, like) for name, like in state.items()}, strict=True)
    for part in network.modules():
        if isinstance(part, SpectralConv2d):  # its vectors belong to its kernel
            part.refine(3)
    return network


def _weight(name: str, like: Tensor) -> Tensor:
    rng = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    leaf = name.rsplit(".", 1)[-1]
    if not like.is_floating_point():
        return torch.zeros_like(like)
    noise = torch.randn(like.shape, generator=rng)
    if leaf == "running_var" or (leaf == "weight" and like.ndim == 1):
        return 1 + 0.1 * noise.clamp(-3, 3)
    if leaf in ("weight", "weight_orig"):
        inputs = like.shape[0] if "t_conv" in name else math.prod(like.shape[1:])
        gain = next((gain for part, gain in GAINS.items() if part in name), math.sqrt(2))
        return noise * gain / math.sqrt(inputs)
    return 0.05 * noise
