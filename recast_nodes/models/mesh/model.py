"""The built-in mesh model: keypoints are the tracked landmarks themselves, and the plate's own pixels are moved.

The head frame is that of the tracker's canonical face. There are no weights, and the result has the plate's resolution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as functional
from torch import Tensor

from ...errors import NoFace
from ...face import anatomy
from ...media.pixels import linear_rgb
from ...notices import notice
from ...stages.expression.blend import turned, within_reach
from ...stages.expression.head_pose import Pose, compose, head_poses, robust_similarity, to_head, to_pixels
from ...stages.expression.neutral import neutral
from ...stages.expression.sliders import slider_basis, slider_sum
from ...stages.features.borrowed_eyes import blend_lids, measure_need, open_eyes, place_lender
from ...stages.features.brows import correct_brows
from ...stages.features.dark_mouth import paint_dark_mouth
from ...stages.features.donated_mouth import lay_in_mouth
from ...stages.features.donor import Donor
from ...stages.features.eyelids import limit_opening, remove_whites
from ...stages.features.lip_line import lip_contact, remove_lip_line
from ...stages.features.mouth import cover_lips, draw_mouth_matte, measure_donor, measure_opening
from ...stages.features.teeth import remove_teeth
from ...stages.field.backward import arrived, backward_flow, field_cells
from ...stages.finish.grain import regrained, with_detail
from ...stages.grid.resample import finite, resample
from ...stages.grid.shapes import face_size, smooth_step
from ...stages.occlusion.guard import find_occlusion, firmness, hold_field
from ...stages.occlusion.remove_glasses import GlassesLayer, put_glasses_on
from ...wires import Face, Image, Motion, Track, WarpField, Window
from ..abilities import HAND_SLIDERS, weights
from ..interface import DecodeKnobs, FrameByFrame, Guard, MixKnobs, Scene
from ..performance import Performance
from ..tracker.still import Portrait
from .canonical import canonical_face, expression_basis, resting_coefficients
from .complexion import covering_window, layout
from .glasses import taken_off, without_glasses
from .keypoints import at, keypoints
from .retarget import carried, possible

NOTICED = 0.9  # of the way that a head is asked to go: less is worth a notice
SEEN_AS_MOVED = 0.1  # pixels that a pixel must come from afar to count as changed in full


class MeshAnalysis(NamedTuple):
    """What the shot tells: each frame's head pose, and the performer at rest."""

    frames: tuple[int, ...]
    poses: Pose  # (F, ...)
    canonical: Tensor  # (478, 3)


