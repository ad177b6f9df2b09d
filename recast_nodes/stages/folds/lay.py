"""The ratio of a texture drawn over the new face."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from ...face.anatomy import MESH
from ..field.triangles import draw_flow, facing_triangles, rasterise
from ..grid.filters import sample_bilinear
from ..grid.shapes import blur, face_size
from ..occlusion.texture import Atlas
from ..thresholds import Amount, Amounts

GRID = Amount(
    1.5, "grid cells a cell of the texture", "on which it is drawn before it is enlarged: nothing of it is finer"
)
EVEN = Amount(1.0, "grid cells", "standard deviation: takes the corners off triangles, and off what ends at a nose")


TINT = Amounts(
    (0.85, 1.0, 1.2),
    "powers of the ratio in red, green and blue",
    "light in a fold went through skin more often: in folds of d19 and d0 red over green rises by 0.17 of what the "
    "logarithm of brightness falls, blue over green falls by 0.22",
)
SKIN_TINT = Amount(
    0.3, "logarithm of red over green", "skin has 0.4 and more in linear light: less is a graded plate's"
)


def tint_of(rest: Tensor) -> Tensor:
    """(3, 1, 1) the powers of a ratio in red, green and blue that fit skin at `rest` (3, h, w); a plate in black and
    white has 1.
    """
    share = (rest[1].nanmedian().nan_to_num() / SKIN_TINT).clamp(0, 1)
    return torch.lerp(torch.ones(3), torch.tensor(TINT), share)[:, None, None]


def draw_folds(folds: Tensor, keypoints: Tensor, size: tuple[int, int], layout: Atlas) -> Tensor:
    """(1, H, W) the logarithm of what light is multiplied by, of `folds` (1, h, w), the same in the texture.

    `keypoints` (K, 3) are the new face's in pixels of a picture of `size` (width, height).
    """
    across = max(1.0, face_size(keypoints[:MESH, :2]) / (GRID * face_size(layout.places)))
    cells = max(2, round(size[0] / across)), max(2, round(size[1] / across))
    points = keypoints[:MESH] * keypoints.new_tensor([cells[0] / size[0], cells[1] / size[1], 1.0])
    triangles = facing_triangles(points, layout.triangles)
    owner = rasterise(points[:, :2], triangles, cells)
    flow = draw_flow(layout.places, points[:, :2], triangles, owner)
    x = torch.arange(cells[0]) + 0.5 + flow[0]
    y = torch.arange(cells[1])[:, None] + 0.5 + flow[1]
    drawn = blur(sample_bilinear(folds, x, y) * (owner > 0), EVEN)
    return functional.interpolate(drawn[None], size=(size[1], size[0]), mode="bilinear", align_corners=False)[0]
