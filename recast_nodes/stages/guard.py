"""The occlusion guard: what is not the face keeps its place in the plate.

Two things are told apart. What lies *before* a face (a hand, a microphone, glasses) covers skin that the landmarks
still report; what lies *behind* its outline (hair, ears, a collar, the background) only borders on it.

The first is found by what each point of the face shows over the shot. Frames are laid into a texture of the canonical
face; their median is the face, and what departs from it in colour further than that point ever does is foreign. Lips,
lids, brows and nostrils change by themselves, so nothing is concluded there: they follow what is found around them.
The second is found in each frame, by the colour of the skin that it borders on.

Colours are (log of brightness, log of red over green, log of blue over green), shape (3, h, w).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from ..natives import opencv
from .anatomy import LEFT_BROW, LEFT_EYE, NOSE_SIDES, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from .shapes import face_size, polygon, smooth_step
from .triangles import drawn, facing, rasterise

cv2 = opencv()

CELLS = 7.0  # cells of the texture a centimetre of the canonical face
OVERSAMPLING = 1.4  # pixels for each of them in the picture that is looked up
DARK = 0.03  # of the face's brightness, added before logarithms: below it colours are noise
TOLERANCE = (0.8, 0.16, 0.16)  # differences in colour, one by one, at which a point of the face is foreign
SKIN_TOLERANCE = (0.55, 0.14, 0.20)  # the same for skin that goes on beyond the outline
OWN = 2.5  # times a point's own departures that are forgiven
SELDOM = 0.8  # quantile of the frames that shows a point's own departures: what lasts longer is not told from the face
FEWEST = 5  # frames that must show a point before anything is concluded there
LIGHT = 2.2  # centimetres over which the light on a face differs from frame to frame
SIDELONG = 0.08  # of the usual triangle's size: below it, skin is seen too much from the side
OUTLINE = 0.035  # of the face's size: how far landmarks of the outline are from it
WITHIN = 0.05  # of the face's size: how far inside the outline things before the face are looked for
SILHOUETTE = 0.012  # of the face's size: the band about the outline in which the field is evened
NARROWER = 0.5  # share of a narrowing of the face that is followed there: nothing is known of what it would bare
FINE = 2.0  # cells of a Gaussian's standard deviation that are enough to draw it
LEAST_SHARE = 1e-3  # of a movement that is worth resampling a pixel for
BAND = 0.05  # of the face's size: how far beyond the outline things still move
ALIKE = (0.6, 0.14, 0.14)  # differences in colour up to which what borders on something foreign belongs to it
GROWTH = (5, 0.05)  # how often, and each time how far in face sizes, that is looked for
FEATURES = (
    (OUTER_LIPS, 0.9), (LEFT_EYE, 0.8), (RIGHT_EYE, 0.8), (LEFT_BROW, 0.7), (RIGHT_BROW, 0.7), (NOSE_SIDES, 0.5)
)  # fmt: skip
"""What changes by itself, and how far about it, in centimetres."""


LINE = 0.35  # centimetres: half the width up to which something dark is a line: a rim of glasses, a strand of hair
DARKER = (0.5, 0.3)  # how much darker than skin on both sides a line begins to be foreign, and by how much more it is
OFTEN = (0.35, 0.3)  # share of the frames in which it must be there: from, and how much more to be sure
CLOSE_FEATURES = ((LEFT_EYE, 0.4), (RIGHT_EYE, 0.4), (LEFT_BROW, 0.3), (RIGHT_BROW, 0.3))
LOWEST_LINE = 1  # landmark: the tip of the nose; below it folds, lips and beards draw lines too


class Atlas(NamedTuple):
    """Where the canonical face lies in its texture (h, w)."""

    places: Tensor  # (468, 2) of the mesh, cells
    triangles: Tensor  # (T, 3)
    owner: Tensor  # (h, w) 1 + the triangle of each cell, 0 for none
    features: Tensor  # (1, h, w) 1 on lips, eyes, brows and nostrils, and about them
    lines: Tensor  # (1, h, w) 1 where a dark line is none of the face's own


class Complexion(NamedTuple):
    """What each point of a face shows over a shot."""

    colours: Tensor  # (3, h, w) medians
    departures: Tensor  # (3, h, w) how far it departs from them by itself
    lines: Tensor  # (1, h, w) 0..1: where most frames show a dark line that is none of the face's own


class Held(NamedTuple):
    """What the guard found in a frame, on the grid of its field (h, w), 0..1."""

    before: Tensor  # (1, h, w) what lies before the face
    face: Tensor  # (1, h, w) the face, and skin that goes on beyond its outline


def atlas(rest: Tensor, triangles: Tensor) -> Atlas:
    """The texture's layout for a canonical face (K, 3), centimetres, seen from the front."""
    places = (rest[:468, :2] - rest[:468, :2].amin(0)) * CELLS + 1
    width, height = (int(value) + 2 for value in places.amax(0).ceil())
    features, close = (_bodies(places, kind, (width, height)) for kind in (FEATURES, CLOSE_FEATURES))
    above = torch.arange(height)[:, None] < places[LOWEST_LINE, 1]
    owner = rasterise(places, triangles, (width, height))
    inside = _eroded((owner > 0).float()[None], 0.4 * CELLS)
    return Atlas(places, triangles, owner, features, (1 - close) * inside * above)


