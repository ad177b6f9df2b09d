"""Which network each part of PerformRecast is."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from ..networks import appearance, decoder, motion, warping

NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "F": lambda: appearance.TransformerAppearance(appearance.TransformerParams()),
    "M": lambda: motion.MotionExtractor(motion.MotionParams()),
    "W": lambda: warping.WarpingNetwork(warping.WarpingParams()),
    "G": lambda: decoder.SpadeDecoder(decoder.DecoderParams()),
}
