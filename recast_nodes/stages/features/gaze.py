"""Eyes that look elsewhere: the iris goes as a whole disc, and the white of the eye is shown where it was.

A field that carries an iris further than about half its radius has to press the white of the eye before it to nothing,
and draws it out behind: the iris tears in two and a corner stays dark. So the plate's eye is redrawn before anything
is warped. Its iris is cut out and laid where the edit looks; what a lid hid of it is its own other half, turned over.
Under it comes the plate's white, continued along the eye and between the lids, the far corner as light as the near one.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...face.anatomy import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from ..grid.filters import sample_bilinear
from ..grid.shapes import blur
from ..grid.similarity import apply_similarity, fit_similarity
from ..thresholds import Amount, Amounts, Ramp
from .eye_opening import corners_of, gap_of, keep_within_corners, part_about, to_corner, width_of
from .eye_white import continue_white
from .eyeball import BESIDE_IRIS, IRIS_RIM, LOWER_LID, Eye, cut_iris, measure_lower_lid, outline_eye
from .eyelids import SEEN
from .find_iris import find_iris
from .foreshortening import narrow_iris

TURNED = Ramp(
    0.2,
    0.3,
    "radii of the iris",
    "an eye that a warp can turn from one that is redrawn",
    "up to half a radius a warp moves an iris without a visible stretch of the white beside it, and landmarks of small "
    "faces (s13) err by a tenth; by eye",
)
FAR = Ramp(
    0.25,
    0.75,
    "radii of the iris",
    "an iris that goes by as much as the edit says from one that goes where the edit looks",
    "where the plate's own iris was read wrongly the two differ; by eye",
)
WIDER = Ramp(
    1.15,
    0.3,
    "times the plate's gap between the lids",
    "lids between which a warped iris stays round from lids that draw it out",
    "a seventh is not seen; by eye",
)
IN_CORNER = Ramp(
    0.8,
    0.6,
    "radii of the iris to the nearer corner of the eye",
    "an iris that the plate shows in a corner, cut and foreshortened, from one that can be cut out",
    "d14 1022, at 0.7 and 0.9, became a notched disc beside a white patch; 1018, at 1.5, is whole",
)
OUT_OF_FOCUS = Amount(
    0.5, "radii of the iris, standard deviation", "an iris that is blurred further has no rim that could be measured"
)
BRIGHT_RIM = Amount(0.2, "radii of the iris", "within its rim it is no lighter than what it is laid on (s18, d12)")
LIT = Amounts((0.75, 1.3), "times", "how much darker or lighter an iris becomes in the light that it goes to; by eye")
_EYES = ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS))


class Iris(NamedTuple):
    """An iris that was taken out of a picture, and how it is laid in again."""

    here: Tensor  # (3, h, w) its part of the picture, as it was
    eye: Eye
    white: Tensor  # (3, h, w) the white behind it
    corner: Tensor  # (2,) of that part, in the picture
    off: Tensor  # (2,) by which its landmarks miss it, as far as that counts
    right: bool  # of the picture's two eyes
    sharp: float  # 0..1, its rim in the picture
    whole: float  # 0..1, as the picture shows it: in a corner it is cut and foreshortened
    lower: float  # radii that the lower lid is below its landmarks
    way: Tensor  # (2,) pixels from there to where it goes
    amount: float  # 0..1, how far it is laid in

    @property
    def laid(self) -> float:
        """How far it is laid in: before the one below it goes, or it would be seen through."""
        return min(1.0, 2 * self.amount)

    @property
    def bare(self) -> float:
        """How far the white of the eye is shown in its old place."""
        return max(0.0, 2 * self.amount - 1)

    def shown(self, amount: float) -> Iris:
        """The same, laid in only so far."""
        return self._replace(amount=self.amount * amount)


class BareEyes(NamedTuple):
    """A picture without the irises that go elsewhere."""

    pixels: Tensor  # (3, H, W)
    keypoints: Tensor  # (K, 3) with the irises where they go to
    irises: tuple[Iris, ...]


def take_irises(
    pixels: Tensor, source: Tensor, driven: Tensor, free: Tensor | None = None, placed: float = 0.0
) -> BareEyes:
    """`pixels` (3, H, W), scene-linear, without the irises that look elsewhere in `driven` (K, 3), or whose lids part
    further there. `source` (K, 3) are its keypoints, both in its pixels.

    Where the eyes stay, so do all pixels, as do those that are not `free` (1, H, W) of things before the face. As far
    as irises are `placed`, 0..1, they are redrawn however near they go, to where `driven` has them exactly.
    """
    points, result, irises = source.clone(), pixels, list[Iris]()
    for right in (False, True):
        taken = _find(pixels, source, driven, right, placed)
        if taken is not None:
            irises.append(taken)
    sharp = max((iris.sharp for iris in irises), default=1.0)  # both eyes are in one focus
    for index, iris in enumerate(irises):
        irises[index] = iris = iris._replace(sharp=sharp)
        result = pixels.clone() if result is pixels else result
        _erase(result, iris, free)
        points[list(_EYES[iris.right][1]), :2] += iris.bare * iris.way
    return BareEyes(result, points, tuple(irises))


def _find(pixels: Tensor, source: Tensor, driven: Tensor, right: bool, placed: float) -> Iris | None:
    """One iris, where it has to be redrawn."""
    contour, iris = _EYES[right]
    opening, disc = source[list(contour), :2], source[list(iris), :2]
    back = fit_similarity(driven[corners_of(contour), :2], source[corners_of(contour), :2])
    goal = apply_similarity(driven[list(iris), :2], back)
    radius = float(torch.linalg.vector_norm(disc[1:] - disc[0], dim=1).mean().clamp_min(0.5))
    way = keep_within_corners(goal[0], opening, radius) - disc[0]
    wider = gap_of(apply_similarity(driven[list(contour), :2], back)) / gap_of(opening)
    looks = torch.maximum(TURNED(torch.linalg.vector_norm(way) / radius), WIDER(wider)).clamp_min(placed)
    amount = float(looks * SEEN(gap_of(opening) / width_of(opening)))
    taken = _outline(pixels, opening, disc[0], radius, way, placed) if amount > 0 else None
    return None if taken is None else taken._replace(right=right, amount=amount)


def _outline(pixels: Tensor, opening: Tensor, centre: Tensor, radius: float, way: Tensor, placed: float) -> Iris | None:
    """One eye, as the picture shows it; None where there is no room for it. `opening` (16, 2) between its lids."""
    left, top, right, bottom = part_about(opening, radius, (pixels.shape[2], pixels.shape[1]))
    if min(right - left, bottom - top) < 4:
        return None
    corner, size = opening.new_tensor([left, top]), (right - left, bottom - top)
    here = pixels[:, top:bottom, left:right]
    opening, centre = opening - corner, centre - corner
    off, scale, sharp = find_iris(here, outline_eye(opening, centre, radius, size).sure, centre, radius)
    lower = max(float(LOWER_LID[0]), measure_lower_lid(here, opening, centre + off, scale * radius))
    eye = outline_eye(opening, centre + off, scale * radius, size, lower)
    far = FAR(torch.linalg.vector_norm(way) / radius).clamp_min(placed)
    white, whole = continue_white(here, eye, opening), float(IN_CORNER(to_corner(eye.middle, opening) / radius))
    return Iris(here, eye, white, corner, off * (1 - far), False, sharp, whole, lower, way, 1.0)


def _erase(result: Tensor, iris: Iris, free: Tensor | None) -> None:
    """The white of the eye in place of the iris, in place."""
    height, width = iris.here.shape[1:]
    left, top = (int(value) for value in iris.corner)
    bare = _bare(iris) if free is None else _bare(iris) * _cut(free, (left, top, left + width, top + height))
    result[:, top : top + height, left : left + width] = torch.lerp(iris.here, iris.white, bare)


def _bare(iris: Iris) -> Tensor:
    """(1, h, w) how far the white of the eye is shown in an iris's part of the picture."""
    return _soften(iris.bare * iris.eye.opening * (1 - BESIDE_IRIS(iris.eye.away(0 * iris.way))), iris, iris.eye.radius)


