"""The glasses of a shot's actor, which keep their place on the head whatever the face does behind them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...media.pixels import linear_rgb
from ...notices import notice
from ...stages.features.donor import Donor
from ...stages.grid.resample import fill_not_finite
from ...stages.occlusion import find_glasses, glasses_plane, remove_glasses
from ...stages.occlusion.glasses_wires import Wire
from ...wires import Image, Track
from ..canonical import canonical_face
from ..interface import Guard
from .complexion import covering_window


def view_from_front(image: Image, track: Track) -> Tensor | None:
    """What one frame shows of the plane before the eyes, half floats; None where no face was really seen."""
    window = covering_window(track.landmarks[:, :2]).intersect(image.main.window)
    if track.state != "tracked" or min(window.width, window.height) < 4:
        return None
    points = track.landmarks - track.landmarks.new_tensor([window.x, window.y, 0.0])
    pixels = fill_not_finite(linear_rgb(image, window))
    return glasses_plane.view_front(pixels, points, canonical_face().vertices, track.pixel_aspect).half()


def find_shot_glasses(fronts: Sequence[Tensor | None]) -> tuple[Wire, ...]:
    """The wires of the glasses that a shot shows, none for an actor without."""
    return find_glasses.find_glasses([front for front in fronts if front is not None], canonical_face().vertices)


def lift_glasses(plate: Tensor, source: Tensor, guard: Guard, pixel_aspect: float) -> Tensor | None:
    """(4, H, W) the glasses in `plate` (3, H, W) as far as the guard keeps them: what they add to the plate without
    them, and how far they cover it. None where there are none. `source` (478, 3) are keypoints in pixels of the plate.
    """
    if guard.amount == 0 or not guard.glasses:
        return None
    notice("The actor seems to wear glasses: their rims keep their place (Warp.guard 0 lets the face take them along).")
    return guard.amount * torch.cat(
        remove_glasses.remove_glasses(plate, source, guard.glasses, canonical_face().vertices, pixel_aspect)
    )


def lift_from_donor(donor: Donor, guard: Guard, pixel_aspect: float) -> Donor:
    """Another frame of the shot without the glasses that are in it."""
    glasses = lift_glasses(donor.pixels, donor.keypoints, guard, pixel_aspect)
    return donor if glasses is None else donor._replace(pixels=donor.pixels - glasses[:3])
