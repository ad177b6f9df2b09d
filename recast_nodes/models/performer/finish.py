"""A decoded face finished by a model of its performer: own frames where they are expected to be nearer to the truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import RIGID
from ...stages.expression.head_pose import robust_similarity
from ...stages.features.donor import PLATE, Donor
from ...stages.grid.resample import resample
from ...stages.grid.shapes import face_size
from ...stages.performer.blend import blend_layers
from ...stages.performer.fit import SEAM, divide, measure_fit
from ...stages.performer.lay import draw_places, draw_room, lay_frame, match_light
from ...stages.thresholds import Count, Ramp
from ..canonical import canonical_face
from .file import Performer

LENT = Count(3, "frames", "that lend to each half of a face: a fourth changed neither numbers nor pictures")
MOVED = Ramp(
    0.0,
    0.01,
    "of the face's size",
    "an edit that keeps the plate's face from one that is finished in full",
    "how far any keypoint moves; above 0, so that an edit keyed from nothing sets in without a jump",
)
SURELY = 0.5  # of the room of a face, inside which its light is compared


class Layers(NamedTuple):
    """What a face is blended from."""

    pixels: Tensor  # (1 + LENT, 3, H, W) scene-linear: the mesh model's picture, then own frames, best first
    errors: Tensor  # (1 + LENT, 1, H, W) how far each is expected to be from the truth
    room: Tensor  # (1, H, W) 0..1 where a face is finished
    upper: Tensor  # (1, H, W) 0..1 the upper half of the face


def finish_face(
    pixels: Tensor, source: Tensor, driven: Tensor, performer: Performer, lower_only: bool
) -> tuple[Tensor, Tensor]:
    """The finished face (3, H, W) of decoded `pixels` (3, H, W) and (1, H, W) how far it is shown, 0..1.

    `source` and `driven` (K, 3) are the keypoints of the plate and of the edit, in these pixels. With `lower_only`
    eyes and brows stay as they are: glasses were lifted off.
    """
    size = face_size(source[:, :2])
    moved = MOVED(torch.linalg.vector_norm((driven - source)[:, :2], dim=1).max() / size)
    if float(moved) == 0:
        return pixels, torch.zeros_like(pixels[:1])
    layers = gather_layers(pixels, source, driven, performer)
    matte = moved * layers.room * ((1 - layers.upper) if lower_only else 1.0)
    form, detail = performer.blend.tolist()
    result = blend_layers(layers.pixels, layers.errors, form, detail, face_size(driven[:, :2]))
    return result.clamp_min(min(0.0, float(pixels.min()))), matte


def gather_layers(
    pixels: Tensor,
    source: Tensor,
    driven: Tensor,
    performer: Performer,
    may_lend: Callable[[Tensor], Tensor] = lambda errors: errors,
) -> Layers:
    """The layers of a face, and what is expected of each. `may_lend` may raise the errors (2, N) of own frames."""
    size = pixels.shape[2], pixels.shape[1]
    triangles = canonical_face().triangles
    places = draw_places(driven, performer.canonical, triangles, size)
    upper = 1 - SEAM(places[1:2] - divide(performer.canonical))
    room = draw_room(driven, size)
    own, base = expect_errors(performer, source, driven)
    own = may_lend(own)
    inside = room[0] > SURELY
    laid: dict[int, Tensor] = {}

    def lay(number: int) -> Tensor:
        if number not in laid:
            donor = Donor(performer.picture(number), performer.inside[number], PLATE)
            laid[number] = match_light(lay_frame(donor, driven, triangles, size), pixels, inside)
        return laid[number]

    best = own.argsort(dim=1, stable=True)[:, :LENT].tolist()
    layers, errors = [pixels], [_over(base, upper) * _look_up(performer.place_base, places, performer.canonical)]
    spread = _look_up(performer.place_own, places, performer.canonical)
    for lower, higher in zip(*best):
        layers.append(lay(lower) if lower == higher else torch.lerp(lay(lower), lay(higher), upper))
        errors.append(_over(torch.stack([own[0, lower], own[1, higher]]), upper) * spread)
    return Layers(torch.stack(layers), torch.stack(errors), room, upper)


def expect_errors(performer: Performer, source: Tensor, driven: Tensor) -> tuple[Tensor, Tensor]:
    """(2, N) how far own frames are expected to be from the truth at `driven` (K, 3), by half of the face, and (2,) how
    far the mesh model's picture, moved there from `source` (K, 3).
    """
    turned = turn_of(performer, torch.stack([driven, source]))
    own = measure_fit(performer.keypoints, turned[0], driven, performer.canonical)
    base = measure_fit(source[None], turned[1], driven, performer.canonical)[:, 0]
    expected = (own * performer.weights[:, None]).sum(2) + performer.bias[:, None]
    return expected, (base * performer.base[:, :-1]).sum(1) + performer.base[:, -1]


def turn_of(performer: Performer, faces: Tensor) -> tuple[Tensor, Tensor]:
    """Radians from the head of the first of `faces` (2, K, 3) to those of own frames (N,), and to the second's (1,)."""
    rigid = list(RIGID)
    rotation = robust_similarity(performer.canonical[rigid], faces[:, rigid]).rotation
    return _turn(performer.rotations, rotation[0]), _turn(rotation[1:], rotation[0])


def _turn(rotations: Tensor, other: Tensor) -> Tensor:
    """(N,) radians between rotations (N, 3, 3) and another one (3, 3)."""
    cosine = ((rotations * other).sum((-2, -1)) - 1) / 2
    return torch.arccos(cosine.clamp(-1, 1))


def _over(halves: Tensor, upper: Tensor) -> Tensor:
    """(1, H, W) what is known of the halves (2,) of a face."""
    return halves[0] + (halves[1] - halves[0]) * upper


def _look_up(table: Tensor, places: Tensor, canonical: Tensor) -> Tensor:
    """(1, H, W) a table (1, h, w) over the canonical face at `places` (2, H, W), centimetres."""
    low, high = canonical[:, :2].amin(0), canonical[:, :2].amax(0)
    cells = torch.tensor([table.shape[2], table.shape[1]])
    at = ((places - low[:, None, None]) / (high - low)[:, None, None]).clamp(0, 1) * cells[:, None, None]
    y, x = torch.arange(places.shape[1])[:, None] + 0.5, torch.arange(places.shape[2]) + 0.5
    return resample(table, torch.stack([at[0] - x, at[1] - y]))
