"""An eye that the plate shuts and the edit opens: shown as another frame of the shot shows it open.

Behind a lid there are no pixels to move. Which frame lends its eyes is settled over the whole shot, one frame for all
of a blink, so that nothing switches from frame to frame. Its eyes are laid into the driven lids by the mesh, lit as
the skin around them is lit, and feathered towards brow and cheek.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ...face.anatomy import (
    LEFT_IRIS,
    LEFT_LOWER_LID,
    LEFT_SOCKET,
    LEFT_UPPER_LID,
    OUTER_EYE_CORNERS,
    RIGHT_IRIS,
    RIGHT_LOWER_LID,
    RIGHT_SOCKET,
    RIGHT_UPPER_LID,
    RIGID,
)
from ...wires import Eyes
from ..field.backward import open_flow
from ..grid import similarity
from ..grid.shapes import blurred, distance_from, face_size, polygon, smooth_step
from ..thresholds import Amount, Count, Ramp, Threshold
from .eyelids import LIDS_PARTED, gap
from .mouth import Donor, look_up

USUAL = Amount(
    0.9, "quantile of a shot's lid gaps", "how far its eyes are open: blinks are few, and the widest frames a stare"
)
LEAST_GAP = Threshold(
    0.2, "widths of the eye", "a shot with open eyes from one without", "below it no frame can lend any; by eye"
)
SHUT = Threshold(
    0.8,
    "times the usual gap",
    "an eye that may need another frame's from one that does not",
    "without such frames the correlation of nine pairs rose from 0.764 to 0.807 (decision 7)",
)
OPEN = Threshold(
    0.9,
    "times the usual gap",
    "an eye that can be lent from one that cannot",
    "a lender has to be wider open than SHUT",
)
BETWEEN = Count(
    2, "frames", "lids that flutter so shortly are one blink, and have one lender, so that nothing switches"
)
MOST_TURNED = Threshold(
    0.2, "face sizes", "a view that an eye can be lent to from too different a one", "of the rigid landmarks; by eye"
)
SOON = Amount(24.0, "frames", "a second weighs as much as the farthest turn that is allowed; by eye")
GAZE = Amount(0.25, "widths of the eye", "an iris so far off its usual place weighs as much again; by eye")
STRETCHED = Ramp(
    1.2,
    0.4,
    "times the plate's gap",
    "lids that the plate's pixels can follow from lids that they cannot",
    "before a warp smears, which eyelids.WIDEST puts at 1.7, the other frame's eye is in; by eye",
)
HALF_SHUT = Ramp(
    1.15, 0.4, "times a frame's gap", "an eye at rest from one that blinks", "of the resting face's gap; by eye"
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
DARKER = Ramp(
    0.1, 0.2, "logarithm of brightness", "a dark line from the skin or lip about it", "a shade is less; by eye"
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
LEAST_SHOWN = Amount(0.02, "widths of the eye", "gaps are divided by no less")
_LIDS = ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID))
_SOCKETS, _IRISES = (LEFT_SOCKET, RIGHT_SOCKET), (LEFT_IRIS, RIGHT_IRIS)


def sight(landmarks: Tensor, seen: bool) -> Eyes:
    """The eyes of landmarks (478, 3), square pixels."""
    rigid = landmarks[list(RIGID)]
    rigid = rigid - rigid.mean(0)
    gaze = []
    for (upper, _), iris in zip(_LIDS, _IRISES):
        corners = landmarks[[upper[0], upper[-1]], :2]
        gaze.append((landmarks[iris[0], :2] - corners.mean(0)) / _length(corners[1] - corners[0]))
    return Eyes(gaps(landmarks), torch.stack(gaze), rigid / _length(rigid).mean(), seen)


def _length(vectors: Tensor) -> Tensor:
    return torch.linalg.vector_norm(vectors, dim=-1).clamp_min(1e-3)


def gaps(points: Tensor) -> Tensor:
    """(2,) the widest gap between the lids of each eye, in widths of the eye."""
    return torch.stack([gap(points, *lids) for lids in _LIDS])


def blinking(shape: Tensor, rest: Tensor) -> Tensor:
    """0..1: how far the lids of a head-frame shape (478, 3) are shut, against the face at rest (478, 3)."""
    return HALF_SHUT(gaps(rest).mean() / gaps(shape).mean())


def lending_frames(shot: Mapping[int, Eyes]) -> dict[int, int]:
    """For each frame whose eyes are shut, the frame that lends it open ones: the nearest in time, view and gaze.

    All frames of one blink have the same one. Blinks for which the shot shows no open eyes from nearly there are left
    out.
    """
    frames = [frame for frame in sorted(shot) if shot[frame].seen]
    if not frames:
        return {}
    every = torch.stack([shot[frame].gaps for frame in frames])
    usual = every.quantile(USUAL, dim=0)
    if bool((usual < LEAST_GAP).any()):
        return {}
    least = (every / usual).amin(1)
    lenders = [row for row, gap in enumerate(least) if gap >= OPEN]
    shut = [row for row, gap in enumerate(least) if gap < SHUT]
    middle = torch.stack([shot[frame].gaze for frame in frames]).median(0).values
    found: dict[int, int] = {}
    for blink in _runs(shut):
        costs = {row: _cost(shot, [frames[each] for each in blink], frames[row], middle) for row in lenders}
        best = min(costs, key=lambda row: (costs[row], row), default=None)
        if best is not None and costs[best] < torch.inf:
            found.update({frames[row]: frames[best] for row in blink})
    return found


def _runs(rows: list[int]) -> list[list[int]]:
    """Rows in order, cut where more than BETWEEN are missing."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row - runs[-1][-1] <= BETWEEN + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _cost(shot: Mapping[int, Eyes], blink: list[int], lender: int, middle: Tensor) -> float:
    """How ill the frame `lender` fits a blink; infinite where the head is turned too differently."""
    turned = max(float(_length(shot[frame].view - shot[lender].view).mean()) for frame in (blink[0], blink[-1]))
    if turned > MOST_TURNED:
        return torch.inf
    away = min(abs(lender - frame) for frame in (blink[0], blink[-1])) / SOON
    return away + turned / MOST_TURNED + float(_length(shot[lender].gaze - middle).max()) / GAZE


