"""The models by name, and the networks that the published ones are made of.

`get` gives a model; each has the same few verbs (see `models.interface`). What can be known of one without loading it
is in its traits (`recast_nodes.model_registry`). `build` gives one network of one model.

Every model has a room, whose `__init__` declares it: `mesh`, `performrecast`, `liveportrait`. Beside them lie:

by_numbers      motions that came as numbers: made of them, fitted to the plate, and back into numbers
blinks          the edit of a frame whose blinks are taken out, the plate's alone, or the driver's
canonical       two small tables: the average face at rest, which defines the head frame, and how expressions move it
driver          the driver of a shot, and the edit of one frame by it
eye_knobs       what knobs ask of the eyes at one frame, and what they look at there
fast            a network's faster form, operation by operation
finish          a finished frame: the new face in the plate, with the layers that were asked for
followed        what FaceTrack knows of a shot: the face followed, its crops, and the faces that it meets
head_fit        heads fitted to tracked faces
interface       what every model can do
networks        the published networks in their plain form
neural          what models of published networks share
pass_through    what stands for a frame that stays the plate's
performance     a driver's whole performance, settled in time
performer       what was learned of one actor, which finishes a decoded face
plate_model     the base of a model that changes the plate's pixels where they are
provenance      what the results of a model are known by
recording       a performance in numbers, or tracked landmarks, as frames of Motion
template_source a motion template as frames of Motion
templates       motion templates as files
tracker         faces found, landmarks measured and followed
trained         models that `recast train` made
trial           a frame edited on trial and read back
weights         model files
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..errors import NotInstalled
from ..model_registry import MODELS
from ..references import describe_error

if TYPE_CHECKING:
    import torch
    from torch import nn

    from ..model_registry import ModelTraits
    from .interface import Model

VERBS = ("analyse", "extract_batch", "expression_of", "rest", "mix", "warp_batch", "decode_batch")


def get(name: str) -> Model:
    """The model of that name. Raises NotInstalled where there is none, or where the package that brings it is at fault;
    its weights are asked for when they are used.
    """
    return _load(MODELS.get(name))


@cache
def _load(traits: ModelTraits) -> Model:
    """One for the process: networks are large and stay loaded."""
    name = traits.name
    make = MODELS.load(name, traits.implementation)
    try:
        model = make(traits) if traits.folder else make()
    except Exception as error:
        if not MODELS.is_foreign(name):
            raise
        raise NotInstalled(MODELS.blame(name, f"{traits.implementation} fails: {describe_error(error)}")) from error
    missing = [verb for verb in VERBS if not callable(getattr(model, verb, None))]
    if getattr(model, "traits", None) is not traits:
        missing.insert(0, "traits (the ones that it is declared with)")
    if missing:
        raise NotInstalled(MODELS.blame(name, f"{traits.implementation} has no {', '.join(missing)}"))
    return model


def build(model: str, part: str) -> nn.Module:
    """One network in its plain form and eval mode, with random weights until the published ones are loaded strictly.

    `model` is one that declares its networks; `part` is one of these, pictures being sRGB in 0..1:

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
