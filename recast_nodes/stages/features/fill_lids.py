"""Lids that an edit shuts over an eye that the plate shows open, drawn as skin with lashes where they meet.

A field can only draw out the little that an open eye shows of its lid, and what it leaves of the eyeball between lids
that meet is a bright or bluish line. So the further an upper lid falls, the more of it is filled (`lid_skin`); the
eyeball stays the field's until the lids are nearly shut, and then the skin below the eye meets them. A smile or a
squint, whose lower lid rises, draws little out, and keeps the line, the lashes and the crease that the field moves.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from ..grid.shapes import blur
from ..thresholds import Amount, Amounts, Ramp, smooth_step
from .eye_opening import gap_of, width_of
from .eyeball import measure_lower_lid
from .lid_frame import LidFrame, frame_lids, look_along, places_along
from .lid_skin import BELOW, LidSkin, read_lid

FALLS = Ramp(
    0.27,
    0.3,
    "of the plate's gap between the lids",
    "an upper lid that a field moves well, as in a smile, from one that it draws out, as in a blink",
    "a smile that narrows an eye by half lets it fall by 0.2 to 0.3, half a blink by 0.36",
)
PRESSED = Ramp(
    0.75,
    0.25,
    "of the plate's gap between the lids",
    "an eye that a risen lower lid narrows from one that it shuts, which needs a line where they meet",
    "as SHUTS",
)
SHUTS = Ramp(
    0.68,
    0.3,
    "of the plate's gap between the lids",
    "an eye that still shows something from one whose lids meet",
    "an eye is read as shut from about 0.9 on; by eye",
)
OPEN = Ramp(
    0.06,
    0.06,
    "widths of the eye",
    "a plate's eye that is shut, whose lid is seen, from one that is open",
    "lashes fill a gap of 0.08 (LIDS_PARTED)",
)
SOFT = Amount(0.03, "widths of the eye", "how softly a lid ends at its lashes, which are as thick; by eye")
LEAST_SOFT = Amount(1.5, "pixels", "a softer edge in a small face, or it is a staircase (s13)")
UNDER_LID = Amount(0.02, "widths of the eye", "so far below what is measured of it the lower lid's edge has its rim")
CREASE = Amount(0.3, "of what the field shows", "how much of its crease a shut lid keeps; about as s18 and d14 shut")
CREASE_ENDS = Ramp(0.1, 0.35, "of the way from the socket to the lashes", "a crease from the lid below it", "by eye")
LASHES_HANG = Ramp(
    0.02, 0.08, "widths of the eye", "lashes that hang before the skin below from their tips", "s18, s20, d14 shut"
)
LASHES_STAND = Ramp(
    0.01, 0.05, "widths of the eye", "the line that lashes grow in from lashes that stood above it", "as LASHES_HANG"
)
AS_DARK = Amount(0.8, "of the line that they grow in", "lashes let skin through between them; by eye")
OWN_LINE = Ramp(
    0.01,
    0.04,
    "widths of the eye above its edge",
    "the line of lashes that the field shows, which stays where it is darker, from the lid that it draws out",
    "as LASHES_STAND; without it the line of a half shut eye is paler than an open one's",
)
IN_MIDDLE = Ramp(
    0.35,
    0.2,
    "widths of the eye from its middle",
    "a lower lid that hangs below its landmarks from the corners",
    "by eye",
)
MIDDLE = Amount(0.3, "widths of the eye from its middle", "there a lid falls, and hardly at the corners")
REACH = Amounts((0.7, 0.5), "widths of the eye", "above it there are brows, and below it cheeks")
BESIDE_EYE = Ramp(-0.22, 0.22, "widths of the eye from a corner", "skin beside an eye from its lid", "by eye, on s18")
_EYES = ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS))


def fill_lids(
    pixels: Tensor, flow: Tensor, plate: Tensor, keypoints: tuple[Tensor, Tensor], free: Tensor
) -> tuple[Tensor, Tensor]:
    """`pixels` (3, H, W), the `plate` moved by `flow` (2, H, W), with lids filled as far as the edit shuts them; and
    where in the plate each pixel then comes from.

    `keypoints` are the plate's and the edit's (K, 3), in their pixels. What is not `free` (1, H, W) of things before
    the face stays, as do all pixels of eyes that do not shut.
    """
    for right, (contour, iris) in enumerate(_EYES):
        before, after = (points[list(contour), :2] for points in keypoints)
        gap, left = (gap_of(opening) / width_of(opening) for opening in (before, after))
        closing = 1 - left / gap
        if closing <= FALLS.start:  # neither ramp has begun: most eyes of most frames
            continue
        eyes = frame_lids(keypoints[0], bool(right)), frame_lids(keypoints[1], bool(right))
        drawn = torch.maximum(FALLS(torch.minimum(_fall(*eyes) / gap, closing)), PRESSED(closing))
        amount = float(drawn * OPEN(gap))
        if amount > 0:
            disc = keypoints[0][list(iris), :2]
            radius = float(torch.linalg.vector_norm(disc[1:] - disc[0], dim=1).mean().clamp_min(0.5))
            lower = measure_lower_lid(plate, before, disc[0], radius) * radius / eyes[0].width + UNDER_LID
            pixels, flow = pixels.clone(), flow.clone()
            _fill(pixels, flow, plate, eyes, free, (amount, float(SHUTS(closing)), lower))
    return pixels, flow


def _fall(before: LidFrame, after: LidFrame) -> Tensor:
    """How far down an upper lid comes in the middle of the eye, in its widths."""
    middle = (places_along() - 0.5).abs() < MIDDLE
    return (after.upper - before.upper)[middle].mean()


class _Lid(NamedTuple):
    """An eye's part of the picture as the edit shuts it. All but `eye` and `part` are (h, w)."""

    eye: LidFrame
    part: tuple[int, int, int, int]  # to the left, top, right, bottom
    along: Tensor  # widths of the eye, as all that follow
    off: Tensor  # below the lid's edge; above it less than 0
    share: Tensor  # 0 at the socket's landmarks, 1 at the lid's edge
    under: Tensor  # 0 on the lid, 1 below it, softly
    skin: Tensor  # 0..1, how far this is the lid's or about it, and no brow nor temple


