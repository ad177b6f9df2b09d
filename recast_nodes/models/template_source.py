"""A motion template as frames of Motion: numbers that drive in place of a clip."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

import torch

from ..errors import MediaError
from ..face.blendshapes import COEFFICIENTS
from ..media.sequences import ManyFrames, state_of
from ..model_registry import MODELS
from ..stages.expression.head_pose import Pose
from ..stages.expression.published_pose import drop_depth
from ..wires import Motion
from . import get
from .templates import MotionTemplate, read


@dataclass(frozen=True)
class TemplateSource(ManyFrames):
    """The frames of a motion template, asked as those of a movie are (see `media.sequences.Source`)."""

    template: MotionTemplate = field(repr=False)
    kind: ClassVar[str] = "template"

    @property
    def last(self) -> int:
        return self.template.frames

    @property
    def rate(self) -> Fraction:
        return Fraction(self.template.rate).limit_denominator(1001)

    def motion(self, frame: int) -> Motion:
        """One frame's parameters. A template without the face at rest drives all the same: only what it does counts."""
        self.path(frame)
        row, template = frame - 1, self.template
        expression, rotation = template.expression[row], template.rotation[row]
        scale, translation = template.scale[row], drop_depth(template.translation[row])
        canonical = torch.zeros_like(expression) if template.canonical is None else template.canonical[row]
        openings = None
        if template.eyes is not None and template.lips is not None:
            openings = torch.cat([template.eyes[row], template.lips[row]])
        model, pose = driven_model(len(expression)), Pose(rotation, scale, translation)
        source = get(model).compose(canonical, expression, pose)  # type: ignore[attr-defined]
        unknown = torch.full((COEFFICIENTS,), torch.nan)
        return Motion(model, canonical, expression, *pose, source, unknown, "tracked", openings=openings)


def driven_model(keypoints: int) -> str:
    """The model that a template of so many keypoints drives, the first where several have as many; '' for none."""
    return next((each.name for each in MODELS if each.reads_templates and each.keypoints == keypoints), "")


def open_template(file: str) -> TemplateSource:
    """The template in a file, remembered until it changes. Raises MediaError."""
    path = os.path.abspath(os.path.expanduser(file))
    if not os.path.isfile(path):
        raise MediaError(f"{file}: there is no such file.")
    return _template(path, state_of(path))


@lru_cache(maxsize=2)
def _template(path: str, stamp: str) -> TemplateSource:
    template = read(path)
    points = template.expression.shape[1]
    if not driven_model(points):
        known = " and ".join(f"{traits.name} has {traits.keypoints}" for traits in MODELS if traits.reads_templates)
        raise MediaError(f"{path}: the motion template has {points} keypoints a frame; {known}.")
    return TemplateSource(path, template)
