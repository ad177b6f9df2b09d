"""What PerformRecast and LivePortrait share: a patch of the plate through F, M, W and G, and back into the plate.

The patch is the square that the track's crop cuts out, 512 pixels along a side, display-referred. What the networks
give of it is brought to the plate's pixels as early as it can be: flow and occlusion in `warp_batch`, the painted face
in `decode_batch`, where it takes on the plate's own detail and grain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..errors import KnobError
from ..media.colour import from_network, linear_rgb, network_rgb
from ..notices import notice
from ..stages import patch
from ..stages.crop import CROP_SIZE, crop_matrix, mesh_square
from ..stages.decode import regrained
from ..stages.detail import DIVIDE, with_plate_detail
from ..stages.liveportrait import MESH_EYES, MESH_LIPS, openings
from ..stages.motion import Pose, square
from ..stages.mouth import Donor
from ..stages.pose import expected_angle, level
from ..stages.resample import finite, resample
from ..stages.shapes import blurred
from ..stages.sliders import SLIDERS
from ..wires import Computing, Face, Image, Motion, Track, WarpField, Window
from .canonical import resting_coefficients
from .engine import OUT, Engine
from .interface import Finish, Mix, Scene, Sight
from .mesh import unmoved
from .performance import Performance
from .still import Portrait

MOTION_SIZE = 256  # pixels along a side of the picture that M looks at
GAZE = slice(11, 19)  # blendshape coefficients of where the eyes look, which no face at rest decides
ANGLES = ("pitch", "yaw", "roll")


class Crop(NamedTuple):
    """The published crop of a face: its size and its shift down, in the words of `stages.crop.mesh_square`."""

    scale: float
    y: float


class Neural:
    """A model of published networks (see `models.interface.Model`); a subclass says how its keypoints are composed."""

    name: str
    source = "compositeWithTrainedAlgorithmicMedia"
    paints = True
    sliders: tuple[str, ...] = ()
    keypoints: int
    appearance: int  # pixels along a side of the picture that F looks at
    first_bin: float  # degrees
    driver_crop: Crop

    def __init__(self, engine: Engine, known_by: Callable[[], str]):
        self.engine, self._known_by = engine, known_by

    def weights(self) -> str:
        return self._known_by()

    def rotation(self, pitch: Tensor, yaw: Tensor, roll: Tensor) -> Tensor:
        """Rotations (..., 3, 3) that turn rows, of angles in degrees."""
        raise NotImplementedError

    def compose(self, canonical: Tensor, expression: Tensor, pose: Pose) -> Tensor:
        """Keypoints (..., K, 3)."""
        raise NotImplementedError

    def regions(self, source: Tensor, landmarks: Tensor) -> Tensor:
        """(K, 6) how much each keypoint (K, 3) belongs to each region, with the landmarks (N, 2) in the patch."""
        raise NotImplementedError

    # Parameters

    def analyse(self, seen: Mapping[int, Track], still: Portrait | int | None) -> None:
        """Nothing: the network tells the face at rest in every frame anew."""
        if still is not None:
            notice(f"The {self.name} model sees the face at rest in every frame: MotionExtract.neutral does nothing.")

    def extract_batch(self, sights: Sequence[Sight], analysis: Any) -> list[Motion]:
        found = [sight for sight in sights if sight.track.found and sight.image is not None]
        motions = iter(self._motions(found))
        return [next(motions) if sight in found else self._lost(sight.track) for sight in sights]

    def _motions(self, sights: Sequence[Sight]) -> list[Motion]:
        if not sights:
            return []
        pictures = [
            _seen(sight.image, sight.track.crop, MOTION_SIZE, sight.direct)
            for sight in sights
            if sight.image is not None
        ]
        heads = self.engine.look("M", Computing(), torch.stack(pictures), [sight.frame for sight in sights])
        return [self.motion(head, sight.track) for head, sight in zip(heads, sights, strict=True)]

    def motion(self, head: Mapping[str, Tensor], track: Track) -> Motion:
        """The parameters that M's raw head outputs stand for, of a face tracked in the same frame."""
        canonical, expression = (head[name].unflatten(-1, (-1, 3)) for name in ("kp", "exp"))
        rotation = self.rotation(*(expected_angle(head[name], self.first_bin) for name in ANGLES))
        pose = Pose(rotation, head["scale"], level(head["t"]))
        source = self.compose(canonical, expression, pose)
        opened = openings(square(track.landmarks, track.pixel_aspect), MESH_EYES, MESH_LIPS)
        regions = self.regions(source, patch.to_units(track.landmarks, track.crop))
        told = (track.coefficients, track.state)
        return Motion(self.name, canonical, expression, *pose, source, *told, regions=regions, openings=opened)

    def _lost(self, track: Track) -> Motion:
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
        points = square(still.track.landmarks.float(), still.track.pixel_aspect)
        place = mesh_square(points, self.driver_crop.scale, 0.0, self.driver_crop.y, True)
        track = still.track._replace(crop=crop_matrix(place, still.track.pixel_aspect))
        return self._motions([Sight(0, track, still.image, direct=True)])[0].expression

    def rest(self, performance: Performance) -> Tensor:
        """The expression of the frame whose blendshape coefficients are nearest to those of a face at rest."""
        coefficients = torch.stack([motion.coefficients for motion in performance.motions])
        away = (coefficients - resting_coefficients()).abs()
        away[:, GAZE] = 0
        distance = torch.where(torch.tensor(performance.found), away.sum(1), torch.inf).nan_to_num(nan=torch.inf)
        if not bool(torch.isfinite(distance).any()):
            if performance.first is None:
                return torch.zeros(self.keypoints, 3)
            notice(
                "The driver's landmarks come without blendshape coefficients, so its first frame is taken for its face "
                "at rest; give ExpressionMix.reference a frame in which it rests."
            )
            return performance.first.expression
        return performance.expressions[int(distance.argmin())]

    # The edit

    def mix(
        self, source: Motion, driving: Motion | None, first: Motion | None, reference: Tensor | None, mix: Mix
    ) -> Motion:
        self._refuse_sliders(mix)
        expression, pose = source.expression, pose_of(source)
        if driving is not None:
            reference = torch.zeros_like(expression) if reference is None else reference
            expression = self.carried(source, driving, reference, mix)
            if mix.turns:
                pose = self.turned(pose, pose_of(driving), None if first is None else pose_of(first), mix.pose)
        expression = self.corrected(source, driving, expression, pose, mix)
        return source._replace(
            expression=expression, rotation=pose.rotation, scale=pose.scale, translation=pose.translation, edited=True
        )

    def carried(self, source: Motion, driving: Motion, reference: Tensor, mix: Mix) -> Tensor:
        """The blended expression (K, 3)."""
        raise NotImplementedError

    def turned(self, source: Pose, driver: Pose, first: Pose | None, amount: float) -> Pose:
        """The pose between the source's and the driver's."""
        raise NotImplementedError

    def corrected(self, source: Motion, driving: Motion | None, expression: Tensor, pose: Pose, mix: Mix) -> Tensor:
        """The expression with what a model's further networks add to it."""
        return expression

    def protection(self, mix: Mix) -> float:
        """How firmly what should not take part is held: not in mode paper, nor where the head takes the driver's
        pose.
        """
        if mix.mode == "paper":
            return 0.0
        return mix.protect * (1 - mix.pose if mix.turns else 1.0)

    def _refuse_sliders(self, mix: Mix) -> None:
        asked = [name for name, value in zip(SLIDERS, mix.sliders, strict=True) if value]
        cannot = [name for name in asked if name not in self.sliders]
        if cannot:
            raise KnobError(no_slider(self.name, self.sliders, cannot))

    # Pixels

    def warp_batch(self, scenes: Sequence[Scene], computing: Computing) -> list[WarpField]:
        edited = [scene for scene in scenes if _is_edited(scene)]
        fields = iter(self._warped(edited, computing))
        return [next(fields) if _is_edited(scene) else self._unmoved(scene) for scene in scenes]

    def _warped(self, scenes: Sequence[Scene], computing: Computing) -> list[WarpField]:
        if not scenes:
            return []
        pictures = torch.stack([_seen(scene.image, scene.track.crop, self.appearance) for scene in scenes])
        frames = [scene.frame for scene in scenes]
        features = torch.stack([seen[OUT] for seen in self.engine.look("F", computing, pictures, frames, stays=True)])
        sources = torch.stack([scene.motion.source for scene in scenes])
        driven = torch.stack([self.driven(scene.motion) for scene in scenes])
        warped = self.engine.run("W", computing, [features, sources, driven], frames)
        return [
            self._field(scene, driven[row], {name: value[row] for name, value in warped.items()}, computing)
            for row, scene in enumerate(scenes)
        ]

    def driven(self, motion: Motion) -> Tensor:
        """Keypoints x_d (K, 3) of an edited motion, in the units of the patch."""
        return self.compose(motion.canonical, motion.expression, pose_of(motion))

    def _unmoved(self, scene: Scene) -> WarpField:
        source, track = scene.motion.source, scene.track
        return unmoved(self.name, patch.to_pixels(source, track.crop) if track.found else source)

    def _field(self, scene: Scene, x_d: Tensor, warped: Mapping[str, Tensor], computing: Computing) -> WarpField:
        image, track, window = scene.image, scene.track, _window(scene.track, scene.image)
        corner, size = (window.x, window.y), (window.width, window.height)
        plate = finite(linear_rgb(image, window))
        flow = patch.plate_flow(patch.patch_flow(warped["deformation"]), corner, size, track.crop)
        occlusion = _enlarged(warped["occlusion_map"], corner, size, track.crop)
        return WarpField(
            self.name,
            window,
            flow,
            occlusion,
            plate,
            resample(plate, flow),
            patch.to_pixels(scene.motion.source, track.crop),
            patch.to_pixels(x_d, track.crop),
            feature=warped["out"],
            crop=track.crop,
            colorspace=image.colorspace,
            computing=computing,
        )

    def decode_batch(
        self, fields: Sequence[WarpField], donors: Sequence[Donor | None], finishes: Sequence[Finish]
    ) -> list[Face]:
        edited = [at for at, field in enumerate(fields) if field.edited]
        patches: dict[int, Tensor] = {}
        for computing in dict.fromkeys(fields[at].computing for at in edited):
            rows = [at for at in edited if fields[at].computing == computing]
            features, frames = torch.stack([_feature(fields[at]) for at in rows]), [finishes[at].seed for at in rows]
            patches |= dict(zip(rows, self.engine.run("G", computing, [features], frames)[OUT], strict=True))
        return [
            face_of(field, patches[at], finishes[at]) if at in patches else _as_it_was(field)
            for at, field in enumerate(fields)
        ]


