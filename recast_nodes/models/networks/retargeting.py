"""LivePortrait's small networks S: what stitching, eye and lip retargeting add to keypoints."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class RetargetingParams:
    """The widths of the layers, from what goes in to what comes out."""

    widths: tuple[int, ...]


STITCHING = RetargetingParams(
    (126, 128, 128, 64, 65)
)  # 21 keypoints of source and driven in; 21 offsets, t_x and t_y out
LIP = RetargetingParams((65, 128, 128, 64, 63))  # 21 keypoints and the lips' opening before and after
EYE = RetargetingParams((66, 256, 256, 128, 128, 64, 63))  # 21 keypoints, both eyes' opening before and one after


class Retargeting(nn.Module):
    """Vectors (B, widths[0]) to vectors (B, widths[-1]): linear layers with ReLU between."""

    def __init__(self, params: RetargetingParams):
        super().__init__()
        self.mlp = nn.Sequential()
        for inputs, outputs in zip(params.widths, params.widths[1:]):
            self.mlp.extend([nn.Linear(inputs, outputs), nn.ReLU()])
        del self.mlp[-1]

    def forward(self, vector: Tensor) -> Tensor:
        return self.mlp(vector)
