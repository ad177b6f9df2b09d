"""The built-in mesh model: keypoints are the tracked landmarks themselves, and the plate's own pixels are moved.

The head frame is that of the tracker's canonical face. There are no weights, and the result has the plate's resolution.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from ...stages.expression.pose_blend import blend_pose
from ...stages.expression.shapes import add_shapes
from ...stages.expression.sliders import slider_basis, slider_sum
from ...stages.features.donor import Donor
from ...wires import Face, Image, Motion, Track, WarpField
from ..canonical import expression_basis, hand_shapes
from ..interface import DecodeKnobs, FrameByFrame, MixKnobs, Scene
from ..performance import Performance
from ..tracker.still import Portrait
from . import MESH
from .analysis import MeshAnalysis, analyse_shot, expression_at_rest, expression_of, extract_parameters
from .decode import decode_field
from .eyes import direct_eyes, place_gaze
from .retarget import carry_expression, limit_expression
from .warp import pose_of, warp_plate


class MeshModel(FrameByFrame):
    """The mesh model (see `models.interface.Model`)."""

    traits = MESH

    def analyse(self, tracks: Mapping[int, Track], still: Portrait | int | None) -> MeshAnalysis:
        return analyse_shot(tracks, still)

    def extract(self, image: Image | None, track: Track, analysis: MeshAnalysis, frame: int) -> Motion:
        return extract_parameters(track, analysis, frame)

    def expression_of(self, still: Portrait, canonical: Tensor) -> Tensor:
        return expression_of(still, canonical)

    def rest(self, performance: Performance) -> Tensor:
        return expression_at_rest(performance)

    def mix(
        self, source: Motion, driving: Motion | None, first: Motion | None, reference: Tensor | None, mix: MixKnobs
    ) -> Motion:
        expression, pose = source.expression, pose_of(source)
        if driving is not None:
            expression = carry_expression(source, driving, reference, mix)
            if mix.turns:
                pose = blend_pose(pose, pose_of(driving), None if first is None else pose_of(first), mix.pose)
        if any(mix.sliders):
            expression = expression + slider_sum(slider_basis(source.canonical, expression_basis()), mix.sliders)
        if any(mix.shapes):
            expression = add_shapes(source.canonical, expression, hand_shapes(), mix.shapes)
        if not mix.eyeballs.nothing:
            expression = direct_eyes(source, expression, pose, mix.eyeballs)
        if not mix.literal:
            expression = limit_expression(source, expression)
        return source._replace(
            expression=expression,
            rotation=pose.rotation,
            scale=pose.scale,
            translation=pose.translation,
            edited=True,
            placed=place_gaze(mix.eyeballs),
        )

    def warp(self, scene: Scene) -> WarpField:
        return warp_plate(scene)._replace(colorspace=scene.image.colorspace)

    def decode(self, field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Face:
        return decode_field(field, donor, finish)._replace(colorspace=field.colorspace)