def face_of(field: WarpField, painted: Tensor, finish: Finish) -> Face:
    """The face at the plate's resolution from the painted patch (3, 512, 512) sRGB, with the plate's detail and
    grain.
    """
    window, crop = field.window, _crop(field)
    corner, size = (window.x, window.y), (window.width, window.height)
    shrinkage = patch.shrinkage(crop)
    shown = patch.laid(painted, corner, size, crop)
    moved = network_rgb(field.warped, field.colorspace)
    shown = with_plate_detail(shown, moved, field.occlusion, finish.detail, shrinkage)
    if finish.sharpen:
        shown = shown + finish.sharpen * (shown - blurred(shown, DIVIDE * shrinkage))
    pixels = from_network(shown, field.colorspace)
    kept = field.occlusion * min(finish.detail, 1.0) ** 2  # of the grain's variance, which the detail brings along
    pixels = regrained(pixels, field.plate, field.flow, kept, finish.grain, finish.seed)
    change = patch.covered(corner, size, crop)
    shift = torch.tensor([[1.0, 0, -window.x], [0, 1, -window.y], [0, 0, 1]])
    return Face(pixels, change, shift, field.flow, field.occlusion, field.driven, field.model)


def pose_of(motion: Motion) -> Pose:
    return Pose(motion.rotation, motion.scale, motion.translation)


