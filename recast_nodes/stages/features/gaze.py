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

from ...face.anatomy import EYE_INNER, EYE_LOWER, EYE_OUTER, EYE_UPPER, LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from ..grid.similarity import apply_similarity, fit_similarity
from ..thresholds import Amount, Amounts, Ramp
from .eyeball import BESIDE_IRIS, IRIS_RIM, LOWER_LID, Eye, continue_white, cut_iris, measure_lower_lid, outline_eye
from .eyelids import SEEN
from .find_iris import find_iris

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
CORNER = Amount(0.45, "radii of the iris", "the nearest that its middle comes to a corner of the eye; by eye")
MARGIN = Amount(1.5, "radii of the iris", "so far about an eye its picture reaches: a rim ends at 1.4")
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
    lower: float  # radii that the lower lid is below its landmarks
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
    moved: Tensor | None  # (2, H, W) offset in pixels that stands for what was redrawn; None where nothing was
    irises: tuple[Iris, ...]


def take_irises(pixels: Tensor, source: Tensor, driven: Tensor) -> BareEyes:
    """`pixels` (3, H, W), scene-linear, without the irises that look elsewhere in `driven` (K, 3), or whose lids part
    further there. `source` (K, 3) are its keypoints, both in its pixels. Where the eyes stay, so does every pixel.
    """
    points, result, moved, irises = source.clone(), pixels, None, []
    for right, (contour, iris) in enumerate(_EYES):
        opening, disc = source[list(contour), :2], source[list(iris), :2]
        back = fit_similarity(driven[_ends(contour), :2], source[_ends(contour), :2])
        goal = apply_similarity(driven[list(iris), :2], back)
        radius = float(torch.linalg.vector_norm(disc[1:] - disc[0], dim=1).mean().clamp_min(0.5))
        way = _within_corners(goal[0], opening, radius) - disc[0]
        wider = _gap(apply_similarity(driven[list(contour), :2], back)) / _gap(opening)
        looks = torch.maximum(TURNED(torch.linalg.vector_norm(way) / radius), WIDER(wider))
        amount = float(looks * SEEN(_gap(opening) / _width(opening)))
        taken = _outline(pixels, opening, disc[0], radius, way) if amount > 0 else None
        if taken is None:
            continue
        if moved is None:
            result, moved = pixels.clone(), torch.zeros_like(pixels[:2])
        taken = taken._replace(right=bool(right), amount=amount)
        _erase(result, moved, taken, way)
        points[list(iris), :2] += taken.bare * way
        irises.append(taken)
    return BareEyes(result, points, moved, tuple(irises))


def _ends(contour: tuple[int, ...]) -> list[int]:
    return [contour[EYE_OUTER], contour[EYE_INNER]]


def _width(opening: Tensor) -> Tensor:
    """Pixels between the corners of an opening (16, 2)."""
    return torch.linalg.vector_norm(opening[EYE_INNER] - opening[EYE_OUTER]).clamp_min(1e-3)


def _gap(opening: Tensor) -> Tensor:
    """Pixels between the lids of an opening (16, 2)."""
    return (opening[EYE_LOWER].flip(0) - opening[EYE_UPPER]).norm(dim=1).max().clamp_min(1e-3)


def _within_corners(goal: Tensor, opening: Tensor, radius: float) -> Tensor:
    """A place (2,) for an iris's middle that is no nearer to a corner of its eye than it can be."""
    start, across = opening[EYE_OUTER], opening[EYE_INNER] - opening[EYE_OUTER]
    length = torch.linalg.vector_norm(across).clamp_min(1e-3)
    along = (goal - start) @ across / length
    margin = min(CORNER * radius, 0.5 * float(length))
    return goal + (along.clamp(margin, float(length) - margin) - along) * across / length


def _outline(pixels: Tensor, opening: Tensor, centre: Tensor, radius: float, way: Tensor) -> Iris | None:
    """One eye, as the picture shows it; None where there is no room for it. `opening` (16, 2) between its lids."""
    reach = MARGIN * radius + 2
    left, top = (max(0, int(value - reach)) for value in opening.amin(0))
    right, bottom = (
        min(end, int(value + reach) + 2) for value, end in zip(opening.amax(0), (pixels.shape[2], pixels.shape[1]))
    )
    if min(right - left, bottom - top) < 4:
        return None
    corner, size = opening.new_tensor([left, top]), (right - left, bottom - top)
    here = pixels[:, top:bottom, left:right]
    opening, centre = opening - corner, centre - corner
    off, scale = find_iris(here, outline_eye(opening, centre, radius, size).sure, centre, radius)
    lower = max(float(LOWER_LID[0]), measure_lower_lid(here, opening, centre + off, scale * radius))
    eye = outline_eye(opening, centre + off, scale * radius, size, lower)
    far = FAR(torch.linalg.vector_norm(way) / radius)
    return Iris(here, eye, continue_white(here, eye, opening), corner, off * (1 - far), False, lower, 1.0)


