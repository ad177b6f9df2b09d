"""The skin of a lid that an open eye hides, and its lashes, by what the open eye shows.

An open eye shows a narrow strip of its lid, and lashes before it. Drawn out over the whole lid, each lash and each
shade of the crease becomes a streak. So the lid takes the light of the skin about it and of its own strip, which run
smoothly along the eye; its pores and grain are those of the skin below the eye, and its lashes are the plate's own,
turned down.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ..grid.filters import sample_bilinear
from ..grid.shapes import blur
from ..thresholds import Amount, Amounts, Count, Ramp
from .lid_frame import COLUMNS, LidFrame, look_along, look_up_strip, places_along, smooth_along

SAMPLES = Count(8, "places across a strip of skin", "the brighter half of them is skin, the other lashes and creases")
LASHES = Amount(
    0.16, "widths of the eye", "as far above a lid as lashes are looked for; half of it on s18, s20 and d14"
)
ROWS = Count(32, "places across the lashes", "a two-hundredth of an eye each, finer than a lash")
AT_LID = Ramp(
    -0.09,
    0.07,
    "widths of the eye, from the lid's edge",
    "lashes and the line that they grow in from the shade of the crease above them",
    "on s18 and s20, whose creases lie at 0.15",
)
BEYOND = Ramp(
    0.4,
    0.2,
    "widths of the eye from its middle",
    "lashes that a lid's edge has from what lies beside its corners",
    "by eye: a line that ends at once is a stroke of a pen",
)
BESIDE_LASHES = Amount(0.05, "widths of the eye", "a lid's strip ends so far above its edge, where its lashes begin")
EVEN_LIGHT = Amount(
    0.09, "widths of the eye, standard deviation", "how evenly the light of a lid runs along it; a lash is a hundredth"
)
EVEN_LASHES = Amount(0.04, "widths of the eye, standard deviation", "lashes of a landmark's breadth are one; by eye")
OWN_COLOUR = Amount(
    0.4,
    "of the way from the skin above it",
    "how much of its strip's colour a lid has: it is made up, but lies in the shade of its crease (s18, s20 shut)",
)
SHADED = Amount(0.08, "of its light", "what a lid loses towards its lashes, as it turns from the light; s18, d14 shut")
BELOW = Amounts((0.08, 0.22), "widths of the eye", "below the lower lid there is skin, and no cheek yet")
BELOW_EYE = Amount(0.7, "widths of the eye", "as far as pores are taken from: as high as a lid, and past a lower one")
PORES = Amount(0.03, "widths of the eye, standard deviation", "what is finer is the skin's own, and no light")
MOST_PORE = Amounts(
    (0.85, 1.18), "times", "what is darker or lighter is a lash, a mole or a glint, and no pore; by eye"
)


class LidSkin(NamedTuple):
    """What one lid looks like, along the eye; colours are scene-linear."""

    above: Tensor  # (3, COLUMNS) the skin between crease and brow
    strip: Tensor  # (3, COLUMNS) the lid's own, as far as it is seen
    below: Tensor  # (3, COLUMNS) the skin below the lower lid
    lashes: Tensor  # (3, ROWS, COLUMNS) how much darker they are, powers of e; the last row is the lid's edge
    pores: Tensor  # (3, h, w) of a part of the plate, times its light
    corner: tuple[int, int]  # of that part

    def colour(self, along: Tensor, share: Tensor) -> Tensor:
        """(3, h, w) the lid at places along the eye, so far, 0..1, from above the crease to the lashes."""
        own = OWN_COLOUR * (2 * share).clamp(0, 1)
        skin = torch.lerp(look_along(self.above, along), look_along(self.strip, along), own)
        return skin * (1 - SHADED * (2 * share - 1).clamp(0, 1))

    def pores_at(self, x: Tensor, y: Tensor) -> Tensor:
        """(3, h, w) pores and grain of the plate's places (h, w), times their light."""
        return sample_bilinear(self.pores, x - self.corner[0], y - self.corner[1])

    def darkness(self, along: Tensor, away: Tensor) -> Tensor:
        """(3, h, w) how much darker lashes are, powers of e, so far above the lid's edge, in widths of the eye."""
        row = (1 - away / LASHES) * (ROWS - 1)
        return look_up_strip(self.lashes, along, row.expand_as(along)) * (away < LASHES)


def read_lid(plate: Tensor, eye: LidFrame, below_landmarks: float) -> LidSkin:
    """A lid by the open eye that `plate` (3, H, W), scene-linear, shows. The lower lid's edge is so many widths of the
    eye below its landmarks.
    """
    left, top, right, bottom = eye.part(0.0, BELOW_EYE, (plate.shape[2], plate.shape[1]))
    pores = _find_pores(plate[:, top:bottom, left:right].clamp_min(1e-4), eye.width)
    lower = eye.lower + below_landmarks
    above = _skin_between(plate, eye, eye.top, eye.socket)
    strip = _skin_between(plate, eye, eye.socket, eye.upper - BESIDE_LASHES)
    below = _skin_between(plate, eye, lower + BELOW[0], lower + BELOW[1])
    lashes = _read_lashes(plate, eye, torch.lerp(above, strip, OWN_COLOUR))
    return LidSkin(above, strip, below, lashes, pores, (left, top))


def _find_pores(part: Tensor, width: float) -> Tensor:
    """(3, h, w) pores and grain of a part of a plate, times its light; none where the part is below the picture's edge.
    `width` of the eye, pixels.
    """
    if not part.numel():
        return torch.ones(3, 1, 1)
    return (part / blur(part, PORES * width).clamp_min(1e-4)).clamp(*MOST_PORE)


def _skin_between(plate: Tensor, eye: LidFrame, start: Tensor, end: Tensor) -> Tensor:
    """(3, COLUMNS) the light of the skin between two curves along the eye: of what is bright there, but for glints."""
    share = torch.linspace(0, 1, SAMPLES)[:, None]
    seen = _strip(plate, eye, torch.lerp(start[None], end[None], share))
    order = seen.mean(0).argsort(0)[SAMPLES // 2 : SAMPLES - 1]
    return smooth_along(torch.stack([channel.gather(0, order).mean(0) for channel in seen]), EVEN_LIGHT)


def _read_lashes(plate: Tensor, eye: LidFrame, skin: Tensor) -> Tensor:
    """(3, ROWS, COLUMNS) how much darker lashes are than `skin` (3, COLUMNS); see `LidSkin`. A lid's edge is as dark as
    the darkest that is near it, since its landmarks miss it. Brown lashes are brown; black ones, which are bluer than
    skin, darken all of its colours alike, or a thin line of them over skin would be blue.
    """
    away = torch.linspace(-float(LASHES), 0, ROWS)[:, None]
    seen = _strip(plate, eye, eye.upper + away).clamp_min(1e-4)
    dark = (skin.clamp_min(1e-4).log()[:, None] - seen.log()).clamp_min(0)
    alike = dark.mean(0)
    browner = (dark[2] - dark[0]).clamp_min(0) / dark.amax(0).clamp_min(1e-3)
    dark = torch.lerp(alike.expand_as(dark), dark, browner.clamp(max=1))
    dark = (dark * AT_LID(away)).cummax(1).values
    return smooth_along(dark, EVEN_LASHES) * BEYOND.falling()((places_along() - 0.5).abs())


def _strip(plate: Tensor, eye: LidFrame, down: Tensor) -> Tensor:
    """(3, rows, COLUMNS) what lies so far down (rows, COLUMNS) the eye."""
    return sample_bilinear(plate, *eye.place(places_along().expand(len(down), COLUMNS), down))