def _fill(
    pixels: Tensor,
    flow: Tensor,
    plate: Tensor,
    eyes: tuple[LidFrame, LidFrame],
    free: Tensor,
    shares: tuple[float, float, float],
) -> None:
    """One eye, in place. `shares`: how far its lid is filled and how far it is shut, 0..1, and how far its lower lid is
    below its landmarks, in widths of the eye.
    """
    amount, shut, below_landmarks = shares
    lid = _measure(eyes[1], (pixels.shape[2], pixels.shape[1]), shut, below_landmarks)
    if lid is None:
        return
    left, top, right, bottom = lid.part
    skin = read_lid(plate, eyes[0], below_landmarks)
    dark = _draw_lashes(skin, lid, shut)
    over = lid.skin * (1 - CREASE * CREASE_ENDS.falling()(lid.share)) * (1 - lid.under)
    meets = shut * lid.under * LASHES_HANG.falling()(lid.off - _soft(lid.eye))
    free = free if free.shape[1:] == (1, 1) else free[:, top:bottom, left:right]
    shown = amount * BESIDE_EYE(lid.along) * BESIDE_EYE(1 - lid.along) * free
    here, places = pixels[:, top:bottom, left:right], flow[:, top:bottom, left:right]
    filled = torch.lerp(here, _draw_skin(skin, lid, eyes[0]), over + meets) * torch.exp(-dark)
    filled = torch.lerp(filled, torch.minimum(filled, here), (1 - amount) * OWN_LINE.falling()(-lid.off))
    pixels[:, top:bottom, left:right] = torch.lerp(here, filled, shown)
    lashes = (meets + (1 - shut) * smooth_step(4 * dark.amax(0, keepdim=True))).clamp(max=1) * shown
    flow[:, top:bottom, left:right] = torch.lerp(places, _from_lashes(lid, eyes[0]), lashes)


def _measure(eye: LidFrame, size: tuple[int, int], shut: float, below_landmarks: float) -> _Lid | None:
    """Where the lid of an eye in a picture of `size` is; None where there is no room for it."""
    left, top, right, bottom = part = eye.part(REACH[0], REACH[1], size)
    if min(right - left, bottom - top) < 2:
        return None
    along, down = eye.measure(*part)
    lower = eye.lower + below_landmarks * IN_MIDDLE.falling()((places_along() - 0.5).abs())
    curves = torch.stack([torch.lerp(eye.upper, lower, shut), eye.top, eye.socket])
    edge, ceiling, socket = look_along(curves, along)
    soft, off = _soft(eye), down - edge
    share = (down - socket) / (edge - socket).clamp_min(soft)
    skin = smooth_step((down - ceiling) / (socket - ceiling + soft).clamp_min(soft))
    return _Lid(eye, part, along, off, share, smooth_step(off / soft + 0.5), skin)


def _soft(eye: LidFrame) -> float:
    return max(SOFT, LEAST_SOFT / eye.width)


def _draw_skin(skin: LidSkin, lid: _Lid, open_eye: LidFrame) -> Tensor:
    """(3, h, w) the lid, and below it the skin that it meets, with the pores of the skin below the plate's eye."""
    light = torch.lerp(skin.colour(lid.along, lid.share), look_along(skin.below, lid.along), lid.under)
    start = look_along(open_eye.lower[None], lid.along)[0] + BELOW[0]
    return light * skin.pores_at(*open_eye.place(lid.along, start + lid.off.abs()))


def _draw_lashes(skin: LidSkin, lid: _Lid, shut: float) -> Tensor:
    """(3, h, w) how much darker lashes are, powers of e: they stand above an open lid, and hang below a shut one."""
    longer = lid.off.clamp_min(0) / max(shut, _soft(lid.eye))
    hanging = AS_DARK * (1 + shut) / 2 * skin.darkness(lid.along, longer) * LASHES_HANG.falling()(lid.off)
    standing = skin.darkness(lid.along, (-lid.off).clamp_min(0)) * (1 - shut * LASHES_STAND(-lid.off))
    return blur(torch.where(lid.off > 0, hanging, standing), 0.5 * _soft(lid.eye) * lid.eye.width)


def _from_lashes(lid: _Lid, open_eye: LidFrame) -> Tensor:
    """(2, h, w) pixels from each place to that of the plate's lashes which are drawn there."""
    left, top, right, bottom = lid.part
    x, y = open_eye.place(lid.along, look_along(open_eye.upper[None], lid.along)[0] - lid.off.abs())
    return torch.stack([x - torch.arange(left, right) - 0.5, y - torch.arange(top, bottom)[:, None] - 0.5])
