"""The mesh model's decode: the new face from the moved pixels, a mouth where the lips open, and the plate's grain."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face import anatomy
from ...stages.features.dark_mouth import paint_dark_mouth
from ...stages.features.donated_mouth import lay_in_mouth
from ...stages.features.donor import Donor
from ...stages.features.lip_line import lip_contact, remove_lip_line
from ...stages.features.mouth import (
    draw_mouth_matte,
    measure_donor,
    measure_lender,
    measure_opening,
    measure_redrawn,
    measure_stretch,
)
from ...stages.features.mouth_light import match_skin
from ...stages.features.own_teeth import lay_in_own_teeth
from ...stages.features.shut_lips import shut_lips
from ...stages.field.backward import has_arrived
from ...stages.finish.grain import restore_grain, scale_detail
from ...stages.grid.shapes import face_size
from ...stages.lenders.lent_lips import lay_in_lips, lend_lips
from ...stages.occlusion.remove_glasses import GlassesLayer, put_glasses_on
from ...stages.thresholds import Ramp
from ...wires import Face, WarpField
from ..canonical import canonical_face
from ..interface import DecodeKnobs
from ..pass_through import pass_through_face, plate_shift
from . import MESH
from .folds import lay_folds
from .keypoints import offset_of
from .performer import finish_by_performer

SEEN_AS_MOVED = Ramp(
    0.0,
    0.1,
    "pixels",
    "a pixel that stays the plate's from one that counts as changed in full",
    "above 0, so that an edit keyed from nothing sets in without a jump; no measurement is on record",
)


def decode_field(field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Face:
    """The face of a warped plate; glasses that were taken off it are put on again."""
    if field.glasses is None:
        return _decode(field, donor, finish)
    glasses, bare = GlassesLayer(field.glasses[:3], field.glasses[3:]), field.plate - field.glasses[:3]
    face = _decode(field._replace(plate=bare), donor, finish)
    clear = (glasses.cover < 1).float()  # what they hide keeps the plate's bits, and its place
    folds = None if face.folds is None else torch.where(clear > 0, face.folds, 1.0)
    return face._replace(
        pixels=put_glasses_on(face.pixels, bare, glasses),
        change=face.change * clear,
        flow=face.flow * clear,
        folds=folds,
    )


def _decode(field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Face:
    if not field.edited:
        return pass_through_face(field)
    size = face_size(field.source[:, :2])
    change = SEEN_AS_MOVED(torch.hypot(field.flow[:1], field.flow[1:]))
    place = field.window.x, field.window.y
    driven, source = field.driven - offset_of(place), field.source - offset_of(place)
    lacking = measure_opening(source, driven)
    clear = field.warped
    lips_arrived = has_arrived(field.flow, source, driven, anatomy.INNER_LIPS)
    if lips_arrived:
        clear = remove_lip_line(clear, field.plate, field.flow, source, driven, lacking)
        clear = shut_lips(clear, Donor(field.plate, source), driven)
    pixels = scale_detail(torch.where(change > 0, clear, field.warped), change, finish.detail, finish.sharpen, size)
    if bool((field.occlusion < 1).any()):
        filled = _mouth(field._replace(warped=clear), donor, finish)
        if lacking < 1:  # lips that are hardly open show their own dark line between them, and little of a mouth
            within = (1 - lacking) * draw_mouth_matte(driven, (field.window.width, field.window.height))
            pixels = torch.lerp(pixels, field.warped, within)
        pixels = torch.lerp(filled, pixels, field.occlusion)
        change = torch.maximum(change, 1 - field.occlusion)
    if donor is not None and donor.with_lips and lips_arrived:
        pixels, lent = lay_in_own_lips(pixels, field, donor, source, driven)
        change = torch.maximum(change, lent)
    ratio, without_folds = None, pixels
    if field.folds is not None:
        pixels, change, ratio = lay_folds(field, pixels, change)
    pixels = restore_grain(pixels, field.plate, field.flow, field.occlusion, finish.grain, place)
    if finish.performer is not None and finish.performer_share > 0:
        pixels, change = finish_by_performer(pixels, change, without_folds, field, finish)
    shift = plate_shift(field.window)
    return Face(pixels, change, shift, field.flow, field.occlusion, field.driven, MESH.name, folds=ratio)


def lay_in_own_lips(
    pixels: Tensor, field: WarpField, donor: Donor, source: Tensor, driven: Tensor
) -> tuple[Tensor, Tensor]:
    """`pixels` (3, H, W) with the lips of another frame of the same actor, and (1, H, W) how far they are shown."""
    lent = lend_lips(donor, pixels, source, driven, canonical_face().triangles)
    return (pixels, torch.zeros_like(pixels[:1])) if lent is None else lay_in_lips(pixels, lent, field.free)


def _mouth(field: WarpField, donor: Donor | None, finish: DecodeKnobs) -> Tensor:
    """What fills the opened mouth: the donor's where it shows one, else a dark mouth with the plate's own inside."""
    corner = offset_of((field.window.x, field.window.y))
    plate, driven = Donor(field.plate, field.source - corner), field.driven - corner
    shown = _share_of(donor, plate, driven)
    if donor is None or shown == 0:
        return lay_in_own_teeth(paint_dark_mouth(field.warped, driven), plate, driven)
    triangles, own = canonical_face().triangles, 1 - lip_contact(field.source)
    given = lay_in_mouth(donor, plate, field.warped, driven, triangles, finish.exposure_match, own)
    stretched = measure_stretch(donor, driven) if donor.is_own else 0.0
    if shown == 1 and stretched == 0:
        return given
    dark = paint_dark_mouth(field.warped, driven)
    if stretched > 0:
        light = match_skin(plate, donor) ** finish.exposure_match
        given = torch.lerp(given, lay_in_own_teeth(dark, donor, driven, light), stretched)
    return torch.lerp(lay_in_own_teeth(dark, plate, driven), given, shown)


def _share_of(donor: Donor | None, plate: Donor, driven: Tensor) -> float:
    """0..1: how far the donor fills the opening, and not what the plate shows there itself."""
    redrawn = measure_redrawn(plate.keypoints, driven)
    if donor is None or redrawn == 0:
        return 0.0
    more = measure_lender(donor, plate.keypoints, driven) if donor.is_own else 1.0
    return more * measure_donor(donor, driven) * (measure_opening(plate.keypoints, driven) / redrawn)
