"""Motions that came as numbers: made of them, fitted to the plate that they drive, and back into numbers.

Numbers are no face of their own. They are acted by the average face when they are read, and by the plate's own when
they drive it: its resting brows, lids and lips stay, and movements are fitted to its proportions.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..face.anatomy import EYE_SPANS, MOUTH_SPAN
from ..face.blendshapes import BLENDSHAPES, SHAPES
from ..face.columns import ANGLES, COLUMNS, HEAD_ANGLES
from ..face.regions import REGIONS
from ..media.performances.performance import FacePerformance
from ..notices import notice
from ..stages.expression import liveportrait
from ..stages.expression.blend import proportions
from ..stages.expression.brow_numbers import read_brows
from ..stages.expression.head_pose import compose
from ..stages.expression.lids import part_lids
from ..stages.expression.numbers import coefficients_of, has_face, head_rotation, move_face, numbers_of, regions_heard
from ..wires import Motion
from .canonical import canonical_face, expression_basis, hand_shapes, resting_coefficients
from .interface import MixKnobs
from .mesh import MESH
from .mesh.retarget import landmark_regions

UNREAD = (
    *("cheekPuff", "cheekSquintLeft", "cheekSquintRight", "jawForward", "mouthClose", "noseSneerLeft"),
    "noseSneerRight",
)  # what the landmarker reads as nothing on rendered people (decision 5)
UNMEASURED = ("tongueOut", *(name for name in ANGLES if name not in HEAD_ANGLES))  # of a tracked face


@cache
def movements() -> Tensor:
    """(52, 478, 3) how far each coefficient moves each landmark, centimetres: by the fitted basis, and by the sculpted
    shapes where the landmarker sees nothing that a basis could be fitted to.
    """
    table = expression_basis().clone()
    for name in UNREAD:
        table[BLENDSHAPES.index(name)] = hand_shapes()[SHAPES.index(name)]
    return table


def motion_of(numbers: Tensor) -> Motion:
    """The average face acting a frame's numbers (61,): at no place of a picture, one unit a centimetre."""
    rest, acted = canonical_face().vertices, coefficients_of(numbers)
    expression = part_lids(rest + move_face(acted, movements())) - rest
    pose = head_rotation(numbers), torch.ones(1), torch.zeros(3)
    source = compose(rest, expression, *pose)
    state = "tracked" if has_face(numbers) else "lost"
    read = resting_coefficients() + acted  # as the tracker would read such a face
    openings = liveportrait.openings(rest + expression, EYE_SPANS, MOUTH_SPAN)
    return Motion(MESH.name, rest, expression, *pose, source, read, state, openings=openings, numbers=numbers)


class FittedDriver(NamedTuple):
    """A driver as the plate's model and face take it, and the knobs of the mix that it goes with."""

    driving: Motion
    first: Motion | None
    reference: Tensor | None
    mix: MixKnobs


def fit_to(
    source: Motion, driving: Motion, first: Motion | None, reference: Tensor | None, mix: MixKnobs
) -> FittedDriver:
    """A driver in numbers as the face of `source` acts it; any other as it is.

    Regions that the numbers say nothing of stay the plate's. A model of other keypoints than the tracker's takes what
    its keypoints have names for: how far lids and lips are open, and how the head turns. The head keeps the plate's
    size and place, which numbers do not tell.
    """
    if driving.numbers is None:
        return FittedDriver(driving, first, reference, mix)
    heard = regions_heard(driving.numbers)
    mix = mix._replace(regions=tuple(knob * each for knob, each in zip(mix.regions, heard, strict=True)))
    if source.model == driving.model:
        factors = proportions(source.canonical, driving.canonical, landmark_regions())
        factors = torch.lerp(torch.ones_like(factors), factors, mix.retarget)
        reference = None if reference is None else reference * factors
        expression, openings = driving.expression * factors, driving.openings
    else:
        expression = reference = source.expression
        openings = _openings(source, driving, dict(zip(REGIONS, heard)))

    def place(motion: Motion) -> Motion:
        return motion._replace(
            model=source.model,
            canonical=source.canonical,
            expression=expression,
            scale=source.scale,
            translation=source.translation,
            openings=openings,
        )

    return FittedDriver(place(driving), None if first is None else place(first), reference, mix)


def _openings(source: Motion, driving: Motion, heard: Mapping[str, float]) -> Tensor | None:
    """How far lids and lips shall be open; the plate's own where nobody says."""
    own, theirs = source.openings, driving.openings
    if own is None or theirs is None:
        return own
    return torch.cat([theirs[:2] if heard["eyes"] else own[:2], theirs[2:] if heard["jaw"] else own[2:]])


def performance_of(
    motions: Mapping[int, Motion], rate: Fraction | None, timecodes: tuple[str, ...] = (), numbered: bool = True
) -> FacePerformance:
    """The numbers of motions: those that they came as, or else what the tracker read of each beyond a face at rest."""
    frames = tuple(sorted(motions))
    rows = [_numbers_of(motions[frame]).numpy() for frame in frames]
    numbered_from_one = frames == tuple(range(1, len(frames) + 1))
    return FacePerformance(
        frames, np.stack(rows), rate, timecodes=timecodes, numbered=numbered or not numbered_from_one
    )


def _numbers_of(motion: Motion) -> Tensor:
    if motion.numbers is not None:
        return motion.numbers
    if motion.state == "lost" or not bool(torch.isfinite(motion.coefficients).all()):
        return torch.full((len(COLUMNS),), torch.nan)
    acted = (motion.coefficients - resting_coefficients()).clamp(0, 1)
    acted = read_brows(motion.canonical, motion.expression, acted, expression_basis())
    numbers = numbers_of(acted, motion.rotation)
    numbers[[COLUMNS.index(name) for name in UNMEASURED]] = 0.0
    notice(
        "The tongue and the rotations of the eyes are not measured: they are written as 0. Where the eyes look is in "
        "the eyeLook columns."
    )
    return numbers
