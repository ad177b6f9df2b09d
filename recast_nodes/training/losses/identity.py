"""Who a face is, as a loss: the angle between a face network's embeddings of two pictures of an aligned face.

The paper's face-id loss is by ArcFace, whose weights are for research only; SFace (Apache-2.0) stands in its place, or
an ONNX file of the user's own that takes (B, 3, 112, 112), as both do.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...face.published import ALIGNED_112
from ...models.tracker.identity import SFACE
from ...models.weights.downloads import path_of
from .onnx_torch import OnnxNetwork

SIDE = 112  # pixels of the aligned face
FIVE = ((36, 37, 38, 39, 40, 41), (42, 43, 44, 45, 46, 47), (30,), (48,), (54,))  # of 68 landmarks


class IdentityLoss(nn.Module):
    """Called with result, truth (B, 3, H, W) and the truth's 68 landmarks (B, 68, 2) in -1..1: 1 - cosine, the mean.

    `network` is sface, or the path of an ONNX file. Raises ModelMissing, WeightsError.
    """

    def __init__(self, network: str = "sface"):
        super().__init__()
        self.network = OnnxNetwork(path_of(SFACE) if network == "sface" else Path(network).expanduser())
        self.is_sface = network == "sface"

    def forward(self, result: Tensor, truth: Tensor, landmarks: Tensor) -> Tensor:
        with torch.no_grad():
            wanted = self.embedding(truth, landmarks)
        return 1 - F.cosine_similarity(self.embedding(result, landmarks), wanted).mean()

    def embedding(self, pictures: Tensor, landmarks: Tensor) -> Tensor:
        """(B, N) of pictures whose faces are aligned first."""
        faces = align(pictures.float(), landmarks.float())
        # SFace scales inside, from 0..255; ArcFace is given -1..1.
        return self.network(255 * faces if self.is_sface else 2 * faces - 1)


def align(pictures: Tensor, landmarks: Tensor) -> Tensor:
    """Faces (B, 3, 112, 112): turned, scaled and moved so that five points come to their places (least squares)."""
    seen = torch.stack([landmarks[:, list(rows)].mean(1) for rows in FIVE], 1)
    wanted = landmarks.new_tensor(ALIGNED_112) * (2 / SIDE) - 1
    from_mean, to_mean = wanted.mean(0), seen.mean(1)
    here, there = wanted - from_mean, seen - to_mean[:, None]
    across = (here * there).sum((1, 2)) / here.square().sum()
    turned = (here[:, 0] * there[..., 1] - here[:, 1] * there[..., 0]).sum(1) / here.square().sum()
    matrix = torch.stack([torch.stack([across, -turned], -1), torch.stack([turned, across], -1)], 1)
    shift = to_mean - (matrix @ from_mean)
    grid = F.affine_grid(torch.cat([matrix, shift[..., None]], -1), [len(pictures), 1, SIDE, SIDE], align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
