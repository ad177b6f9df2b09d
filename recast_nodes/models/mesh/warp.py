"""The mesh model's warp: the plate moved to the edited keypoints, within what holds still before the face."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face import anatomy
from ...media.pixels import linear_rgb
from ...notices import notice
from ...stages.expression.head_pose import Pose, compose, robust_similarity, to_pixels
from ...stages.expression.pose_blend import limit_pose
from ...stages.features.borrowed_eyes import (
    blend_lids,
    free_lids,
    measure_need,
    open_eyes,
    place_lender,
    return_to_lender,
)
from ...stages.features.brows import correct_brows
from ...stages.features.donor import Donor
from ...stages.features.eyelids import limit_opening
from ...stages.features.fill_lids import fill_lids
from ...stages.features.gaze import BareEyes, lay_irises, take_irises
from ...stages.features.mouth import cover_lips, draw_mouth_matte, measure_redrawn
from ...stages.field.backward import backward_flow, field_cells, has_arrived
from ...stages.grid.resample import fill_not_finite, resample
from ...stages.grid.shapes import face_size
from ...stages.occlusion.guard import find_occlusion, firmness, hold_field
from ...stages.occlusion.jaw_edge import Jaw
from ...stages.occlusion.other_faces import with_faces_before
from ...stages.thresholds import Threshold
from ...wires import Motion, Shading, Track, WarpField
from ..canonical import canonical_face
from ..interface import Guard, Scene
from ..pass_through import pass_through_field
from . import MESH
from .complexion import covering_window, layout
from .glasses import lift_from_donor, lift_glasses
from .keypoints import offset_of

NOTICED = Threshold(
    0.9,
    "of the way that a head is asked to go",
    "a head that goes about its way from one that is held back, of which a notice tells the artist",
    "a tenth less is not seen beside the driver; no measurement is on record",
)


def warp_plate(scene: Scene) -> WarpField:
    """The plate's pixels moved to the edited keypoints of one frame, in the window that the hull covers."""
    image, track, motion, eyes, guard = scene.image, scene.track, scene.motion, scene.eyes, scene.guard
    source = to_pixels(motion.source, track.pixel_aspect)
    wanted = _keypoints_of(motion, track, source)
    driven = limit_opening(source, wanted, face_size(source[:, :2]))
    window = covering_window(track.hull).intersect(image.main.window)
    if not motion.edited or motion.state == "lost" or track.trust == 0 or min(window.width, window.height) < 2:
        return pass_through_field(MESH.name, source)
    size, corner = (window.width, window.height), (window.x, window.y)
    plate = fill_not_finite(linear_rgb(image, window))
    here = source - offset_of(corner)
    glasses = lift_glasses(plate, here, guard, track.pixel_aspect)
    bare = plate if glasses is None else plate - glasses[:3]
    jaw = Jaw(*(points[:, :2] for points in (here, driven - offset_of(corner), track.hull - offset_of(corner)[:2])))
    others = None if track.nearer is None else track.nearer - offset_of(corner)[:2]
    keep, free = _guard_field(bare, jaw, here, guard, None if glasses is None else glasses[3:], others)
    placed = 0.0 if motion.placed is None else float(motion.placed)
    looking = take_irises(bare, here, driven - offset_of(corner), free, placed)
    start, end = correct_brows(bare, looking.keypoints, driven - offset_of(corner))
    start, end = start + offset_of(corner), end + offset_of(corner)
    flow = backward_flow(start, end, canonical_face().triangles, track.hull, corner, size, keep)
    there = has_arrived(flow, here, driven - offset_of(corner), anatomy.INNER_LIPS)
    lacking = measure_redrawn(source, driven) if there else 0.0
    occlusion = torch.ones_like(flow[:1])
    if lacking > 0:
        moved = flow.abs().amax(0, keepdim=True) > 0  # only ever inside the hull
        occlusion -= lacking * cover_lips(draw_mouth_matte(driven - offset_of(corner), size)) * moved * free
    warped, flow = _draw_eyes(looking, flow, bare, (here, driven - offset_of(corner)), free)
    if eyes is not None:
        eyes = lift_from_donor(eyes, guard, track.pixel_aspect)
        lent, driven = _open_eyes(warped, (source, driven, wanted), eyes, corner, placed)
        seen = free if guard.amount == 0 else free_lids(free, driven - offset_of(corner))
        warped = torch.lerp(warped, lent, seen)
    uncovered = free if guard.amount > 0 else None
    shading = None if motion.folds is None or track.rest is None else Shading(track.rest, track.trust * motion.folds)
    pixels = flow, occlusion, plate, warped
    return WarpField(MESH.name, window, *pixels, source, driven, glasses=glasses, free=uncovered, shading=shading)