def _erase(result: Tensor, moved: Tensor, iris: Iris, way: Tensor) -> None:
    """The white of the eye in place of the iris, in place."""
    left, top = (int(value) for value in iris.corner)
    part = slice(top, top + iris.here.shape[1]), slice(left, left + iris.here.shape[2])
    bare = iris.bare * iris.eye.opening * (1 - BESIDE_IRIS(iris.eye.away(0 * way)))
    result[:, part[0], part[1]] = torch.lerp(iris.here, iris.white, bare)
    moved[:, part[0], part[1]] = -way[:, None, None] * bare


def lay_irises(
    pixels: Tensor, flow: Tensor, irises: tuple[Iris, ...], source: Tensor, driven: Tensor
) -> tuple[Tensor, Tensor]:
    """`pixels` (3, H, W) with irises where `driven` (K, 3) looks, between its lids, and where in the plate each pixel
    then comes from (2, H, W). `source` (K, 3) in the picture that they were taken from.
    """
    pixels, flow = pixels.clone(), flow.clone()
    for iris in irises:
        _lay(pixels, flow, iris, source, driven)
    return pixels, flow


def _lay(pixels: Tensor, flow: Tensor, iris: Iris, source: Tensor, driven: Tensor) -> None:
    """One iris, in place."""
    contour, disc = _EYES[iris.right]
    ends = _ends(contour)
    fit = fit_similarity(source[ends, :2], driven[ends, :2])
    scale = float(torch.linalg.vector_norm(fit[:, 0]))
    radius, opening = scale * iris.eye.radius, driven[list(contour), :2]
    centre = driven[disc[0], :2] + iris.off @ fit[:, :2].T
    centre = _within_corners(centre, opening, radius)
    reach = MARGIN * radius + 2
    left, top = (max(0, int(value - reach)) for value in centre)
    right, bottom = (min(end, int(value + reach) + 2) for value, end in zip(centre, (pixels.shape[2], pixels.shape[1])))
    if min(right - left, bottom - top) < 2:
        return
    corner, size = centre.new_tensor([left, top]), (right - left, bottom - top)
    narrower = float(
        _gap(opening) / (scale * _gap(source[list(contour), :2]))
    )  # what is below the landmarks is pressed
    eye = outline_eye(opening - corner, centre - corner, radius, size, iris.lower * min(1.0, narrower), 0.0)
    here = pixels[:, top:bottom, left:right]
    back = torch.linalg.inv(fit[:, :2])
    colour = cut_iris(iris.here, iris.eye, torch.einsum("ij,jhw->ihw", back, torch.cat([eye.x, eye.y])))
    shown = 1 - IRIS_RIM(eye.away(eye.x.new_zeros(2)))
    was = (1 - IRIS_RIM(iris.eye.away(eye.x.new_zeros(2)))) * iris.eye.sure
    gain = _change_light((iris.white, was), (here, shown * eye.sure))
    share = iris.laid * eye.opening * shown
    pixels[:, top:bottom, left:right] = torch.lerp(here, colour * gain, share)
    away = torch.cat([eye.x, eye.y])
    place = torch.einsum("ij,jhw->ihw", back, away) + (iris.eye.middle + iris.corner - centre)[:, None, None] - away
    flow[:, top:bottom, left:right] = torch.lerp(flow[:, top:bottom, left:right], place, share)


def _change_light(before: tuple[Tensor, Tensor], after: tuple[Tensor, Tensor]) -> Tensor:
    """How much lighter one picture (3, h, w) is where it counts (1, h, w) than another."""
    light = [((picture.mean(0) * at).sum() + 1e-6) / (at.sum() + 1e-3) for picture, at in (before, after)]
    return (light[1] / light[0].clamp_min(1e-9)).clamp(*LIT)
