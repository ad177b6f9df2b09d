"""Which network each part of LivePortrait is."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from ..networks import appearance, decoder, motion, retargeting, warping

NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "F": lambda: appearance.ConvolutionAppearance(appearance.ConvolutionParams()),
    "M": lambda: motion.PrefixedMotionExtractor(motion.MotionParams(keypoints=21, scales=1)),
    "W": lambda: warping.WarpingNetwork(warping.WarpingParams(keypoints=21)),
    "G": lambda: decoder.SpadeDecoder(decoder.DecoderParams()),
    "S_stitching": lambda: retargeting.Retargeting(retargeting.STITCHING),
    "S_lip": lambda: retargeting.Retargeting(retargeting.LIP),
    "S_eye": lambda: retargeting.Retargeting(retargeting.EYE),
}
