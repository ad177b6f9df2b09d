"""Between the light of a plate and the picture that networks see."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

KNEE = 0.6  # linear values below it are encoded as sRGB does, those above roll off towards 1
ROLL = 0.25  # how slowly: a smaller exponent leaves more room for highlights
BRIGHTEST = 1e9  # what is brighter comes back as this


def to_display(linear: Tensor) -> Tensor:
    """Scene-linear light (Rec.709 primaries, any shape, any finite value) to display-referred sRGB.

    Below the knee this is the sRGB curve. Above it a smooth shoulder takes all of knee..1e9 into the rest of the way
    to 1, so highlights are kept apart and come back. Negative values mirror. Rises everywhere; `from_display` undoes
    it.
    """
    return _mirrored(linear, lambda light: _encode(_shoulder(light.clamp(max=BRIGHTEST))))


def from_display(display: Tensor) -> Tensor:
    """Display-referred sRGB to scene-linear light: the inverse of `to_display`, to float precision."""
    return _mirrored(display, lambda code: _unshoulder(_decode(code)).clamp(max=BRIGHTEST))


def _mirrored(values: Tensor, curve: Callable[[Tensor], Tensor]) -> Tensor:
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
    return torch.where(light <= 0.0031308, light * 12.92, 1.055 * light.clamp(min=1e-9) ** (1 / 2.4) - 0.055)


def _decode(code: Tensor) -> Tensor:
    return torch.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
