"""A trained model behind the nodes: PerformRecast's edit on the networks of a folder, by eq. 3, or by eq. 1."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from torch import Tensor

from ...model_registry import ModelTraits
from ...stages.expression import performrecast
from ...stages.expression.head_pose import Pose
from ...stages.expression.published_pose import liveportrait_keypoints
from ...wires import Motion
from ..interface import MixKnobs
from ..neural.engine import Engine
from ..neural.model import keypoint_weights
from ..performrecast.model import PerformRecast
from .card import read_card
from .weights import load


class Trained(PerformRecast):
    """See `models.neural.model.Neural`. Its keypoints are named, so nothing of an expression is held back."""

    def __init__(self, engine: Engine, traits: ModelTraits, pixels: int, motion_pixels: int, equation: int):
        super().__init__(engine)
        self.traits, self.equation = traits, equation
        self.appearance, self.motion_size = pixels, motion_pixels

    @classmethod
    def of_traits(cls, traits: ModelTraits) -> Self:
        """The model of a folder. Raises WeightsError."""
        folder = Path(traits.folder)
        card = read_card(folder)
        engine = Engine(traits.name, lambda part: load(folder, part))
        return cls(engine, traits, card.sizes.pixels, card.sizes.motion_pixels, card.equation)

    def compose(self, canonical: Tensor, expression: Tensor, pose: Pose) -> Tensor:
        if self.equation == 1:
            return liveportrait_keypoints(canonical, expression, *pose)
        return super().compose(canonical, expression, pose)

    def carry_expression(self, source: Motion, driving: Motion, reference: Tensor, mix: MixKnobs) -> Tensor:
        """Eqs. 6 and 9 by region."""
        weight, own = keypoint_weights(source, mix), source.expression
        return performrecast.mix_expression(own, driving.expression, reference, mix.replace, mix.enhance, weight, 0.0)
