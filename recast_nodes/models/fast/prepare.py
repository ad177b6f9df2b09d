"""Which plain network has which fast form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from ...notices import notice
from ..networks import appearance as plain_appearance
from ..networks import decoder as plain_decoder
from ..networks import motion as plain_motion
from ..networks import retargeting as plain_retargeting
from ..networks import warping as plain_warping
from . import appearance, decoder, motion, warping
from .cuda_graphs import Graphed
from .target import Target, at_hand


def _as_it_is(module: nn.Module, target: Target) -> nn.Module:
    return module


FAST: dict[type[nn.Module], Callable[[Any, Target], nn.Module]] = {
    plain_appearance.TransformerAppearance: appearance.FastTransformerAppearance,
    plain_appearance.ConvolutionAppearance: appearance.FastConvolutionAppearance,
    plain_motion.MotionExtractor: motion.FastMotionExtractor,
    plain_motion.PrefixedMotionExtractor: motion.fast_detector,
    plain_warping.WarpingNetwork: warping.FastWarpingNetwork,
    plain_decoder.SpadeDecoder: decoder.FastSpadeDecoder,
    plain_retargeting.Retargeting: _as_it_is,
}


@torch.no_grad()
def prepare(module: nn.Module, device: str | torch.device, dtype: torch.dtype, compiled: bool) -> nn.Module:
    """See `recast_nodes.models.prepare`."""
    target = Target(torch.device(device), at_hand(device, dtype))
    if target.dtype != dtype:
        word = str(dtype).removeprefix("torch.")
        notice(f"This processor takes far longer for {word} than for float32: the networks compute in float32 instead.")
        target = replace(target, rough=True)
    fast = FAST[type(module)](module, target).to(target.device).eval()
    if target.graphics:
        rounding = target.dtype != torch.float32 and not isinstance(fast, motion.FastMotionExtractor)
        return Graphed(fast, compiled, rounding)
    if compiled:
        fast.compile()
    return fast