def needed(source: Tensor, wanted: Tensor, lent: Tensor) -> Tensor:
    """(2,) 0..1: how far each eye is shown as another frame has it, from keypoints (478, 3) of the plate, of the edit,
    and of the other frame.

    Both look out of the same frame: an eye that the plate shuts goes with the other one, unless the edit shuts it too.
    """
    here, there, other = (gaps(points) for points in (source, wanted, lent))
    here = here.clamp_min(LEAST_SHOWN)
    better = BETTER(other / here)
    own = better * STRETCHED(there / here)
    looks = LIDS_PARTED(there)
    return torch.maximum(own, own.amax() * looks * better)


def lent_keypoints(lender: Tensor, source: Tensor) -> Tensor:
    """The other frame's keypoints (478, 3) where its head would be in the plate's place (478, 3)."""
    return similarity.carried(lender, _into(lender, source))


def _into(lender: Tensor, source: Tensor) -> Tensor:
    rigid = list(RIGID)
    return similarity.fitted(lender[rigid, :2], source[rigid, :2])


def with_lids_of(driven: Tensor, shown: Tensor, need: Tensor) -> Tensor:
    """The keypoints `driven` (478, 3) with lids and irises of `shown` as far as each eye is another frame's (2,)."""
    driven = driven.clone()
    for (upper, lower), iris, amount in zip(_LIDS, _IRISES, need):
        eye = list(upper + lower + iris)
        driven[eye] = torch.lerp(driven[eye], shown[eye], amount)
    return driven


