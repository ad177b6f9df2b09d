"""Faces that stand before or behind the one that is edited: whose pixel is whose.

A face owns the pixels inside its outline, except those of faces before it. Beside its outline, where a face behind it
has its boundary, pixels are that face's. So of two faces that meet, hardly a pixel is changed by both, and the nearer
lies over the farther whichever is composited first.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ...wires import Track
from ..finish.composite import hull_region, soft_edge
from ..grid.shapes import face_size
from ..track.hull import person_outline
from .guard import GuardFindings


def with_faces_before(found: GuardFindings, outlines: Tensor) -> GuardFindings:
    """What the guard found, and faces before this one: `outlines` (F, N, 2) on the guard's grid."""
    height, width = found.before.shape[1:]
    region = torch.stack([hull_region(outline, (0, 0), (width, height)) for outline in outlines]).amax(0)[None]
    return GuardFindings(torch.maximum(found.before, region), found.face * (1 - region))


def own_pixels(track: Track, corner: tuple[int, int], size: tuple[int, int], feather: float) -> Tensor:
    """(1, H, W) how far each pixel is this face's to change, 0..1, in a picture of `size` (width, height) whose first
    pixel is `corner`. It fades over `feather` face sizes towards an outline, from either side.
    """
    own = torch.ones(1, size[1], size[0])
    soft = feather * face_size(track.hull)
    for outline in [] if track.nearer is None else track.nearer:
        own = torch.minimum(own, soft_edge(1 - hull_region(outline, corner, size), 0.0, soft))
    if track.farther is not None:
        inside = soft_edge(hull_region(person_outline(track.landmarks), corner, size), 0.0, soft)
        for hull in track.farther:
            beside = soft_edge(hull_region(hull, corner, size), 0.0, soft)
            own = torch.minimum(own, torch.maximum(inside, 1 - beside))
    return own