def _soften(matte: Tensor, iris: Iris, radius: float) -> Tensor:
    """A matte (1, h, w) whose edges are as soft as the picture's."""
    return matte if iris.sharp == 1 else blur(matte, (1 - iris.sharp) * OUT_OF_FOCUS * radius)


def _cut(free: Tensor, part: tuple[int, int, int, int]) -> Tensor:
    """A part, to the left, top, right, bottom, of (1, H, W), or of (1, 1, 1) that stands for it."""
    return free if free.shape[1:] == (1, 1) else free[:, part[1] : part[3], part[0] : part[2]]


def lay_irises(
    pixels: Tensor,
    flow: Tensor,
    irises: tuple[Iris, ...],
    keypoints: tuple[Tensor, Tensor],
    free: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`pixels` (3, H, W) with irises where the edit looks, between its lids, and where in the plate each pixel then
    comes from (2, H, W): a field that was `flow` before.

    `keypoints` are those (K, 3) of the picture that the irises were taken from, and those of the edit. What is not
    `free` (1, H, W) of things before the face stays.
    """
    pixels, flow = pixels.clone(), flow.clone()
    for iris in irises:
        _lay(pixels, flow, iris, *keypoints, free)
    return pixels, flow


def _lay(pixels: Tensor, flow: Tensor, iris: Iris, source: Tensor, driven: Tensor, free: Tensor | None) -> None:
    """One iris, in place."""
    contour, disc = _EYES[iris.right]
    ends = corners_of(contour)
    fit = fit_similarity(source[ends, :2], driven[ends, :2])
    scale = float(torch.linalg.vector_norm(fit[:, 0]))
    radius, opening = scale * iris.eye.radius, driven[list(contour), :2]
    centre = keep_within_corners(driven[disc[0], :2] + iris.off @ fit[:, :2].T, opening, radius)
    was = centre - fit[:, :2] @ iris.way
    part = part_about(torch.stack([centre, was]), radius, (pixels.shape[2], pixels.shape[1]))
    left, top, right, bottom = part
    if min(right - left, bottom - top) < 2:
        return
    corner, size = centre.new_tensor([left, top]), (right - left, bottom - top)
    # What is below the landmarks is pressed as the lids close.
    narrower = float(gap_of(opening) / (scale * gap_of(source[list(contour), :2])))
    eye = outline_eye(opening - corner, centre - corner, radius, size, iris.lower * min(1.0, narrower), 0.0)
    here, places = pixels[:, top:bottom, left:right], flow[:, top:bottom, left:right]
    away = torch.cat([eye.x, eye.y])
    _drag(places, iris, away + centre[:, None, None])
    was_narrow = narrow_iris(source, contour, iris.eye.middle + iris.corner)
    round_it = torch.linalg.inv(narrow_iris(driven, contour, centre))
    x, y = torch.einsum("ij,jhw->ihw", round_it, away)
    eye = eye._replace(x=x[None], y=y[None])
    inwards = torch.einsum("ij,jhw->ihw", was_narrow @ torch.linalg.inv(fit[:, :2]) @ round_it, away)
    shown = 1 - IRIS_RIM(eye.away(0 * centre))
    before = (1 - IRIS_RIM(iris.eye.away(0 * centre))) * iris.eye.sure
    lit = _change_light((iris.white, before), (here, shown * eye.sure))
    colour = lit * cut_iris(iris.here, iris.eye, inwards, iris.whole)
    colour = torch.lerp(colour, torch.minimum(colour, here), IRIS_RIM(eye.away(0 * centre) + BRIGHT_RIM))
    share = _soften(iris.laid * eye.opening * shown, iris, radius) * (1.0 if free is None else _cut(free, part))
    pixels[:, top:bottom, left:right] = torch.lerp(here, colour, share)
    from_iris = inwards + (iris.eye.middle + iris.corner - centre)[:, None, None] - away
    flow[:, top:bottom, left:right] = torch.lerp(places, from_iris, share)


def _drag(places: Tensor, iris: Iris, at: Tensor) -> None:
    """A field's part (2, h, w) at pixels (2, h, w), in place: the white that was continued is where it would have been
    dragged from.
    """
    seen = sample_bilinear(_bare(iris), *(at + places - iris.corner[:, None, None]))
    places -= iris.way[:, None, None] * seen


def _change_light(before: tuple[Tensor, Tensor], after: tuple[Tensor, Tensor]) -> Tensor:
    """How much lighter one picture (3, h, w) is where it counts (1, h, w) than another."""
    light = [((picture.mean(0) * at).sum() + 1e-6) / (at.sum() + 1e-3) for picture, at in (before, after)]
    return (light[1] / light[0].clamp_min(1e-9)).clamp(*LIT)
