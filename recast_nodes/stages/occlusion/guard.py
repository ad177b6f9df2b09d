"""The occlusion guard: what is not the face keeps its place in the plate.

Two things are separated. What lies *before* a face (a hand, a microphone, glasses) covers skin that the landmarks
still report; what lies *behind* its outline (hair, ears, a collar, the background) only borders on it.

The first is found by what each point of the face shows over the shot (`stages.occlusion.complexion`). Frames are laid
into a texture of the canonical face; their median is the face, and what departs from it in colour further than that
point ever does is foreign. Lips, lids, brows and nostrils change by themselves, so nothing is concluded there: they
follow what is found around them. The second is found in each frame, by the colour of the skin that it borders on.

Colours are (log of brightness, log of red over green, log of blue over green), shape (3, h, w).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import MESH, OVAL
from ...natives import opencv
from ..field.triangles import draw_flow, facing_triangles, rasterise
from ..grid.filters import blur_wide, departure, dilate, erode, erode_shape, sample_bilinear, window_of
from ..grid.planes import interleave, separate
from ..grid.shapes import face_size, fill_polygon
from ..thresholds import Amount, Amounts, Count, Ramp, Threshold, smooth_step
from .complexion import Complexion, find_foreign
from .jaw_edge import Jaw, hold_jaw
from .texture import Atlas, log_colours, plain_skin, unwrap_face

cv2 = opencv()

COLOURS, FACES = "log of brightness, of red and of blue over green", "face sizes"
SKIN_TOLERANCE = Amounts((0.55, 0.14, 0.20), COLOURS, "beyond the outline, what differs so is no skin; by eye")
LIKE_SKIN = Ramp(0.8, 0.6, "tolerances", "skin from what is behind it", "1 and about it; by eye")
NEAR = Amount(0.06, FACES, "over so much of the skin beside it a place is compared; by eye")
FAR = Amount(0.3, FACES, "and over so much, a thousandth as much, where nothing nearer is skin; by eye")
EVEN = Amount(0.004, FACES, "what is finer than that is grain; by eye")
OUTLINE = Amount(0.035, FACES, "how far the outline's landmarks are from it; by eye")
SOFT = Amount(0.01, FACES, "how soft the face is at its outline; by eye")
WITHIN = Amount(0.05, FACES, "so far inside the outline things before the face are looked for; by eye")
NOTCH = Amount(
    0.06, FACES, "half the width of the gaps that brows and lashes make in the skin: the far brow of s18 by d19 broke"
)
SILHOUETTE = Amount(0.012, FACES, "the band about the outline in which the field is evened; by eye")
NARROWER = Amount(0.5, "share", "of a narrowing of the face that is followed: nobody knows what it would bare; by eye")
LEAST_SHARE = Threshold(
    1e-3, "share of a movement", "pixels that move from pixels that stay to the bit", "no eye sees it"
)
BAND = Amount(0.05, FACES, "so far beyond the outline things still move; by eye")
ALIKE = Amounts(
    (0.6, 0.14, 0.14), COLOURS, "what borders on something foreign, and differs less, belongs to it; by eye"
)
UNEXPLAINED = Ramp(0.3, 0.4, "tolerances", "what may be the face from what may not", "less than FOREIGN; by eye")
GLASSES_TRACES = Amount(0.012, FACES, "how far beside glasses their traces go; by eye")
ROUNDS = Count(5, "rounds", "in which what was found grows, each time by STRIDE: a quarter of the face in all; by eye")
STRIDE = Amount(0.05, FACES, "how far it grows in a round; by eye")
FILLED = Amount(0.02, FACES, "gaps and spots narrower than twice that are closed; by eye")
GROWN = Amount(0.4, "share of that band", "the face grows by it, and then fades")
FADED = Amount(0.3, "share of that band", "over which it fades: with GROWN it is gone where the band ends")
FOLLOWS = Ramp(
    0.0, 0.9, "share of face nearby", "what keeps its place from what follows the face", "whole a bit inside"
)
BESIDE = Amount(0.02, FACES, "as far as things move so close to something foreign, what is held is grown; by eye")
STEEPER = Amount(1.15, "times", "what is held, so that it is held in full though its edge is soft; by eye")
LIFTED = Amount(0.1, "share", "off what is held, so that nothing is held far away; by eye")
LEAST_EDGE = Amount(0.006, FACES, "how soft what is held ends at least; by eye")


class GuardFindings(NamedTuple):
    """What the guard found in a frame, on the grid of its field (h, w), 0..1."""

    before: Tensor  # (1, h, w) what lies before the face
    face: Tensor  # (1, h, w) the face, and skin that goes on beyond its outline


def find_occlusion(
    pixels: Tensor,
    landmarks: Tensor,
    complexion: Complexion | None,
    layout: Atlas,
    cells: tuple[int, int],
    glasses: Tensor | None = None,
) -> GuardFindings:
    """What is not the face in `pixels` (3, H, W), on a grid of `cells` (width, height) over them. Where `glasses`
    (1, H, W) were taken off, nothing is concluded: the shot knows that skin with them.
    """
    height, width = pixels.shape[1:]
    to_grid = landmarks.new_tensor([cells[0] / width, cells[1] / height])
    points = landmarks[:MESH, :2] * to_grid
    picture = separate(cv2.resize(interleave(pixels), cells, interpolation=cv2.INTER_AREA))
    colours = log_colours(picture, points)
    ordered = facing_triangles(torch.cat([points, landmarks[:MESH, 2:]], 1), layout.triangles)
    owner = rasterise(points, ordered, cells)
    flow = draw_flow(layout.places, points, ordered, owner)
    x = torch.arange(cells[0]) + 0.5 + flow[0]
    y = torch.arange(cells[1])[:, None] + 0.5 + flow[1]
    inside = owner[None] > 0
    outline = fill_polygon(points[list(OVAL)], cells)
    known = [plain_skin(layout), layout.features]
    if complexion is not None:
        known += find_foreign(unwrap_face(pixels, landmarks, layout), complexion, layout)
    plain, features, *foreign = sample_bilinear(torch.cat(known), x, y)[:, None]
    before = torch.zeros_like(plain)
    if foreign:
        within = erode_shape(outline, WITHIN * face_size(points))
        before = foreign[0] * inside * blur_wide(within, 1.0)
        if glasses is not None:
            few = functional.adaptive_max_pool2d(glasses, (cells[1], cells[0]))
            before = before * (1 - dilate(few, GLASSES_TRACES * face_size(points)))
        away = torch.where(inside, foreign[1], torch.ones_like(before))
        before = _grow_occlusion(before, away, colours, face_size(points))
    skin = _find_skin(colours, outline, plain * inside * (1 - before), face_size(points))
    face = _close_notches(skin, features * inside, face_size(points))
    return GuardFindings(before, face * (1 - before))


def _grow_occlusion(found: Tensor, away: Tensor, colours: Tensor, size: float) -> Tensor:
    """What was `found` (1, h, w) and what belongs to it: things of its colour that border on it, over features and
    beyond the outline too, where the face does not explain them.
    """
    if not bool((found > 0.5).any()):
        return found
    reach, scale = 0.5 * STRIDE * size, colours.new_tensor(ALIKE)[:, None, None]
    unexplained = UNEXPLAINED(away)
    for _ in range(ROUNDS):
        summed = torch.cat([blur_wide(colours * found, reach), blur_wide(found, reach)])
        alike = 1 - smooth_step(departure(colours - summed[:3] / summed[3:].clamp_min(1e-6), scale) - 0.5)
        found = torch.maximum(found, dilate(found, reach) * alike * unexplained)
    return erode(dilate(found, FILLED * size), FILLED * size)


def _find_skin(colours: Tensor, outline: Tensor, plain: Tensor, size: float) -> Tensor:
    """(1, h, w) the face within its `outline`, and about it what has the colour of the skin there."""
    inner = erode_shape(outline, OUTLINE * size)
    weight = plain * inner
    near, far = (
        torch.cat([blur_wide(colours * weight, sigma * size), blur_wide(weight, sigma * size)]) for sigma in (NEAR, FAR)
    )
    summed = near + 1e-3 * far
    tolerance = colours.new_tensor(SKIN_TOLERANCE)[:, None, None]
    away = departure(colours - summed[:3] / summed[3:].clamp_min(1e-9), tolerance)
    like = 1 - LIKE_SKIN(blur_wide(away, EVEN * size))
    return torch.maximum(blur_wide(inner, SOFT * size), like)


def _close_notches(skin: Tensor, features: Tensor, size: float) -> Tensor:
    """`skin` (1, h, w) with brows and lashes at the edge of a turned face, which have another colour: notches in the
    skin where the mesh has features.
    """
    notches = (features > skin)[0]
    if not bool(notches.any()):
        return skin
    around = window_of(notches, 2 * (round(NOTCH * size) + 1))
    here = skin[(..., *around)]
    whole = erode(dilate(here, NOTCH * size), NOTCH * size)
    skin = skin.clone()
    skin[(..., *around)] = torch.maximum(here, whole * features[(..., *around)])
    return skin


def firmness(found: GuardFindings, size: float, reach: float = 0.0) -> Tensor:
    """(1, h, w) how firmly cells are held because something lies before the face there or within about `reach` of it.
    `size` is the face's; both in cells.
    """
    if not bool((found.before > 0).any()):
        return torch.zeros_like(found.before)
    sigma = max(LEAST_EDGE * size, reach / 2)
    return smooth_step(STEEPER * blur_wide(dilate(found.before, 2 * sigma), sigma) - LIFTED)


def hold_field(flow: Tensor, found: GuardFindings, size: float, amount: float, jaw: Jaw | None = None) -> Tensor:
    """`flow` (2, h, w) on the guard's grid, with what is not the face kept where the plate has it, by `amount`.

    The field goes to nothing at what lies before the face. Beyond the outline it goes to nothing within a narrow band,
    unless it brings face from there. Both bands are as wide as things move there, so that little folds. Along a `jaw`
    its outline decides what is face, not the colours. `size` is the face's, in cells.
    """
    even = torch.lerp(flow, _even_outline(flow, found.face, size), amount)
    moved = torch.hypot(even[0], even[1])[None]
    reach = BAND * size + float((moved * dilate(1 - found.face, BAND * size)).max()) / 2
    follows = FOLLOWS(blur_wide(dilate(found.face, GROWN * reach), FADED * reach))
    x = torch.arange(flow.shape[2]) + 0.5 + even[0]
    y = torch.arange(flow.shape[1])[:, None] + 0.5 + even[1]
    guarded = _share(even, torch.maximum(follows, sample_bilinear(follows, x, y)), amount)
    if jaw is not None and amount > 0:
        guarded = hold_jaw(flow, guarded, found.face, jaw, amount)
    if not bool((found.before > 0).any()):
        return guarded
    wide = float((moved * dilate(found.before, BESIDE * size)).max())
    return _share(guarded, 1 - firmness(found, size, wide), amount)


def _share(flow: Tensor, follows: Tensor, amount: float) -> Tensor:
    share = torch.lerp(torch.ones_like(follows), follows, amount)
    return flow * (share * (share > LEAST_SHARE))


def _even_outline(flow: Tensor, face: Tensor, size: float) -> Tensor:
    """`flow` (2, h, w) made smooth along the outline of `face` (1, h, w), and held back where it moves that inwards.

    On the far side of a turned head landmarks lie behind one another, and what they say there is torn.
    """
    soft = blur_wide(face, SILHOUETTE * size)
    band = smooth_step(5 * soft * (1 - soft))
    down, across = torch.gradient(soft[0])
    outwards = -torch.stack([across, down]) / torch.hypot(across, down).clamp_min(1e-6)
    even = torch.lerp(flow, blur_wide(flow, SILHOUETTE * size), band)
    inwards = (even * outwards).sum(0, keepdim=True).clamp_min(0)
    return even - (1 - NARROWER) * band * inwards * outwards
