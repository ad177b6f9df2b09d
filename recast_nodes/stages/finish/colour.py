"""Between the light of a plate and the picture that networks see."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..thresholds import Amount, PublishedNumber, Threshold

KNEE = Threshold(
    0.6,
    "scene-linear light",
    "light that is encoded as sRGB does from highlights, which roll off towards 1",
    "skin lies below and reaches networks as the sRGB that they were trained on; what a network gets wrong by a code "
    "of 255 in a highlight of 16 comes back 0.35 too bright, with a knee of 0.9 eightfold",
)
ROLL = Amount(
    0.25,
    "exponent",
    "how slowly highlights roll off: the same code makes 0.35 of a highlight of 16 and 0.06 of white; with 0.5 half "
    "of it and 0.04, with 0.125 0.38 and 0.10",
)
BRIGHTEST = 1e9  # scene-linear light: what is brighter, up to an infinite float's edge, comes back as this

SRGB = "IEC 61966-2-1, the sRGB curve"
FOOT = PublishedNumber(0.0031308, SRGB)  # scene-linear light, up to which the curve is straight
FOOT_CODE = PublishedNumber(0.04045, SRGB)  # the same as a code
SLOPE, OFFSET, EXPONENT = PublishedNumber(12.92, SRGB), PublishedNumber(0.055, SRGB), PublishedNumber(2.4, SRGB)


def to_display(linear: Tensor) -> Tensor:
    """Scene-linear light (Rec.709 primaries, any shape, any finite value) to display-referred sRGB.

    Below the knee this is the sRGB curve. Above it a smooth shoulder takes all of knee..1e9 into the rest of the way
    to 1, so highlights are kept apart and come back. Negative values mirror. Rises everywhere; `from_display` undoes
    it.
    """
    return _mirror(linear, lambda light: _encode(_shoulder(light.clamp(max=BRIGHTEST))))


def from_display(display: Tensor) -> Tensor:
    """Display-referred sRGB to scene-linear light: the inverse of `to_display`, to float precision."""
    return _mirror(display, lambda code: _unshoulder(_decode(code)).clamp(max=BRIGHTEST))


def _mirror(values: Tensor, curve: Callable[[Tensor], Tensor]) -> Tensor:
    return torch.copysign(curve(values.abs()), values)


def _shoulder(light: Tensor) -> Tensor:
    """Identity to the knee, then 1 - (1 - knee) (1 + t / roll)^-roll, which leaves the knee at slope 1."""
    above = (light - KNEE).clamp(min=0) / (1 - KNEE)
    rolled = 1 - (1 - KNEE) * (1 + above / ROLL) ** -ROLL
    return torch.where(light > KNEE, rolled, light)


def _unshoulder(rolled: Tensor) -> Tensor:
    left = ((1 - rolled) / (1 - KNEE)).clamp(1e-9, 1)
    light = KNEE + (1 - KNEE) * ROLL * (left ** (-1 / ROLL) - 1)
    return torch.where(rolled > KNEE, light, rolled)


def _encode(light: Tensor) -> Tensor:
    """The sRGB curve of IEC 61966-2-1."""
    curve = (1 + OFFSET) * light.clamp(min=1e-9) ** (1 / EXPONENT) - OFFSET
    return torch.where(light <= FOOT, light * SLOPE, curve)


def _decode(code: Tensor) -> Tensor:
    return torch.where(code <= FOOT_CODE, code / SLOPE, ((code + OFFSET) / (1 + OFFSET)) ** EXPONENT)
