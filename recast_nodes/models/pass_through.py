"""What stands for a frame that stays the plate's on its way through a model."""

from __future__ import annotations

import torch
from torch import Tensor

from ..wires import Face, WarpField, Window


def pass_through_field(model: str, source: Tensor) -> WarpField:
    """The field of a frame that nothing is done to; `source` (K, 3) are its keypoints in pixels."""
    nothing = Window(0, 0, 0, 0)
    empty, one = torch.zeros(3, 0, 0), torch.zeros(1, 0, 0)
    return WarpField(model, nothing, torch.zeros(2, 0, 0), one, empty, empty, source, source, edited=False)


def pass_through_face(field: WarpField) -> Face:
    """The face of such a field."""
    shift = plate_shift(field.window)
    as_in_plate = field.warped, field.occlusion, shift, field.flow, field.occlusion, field.driven
    return Face(*as_in_plate, field.model, edited=False)


def plate_shift(window: Window) -> Tensor:
    """(3, 3) plate pixels to pixels of `window`, for a face at plate resolution."""
    return torch.tensor([[1.0, 0, -window.x], [0, 1, -window.y], [0, 0, 1]])
