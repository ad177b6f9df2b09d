"""What values on wires and records hold (see `wires`). Only the standard library is needed at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor


class HeadParameters(NamedTuple):
    """One frame's parameters of a tracker's own head model, not smoothed and not bridged. F faces; 1 in a Track."""

    model: str  # the head model, its version included: what the numbers mean
    identity: Tensor  # (F, I) the head at rest, mostly the same in all frames of a shot
    expression: Tensor  # (F, E)
    pose: Tensor  # (F, P) of the head, and of what else it moves: neck, jaw, eyes

    def only(self, face: int) -> HeadParameters:
        """Those of one face."""
        return self._replace(**{name: getattr(self, name)[face : face + 1] for name in self._fields[1:]})


class Eyes(NamedTuple):
    """What one frame shows of its eyes. None of it depends on where the face is or how large."""

    gaps: Tensor  # (2,) between the lids, in widths of the eye
    gaze: Tensor  # (2, 2) irises from the middle of their eye, in its widths
    view: Tensor  # (R, 3) rigid landmarks about their middle, in face sizes
    seen: bool


class SkinTexture(NamedTuple):
    """What faces show of their skin in one frame, in the texture of the canonical face (`stages.occlusion.texture`);
    half floats, NaN where a face is not seen. F faces; 1 where it is one face's.
    """

    light: Tensor  # (F, h, w) logarithm of brightness
    tint: Tensor  # (2F, y, x) logarithms of red and of blue over green, of every other row and column

    def only(self, face: int) -> SkinTexture:
        """That of one face."""
        return SkinTexture(self.light[face : face + 1], self.tint[2 * face : 2 * face + 2])


class Shading(NamedTuple):
    """What the folds of an edited frame are made by."""

    rest: Tensor  # (3, h, w) the plate's skin at rest, as in its Track
    weights: Tensor  # (2, R) as `folds` of its Motion