def _bodies(places: Tensor, kind: tuple[tuple[tuple[int, ...], float], ...], size: tuple[int, int]) -> Tensor:
    """(1, h, w) 1 on the convex bodies of some contours and so many centimetres about each."""
    found = torch.zeros(1, size[1], size[0])
    for contour, about in kind:
        body = torch.from_numpy(cv2.convexHull(places[list(contour)].numpy())[:, 0])
        found = torch.maximum(found, _dilated(polygon(body, size), about * CELLS))
    return found


def face_texture(pixels: Tensor, landmarks: Tensor, layout: Atlas) -> Tensor:
    """The face in `pixels` (3, H, W), scene-linear and finite, as colours (3, h, w) of its texture; NaN where it is not
    seen. `landmarks` (K, 2 or 3) in pixels of `pixels`.
    """
    across = face_size(layout.places) * OVERSAMPLING
    picture, points = _shrunk(pixels, landmarks[:468, :2], across / face_size(landmarks[:, :2]))
    flow = drawn(points, layout.places, layout.triangles, layout.owner)
    height, width = layout.owner.shape
    x = torch.arange(width) + 0.5 + flow[0]
    y = torch.arange(height)[:, None] + 0.5 + flow[1]
    colours = _looked_up(_colours(picture, points), x, y)
    inside = (x > 0) & (y > 0) & (x < picture.shape[2]) & (y < picture.shape[1])
    seen = torch.cat([torch.tensor([False]), _seen(points, layout)])[layout.owner] & inside
    return torch.where(seen, colours, torch.nan)


def learned(textures: Sequence[Tensor], layout: Atlas) -> Complexion | None:
    """The complexion that a shot's textures show; None where they are too few to conclude anything."""
    if len(textures) < FEWEST:
        return None
    every = torch.stack([texture.float() for texture in textures])
    first = every.nanmedian(0).values
    even = torch.stack([texture - _light(texture - first, _plain(layout)) for texture in every])
    colours = even.nanmedian(0).values
    departures = (even - colours).abs().nanquantile(SELDOM, 0)
    known = torch.isfinite(every[:, :1]).sum(0) >= FEWEST
    lines = smooth_step((torch.stack([_lines(texture, layout) for texture in every]).mean(0) - OFTEN[0]) / OFTEN[1])
    return Complexion(torch.where(known, colours, torch.nan), departures, lines)


