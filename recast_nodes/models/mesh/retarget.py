"""The mesh model's edit: a driver's expression carried over to the plate's face."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from ...stages.expression.blend import (
    blend,
    chin_follows,
    keypoint_weights,
    lips_meet,
    parted,
    proportions,
    resting_difference,
)
from ...stages.expression.calibration import asked
from ...stages.expression.landmark_gain import acted, said
from ...stages.features.eyelids import blink_amount, lid_gaps
from ...stages.grid.shapes import smooth_step
from ...stages.regions import REGIONS, region_weights, stillness
from ...wires import Motion
from ..interface import MixKnobs
from .canonical import canonical_face, expression_basis, resting_coefficients

OPENED = 0.3  # by how much further, against their rests, a driver's eyes are open than the plate's to open them
OPENING = 0.1  # share of its resting gap by which a driver's eye has surely opened


def carried(source: Motion, driving: Motion, reference: Tensor | None, mix: MixKnobs) -> Tensor:
    """The source's expression with the driver's carried over (K, 3), fitted to the source's proportions."""
    membership, still = regions()
    fitted = proportions(source.canonical, driving.canonical, membership)
    factors = torch.lerp(torch.ones_like(fitted), fitted, mix.retarget)
    at_rest = mix.likeness * resting_difference(source.canonical, driving.canonical, membership)
    reference = torch.zeros_like(fitted) if reference is None else reference
    read = (source.expression, driving.expression, reference)
    acting = source, driving, reference, membership, mix.calibrated
    own, driven, reference = read if mix.literal else _acted(*acting)
    driven, reference = driven * factors + at_rest, reference * factors + at_rest
    weight = keypoint_weights(mix.regions, membership, still, 0.0 if mix.literal else mix.protect)
    if not mix.literal and mix.enhance > 0:
        reference = torch.lerp(reference, driven, _stays_shut(source, driving, read[2], membership, mix.replace))
    edited = blend(own, driven, reference, mix.replace, mix.enhance, weight) - own + source.expression
    if mix.missing is not None and mix.calibrated > 0:
        edited = edited + mix.calibrated * weight * asked(mix.missing, expression_basis(), membership)
    if mix.literal or mix.retarget == 0:
        return edited
    closing = mix.retarget * mix.replace * min(1.0, mix.regions[REGIONS.index("mouth")])
    met = lips_meet(source.canonical + edited, driving.canonical + driving.expression, closing)
    return met - source.canonical


def _acted(
    source: Motion, driving: Motion, reference: Tensor, membership: Tensor, calibrated: float
) -> tuple[Tensor, Tensor, Tensor]:
    """What source, driver and the driver at its reference did, from what was read of them (K, 3).

    Nothing is given back for a blink of the plate that the driver opens: its eyes are then another frame's, or stay
    shut. Where the driver's are as narrow, both are told alike, or a narrow eye would be narrowed further.
    """
    read = source.expression, driving.expression, reference
    own, driven, reference = (acted(each, membership, calibrated) for each in read)
    shut = blink_amount(source.canonical + source.expression, source.canonical)
    ours, theirs = (
        (lid_gaps(each.canonical + each.expression) / lid_gaps(each.canonical)).mean() for each in (source, driving)
    )
    opened = smooth_step((theirs / ours - 1) / OPENED)
    eyes = membership[[REGIONS.index(name) for name in ("eyes", "gaze")]].sum(0)[:, None]
    own = torch.lerp(own, source.expression, shut * opened * eyes)
    of_source, of_driver = (
        said(motion.expression, motion.coefficients - resting_coefficients(), expression_basis(), membership)
        for motion in (source, driving)
    )
    # What the driver does beyond its reference is told by landmarks alone: a reference may come without coefficients.
    return own + of_source, driven + of_driver, reference + of_driver


def _stays_shut(source: Motion, driving: Motion, reference: Tensor, membership: Tensor, replace: float) -> Tensor:
    """(K, 1) 0..1: how much of what enhancing adds is left out, since it would open a blink of the plate half way.

    Eyes that the driver opens wide are opened further, and shut ones stay shut: what is shut has nothing to add to.
    """
    shut = blink_amount(source.canonical + source.expression, source.canonical) * (1 - replace)
    ours, theirs = (lid_gaps(driving.canonical + shape).mean() for shape in (driving.expression, reference))
    opening = smooth_step((ours / theirs - 1) / OPENING)
    eyes = membership[[REGIONS.index(name) for name in ("eyes", "gaze")]].sum(0)
    return (shut * opening * eyes)[:, None]


def possible(source: Motion, expression: Tensor) -> Tensor:
    """`expression` (K, 3) with what no face can do undone: lips and lids that pass through each other, a chin that
    shrinks.
    """
    own, jaw = source.canonical + source.expression, regions()[0][REGIONS.index("jaw")]
    return parted(chin_follows(source.canonical + expression, own, jaw), own) - source.canonical


def landmark_regions() -> Tensor:
    """(6, 478) how much each landmark belongs to each region."""
    return regions()[0]


@cache
def regions() -> tuple[Tensor, Tensor]:
    """Membership (6, 478) and stillness (478,) of the keypoints."""
    vertices = canonical_face().vertices
    return region_weights(vertices), stillness(vertices)
