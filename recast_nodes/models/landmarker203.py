"""LivePortrait's landmark network: 203 points of a face, from which the published crops are made.

FaceTrack derives the same crop from MediaPipe's landmarks, which need no further file, and does not ask it. What is
here is the published way to ask the network, whatever runs it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ..stages import patch
from ..stages.crop import CROP_SIZE, crop_matrix, inverse_crop, move
from ..stages.landmarks203 import square_of

POINTS = 203
SIZE = 224  # pixels along a side of the picture that the network looks at
SCALE, DOWN = 1.5, -0.1  # of the crop that the picture is

Network = Callable[[np.ndarray], np.ndarray]  # (1, 3, 224, 224) in 0..1 to 406 numbers in 0..1


def landmarks203(shown: Tensor, start: Tensor, network: Network) -> Tensor:
    """(203, 2) landmarks of a face in a picture (3, H, W), levels 0..255, square pixels.

    `start` are 203 or 106 landmarks of the face, as from the frame before.
    """
    matrix = crop_matrix(square_of(start.double(), SCALE, DOWN), size=SIZE)
    pixels = patch.of_indices(matrix)
    whole = torch.diag(torch.tensor([CROP_SIZE / SIZE, CROP_SIZE / SIZE, 1.0]).double()) @ pixels
    seen = patch.taken(shown, (0, 0), whole, SIZE).round() / 255
    found = np.asarray(network(seen[None].numpy())).reshape(POINTS, 2)
    return move(torch.from_numpy(found).double() * SIZE, inverse_crop(matrix)).float()