def _lines(texture: Tensor, layout: Atlas) -> Tensor:
    """(1, h, w) 0..1: dark lines that are none of the face's own, by closing them up."""
    light = texture[:1].nan_to_num(nan=float(texture[0].nanmean()))
    closed = _eroded(_dilated(light, LINE * CELLS), LINE * CELLS)
    return smooth_step((closed - light - DARKER[0]) / DARKER[1]) * layout.lines


def foreign(texture: Tensor, complexion: Complexion, layout: Atlas) -> tuple[Tensor, Tensor]:
    """Where a frame's texture shows something else than the face does over the shot.

    Gives (1, h, w) 0..1 what is surely foreign, on skin without features only, and (1, h, w) how far each cell departs,
    features too: 1 and more is much, and what nobody knows departs by 1.
    """
    difference = texture - complexion.colours
    known, plain = torch.isfinite(difference).all(0, keepdim=True), _plain(layout)
    scale = difference.new_tensor(TOLERANCE)[:, None, None] + OWN * complexion.departures.nan_to_num()
    away = torch.where(known, _away(difference - _light(difference, plain), scale), torch.ones_like(plain))
    found = smooth_step((away - 0.9) / 0.5) * known * plain
    line = _lines(texture, layout) * _dilated(complexion.lines, 0.15 * CELLS)
    return torch.maximum(found, line), torch.maximum(away, line)


def held(
    pixels: Tensor, landmarks: Tensor, complexion: Complexion | None, layout: Atlas, cells: tuple[int, int]
) -> Held:
    """What is not the face in `pixels` (3, H, W), on a grid of `cells` (width, height) over them."""
    height, width = pixels.shape[1:]
    to_grid = landmarks.new_tensor([cells[0] / width, cells[1] / height])
    points = landmarks[:468, :2] * to_grid
    rows = np.ascontiguousarray(pixels.permute(1, 2, 0).numpy())
    picture = torch.from_numpy(cv2.resize(rows, cells, interpolation=cv2.INTER_AREA)).permute(2, 0, 1)
    colours = _colours(picture, points)
    ordered = facing(torch.cat([points, landmarks[:468, 2:]], 1), layout.triangles)
    owner = rasterise(points, ordered, cells)
    flow = drawn(layout.places, points, ordered, owner)
    x = torch.arange(cells[0]) + 0.5 + flow[0]
    y = torch.arange(cells[1])[:, None] + 0.5 + flow[1]
    inside = owner[None] > 0
    before = torch.zeros(1, cells[1], cells[0])
    if complexion is not None:
        found, away = foreign(face_texture(pixels, landmarks, layout), complexion, layout)
        within = _eroded(polygon(points[list(OVAL)], cells), WITHIN * face_size(points))
        before = _looked_up(found, x, y) * inside * _blurred(within, 1.0)
        away = torch.where(inside, _looked_up(away, x, y), torch.ones_like(before))
        before = _whole(before, away, colours, face_size(points))
    plain = _looked_up(_plain(layout), x, y) * inside * (1 - before)
    return Held(before, _skin(colours, points, plain, cells) * (1 - before))


def _whole(found: Tensor, away: Tensor, colours: Tensor, size: float) -> Tensor:
    """What was `found` (1, h, w) and what belongs to it: things of its colour that border on it, over features and
    beyond the outline too, where the face does not explain them.
    """
    if not bool((found > 0.5).any()):
        return found
    rounds, reach = GROWTH
    scale = colours.new_tensor(ALIKE)[:, None, None]
    unexplained = smooth_step((away - 0.3) / 0.4)
    for _ in range(rounds):
        summed = torch.cat([_blurred(colours * found, 0.5 * reach * size), _blurred(found, 0.5 * reach * size)])
        alike = 1 - smooth_step(_away(colours - summed[:3] / summed[3:].clamp_min(1e-6), scale) - 0.5)
        found = torch.maximum(found, _dilated(found, 0.5 * reach * size) * alike * unexplained)
    return _eroded(_dilated(found, 0.02 * size), 0.02 * size)