def _draw_eyes(
    looking: BareEyes, flow: Tensor, plate: Tensor, keypoints: tuple[Tensor, Tensor], free: Tensor
) -> tuple[Tensor, Tensor]:
    """The plate moved by `flow` (2, H, W), with irises laid in and lids that shut filled, and the flow of all that."""
    warped = resample(looking.pixels, flow)
    if looking.irises:
        warped, flow = lay_irises(warped, flow, looking.irises, keypoints, free)
    return fill_lids(warped, flow, plate, keypoints, free)


def _keypoints_of(motion: Motion, track: Track, source: Tensor) -> Tensor:
    """(K, 3) where the edit wants the keypoints, pixels: nearer to `source`, the plate's, where the face is hidden."""
    posed = compose(motion.canonical, motion.expression, *_limit_pose(motion))
    wanted = to_pixels(posed, track.pixel_aspect)
    return wanted if track.trust == 1 else torch.lerp(source, wanted, track.trust)


def _open_eyes(
    warped: Tensor, keypoints: tuple[Tensor, Tensor, Tensor], eyes: Donor, corner: tuple[int, int], placed: float
) -> tuple[Tensor, Tensor]:
    """The warped plate with another frame's eyes where its own are shut and the edit's are not, and the keypoints that
    it then shows. `keypoints` (K, 3) are the plate's, the edit's as far as the plate can follow, and the edit's.
    """
    source, driven, wanted = keypoints
    lent = place_lender(eyes.keypoints, source)
    need = measure_need(source, wanted, lent)
    if not bool((need > 0).any()):
        return warped, driven
    shown = limit_opening(lent, wanted, face_size(source[:, :2]))
    looking = take_irises(eyes.pixels, eyes.keypoints, return_to_lender(shown, eyes.keypoints, source), placed=placed)
    irises = tuple(iris.shown(float(need[int(iris.right)])) for iris in looking.irises)
    whole, eyes = eyes.keypoints, eyes._replace(pixels=looking.pixels, keypoints=looking.keypoints)
    shift, triangles = offset_of(corner), canonical_face().triangles
    pixels = open_eyes(warped, source - shift, shown - shift, eyes, triangles, need)
    laid, _ = lay_irises(pixels, torch.zeros_like(pixels[:2]), irises, (whole, shown - shift))
    return laid, blend_lids(driven, shown, need)


def _guard_field(
    plate: Tensor, jaw: Jaw, source: Tensor, guard: Guard, glasses: Tensor | None, others: Tensor | None
) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """What the guard does to a field on its grid, and (1, H, W) how far each pixel is free of things before the face.
    `source` (K, 3) in pixels of `plate` (3, H, W), from which `glasses` (1, H, W) were taken off; `others` (F, N, 2):
    the outlines of faces before this one.
    """
    height, width = plate.shape[1:]
    if guard.amount == 0:
        return (lambda flow: flow), torch.ones(1, 1, 1)
    cells = field_cells(source[:, :2], (width, height))
    found = find_occlusion(plate, source, guard.complexion, layout(), cells, glasses)
    if others is not None:
        found = with_faces_before(found, others * source.new_tensor([cells[0] / width, cells[1] / height]))
    size = face_size(source[:, :2]) * cells[0] / width
    free = 1 - guard.amount * firmness(found, size)
    free = functional.interpolate(free[None], size=(height, width), mode="bilinear", align_corners=False)[0]
    to_grid = source.new_tensor([cells[0] / width, cells[1] / height])
    line = Jaw(*(points * to_grid for points in jaw))
    return (lambda flow: hold_field(flow, found, size, guard.amount, line)), free


def pose_of(motion: Motion) -> Pose:
    return Pose(motion.rotation, motion.scale, motion.translation)


def _limit_pose(motion: Motion) -> Pose:
    """A head's pose as far as the plate's pixels can follow it."""
    rigid, size = list(anatomy.RIGID), face_size(motion.source[:, :2])
    own = robust_similarity(motion.canonical[rigid], motion.source[rigid])
    pose, share = limit_pose(own, pose_of(motion), motion.canonical.mean(0), size)
    if share < NOTICED:
        notice(
            "The driver's head turns or moves further than the plate's pixels can follow: the face goes part of the "
            "way (ExpressionMix.pose weakens all of its movement)."
        )
    return pose