def with_open_eyes(
    pixels: Tensor, source: Tensor, driven: Tensor, donor: Donor, triangles: Tensor, need: Tensor
) -> Tensor:
    """`pixels` (3, H, W) with the donor's eyes laid into the driven lids as far as each is needed (2,).

    `source` and `driven` (478, 3) are the plate's and the edit's keypoints, in their pixels; `triangles` (T, 3) the
    mesh.
    """
    result = pixels.clone()
    for socket, (_, lower), amount in zip(_SOCKETS, _LIDS, need.tolist()):
        if amount > 0:
            _lay_in(result, source, driven, donor, triangles, list(socket), list(lower), amount)
    return result


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
    contour = _with_lashes(driven, socket)
    width = float((contour.amax(0) - contour.amin(0)).amax())
    reach = RING * width
    left, top = (max(0, int(value - reach)) for value in contour.amin(0))
    right, bottom = (
        min(limit, int(value + reach) + 1) for value, limit in zip(contour.amax(0), (result.shape[2], result.shape[1]))
    )
    if right - left < 4 or bottom - top < 4:
        return
    size, corner = (right - left, bottom - top), driven.new_tensor([left, top, 0.0])
    patch, here = _patch(donor, source - corner, driven - corner, triangles, size), result[:, top:bottom, left:right]
    inside = polygon(contour - corner[:2], size)
    matte = smooth_step(2 * blurred(inside, FEATHER * width) - 1)
    lit = patch * _light(here, patch, 1 - smooth_step(2 * blurred(inside, FEATHER * width)), reach)
    lashes = _lashes_beyond(here, lit, (driven - corner)[lid, :2], width)
    result[:, top:bottom, left:right] = torch.lerp(here, lit, amount * torch.maximum(matte, lashes))


def _lashes_beyond(here: Tensor, lit: Tensor, lid: Tensor, width: float) -> Tensor:
    """(1, h, w) 0..1: where the shut eye `here` (3, h, w) has lashes, and the other frame, `lit` alike, has skin.

    Shut lids lay them down over the cheek and past the corner, further than the socket reaches. `lid` (N, 2) is the
    lower one, `width` the socket's.
    """
    ours, theirs = (picture.mean(0, keepdim=True).clamp_min(1e-4).log() for picture in (here, lit))
    darker = DARKER(blurred(theirs - ours, GRAIN * width))
    near = 1 - LAID(distance_from(lid, (here.shape[2], here.shape[1])) / width)
    return darker * near


def _with_lashes(points: Tensor, socket: list[int]) -> Tensor:
    """A socket's contour (N, 2), wider along the line of the eyes."""
    contour = points[socket, :2]
    middle = contour.mean(0)
    left, right = points[list(OUTER_EYE_CORNERS), :2]
    along = right - left
    along = along / _length(along)
    return contour + (LASHES - 1) * ((contour - middle) @ along)[:, None] * along


def _patch(donor: Donor, source: Tensor, driven: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """(3, h, w) the donor's pixels at the driven keypoints; all keypoints in pixels of the patch."""
    into = _into(donor.keypoints, source)
    flow = open_flow(similarity.carried(donor.keypoints, into), driven, triangles, face_size(source[:, :2]), size)
    x = torch.arange(size[0], dtype=flow.dtype)[None, :] + 0.5
    y = torch.arange(size[1], dtype=flow.dtype)[:, None] + 0.5
    places = torch.stack([x + flow[0], y + flow[1]], -1)
    there = similarity.carried(places.reshape(-1, 2), similarity.inverse(into)).reshape(places.shape)
    return look_up(donor.pixels, torch.stack([there[..., 0] - x, there[..., 1] - y]))


def _light(here: Tensor, patch: Tensor, around: Tensor, reach: float) -> Tensor:
    """(3, h, w) the light of `here` over that of `patch`, by the skin where `around` (1, h, w) is 1.

    What is much further from alike than the rest is a brow or hair in one of them, and no light.
    """
    brighter = [picture.mean(0, keepdim=True).clamp_min(1e-4).log() for picture in (here, patch)]
    apart = brighter[0] - brighter[1]
    usual = apart[around > 0.5].median() if bool((around > 0.5).any()) else apart.median()
    around = around * torch.exp(-0.5 * ((apart - usual) / UNLIKE).square())
    ours, theirs = (blurred(picture.clamp_min(0) * around, 0.5 * reach) for picture in (here, patch))
    return ((ours + 1e-4) / (theirs + 1e-4)).clamp(1 / MOST_LIGHT, MOST_LIGHT)
