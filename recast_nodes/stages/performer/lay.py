"""Own frames of an actor warped to the driven keypoints, in the light of the plate. Scene-linear pixels."""

from __future__ import annotations

import torch
from torch import Tensor

from ...face.anatomy import MESH, OVAL
from ..features.donor import Donor, look_up, shrink_donor
from ..field.backward import open_flow
from ..field.triangles import mesh_flow
from ..grid.shapes import blur, face_size, fill_polygon
from ..thresholds import Amount, smooth_step

WITHIN = Amount(0.94, "times the face's outline", "what is finished ends in skin, short of hair and neck; by eye")
FEATHER = Amount(0.03, "of the face's size, standard deviation", "how softly it ends there; by eye")
MOST_LIGHT = Amount(2.0, "times", "a stop: own frames that are lit otherwise are another set-up's")
FINE = Amount(20.0, "cells a centimetre", "that places on the canonical face are drawn in; finer than any table")
DARK = Amount(0.005, "scene-linear light", "added before a quotient is taken: below it there is noise")


def draw_places(driven: Tensor, canonical: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """(2, H, W) where on the canonical face (K, 3) each pixel lies, centimetres; nothing is meant outside the face."""
    flow = mesh_flow(canonical[:MESH, :2] * FINE, driven[:MESH, :2], triangles, size)
    y, x = torch.arange(size[1])[:, None] + 0.5, torch.arange(size[0]) + 0.5
    return torch.stack([flow[0] + x, flow[1] + y]) / FINE


def draw_room(driven: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, H, W) 0..1: the part of the face at `driven` (K, 3) that is finished."""
    outline = driven[list(OVAL), :2]
    middle = outline.mean(0)
    soft = blur(fill_polygon(middle + WITHIN * (outline - middle), size), FEATHER * face_size(outline))
    return smooth_step(2 * soft - 1)


def lay_frame(own: Donor, driven: Tensor, triangles: Tensor, size: tuple[int, int]) -> Tensor:
    """(3, H, W) an own frame's face at the `driven` keypoints (K, 3); it means something inside the face."""
    face = face_size(driven[:, :2])
    own = shrink_donor(own, face_size(own.keypoints[:, :2]) / face)
    points = torch.cat([own.keypoints[:, :2], driven[:, 2:]], 1)
    shift = (driven[:MESH, :2] - points[:MESH, :2]).mean(0)
    moved = torch.cat([points[:, :2] + shift, points[:, 2:]], 1)
    flow = open_flow(moved, driven, triangles, face, size) - shift[:, None, None]
    return look_up(own.pixels, flow)


def match_light(layer: Tensor, pixels: Tensor, inside: Tensor) -> Tensor:
    """The `layer` (3, H, W) in the overall light of `pixels` (3, H, W): the median quotient `inside` (H, W)."""
    if not bool(inside.any()):
        return layer
    ours, theirs = ((each[:, inside] + DARK).clamp_min(DARK / 10).log() for each in (layer, pixels))
    gain = (theirs - ours).median(1).values.exp().clamp(1 / MOST_LIGHT, MOST_LIGHT)
    return layer * gain[:, None, None]