def _skin(colours: Tensor, points: Tensor, plain: Tensor, cells: tuple[int, int]) -> Tensor:
    """(1, h, w) the face within its outline, and about it what has the colour of the skin there."""
    size = face_size(points)
    outline = polygon(points[list(OVAL)], cells)
    inner = _eroded(outline, OUTLINE * size)
    weight = plain * inner
    near, far = (
        torch.cat([_blurred(colours * weight, sigma * size), _blurred(weight, sigma * size)]) for sigma in (0.06, 0.3)
    )
    summed = near + 1e-3 * far
    away = _away(colours - summed[:3] / summed[3:].clamp_min(1e-9), colours.new_tensor(SKIN_TOLERANCE)[:, None, None])
    like = 1 - smooth_step((_blurred(away, 0.004 * size) - 0.8) / 0.6)
    return torch.maximum(_blurred(inner, 0.01 * size), like)


def firmness(found: Held, size: float, reach: float = 0.0) -> Tensor:
    """(1, h, w) how firmly cells are held because something lies before the face there or within about `reach` of it.
    `size` is the face's; both in cells.
    """
    sigma = max(0.006 * size, reach / 2)
    return smooth_step(1.15 * _blurred(_dilated(found.before, 2 * sigma), sigma) - 0.1)


def guarded(flow: Tensor, found: Held, size: float, amount: float) -> Tensor:
    """`flow` (2, h, w) on the guard's grid, with what is not the face kept where the plate has it, by `amount`.

    The field goes to nothing at what lies before the face. Beyond the outline it goes to nothing within a narrow band,
    unless it brings face from there: a chin that drops covers what is below it. Both bands are as wide as things move
    there, so that little folds. `size` is the face's, in cells.
    """
    flow = torch.lerp(flow, _evened(flow, found.face, size), amount)
    moved = torch.hypot(flow[0], flow[1])[None]
    reach = BAND * size + float((moved * _dilated(1 - found.face, 0.05 * size)).max()) / 2
    follows = smooth_step(_blurred(_dilated(found.face, 0.4 * reach), 0.3 * reach) / 0.9)
    x = torch.arange(flow.shape[2]) + 0.5 + flow[0]
    y = torch.arange(flow.shape[1])[:, None] + 0.5 + flow[1]
    follows = torch.maximum(follows, _looked_up(follows, x, y))
    held_back = firmness(found, size, float((moved * _dilated(found.before, 0.02 * size)).max()))
    share = torch.lerp(torch.ones_like(follows), follows * (1 - held_back), amount)
    return flow * share * (share > LEAST_SHARE)


def _evened(flow: Tensor, face: Tensor, size: float) -> Tensor:
    """`flow` (2, h, w) made smooth along the outline of `face` (1, h, w), and held back where it moves that inwards.

    On the far side of a turned head landmarks lie behind one another, and what they say there is torn.
    """
    soft = _blurred(face, SILHOUETTE * size)
    band = smooth_step(5 * soft * (1 - soft))
    down, across = torch.gradient(soft[0])
    outwards = -torch.stack([across, down]) / torch.hypot(across, down).clamp_min(1e-6)
    even = torch.lerp(flow, _blurred(flow, SILHOUETTE * size), band)
    inwards = (even * outwards).sum(0, keepdim=True).clamp_min(0)
    return even - (1 - NARROWER) * band * inwards * outwards


def _plain(layout: Atlas) -> Tensor:
    """(1, h, w) 1 on skin that has no features."""
    return (1 - layout.features) * (layout.owner > 0)


