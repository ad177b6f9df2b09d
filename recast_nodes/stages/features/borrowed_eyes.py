"""An eye that the plate shuts and the edit opens: shown as another frame of the shot shows it open.

Its eyes are laid into the driven lids by the mesh, lit as the skin around them is lit, and feathered towards brow and
cheek.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import (
    LEFT_IRIS,
    LEFT_SOCKET,
    OUTER_EYE_CORNERS,
    RIGHT_IRIS,
    RIGHT_SOCKET,
    RIGID,
)
from ..field.backward import open_flow
from ..grid import similarity
from ..grid.shapes import blur, distance_from, face_size, fill_polygon
from ..thresholds import Amount, Ramp, smooth_step
from .donor import Donor, look_up
from .eyelids import LIDS, LIDS_PARTED, length, lid_gaps
from .lip_line import DARK_LINE

STRETCHED = Ramp(
    1.2,
    0.4,
    "times the plate's gap",
    "lids that the plate's pixels can follow from lids that they cannot",
    "before a warp smears, which eyelids.WIDEST puts at 1.7, the other frame's eye is in; by eye",
)
BETTER = Ramp(
    1.1,
    0.3,
    "times the plate's gap",
    "an eye worth lending from one that is no wider",
    "below it nothing is won; by eye",
)
LASHES = Amount(1.2, "widths of the socket", "lashes reach beyond the corners of the socket; by eye")
LAID = Ramp(
    0.2,
    0.2,
    "widths of the socket",
    "lashes of a shut eye from what lies on the cheek",
    "how far from the lower lid they lie: a lash of s18 by d19, 1003, lay beyond the socket",
)
GRAIN = Amount(0.01, "widths of the socket", "what is finer than a lash is grain; by eye")
FEATHER = Amount(0.08, "widths of the socket", "how softly the lent eye ends towards brow and cheek; by eye")
RING = Amount(0.45, "widths of the socket", "how far around the eye the light is compared; by eye")
UNLIKE = Amount(
    0.25,
    "logarithm of brightness",
    "skin that differs so from the rest is a brow or hair, which had made lent eyes up to five times as bright "
    "(decision 25)",
)
MOST_LIGHT = Amount(5.0, "times", "two frames of a shot differ by less in their light; a division by little does not")
SKIN_FREE = Ramp(
    0.85,
    0.1,
    "of the skin about an eye",
    "a hand before the eye from lashes that lie across it",
    "d14 1006 has it at 1.0, with a line of lashes held across half of the opened eye; by eye",
)
LEAST_SHOWN = Amount(0.02, "widths of the eye", "gaps are divided by no less")
_SOCKETS, _IRISES = (LEFT_SOCKET, RIGHT_SOCKET), (LEFT_IRIS, RIGHT_IRIS)


def measure_need(source: Tensor, wanted: Tensor, lent: Tensor) -> Tensor:
    """(2,) 0..1: how far each eye is shown as another frame has it, from keypoints (478, 3) of the plate, of the edit,
    and of the other frame.

    Both look out of the same frame: an eye that the plate shuts goes with the other one, unless the edit shuts it too.
    """
    here, there, other = (lid_gaps(points) for points in (source, wanted, lent))
    here = here.clamp_min(LEAST_SHOWN)
    better = BETTER(other / here)
    own = better * STRETCHED(there / here)
    looks = LIDS_PARTED(there)
    return torch.maximum(own, own.amax() * looks * better)


def place_lender(lender: Tensor, source: Tensor) -> Tensor:
    """The other frame's keypoints (478, 3) where its head would be in the plate's place (478, 3)."""
    return similarity.apply_similarity(lender, _fit_lender(lender, source))


def return_to_lender(points: Tensor, lender: Tensor, source: Tensor) -> Tensor:
    """Keypoints (478, 3) of the plate where they would be in the other frame: the way back of `place_lender`."""
    return similarity.apply_similarity(points, similarity.invert_affine(_fit_lender(lender, source)))


def _fit_lender(lender: Tensor, source: Tensor) -> Tensor:
    rigid = list(RIGID)
    return similarity.fit_similarity(lender[rigid, :2], source[rigid, :2])


def blend_lids(driven: Tensor, shown: Tensor, need: Tensor) -> Tensor:
    """The keypoints `driven` (478, 3) with lids and irises of `shown` as far as each eye is another frame's (2,)."""
    driven = driven.clone()
    for (upper, lower), iris, amount in zip(LIDS, _IRISES, need):
        eye = list(upper + lower + iris)
        driven[eye] = torch.lerp(driven[eye], shown[eye], amount)
    return driven


def open_eyes(pixels: Tensor, source: Tensor, driven: Tensor, donor: Donor, triangles: Tensor, need: Tensor) -> Tensor:
    """`pixels` (3, H, W) with the donor's eyes laid into the driven lids as far as each is needed (2,).

    `source` and `driven` (478, 3) are the plate's and the edit's keypoints, in their pixels; `triangles` (T, 3) the
    mesh.
    """
    result = pixels.clone()
    for socket, (_, lower), amount in zip(_SOCKETS, LIDS, need.tolist()):
        if amount > 0:
            _lay_in(result, source, driven, donor, triangles, list(socket), list(lower), amount)
    return result


