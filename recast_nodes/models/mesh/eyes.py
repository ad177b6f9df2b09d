"""Eyes that look where the director wants: turned by hand, at a target, with their lids, within what eyes can do."""

from __future__ import annotations

import torch
from torch import Tensor

from ...notices import notice
from ...stages.expression.eyeballs import EYES, Eyeballs, limit_angles, place_eyeballs, read_angles
from ...stages.expression.head_pose import Pose
from ...stages.expression.lids import follow_gaze, shut_lids
from ...stages.expression.look_at import EyeEdit, angles_to
from ...stages.features.eyelids import HALF_SHUT, lid_gaps
from ...stages.thresholds import Threshold
from ...wires import Motion
from ..canonical import expression_basis

OUT_OF_REACH = Threshold(
    5.0, "degrees", "eyes that reach what they look at from eyes that stop before it", "a notice tells of those; by eye"
)


def direct_eyes(source: Motion, expression: Tensor, pose: Pose, asked: EyeEdit) -> Tensor:
    """The edit's expression (478, 3) of a plate's face, posed in square pixels, with eyes as `asked` wants them."""
    before = shape = source.canonical + expression
    if asked.turns_eyes:
        shape = _turn_eyes(source, shape, pose, asked)
    if any(asked.blinks):
        shape = shut_lids(shape, asked.blinks, expression_basis())
    return expression + (shape - before)  # to the bit what it was where nothing moves


def place_gaze(asked: EyeEdit) -> Tensor | None:
    """(1,) how far irises go where the eyeballs have them, whatever the plate's landmarks miss them by; None: not."""
    return torch.tensor([asked.look_at]) if asked.look_at > 0 else None


def _turn_eyes(source: Motion, shape: Tensor, pose: Pose, asked: EyeEdit) -> Tensor:
    eyeballs = place_eyeballs(source.canonical + source.expression, asked.size)  # which stay, whatever lids do
    before = read_angles(shape, eyeballs)
    wanted = before
    if asked.target is not None and asked.look_at > 0:
        there = angles_to(asked.target, shape, eyeballs, pose, asked.lens)
        wanted = torch.lerp(before, there, asked.look_at)
    wanted = wanted + shape.new_tensor(asked.turns)
    after = limit_angles(wanted)
    if asked.look_at > 0 and bool(((wanted - after).abs() > OUT_OF_REACH).any()):
        notice(
            "What ExpressionMix.look_at is aimed at lies further aside than eyes turn: they go as far as eyes can. A "
            "target nearer to the camera (target_depth), or a head that turns, brings it within reach."
        )
    ways = _ways(shape, eyeballs, limit_angles(before), after, asked.look_at)
    shape = shape.clone()
    for (_, iris), way in zip(EYES, ways):
        shape[list(iris)] += way
    if asked.lids_follow == 0:
        return shape
    open_eyes = 1 - HALF_SHUT(lid_gaps(source.canonical) / lid_gaps(shape))  # a lid that blinks goes its own way
    return follow_gaze(shape, asked.lids_follow * open_eyes * ways[:, 1])


def _ways(shape: Tensor, eyeballs: Eyeballs, before: Tensor, after: Tensor, placed: float) -> Tensor:
    """(2, 3) how far each iris goes from one angle to another: from where its landmarks are, or, as far as it is
    `placed`, to where the eyeball has it.
    """
    was, goes = eyeballs.irises(before), eyeballs.irises(after)
    return goes - was + placed * (was - shape[[iris[0] for _, iris in EYES]])