class MeshModel(FrameByFrame):
    """The mesh model (see `models.interface.Model`)."""

    name = "mesh"
    source = "compositeCapture"  # captured pixels, moved; a mouth may come from another capture
    paints = False
    sliders = HAND_SLIDERS["mesh"]

    def weights(self) -> str:
        return weights(self.name)

    def analyse(self, seen: Mapping[int, Track], still: Portrait | int | None) -> MeshAnalysis:
        """Head poses of all frames and the face at rest, from the frames in which it was really seen."""
        frames = tuple(frame for frame, track in sorted(seen.items()) if track.found)
        if not frames:
            return MeshAnalysis(
                (), Pose(torch.zeros(0, 3, 3), torch.zeros(0, 1), torch.zeros(0, 3)), canonical_face().vertices
            )
        points = torch.stack([keypoints(seen[frame]) for frame in frames])
        pose, shapes = head_poses(points, canonical_face().vertices, torch.tensor(anatomy.RIGID))
        measured = [row for row, frame in enumerate(frames) if seen[frame].state == "tracked"] or list(
            range(len(frames))
        )
        if isinstance(still, Portrait):
            return MeshAnalysis(frames, pose, self._shape(still.track))
        if still is not None:
            if still not in frames:
                raise NoFace(f"MotionExtract.neutral is frame {still}, in which no face was found.")
            return MeshAnalysis(frames, pose, shapes[frames.index(still)])
        coefficients = torch.stack([seen[frames[row]].coefficients for row in measured])
        if not bool(torch.isfinite(coefficients).all(-1).any()):
            notice(
                "The landmarks come without blendshape coefficients, so the resting face is the shot's median; "
                "give MotionExtract.neutral a frame in which the face rests."
            )
        rest = neutral(shapes[measured], coefficients, expression_basis(), resting_coefficients())
        return MeshAnalysis(frames, pose, rest)

    def extract(self, image: Image | None, track: Track, analysis: MeshAnalysis, frame: int) -> Motion:
        """The track in the head frame; a lost frame gives a Motion that nothing can edit."""
        if not track.found or frame not in analysis.frames:
            return _lost(analysis.canonical, track)
        row = analysis.frames.index(frame)
        pose = Pose(*(part[row] for part in analysis.poses))
        expression = to_head(keypoints(track), pose) - analysis.canonical
        source = compose(analysis.canonical, expression, *pose)
        return Motion(self.name, analysis.canonical, expression, *pose, source, track.coefficients, track.state)

    def expression_of(self, still: Portrait, canonical: Tensor) -> Tensor:
        rigid = list(anatomy.RIGID)
        points = keypoints(still.track)
        return to_head(points, robust_similarity(canonical[rigid], points[rigid])) - canonical

    def rest(self, performance: Performance) -> Tensor:
        """The face at rest, looking where the driver looks most of the time: a gaze has no rest, and an eyeline that
        counted from the middle of the eye would be doubled by enhancing it.
        """
        rest, irises = torch.zeros_like(performance.canonical), list(anatomy.LEFT_IRIS + anatomy.RIGHT_IRIS)
        found = torch.tensor(performance.found)
        if bool(found.any()):
            rest[irises] = performance.expressions[found][:, irises].median(0).values
        return rest

    def _shape(self, still: Track) -> Tensor:
        rigid, canonical = list(anatomy.RIGID), canonical_face().vertices
        points = keypoints(still)
        return to_head(points, robust_similarity(canonical[rigid], points[rigid]))

    def mix(
        self, source: Motion, driving: Motion | None, first: Motion | None, reference: Tensor | None, mix: MixKnobs
    ) -> Motion:
        expression, pose = source.expression, _pose(source)
        if driving is not None:
            expression = carried(source, driving, reference, mix)
            if mix.turns:
                pose = turned(pose, _pose(driving), None if first is None else _pose(first), mix.pose)
        if any(mix.sliders):
            expression = expression + slider_sum(slider_basis(source.canonical, expression_basis()), mix.sliders)
        if not mix.literal:
            expression = possible(source, expression)
        return source._replace(
            expression=expression,
            rotation=pose.rotation,
            scale=pose.scale,
            translation=pose.translation,
            edited=True,
        )

    def warp(self, scene: Scene) -> WarpField:
        image, track, motion, eyes, guard = scene.image, scene.track, scene.motion, scene.eyes, scene.guard
        source = to_pixels(motion.source, track.pixel_aspect)
        posed = compose(motion.canonical, motion.expression, *_followed(motion))
        wanted = to_pixels(posed, track.pixel_aspect)
        driven = limit_opening(source, wanted, face_size(source[:, :2]))
        window = covering_window(track.hull).intersect(image.main.window)
        if not motion.edited or motion.state == "lost" or min(window.width, window.height) < 2:
            return unmoved(self.name, source)
        size, corner = (window.width, window.height), (window.x, window.y)
        plate = finite(linear_rgb(image, window))
        here = source - at(corner)
        glasses = taken_off(plate, here, guard, track.pixel_aspect)
        bare = plate if glasses is None else plate - glasses[:3]
        keep, free = _kept(bare, here, guard, None if glasses is None else glasses[3:])
        start, end = (points + at(corner) for points in correct_brows(bare, here, driven - at(corner)))
        flow = backward_flow(start, end, canonical_face().triangles, track.hull, corner, size, keep)
        there = arrived(flow, here, driven - at(corner), anatomy.INNER_LIPS)
        lacking = measure_opening(source, driven) if there else 0.0
        moved = flow.abs().amax(0, keepdim=True) > 0  # only ever inside the hull
        occlusion = 1 - lacking * cover_lips(draw_mouth_matte(driven - at(corner), size)) * moved * free
        warped = resample(bare, flow)
        if eyes is not None:
            eyes = without_glasses(eyes, guard, track.pixel_aspect)
            lent, driven = _opened(warped, source, driven, wanted, eyes, corner)
            warped = torch.lerp(warped, lent, free)
        return WarpField(self.name, window, flow, occlusion, plate, warped, source, driven, worn=glasses)

    def decode(self, field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Face:
        if field.worn is None:
            return self._decoded(field, donor, finish)
        glasses, bare = GlassesLayer(field.worn[:3], field.worn[3:]), field.plate - field.worn[:3]
        face = self._decoded(field._replace(plate=bare), donor, finish)
        clear = (glasses.cover < 1).float()  # what they hide keeps the plate's bits, and its place
        return face._replace(
            pixels=put_glasses_on(face.pixels, bare, glasses), change=face.change * clear, flow=face.flow * clear
        )

    def _decoded(self, field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Face:
        corner = torch.tensor([[1.0, 0, -field.window.x], [0, 1, -field.window.y], [0, 0, 1]])
        size = face_size(field.source[:, :2]) if field.edited else 1.0
        if not field.edited:
            return Face(
                field.warped, field.occlusion, corner, field.flow, field.occlusion, field.driven, self.name, False
            )
        change = smooth_step(torch.hypot(field.flow[:1], field.flow[1:]) / SEEN_AS_MOVED)
        place = field.window.x, field.window.y
        driven, source = field.driven - at(place), field.source - at(place)
        lacking = measure_opening(source, driven)
        clear = field.warped
        if arrived(field.flow, source, driven, anatomy.INNER_LIPS):
            clear = remove_lip_line(clear, field.plate, field.flow, source, driven, lacking)
            clear = remove_teeth(clear, source, driven)
        if arrived(field.flow, source, driven, anatomy.LEFT_EYE + anatomy.RIGHT_EYE):
            clear = remove_whites(clear, field.plate, source, driven)
        pixels = with_detail(torch.where(change > 0, clear, field.warped), change, finish.detail, finish.sharpen, size)
        if bool((field.occlusion < 1).any()):
            filled = self._mouth(field._replace(warped=clear), donor, finish)
            if lacking < 1:  # lips that are hardly open show their own dark line between them, and little of a mouth
                within = (1 - lacking) * draw_mouth_matte(driven, (field.window.width, field.window.height))
                pixels = torch.lerp(pixels, field.warped, within)
            pixels = torch.lerp(filled, pixels, field.occlusion)
            change = torch.maximum(change, 1 - field.occlusion)
        pixels = regrained(pixels, field.plate, field.flow, field.occlusion, finish.grain, place)
        return Face(pixels, change, corner, field.flow, field.occlusion, field.driven, self.name)

    def _mouth(self, field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Tensor:
        """What fills the opened mouth: the donor's where it shows one, else a dark mouth."""
        driven = field.driven - at((field.window.x, field.window.y))
        shown = 0.0 if donor is None else measure_donor(donor, driven)
        dark = (
            paint_dark_mouth(field.warped, driven, (field.window.width, field.window.height))
            if shown < 1
            else field.warped
        )
        if donor is None or shown == 0:
            return dark
        triangles, own = canonical_face().triangles, 1 - lip_contact(field.source)
        given = lay_in_mouth(donor, field.warped, driven, triangles, finish.exposure_match, own)
        return torch.lerp(dark, given, shown)


def _opened(
    warped: Tensor, source: Tensor, driven: Tensor, wanted: Tensor, eyes: Donor, corner: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """The warped plate with another frame's eyes where its own are shut and the edit's are not, and the keypoints that
    it then shows.
    """
    lent = place_lender(eyes.keypoints, source)
    need = measure_need(source, wanted, lent)
    if not bool((need > 0).any()):
        return warped, driven
    shown = limit_opening(lent, wanted, face_size(source[:, :2]))
    shift, triangles = at(corner), canonical_face().triangles
    pixels = open_eyes(warped, source - shift, shown - shift, eyes, triangles, need)
    return pixels, blend_lids(driven, shown, need)


def _kept(
    plate: Tensor, source: Tensor, guard: Guard, glasses: Tensor | None
) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """What the guard does to a field on its grid, and (1, H, W) how far each pixel is free of things before the face.
    `source` (K, 3) in pixels of `plate` (3, H, W), from which `glasses` (1, H, W) were taken off.
    """
    height, width = plate.shape[1:]
    if guard.amount == 0:
        return (lambda flow: flow), torch.ones(1, 1, 1)
    cells = field_cells(source[:, :2], (width, height))
    found = find_occlusion(plate, source, guard.complexion, layout(), cells, glasses)
    size = face_size(source[:, :2]) * cells[0] / width
    free = 1 - guard.amount * firmness(found, size)
    free = functional.interpolate(free[None], size=(height, width), mode="bilinear", align_corners=False)[0]
    return (lambda flow: hold_field(flow, found, size, guard.amount)), free


def unmoved(model: str, source: Tensor) -> WarpField:
    """The field of a frame that stays the plate's."""
    nothing = Window(0, 0, 0, 0)
    empty, one = torch.zeros(3, 0, 0), torch.zeros(1, 0, 0)
    return WarpField(model, nothing, torch.zeros(2, 0, 0), one, empty, empty, source, source, edited=False)


def _pose(motion: Motion) -> Pose:
    return Pose(motion.rotation, motion.scale, motion.translation)


def _followed(motion: Motion) -> Pose:
    """A head's pose as far as the plate's pixels can follow it."""
    rigid, size = list(anatomy.RIGID), face_size(motion.source[:, :2])
    own = robust_similarity(motion.canonical[rigid], motion.source[rigid])
    pose, share = within_reach(own, _pose(motion), motion.canonical.mean(0), size)
    if share < NOTICED:
        notice(
            "The driver's head turns or moves further than the plate's pixels can follow: the face goes part of the "
            "way (ExpressionMix.pose weakens all of its movement)."
        )
    return pose


def _lost(canonical: Tensor, track: Track) -> Motion:
    nothing = torch.zeros_like(canonical)
    pose = Pose(torch.eye(3), torch.ones(1), torch.zeros(3))
    return Motion("mesh", canonical, nothing, *pose, compose(canonical, nothing, *pose), track.coefficients, "lost")
