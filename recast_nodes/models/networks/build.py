"""Which network each part of each model is."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from ...errors import ModelMissing
from . import appearance, decoder, motion, retargeting, warping

PARTS: dict[str, dict[str, Callable[[], nn.Module]]] = {
    "performrecast": {
        "F": lambda: appearance.TransformerAppearance(appearance.TransformerParams()),
        "M": lambda: motion.MotionExtractor(motion.MotionParams()),
        "W": lambda: warping.WarpingNetwork(warping.WarpingParams()),
        "G": lambda: decoder.SpadeDecoder(decoder.DecoderParams()),
    },
    "liveportrait": {
        "F": lambda: appearance.ConvolutionAppearance(appearance.ConvolutionParams()),
        "M": lambda: motion.PrefixedMotionExtractor(motion.MotionParams(keypoints=21, scales=1)),
        "W": lambda: warping.WarpingNetwork(warping.WarpingParams(keypoints=21)),
        "G": lambda: decoder.SpadeDecoder(decoder.DecoderParams()),
        "S_stitching": lambda: retargeting.Retargeting(retargeting.STITCHING),
        "S_lip": lambda: retargeting.Retargeting(retargeting.LIP),
        "S_eye": lambda: retargeting.Retargeting(retargeting.EYE),
    },
}


def build(model: str, part: str) -> nn.Module:
    """See `recast_nodes.models.build`."""
    if model not in PARTS:
        raise ModelMissing(f"There are no networks of a model {model!r}; there are {' and '.join(PARTS)}.")
    if part not in PARTS[model]:
        raise ModelMissing(f"The {model} model has no network {part!r}; it has {', '.join(PARTS[model])}.")
    return PARTS[model][part]().eval()
