"""How large the networks of a trained model are, and the networks of these sizes.

The published architecture with its widths and depths as numbers: F, M, W and G of `models.networks`. A picture of
`pixels` becomes a volume of `pixels` / `shrink` places along a side, and a picture of `pixels` again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import nn

from ...errors import KnobError
from ...face.published import PERFORMRECAST
from ..networks import appearance, convnext, decoder, motion, vit, warping

PARTS = ("F", "M", "W", "G")
PATCH = 512  # pixels of the crop, which F's and M's pictures are means of
SMALLEST_PLANE = 2  # places along a side that are left at the hourglass's bottom


@dataclass(frozen=True)
class NetworkSizes:
    """The published sizes. `extractor` transformer is PerformRecast's F, convolution LivePortrait's."""

    pixels: int = 512
    motion_pixels: int = 256
    extractor: Literal["transformer", "convolution"] = "transformer"
    trunk_width: int = 768
    trunk_depth: int = 12
    trunk_heads: int = 12
    trunk_patch: int = 16
    trunk_grid: int = 14
    appearance_widths: tuple[int, ...] = (64, 128, 256)
    channels: int = 32
    depth: int = 16
    blocks: int = 6
    motion_depths: tuple[int, ...] = (3, 3, 9, 3)
    motion_widths: tuple[int, ...] = (96, 192, 384, 768)
    compressed: int = 4
    hourglass_width: int = 32
    hourglass_widest: int = 1024
    hourglass_blocks: int = 5
    feature: int = 256
    decoder_width: int = 512
    decoder_middle: int = 6
    decoder_up: tuple[int, ...] = (256, 64)
    decoder_hidden: int = 128

    @property
    def shrink(self) -> int:
        """Pixels of the picture along a side of one place of the volume."""
        if self.extractor == "transformer":
            return self.trunk_patch // 2
        return 2 ** (len(self.appearance_widths) - 1)

    def check(self) -> None:
        """Raises KnobError, which says what does not fit together."""
        for name in ("pixels", "motion_pixels"):
            if getattr(self, name) < 32 or PATCH % getattr(self, name):
                raise KnobError(f"{name} takes 32, 64, 128, 256 or 512, not {getattr(self, name)}.")
        plane, enlarged = self.pixels // self.shrink, 2 ** (len(self.decoder_up) + 1)
        if enlarged != self.shrink:
            raise KnobError(f"decoder_up enlarges {enlarged} times, but the extractor shrinks {self.shrink} times.")
        if plane % 2**self.hourglass_blocks or plane // 2**self.hourglass_blocks < SMALLEST_PLANE:
            raise KnobError(f"hourglass_blocks {self.hourglass_blocks} are too many for a volume of {plane} places.")
        if len(self.motion_depths) != len(self.motion_widths):
            raise KnobError("motion_depths and motion_widths have different lengths.")
        if self.trunk_width % self.trunk_heads:
            raise KnobError("trunk_width is no multiple of trunk_heads.")


def networks(sizes: NetworkSizes) -> dict[str, Callable[[], nn.Module]]:
    """What makes each network, by part, as `models.networks.build` has it."""
    return {
        "F": lambda: _appearance(sizes),
        "M": lambda: _motion(sizes),
        "W": lambda: _warping(sizes),
        "G": lambda: _decoder(sizes),
    }


def _appearance(sizes: NetworkSizes) -> nn.Module:
    shape = (sizes.channels, sizes.depth, sizes.blocks)
    if sizes.extractor == "convolution":
        return appearance.ConvolutionAppearance(appearance.ConvolutionParams(*shape, sizes.appearance_widths))
    trunk = vit.VisionTransformerParams(
        sizes.trunk_width, sizes.trunk_depth, sizes.trunk_heads, sizes.trunk_patch, sizes.trunk_grid
    )
    return appearance.TransformerAppearance(appearance.TransformerParams(*shape, trunk))


def _motion(sizes: NetworkSizes) -> nn.Module:
    trunk = convnext.ConvNeXtParams(sizes.motion_depths, sizes.motion_widths)
    return motion.MotionExtractor(motion.MotionParams(PERFORMRECAST, trunk=trunk))


def _warping(sizes: NetworkSizes) -> nn.Module:
    return warping.WarpingNetwork(
        warping.WarpingParams(
            keypoints=PERFORMRECAST,
            channels=sizes.channels,
            depth=sizes.depth,
            compressed=sizes.compressed,
            width=sizes.hourglass_width,
            widest=sizes.hourglass_widest,
            blocks=sizes.hourglass_blocks,
            out=sizes.feature,
        )
    )


def _decoder(sizes: NetworkSizes) -> nn.Module:
    return decoder.SpadeDecoder(
        decoder.DecoderParams(
            feature=sizes.feature,
            width=sizes.decoder_width,
            middle=sizes.decoder_middle,
            up=sizes.decoder_up,
            hidden=sizes.decoder_hidden,
        )
    )
