"""Between a plate and the square patch that a network sees of it: the crop, the picture in it, and the way back.

What the networks give of a patch is brought to the plate's pixels as early as it can be: flow and occlusion in
`field_of`, the painted face in `face_of`, where it takes on the plate's own detail and grain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from ...errors import KnobError
from ...face.anatomy import EYE_SPANS, MOUTH_SPAN
from ...media.pixels import from_network, linear_rgb, network_rgb
from ...stages.expression.head_pose import square
from ...stages.expression.liveportrait import openings
from ...stages.finish import patch
from ...stages.finish.detail import DIVIDE, add_plate_detail
from ...stages.finish.grain import blur, restore_grain
from ...stages.grid.resample import fill_not_finite, resample
from ...stages.track.crop import CROP_SIZE, crop_matrix, mesh_square
from ...stages.track.crop203 import square_of
from ...wires import Computing, Face, Image, Track, WarpField, Window
from ..interface import DecodeKnobs, Scene
from ..pass_through import plate_shift


class Crop(NamedTuple):
    """The published crop of a face: its size and its shift down, in the words of `stages.track.crop.mesh_square`."""

    scale: float
    y: float


def published_crop(track: Track, crop: Crop) -> Tensor:
    """(3, 3) the crop of a face in a single picture, by LivePortrait's landmarks where the track has them."""
    if track.published is None:
        points, square_about = square(track.landmarks.float(), track.pixel_aspect), mesh_square
    else:
        points, square_about = square(track.published, track.pixel_aspect), square_of
    return crop_matrix(square_about(points, crop.scale, 0.0, crop.y, True), track.pixel_aspect)


def measure_openings(track: Track) -> Tensor:
    """(3,) how far eyes and lips are open, by LivePortrait's landmarks where the track has them."""
    if track.published is not None:
        return openings(square(track.published, track.pixel_aspect))
    return openings(square(track.landmarks, track.pixel_aspect), EYE_SPANS, MOUTH_SPAN)


def picture_of(image: Image, crop: Tensor, size: int, direct: bool = False) -> Tensor:
    """(3, size, size) sRGB in 0..1 of the plate's patch; black beyond the image.

    A small one is the mean of the patch of 512; `direct` samples it from the plate itself, as the published code does
    for drivers.
    """
    window = Window(*patch.patch_window(crop))
    shown = network_rgb(fill_not_finite(linear_rgb(image, window)), image.colorspace)
    first = size if direct else CROP_SIZE
    picture = patch.cut_patch(shown, (window.x, window.y), crop, first)
    return torch.nn.functional.avg_pool2d(picture, first // size).clamp(0, 1)


def _enlarge(small: Tensor, corner: tuple[int, int], size: tuple[int, int], crop: Tensor) -> Tensor:
    """(C, H, W) what a network gives on its grid (C, h, w), in the plate's window."""
    whole = torch.nn.functional.interpolate(small[None], (CROP_SIZE, CROP_SIZE), mode="bilinear", align_corners=False)
    return patch.lay_patch(whole[0], corner, size, crop)


def field_of(model: str, scene: Scene, x_d: Tensor, warped: Mapping[str, Tensor], computing: Computing) -> WarpField:
    """The field at the plate's resolution, of what W gave for a patch and its keypoints x_d (K, 3)."""
    image, track, window = scene.image, scene.track, window_of(scene.track, scene.image)
    corner, size = (window.x, window.y), (window.width, window.height)
    plate = fill_not_finite(linear_rgb(image, window))
    flow = patch.plate_flow(patch.patch_flow(warped["deformation"]), corner, size, track.crop)
    occlusion = _enlarge(warped["occlusion_map"], corner, size, track.crop)
    return WarpField(
        model,
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


def face_of(field: WarpField, painted: Tensor, finish: DecodeKnobs) -> Face:
    """The face at the plate's resolution from the painted patch (3, S, S) sRGB, with the plate's detail and grain.

    S is 512, or less for a small model, whose patch is enlarged.
    """
    window, crop = field.window, _crop(field)
    corner, size = (window.x, window.y), (window.width, window.height)
    shrinkage = patch.shrinkage(crop) * (CROP_SIZE / painted.shape[-1])
    if painted.shape[-1] == CROP_SIZE:
        shown = patch.lay_patch(painted, corner, size, crop)
    else:
        shown = _enlarge(painted, corner, size, crop)
    moved = network_rgb(field.warped, field.colorspace)
    shown = add_plate_detail(shown, moved, field.occlusion, finish.detail, shrinkage)
    if finish.sharpen:
        shown = shown + finish.sharpen * (shown - blur(shown, DIVIDE * shrinkage))
    pixels = from_network(shown, field.colorspace)
    share = field.occlusion * min(finish.detail, 1.0) ** 2  # of the grain's variance, which the detail brings along
    pixels = restore_grain(pixels, field.plate, field.flow, share, finish.grain, corner)
    change = patch.patch_coverage(corner, size, crop)
    placed = plate_shift(window), field.flow, field.occlusion, field.driven
    return Face(pixels, change, *placed, field.model, colorspace=field.colorspace)


def window_of(track: Track, image: Image) -> Window:
    """The plate's pixels that the hull can change."""
    low, high = (track.hull.amin(0).floor().int() - 1).tolist(), (track.hull.amax(0).ceil().int() + 1).tolist()
    whole = Window(low[0], low[1], high[0] - low[0], high[1] - low[1]).intersect(image.main.window)
    return whole if track.found else Window(0, 0, 0, 0)


def feature_of(field: WarpField) -> Tensor:
    """What the decoder paints from. Raises KnobError for a field that holds none."""
    if field.feature is None:
        raise KnobError(
            f"The warp field of model {field.model} holds no feature to paint from: make it again with Warp."
        )
    return field.feature


def _crop(field: WarpField) -> Tensor:
    return torch.eye(3) if field.crop is None else field.crop
