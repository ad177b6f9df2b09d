"""The base of a model that changes the plate's pixels where they are: lights a face, cleans it, paints on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from ..face.anatomy import LANDMARKS
from ..media.pixels import linear_rgb
from ..model_registry import ModelTraits
from ..stages.expression.head_pose import to_pixels
from ..stages.features.mouth import Donor
from ..stages.grid.resample import fill_not_finite
from ..wires import Face, Image, Motion, Track, WarpField
from .interface import DecodeKnobs, FrameByFrame, MixKnobs, Scene
from .mesh.complexion import covering_window
from .mesh.keypoints import keypoints
from .pass_through import pass_through_face, pass_through_field, plate_shift
from .performance import Performance
from .tracker.still import Portrait


class PlateModel(FrameByFrame):
    """A model whose keypoints are the tracked landmarks, which stay where they are. See `models.interface.Model`.

    A subclass has its `traits`, says in `mix` what an edit asks for, in the expression of the motion that it gives, and
    in `repaint` what that makes of the plate. What is honest where nothing else is said: there is no shot to analyse,
    every face is at rest, and a driver changes nothing.
    """

    traits: ModelTraits

    def repaint(self, plate: Tensor, motion: Motion) -> Tensor:
        """The new pixels of the plate around the face, (3, H, W) scene-linear with the plate's primaries, as given."""
        raise NotImplementedError

    def analyse(self, tracks: Mapping[int, Track], still: Portrait | int | None) -> None:
        return None

    def extract(self, image: Image | None, track: Track, analysis: Any, frame: int) -> Motion:
        points = keypoints(track) if track.found else torch.zeros(LANDMARKS, 3)
        pose = torch.eye(3), torch.ones(1), torch.zeros(3)
        rest = torch.zeros_like(points)
        return Motion(self.traits.name, points, rest, *pose, points, track.coefficients, track.state)

    def expression_of(self, still: Portrait, canonical: Tensor) -> Tensor:
        return torch.zeros_like(canonical)

    def rest(self, performance: Performance) -> Tensor:
        return torch.zeros_like(performance.canonical)

    def mix(
        self, source: Motion, driving: Motion | None, first: Motion | None, reference: Tensor | None, mix: MixKnobs
    ) -> Motion:
        return source

    def warp(self, scene: Scene) -> WarpField:
        """Nothing moves: what is new shows already in the field's warped pixels."""
        image, track, motion = scene.image, scene.track, scene.motion
        source = to_pixels(motion.source, track.pixel_aspect)
        window = covering_window(track.hull).intersect(image.main.window)
        if not motion.edited or motion.state == "lost" or min(window.width, window.height) < 2:
            return pass_through_field(self.traits.name, source)
        plate = fill_not_finite(linear_rgb(image, window))
        still, shown = torch.zeros(2, *plate.shape[1:]), torch.ones(1, *plate.shape[1:])
        pixels = still, shown, plate, self.repaint(plate, motion)
        return WarpField(self.traits.name, window, *pixels, source, source, colorspace=image.colorspace)

    def decode(self, field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Face:
        if not field.edited:
            return pass_through_face(field)
        change = (field.warped != field.plate).any(0, keepdim=True).float()
        placed = plate_shift(field.window), field.flow, field.occlusion, field.driven
        return Face(field.warped, change, *placed, field.model, colorspace=field.colorspace)
