"""The models by name, and the networks that the published ones are made of.

`get` gives a model; each has the same few verbs (see `models.interface`). `build` gives one network of one model.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..errors import ModelMissing

if TYPE_CHECKING:
    import torch
    from torch import nn

    from .interface import Model

NAMES = ("mesh", "performrecast", "liveportrait")


def get(name: str) -> Model:
    """The model of that name. Raises ModelMissing where there is none; its weights are asked for when they are used."""
    if name == "mesh":
        from .mesh.model import MeshModel

        return MeshModel()
    if name in NAMES:
        return _neural(name)
    raise ModelMissing(f"There is no model {name!r}; there are {', '.join(NAMES)}.")


@cache
def _neural(name: str) -> Model:
    """One for the process: its networks are large and stay loaded."""
    from .liveportrait.model import LivePortrait
    from .neural.engine import Engine
    from .performrecast.model import PerformRecast
    from .weights import installed

    kind = PerformRecast if name == "performrecast" else LivePortrait
    return kind(Engine(name, lambda part: installed.load(name, part)), lambda: installed.known_by(name))


def build(model: str, part: str) -> nn.Module:
    """One network in its plain form and eval mode, with random weights until the published ones are loaded strictly.

    `model` is performrecast or liveportrait; `part` is one of these, pictures being sRGB in 0..1:

    - F: picture (B, 3, 512, 512), LivePortrait's (B, 3, 256, 256), to feature volume (B, 32, 16, 64, 64)
    - M: picture (B, 3, 256, 256) to a dict of raw head outputs kp, exp, scale, t, pitch, yaw, roll
    - W: feature volume, x_s and x_d (B, K, 3) to a dict of out (B, 256, 64, 64), occlusion_map, deformation
    - G: feature (B, 256, 64, 64) to picture (B, 3, 512, 512)
    - S_stitching, S_lip, S_eye (liveportrait): vector to vector

    Raises ModelMissing for any other.
    """
    from .networks.build import build as build_network

    return build_network(model, part)


def prepare(
    module: nn.Module, device: str | torch.device = "cpu", dtype: torch.dtype | None = None, compiled: bool = False
) -> nn.Module:
    """The fast form of a network that `build` made, with the weights it has now, on a device. It is called alike.

    `dtype` (float32 unless said) is what most of the arithmetic is done in; what bfloat16 or float16 would spoil stays
    in float32, and so do what goes in and what comes out. In float32 the numbers are the plain form's but for rounding.
    On an NVIDIA card its work is recorded and replayed; `compiled` lets torch.compile join its small steps, which takes
    some ten seconds a shape of input. It is meant for one frame, or one batch, at a time on all of the machine's
    threads. What the fast form need not change it shares with `module`, so give it one that nobody trains.
    """
    import torch

    from .fast.prepare import prepare as prepare_network

    return prepare_network(module, device, dtype or torch.float32, compiled)
