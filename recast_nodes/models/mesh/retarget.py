"""The mesh model's edit: a driver's expression carried over to the plate's face."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from ...stages.expression.blend import (
    blend,
    close_lips,
    keypoint_weights,
    lower_chin,
    proportions,
    resting_difference,
    uncross,
)
from ...stages.expression.calibration import move_for
from ...stages.expression.landmark_gain import coefficient_correction, undo_gain
from ...stages.features.eyelids import blink_amount, lid_gaps
from ...stages.membership import region_weights, share_of, stillness
from ...stages.thresholds import Ramp
from ...wires import Motion
from ..canonical import canonical_face, expression_basis, resting_coefficients
from ..interface import MixKnobs

OPENED = Ramp(
    1.0,
    0.3,
    "of the plate's gap between the lids, each against its own rest",
    "a driver whose eyes are as narrow as the plate's from one that opens them",
    "with d18 as its own driver lids came out 10 to 12 % narrower without it, 2 % at most with it (decision 25)",
)
OPENING = Ramp(
    1.0,
    0.1,
    "of the reference's gap between the lids",
    "a driver's eyes at their reference from eyes that have surely opened beyond it",
    "a tenth of the gap; what it is for is in decision 22, no measurement is on record",
)


def carry_expression(source: Motion, driving: Motion, reference: Tensor | None, mix: MixKnobs) -> Tensor:
    """The source's expression with the driver's carried over (K, 3), fitted to the source's proportions."""
    membership, still = regions()
    fitted = proportions(source.canonical, driving.canonical, membership)
    factors = torch.lerp(torch.ones_like(fitted), fitted, mix.retarget)
    at_rest = mix.likeness * resting_difference(source.canonical, driving.canonical, membership)
    reference = torch.zeros_like(fitted) if reference is None else reference
    read = (source.expression, driving.expression, reference)
    acting = source, driving, reference, membership, mix.calibrated
    own, driven, reference = read if mix.literal else _read_acting(*acting)
    driven, reference = driven * factors + at_rest, reference * factors + at_rest
    weight = keypoint_weights(mix.regions, membership, still, 0.0 if mix.literal else mix.protect)
    if not mix.literal and mix.enhance > 0:
        reference = torch.lerp(reference, driven, _stays_shut(source, driving, read[2], membership, mix.replace))
    edited = blend(own, driven, reference, mix.replace, mix.enhance, weight) - own + source.expression
    if mix.missing is not None and mix.calibrated > 0:
        edited = edited + mix.calibrated * weight * move_for(mix.missing, expression_basis(), membership)
    if mix.literal or mix.retarget == 0:
        return edited
    closing = mix.retarget * mix.replace * min(1.0, mix.region("mouth"))
    met = close_lips(source.canonical + edited, driving.canonical + driving.expression, closing)
    return met - source.canonical


def _read_acting(
    source: Motion, driving: Motion, reference: Tensor, membership: Tensor, calibrated: float
) -> tuple[Tensor, Tensor, Tensor]:
    """What source, driver and the driver at its reference did, from what was read of them (K, 3).

    Nothing is given back for a blink of the plate that the driver opens: its eyes are then another frame's, or stay
    shut. Where the driver's are as narrow, both are read alike, or a narrow eye would be narrowed further.
    """
    read = source.expression, driving.expression, reference
    own, driven, reference = (undo_gain(each, membership, calibrated) for each in read)
    shut = blink_amount(source.canonical + source.expression, source.canonical)
    ours, theirs = (
        (lid_gaps(each.canonical + each.expression) / lid_gaps(each.canonical)).mean() for each in (source, driving)
    )
    opened = OPENED(theirs / ours)
    eyes = share_of(membership, "eyes", "gaze")[:, None]
    own = torch.lerp(own, source.expression, shut * opened * eyes)
    of_source, of_driver = (_correct_by_coefficients(motion, membership) for motion in (source, driving))
    # What the driver does beyond its reference is read from landmarks alone: a reference may come without coefficients.
    return own + of_source, driven + of_driver, reference + of_driver


def _correct_by_coefficients(motion: Motion, membership: Tensor) -> Tensor:
    """What the tracker's coefficients add to its landmarks (K, 3); nothing to numbers, which were not tracked."""
    if motion.numbers is not None:
        return torch.zeros_like(motion.expression)
    unrest = motion.coefficients - resting_coefficients()
    return coefficient_correction(motion.expression, unrest, expression_basis(), membership)


def _stays_shut(source: Motion, driving: Motion, reference: Tensor, membership: Tensor, replace: float) -> Tensor:
    """(K, 1) 0..1: how much of what enhancing adds is left out, since it would open a blink of the plate half way.

    Eyes that the driver opens wide are opened further, and shut ones stay shut: what is shut has nothing to add to.
    """
    shut = blink_amount(source.canonical + source.expression, source.canonical) * (1 - replace)
    ours, theirs = (lid_gaps(driving.canonical + shape).mean() for shape in (driving.expression, reference))
    opening = OPENING(ours / theirs)
    eyes = share_of(membership, "eyes", "gaze")
    return (shut * opening * eyes)[:, None]


def limit_expression(source: Motion, expression: Tensor) -> Tensor:
    """`expression` (K, 3) with what no face can do undone: lips and lids that pass through each other, a chin that
    shrinks.
    """
    own, jaw = source.canonical + source.expression, share_of(landmark_regions(), "jaw")
    return uncross(lower_chin(source.canonical + expression, own, jaw), own) - source.canonical


def landmark_regions() -> Tensor:
    """(R, 478) how much each landmark belongs to each region."""
    return regions()[0]


@cache
def regions() -> tuple[Tensor, Tensor]:
    """Membership (R, 478) and stillness (478,) of the keypoints."""
    vertices = canonical_face().vertices
    return region_weights(vertices), stillness(vertices)