def keypoint_weights(source: Motion, mix: Mix) -> Tensor:
    """(K, 1) what the region knobs come to at each keypoint."""
    if source.regions is None:
        return source.expression.new_ones(len(source.expression), 1)
    return (source.regions @ source.regions.new_tensor(mix.regions))[:, None]


def no_slider(model: str, able: Sequence[str], asked: Sequence[str]) -> str:
    """What is said where hand sliders are asked of a model that has no such movement."""
    has = f"it has {' and '.join(able)}" if able else "it has none"
    return f"The {model} model has no hand slider {', '.join(asked)}; {has}. The mesh model has all six."


def _seen(image: Image, crop: Tensor, size: int, direct: bool = False) -> Tensor:
    """(3, size, size) sRGB in 0..1 of the plate's patch; black beyond the image.

    A small one is the mean of the patch of 512; `direct` samples it from the plate itself, as the published code does
    for drivers.
    """
    window = Window(*patch.reach(crop))
    shown = network_rgb(finite(linear_rgb(image, window)), image.colorspace)
    first = size if direct else CROP_SIZE
    picture = patch.taken(shown, (window.x, window.y), crop, first)
    return torch.nn.functional.avg_pool2d(picture, first // size).clamp(0, 1)


def _enlarged(small: Tensor, corner: tuple[int, int], size: tuple[int, int], crop: Tensor) -> Tensor:
    """(C, H, W) what a network gives on its grid (C, h, w), in the plate's window."""
    whole = torch.nn.functional.interpolate(small[None], (CROP_SIZE, CROP_SIZE), mode="bilinear", align_corners=False)
    return patch.laid(whole[0], corner, size, crop)


def _is_edited(scene: Scene) -> bool:
    if not scene.motion.edited or scene.motion.state == "lost":
        return False
    window = _window(scene.track, scene.image)
    return min(window.width, window.height) >= 2


def _window(track: Track, image: Image) -> Window:
    """The plate's pixels that the hull can change."""
    low, high = (track.hull.amin(0).floor().int() - 1).tolist(), (track.hull.amax(0).ceil().int() + 1).tolist()
    whole = Window(low[0], low[1], high[0] - low[0], high[1] - low[1]).intersect(image.main.window)
    return whole if track.found else Window(0, 0, 0, 0)


def _feature(field: WarpField) -> Tensor:
    if field.feature is None:
        raise KnobError(
            f"The warp field of model {field.model} holds no feature to paint from: make it anew with Warp."
        )
    return field.feature


def _crop(field: WarpField) -> Tensor:
    return torch.eye(3) if field.crop is None else field.crop


def _as_it_was(field: WarpField) -> Face:
    return Face(
        field.warped, field.occlusion, torch.eye(3), field.flow, field.occlusion, field.driven, field.model, False
    )