def free_lids(free: Tensor, keypoints: Tensor) -> Tensor:
    """`free` (1, H, W) of things before the face, with shut lids counted free: a guard that knows the open eye takes a
    dark line of lashes across it for a thing. `keypoints` (478, 3) of the edit.

    A hand before an eye is before the skin about it as well; where that is free, so is the eye.
    """
    free = free.clone()
    for socket in _SOCKETS:
        contour = _widen_socket(keypoints, list(socket))
        width = float((contour.amax(0) - contour.amin(0)).amax())
        inside = fill_polygon(contour, (free.shape[2], free.shape[1]))
        near = blur(inside, FEATHER * width)
        around = near * (1 - inside)
        skin = SKIN_FREE((free * around).sum() / around.sum().clamp_min(1e-6))
        free = torch.lerp(free, torch.ones_like(free), skin * smooth_step(2 * near))
    return free


def _lay_in(
    result: Tensor,
    source: Tensor,
    driven: Tensor,
    donor: Donor,
    triangles: Tensor,
    socket: list[int],
    lid: list[int],
    amount: float,
) -> None:
    """One eye, in place."""
    contour = _widen_socket(driven, socket)
    width = float((contour.amax(0) - contour.amin(0)).amax())
    reach = RING * width
    left, top = (max(0, int(value - reach)) for value in contour.amin(0))
    right, bottom = (
        min(limit, int(value + reach) + 1) for value, limit in zip(contour.amax(0), (result.shape[2], result.shape[1]))
    )
    if right - left < 4 or bottom - top < 4:
        return
    size, corner = (right - left, bottom - top), driven.new_tensor([left, top, 0.0])
    patch, here = (
        _warp_lender(donor, source - corner, driven - corner, triangles, size),
        result[:, top:bottom, left:right],
    )
    inside = fill_polygon(contour - corner[:2], size)
    matte = smooth_step(2 * blur(inside, FEATHER * width) - 1)
    lit = patch * match_light(here, patch, 1 - smooth_step(2 * blur(inside, FEATHER * width)), reach)
    lashes = _find_lashes(here, lit, (driven - corner)[lid, :2], width)
    result[:, top:bottom, left:right] = torch.lerp(here, lit, amount * torch.maximum(matte, lashes))


def _find_lashes(here: Tensor, lit: Tensor, lid: Tensor, width: float) -> Tensor:
    """(1, h, w) 0..1: where the shut eye `here` (3, h, w) has lashes, and the other frame, `lit` alike, has skin.

    Shut lids lay them down over the cheek and past the corner, further than the socket reaches. `lid` (N, 2) is the
    lower one, `width` the socket's.
    """
    ours, theirs = (picture.mean(0, keepdim=True).clamp_min(1e-4).log() for picture in (here, lit))
    darker = DARK_LINE(blur(theirs - ours, GRAIN * width))
    near = 1 - LAID(distance_from(lid, (here.shape[2], here.shape[1])) / width)
    return darker * near


def _widen_socket(points: Tensor, socket: list[int]) -> Tensor:
    """A socket's contour (N, 2), wider along the line of the eyes."""
    contour = points[socket, :2]
    middle = contour.mean(0)
    left, right = points[list(OUTER_EYE_CORNERS), :2]
    along = right - left
    along = along / length(along)
    return contour + (LASHES - 1) * ((contour - middle) @ along)[:, None] * along


def _warp_lender(donor: Donor, source: Tensor, driven: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """(3, h, w) the donor's pixels at the driven keypoints; all keypoints in pixels of the patch."""
    into = _fit_lender(donor.keypoints, source)
    flow = open_flow(
        similarity.apply_similarity(donor.keypoints, into), driven, triangles, face_size(source[:, :2]), size
    )
    x = torch.arange(size[0], dtype=flow.dtype)[None, :] + 0.5
    y = torch.arange(size[1], dtype=flow.dtype)[:, None] + 0.5
    places = torch.stack([x + flow[0], y + flow[1]], -1)
    there = similarity.apply_similarity(places.reshape(-1, 2), similarity.invert_affine(into)).reshape(places.shape)
    return look_up(donor.pixels, torch.stack([there[..., 0] - x, there[..., 1] - y]))


def match_light(here: Tensor, patch: Tensor, around: Tensor, reach: float) -> Tensor:
    """(3, h, w) the light of `here` over that of `patch`, by the skin where `around` (1, h, w) is 1.

    What is much further from alike than the rest is a brow or hair in one of them, and no light.
    """
    brighter = [picture.mean(0, keepdim=True).clamp_min(1e-4).log() for picture in (here, patch)]
    apart = brighter[0] - brighter[1]
    usual = apart[around > 0.5].median() if bool((around > 0.5).any()) else apart.median()
    around = around * torch.exp(-0.5 * ((apart - usual) / UNLIKE).square())
    ours, theirs = (blur(picture.clamp_min(0) * around, 0.5 * reach) for picture in (here, patch))
    return ((ours + 1e-4) / (theirs + 1e-4)).clamp(1 / MOST_LIGHT, MOST_LIGHT)
