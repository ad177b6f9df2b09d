"""The driver of a shot, and the edit of one frame by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import KnobError
from ..model_registry import MODELS
from ..stages.expression.calibration import Rule, learn_rule, predict_missing
from ..wires import DrivenFrame, Motion
from . import get
from .by_numbers import fit_to
from .interface import MixKnobs
from .performance import Performance, gather
from .tracker.still import track_still

AUTOMATIC = ("auto", "first")  # references that no still and no frame stand for


class Driver(NamedTuple):
    """What is known of the driver before any frame is edited."""

    performance: Performance
    reference: Tensor  # (K, 3) the expression that enhancement counts from
    rule: Rule | None = None  # what an edit of this shot would miss of it, by trials


def learn_driver(
    records: Mapping[int, DrivenFrame], reference: int | str, observation_variance: float
) -> Driver | None:
    """The driver over the whole shot, settled by `observation_variance`; None where there is none.

    `reference` is auto, first, a frame, or a file with a still of the driver. Raises NoFace, MediaError.
    """
    frames = {frame: record.driving for frame, record in records.items() if record.driving is not None}
    if not frames:
        return None
    model = get(next(iter(frames.values())).model)
    raw, performance = gather(frames, 0.0), gather(frames, observation_variance)
    rule = learn_rule([record.trial for _, record in sorted(records.items()) if record.trial is not None])
    if isinstance(reference, str) and reference not in AUTOMATIC:
        if any(motion.numbers is not None for motion in frames.values()):
            raise KnobError(
                f"ExpressionMix.reference is {reference}, and a driver in numbers has no face of its own: "
                "give it auto, first or a frame."
            )
        still = track_still(reference, any(motion.published for motion in frames.values()))
        return Driver(performance, model.expression_of(still, raw.canonical), rule)
    return Driver(performance, raw.reference(reference, model.rest(raw)), rule)


def edit(source: Motion, driver: Driver | None, mix: MixKnobs, frame: int, relative_pose: bool) -> Motion:
    """The edited parameters of one frame; the source itself where nothing is asked for or the driver shows no face.

    `relative_pose` counts the driver's head movement from its first frame. Raises KnobError where source and driver are
    of two models.
    """
    if mix.nothing or source.state == "lost":
        return source
    model = get(source.model)
    if driver is None:
        return model.mix(source, None, None, None, mix) if mix.by_hand else source
    driving = driver.performance.at(frame)
    if driving is None:
        return source
    first = driver.performance.first if relative_pose else None
    driving, first, reference, mix = fit_to(source, driving, first, driver.reference, mix)
    if driving.model != source.model:
        raise KnobError(f"The source's motion is of model {source.model}, the driver's of {driving.model}.")
    if driver.rule is not None and MODELS.get(source.model).calibrates:
        mix = mix._replace(missing=predict_missing(driver.rule, driving.coefficients, source.coefficients))
    return model.mix(source, driving, first, reference, mix)._replace(folds=_fold_weights(mix))


def _fold_weights(mix: MixKnobs) -> Tensor:
    """(2, R) by region, how much of the driver's folds an edit gives, and how much of the plate's own it takes."""
    regions = torch.tensor(mix.regions)
    return torch.stack([(mix.replace + mix.enhance) * regions, (mix.replace * regions).clamp_max(1)])
