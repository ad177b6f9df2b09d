"""Discriminators that look at patches, hinge losses, and feature matching.

P. Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017 (patches);
T. Miyato et al., "Spectral Normalization for Generative Adversarial Networks", ICLR 2018 (hinge, spectral norm);
T.-C. Wang et al., "High-Resolution Image Synthesis with Conditional GANs", CVPR 2018 (feature matching).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...models.networks.decoder import SpectralConv2d

SLOPE = 0.2
LEVELS = 4  # halvings of the picture at most
SMALLEST = 4  # places along a side of what is judged


class PatchDiscriminator(nn.Module):
    """Pictures (B, 3, S, S) to features, the last of which (B, 1, h, h) says how real each patch looks."""

    def __init__(self, size: int, width: int = 64):
        super().__init__()
        levels = min(LEVELS, (size // SMALLEST).bit_length() - 1)
        widths = [3, *(min(width * 2**level, 8 * width) for level in range(levels))]
        self.layers = nn.ModuleList(SpectralConv2d(*pair, 3) for pair in zip(widths, widths[1:]))
        self.judge = SpectralConv2d(widths[-1], 1, 3)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        now, found = 2 * pictures - 1, []
        for layer in self.layers:
            now = F.avg_pool2d(F.leaky_relu(layer(now), SLOPE), 2)
            found.append(now)
        return [*found, self.judge(now)]


def discriminator_loss(real: Sequence[Tensor], made: Sequence[Tensor]) -> Tensor:
    """Hinge: real patches above 1, made ones below -1."""
    return F.relu(1 - real[-1]).mean() + F.relu(1 + made[-1]).mean()


def generator_loss(made: Sequence[Tensor]) -> Tensor:
    """Made patches as high as can be."""
    return -made[-1].mean()


def feature_matching(real: Sequence[Tensor], made: Sequence[Tensor]) -> Tensor:
    """The mean absolute difference of a discriminator's features, its judgement left out; the mean over layers."""
    return torch.stack([(one.detach() - other).abs().mean() for one, other in zip(real[:-1], made[:-1])]).mean()
