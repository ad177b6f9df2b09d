"""The folds of an edit: the driver's and the plate's own, exchanged, and drawn over the new face."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock

import torch
from torch import Tensor

from ...stages.folds.exchange import exchange_folds, light_gain
from ...stages.folds.lay import draw_folds, tint_of
from ...stages.folds.measure import measure_folds, skin_room
from ...stages.folds.room import find_room, region_maps
from ...stages.occlusion.texture import unwrap_face
from ...stages.thresholds import Ramp
from ...wires import Image, Track, WarpField
from .complexion import layout
from .keypoints import offset_of
from .retarget import landmark_regions
from .skin import unwrap_skin

SHOWN = Ramp(
    0.0,
    0.01,
    "logarithm of brightness",
    "a pixel that keeps the plate's light from one that counts as changed in full",
    "a hundredth is less than grain; above 0, so that folds set in without a jump",
)

_drawing = Lock()  # frames that begin together draw the maps once


def fold_texture(field: WarpField, driving: Image | None, driving_track: Track | None, amount: float) -> Tensor | None:
    """(1, h, w) the logarithm of what an edit multiplies the light on skin by, in the texture of the canonical face;
    None where it asks for no folds, or where the face at rest is not known of both.
    """
    if field.shading is None or amount == 0 or driving is None or driving_track is None:
        return None
    if driving_track.rest is None or driving_track.seen == 0 or not driving_track.found:
        return None
    rest, weights = field.shading.rest, field.shading.weights
    free = _skin_room(rest)
    driven = measure_folds(unwrap_skin(driving, driving_track.landmarks), driving_track.rest, _room())
    driven = driven * (driving_track.seen * _light_gain(rest, driving_track.rest))
    own = torch.zeros_like(driven)
    if bool((weights[1] > 0).any()):
        points = field.source[:, :2] - offset_of((field.window.x, field.window.y))[:2]
        own = measure_folds(unwrap_face(field.plate, points, layout()), rest, _room())
    with _drawing:
        maps = _maps()
    return exchange_folds(driven * free, own, weights, maps, amount)


def lay_folds(field: WarpField, pixels: Tensor, change: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The new face's `pixels` (3, H, W) with the field's folds, its `change` (1, H, W) with what they change, and what
    its light was multiplied by (3, H, W). `field` has folds.
    """
    assert field.folds is not None
    drawn, ratio = _draw(field, field.folds)
    return pixels * ratio, torch.maximum(change, SHOWN(drawn.abs())), ratio


def complete_folds(field: WarpField, finished: Tensor, moved: Tensor) -> Tensor:
    """A `finished` face (3, H, W) with as much of the field's folds as it lacks beside the `moved` plate (3, H, W): own
    frames bring the actor's folds, and none of a driver who folds where the actor never did.
    """
    if field.folds is None or field.shading is None:
        return finished
    points = field.driven[:, :2] - offset_of((field.window.x, field.window.y))[:2]
    shown, before = (
        measure_folds(unwrap_face(each, points, layout()), field.shading.rest, _room()) for each in (finished, moved)
    )
    lacking = (before + field.folds - shown).clamp(field.folds.clamp_max(0), field.folds.clamp_min(0))
    return finished * _draw(field, lacking)[1]


def _draw(field: WarpField, folds: Tensor) -> tuple[Tensor, Tensor]:
    """(1, H, W) a texture's folds over the new face, and (3, H, W) what they multiply its light by."""
    assert field.shading is not None
    driven = field.driven - offset_of((field.window.x, field.window.y))
    drawn = draw_folds(folds, driven, (field.window.width, field.window.height), layout())
    drawn = drawn if field.free is None else drawn * field.free
    return drawn, (drawn * tint_of(field.shading.rest)).exp()


@lru_cache(maxsize=8)  # a face at rest is the same tensor in every frame of its shot
def _skin_room(rest: Tensor) -> Tensor:
    """(1, h, w) where a face at rest (3, h, w) may have folds."""
    return skin_room(rest, _room())


@lru_cache(maxsize=8)
def _light_gain(plate: Tensor, driver: Tensor) -> float:
    """How deep the plate's light shows relief, against the driver's, by both faces at rest (3, h, w)."""
    return light_gain(plate, driver, _skin_room(plate))


@cache
def _room() -> Tensor:
    """(1, h, w) where on any face folds may be."""
    return find_room(layout())


@cache
def _maps() -> Tensor:
    """(R, h, w) how much each point of the texture belongs to each region."""
    return region_maps(layout(), landmark_regions())
