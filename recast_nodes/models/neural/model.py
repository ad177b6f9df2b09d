"""What PerformRecast and LivePortrait share: a patch of the plate through F, M, W and G, and back into the plate.

The patch is the square that the track's crop cuts out, 512 pixels along a side, display-referred. What the networks
give of it is brought to the plate's pixels as early as it can be: flow and occlusion in `warp_batch`, the painted face
in `decode_batch`, where it takes on the plate's own detail and grain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import torch
from torch import Tensor

from ...errors import KnobError
from ...model_registry import ModelTraits, missing_sliders
from ...notices import notice
from ...stages.expression.head_pose import Pose
from ...stages.expression.published_pose import drop_depth, expected_angle
from ...stages.expression.sliders import SLIDERS
from ...stages.features.donor import Donor
from ...stages.finish import patch
from ...wires import Computing, Face, Motion, Track, WarpField
from ..interface import DecodeKnobs, MixKnobs, Scene, TrackedFrame
from ..pass_through import pass_through_face, pass_through_field
from ..performance import Performance
from ..tracker.still import Portrait
from ..weights import installed
from .engine import OUT, Engine
from .patches import Crop, face_of, feature_of, field_of, measure_openings, picture_of, published_crop, window_of
from .resting import expression_at_rest
from .whole_edit import EditForm

MOTION_SIZE = 256  # pixels along a side of the picture that M looks at, in the published networks
ANGLES = ("pitch", "yaw", "roll")


class Neural:
    """A model of published networks (see `models.interface.Model`); a subclass says how its keypoints are composed."""

    traits: ModelTraits
    appearance: int  # pixels along a side of the picture that F looks at
    motion_size: int = MOTION_SIZE  # and of the one that M looks at
    first_bin: float  # degrees
    driver_crop: Crop

    def __init__(self, engine: Engine):
        self.engine = engine

    @classmethod
    def from_installed(cls) -> Self:
        """The model on the weights that are installed, which are asked for when they are used."""
        name = cls.traits.name
        return cls(Engine(name, lambda part: installed.load(name, part)))

    @property
    def name(self) -> str:
        return self.traits.name

    @property
    def keypoints(self) -> int:
        return self.traits.keypoints

    def rotation(self, pitch: Tensor, yaw: Tensor, roll: Tensor) -> Tensor:
        """Rotations (..., 3, 3) that turn rows, of angles in degrees."""
        raise NotImplementedError

    def compose(self, canonical: Tensor, expression: Tensor, pose: Pose) -> Tensor:
        """Keypoints (..., K, 3)."""
        raise NotImplementedError

    def edit_form(self) -> EditForm:
        """The edit as the exported network wants it (`whole_edit`)."""
        raise NotImplementedError

    def regions(self, source: Tensor, landmarks: Tensor) -> Tensor:
        """(K, R) how much each keypoint (K, 3) belongs to each region, with the landmarks (N, 2) in the patch."""
        raise NotImplementedError

    # Parameters

    def analyse(self, tracks: Mapping[int, Track], still: Portrait | int | None) -> None:
        """Nothing: the network tells the face at rest in every frame anew."""
        if still is not None:
            notice(f"The {self.name} model sees the face at rest in every frame: MotionExtract.neutral does nothing.")

    def extract_batch(self, sights: Sequence[TrackedFrame], analysis: Any) -> list[Motion]:
        found = [sight for sight in sights if sight.track.found and sight.image is not None]
        motions = iter(self._motions(found))
        return [next(motions) if sight in found else self._lost_motion(sight.track) for sight in sights]

    def _motions(self, sights: Sequence[TrackedFrame]) -> list[Motion]:
        if not sights:
            return []
        pictures = [
            picture_of(sight.image, sight.track.crop, self.motion_size, sight.direct)
            for sight in sights
            if sight.image is not None
        ]
        heads = self.engine.look("M", Computing(), torch.stack(pictures), [sight.frame for sight in sights])
        return [self.motion(head, sight.track) for head, sight in zip(heads, sights, strict=True)]

    def motion(self, head: Mapping[str, Tensor], track: Track) -> Motion:
        """The parameters that M's raw head outputs stand for, of a face tracked in the same frame."""
        canonical, expression = (head[name].unflatten(-1, (-1, 3)) for name in ("kp", "exp"))
        rotation = self.rotation(*(expected_angle(head[name], self.first_bin) for name in ANGLES))
        pose = Pose(rotation, head["scale"], drop_depth(head["t"]))
        source = self.compose(canonical, expression, pose)
        regions = self.regions(source, patch.to_units(track.landmarks, track.crop))
        tracked = (track.coefficients, track.state)
        return Motion(
            self.name,
            canonical,
            expression,
            *pose,
            source,
            *tracked,
            regions=regions,
            openings=measure_openings(track),
            published=track.published is not None,
        )

    def _lost_motion(self, track: Track) -> Motion:
        nothing = torch.zeros(self.keypoints, 3)
        return Motion(
            self.name,
            nothing,
            nothing,
            torch.eye(3),
            torch.ones(1),
            torch.zeros(3),
            nothing,
            track.coefficients,
            "lost",
        )

    def expression_of(self, still: Portrait, canonical: Tensor) -> Tensor:
        track = still.track._replace(crop=published_crop(still.track, self.driver_crop))
        return self._motions([TrackedFrame(0, track, still.image, direct=True)])[0].expression

    def rest(self, performance: Performance) -> Tensor:
        return expression_at_rest(performance, self.keypoints)

    # The edit

    def mix(
        self, source: Motion, driving: Motion | None, first: Motion | None, reference: Tensor | None, mix: MixKnobs
    ) -> Motion:
        self._refuse_sliders(mix)
        expression, pose = source.expression, pose_of(source)
        if driving is not None:
            reference = torch.zeros_like(expression) if reference is None else reference
            expression = self.carry_expression(source, driving, reference, mix)
            if mix.turns:
                pose = self.turn_head(pose, pose_of(driving), None if first is None else pose_of(first), mix.pose)
        expression = self.correct_expression(source, driving, expression, pose, mix)
        return source._replace(
            expression=expression, rotation=pose.rotation, scale=pose.scale, translation=pose.translation, edited=True
        )

    def carry_expression(self, source: Motion, driving: Motion, reference: Tensor, mix: MixKnobs) -> Tensor:
        """The blended expression (K, 3)."""
        raise NotImplementedError

    def turn_head(self, source: Pose, driver: Pose, first: Pose | None, amount: float) -> Pose:
        """The pose between the source's and the driver's."""
        raise NotImplementedError

    def correct_expression(
        self, source: Motion, driving: Motion | None, expression: Tensor, pose: Pose, mix: MixKnobs
    ) -> Tensor:
        """The expression with what a model's further networks add to it."""
        return expression

    def protection(self, mix: MixKnobs) -> float:
        """How firmly what should not take part is held: not for paper-equations, nor where the head takes the driver's
        pose.
        """
        if mix.literal:
            return 0.0
        return mix.protect * (1 - mix.pose if mix.turns else 1.0)

    def _refuse_sliders(self, mix: MixKnobs) -> None:
        sliders = [name for name, value in zip(SLIDERS, mix.sliders, strict=True) if value]
        cannot = [name for name in sliders if name not in self.traits.sliders]
        if cannot:
            raise KnobError(missing_sliders(self.name, cannot))

    # Pixels

    def warp_batch(self, scenes: Sequence[Scene], computing: Computing) -> list[WarpField]:
        edited = [scene for scene in scenes if _is_edited(scene)]
        fields = iter(self._warp_scenes(edited, computing))
        return [next(fields) if _is_edited(scene) else self._pass_through(scene) for scene in scenes]

    def _warp_scenes(self, scenes: Sequence[Scene], computing: Computing) -> list[WarpField]:
        if not scenes:
            return []
        pictures = torch.stack([picture_of(scene.image, scene.track.crop, self.appearance) for scene in scenes])
        frames = [scene.frame for scene in scenes]
        features = torch.stack([seen[OUT] for seen in self.engine.look("F", computing, pictures, frames, stays=True)])
        sources = torch.stack([scene.motion.source for scene in scenes])
        driven = torch.stack([self.driven(scene.motion) for scene in scenes])
        warped = self.engine.run("W", computing, [features, sources, driven], frames)
        return [
            field_of(self.name, scene, driven[row], {name: value[row] for name, value in warped.items()}, computing)
            for row, scene in enumerate(scenes)
        ]

    def driven(self, motion: Motion) -> Tensor:
        """Keypoints x_d (K, 3) of an edited motion, in the units of the patch."""
        return self.compose(motion.canonical, motion.expression, pose_of(motion))

    def _pass_through(self, scene: Scene) -> WarpField:
        source, track = scene.motion.source, scene.track
        return pass_through_field(self.name, patch.to_pixels(source, track.crop) if track.found else source)

    def decode_batch(
        self, fields: Sequence[WarpField], donors: Sequence[Donor | None], finishes: Sequence[DecodeKnobs]
    ) -> list[Face]:
        edited = [at for at, field in enumerate(fields) if field.edited]
        patches: dict[int, Tensor] = {}
        for computing in dict.fromkeys(fields[at].computing for at in edited):
            rows = [at for at in edited if fields[at].computing == computing]
            features, frames = torch.stack([feature_of(fields[at]) for at in rows]), [finishes[at].frame for at in rows]
            patches |= dict(zip(rows, self.engine.run("G", computing, [features], frames)[OUT], strict=True))
        return [
            face_of(field, patches[at], finishes[at]) if at in patches else pass_through_face(field)
            for at, field in enumerate(fields)
        ]


def pose_of(motion: Motion) -> Pose:
    return Pose(motion.rotation, motion.scale, motion.translation)


def keypoint_weights(source: Motion, mix: MixKnobs) -> Tensor:
    """(K, 1) what the region knobs come to at each keypoint."""
    if source.regions is None:
        return source.expression.new_ones(len(source.expression), 1)
    return (source.regions @ source.regions.new_tensor(mix.regions))[:, None]


def _is_edited(scene: Scene) -> bool:
    if not scene.motion.edited or scene.motion.state == "lost":
        return False
    window = window_of(scene.track, scene.image)
    return min(window.width, window.height) >= 2