def _light(difference: Tensor, plain: Tensor) -> Tensor:
    """(3, h, w) the smooth part of a difference of colours: light and exposure. What departs far counts for nothing."""
    tolerance = difference.new_tensor(TOLERANCE)[:, None, None]
    known = torch.isfinite(difference).all(0, keepdim=True) * plain
    difference, light = difference.nan_to_num(), torch.zeros_like(difference)
    middle = torch.where(known > 0, difference, torch.nan).flatten(1).nanmedian(1).values.nan_to_num()
    light = light + middle[:, None, None]
    for _ in range(2):
        weight = known / (1 + _away(difference - light, 0.5 * tolerance).pow(4))
        near, far = (
            torch.cat([_blurred(difference * weight, sigma), _blurred(weight, sigma)])
            for sigma in (LIGHT * CELLS / 2, 3 * LIGHT * CELLS)
        )
        summed = near + 0.02 * far
        light = summed[:3] / summed[3:].clamp_min(1e-6)
    return light


def _away(difference: Tensor, scale: Tensor) -> Tensor:
    """(1, h, w) length of a difference of colours in units of `scale` (3, ...)."""
    return (difference / scale).square().sum(0, keepdim=True).sqrt()


def _colours(picture: Tensor, points: Tensor) -> Tensor:
    """(3, h, w) colours of a scene-linear picture; what is dark beside the face at `points` (K, 2) has none."""
    column = points[:, 0].long().clamp(0, picture.shape[2] - 1)
    row = points[:, 1].long().clamp(0, picture.shape[1] - 1)
    dark = DARK * picture[:, row, column].mean(0).median().clamp_min(1e-6)
    lifted = picture.clamp_min(0) + dark
    red, green, blue = lifted.log()
    return torch.stack([lifted.mean(0).log(), red - green, blue - green])


def _seen(points: Tensor, layout: Atlas) -> Tensor:
    """(T,) which triangles the picture shows well enough."""
    ratio = _areas(points, layout.triangles) / _areas(layout.places, layout.triangles)
    usual = ratio[ratio > 0]
    return ratio > SIDELONG * (usual.median() if len(usual) else 1)


def _areas(points: Tensor, triangles: Tensor) -> Tensor:
    corners = points[triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]


def _shrunk(pixels: Tensor, points: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """The picture by area brought down to `scale` of its size, and points in it; never enlarged."""
    if scale >= 1:
        return pixels, points
    rows = np.ascontiguousarray(pixels.permute(1, 2, 0).numpy())
    width, height = (max(4, round(length * scale)) for length in (pixels.shape[2], pixels.shape[1]))
    small = torch.from_numpy(cv2.resize(rows, (width, height), interpolation=cv2.INTER_AREA)).permute(2, 0, 1)
    return small, points * points.new_tensor([width / pixels.shape[2], height / pixels.shape[1]])


def _looked_up(picture: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """`picture` (C, H, W) at places (h, w), bilinear; its edge beyond it."""
    places = torch.stack([x * (2 / picture.shape[2]) - 1, y * (2 / picture.shape[1]) - 1], -1)[None]
    return functional.grid_sample(picture[None], places, padding_mode="border", align_corners=False)[0]


def _blurred(values: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (C, h, w); a wide one is made on fewer cells."""
    rows = np.ascontiguousarray(values.permute(1, 2, 0).numpy())
    height, width = rows.shape[:2]
    step = min(int(sigma / FINE), height // 8, width // 8)
    if step >= 2:
        few = cv2.resize(rows, (width // step, height // step), interpolation=cv2.INTER_AREA)
        few = cv2.GaussianBlur(few, (0, 0), sigma / step, borderType=cv2.BORDER_REPLICATE)
        smooth = cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR)
    else:
        smooth = cv2.GaussianBlur(rows, (0, 0), max(sigma, 0.3), borderType=cv2.BORDER_REPLICATE)
    return torch.from_numpy(smooth.reshape(values.shape[1], values.shape[2], -1)).permute(2, 0, 1)


def _dilated(values: Tensor, radius: float) -> Tensor:
    return torch.from_numpy(cv2.dilate(values[0].numpy(), _disc(radius)))[None]


def _eroded(values: Tensor, radius: float) -> Tensor:
    return torch.from_numpy(cv2.erode(values[0].numpy(), _disc(radius)))[None]


def _disc(radius: float) -> np.ndarray:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
