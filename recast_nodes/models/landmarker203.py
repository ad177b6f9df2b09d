"""LivePortrait's landmark network, 203 points, from the user's own ONNX file, run by onnxruntime.

The published crops are made from these points. The file comes with LivePortrait's weights; where it is not installed
the same crop is derived from MediaPipe's landmarks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..errors import ModelMissing
from ..stages import patch
from ..stages.crop import CROP_SIZE, crop_matrix, inverse_crop, move
from ..stages.landmarks203 import square_of
from . import files

FILE = "landmark.onnx"
POINTS = 203
SIZE = 224  # pixels along a side of the picture that the network looks at
SCALE, DOWN = 1.5, -0.1  # of the crop that the picture is
ROUNDS = 2  # times that the network looks, the second time about what it found

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


def installed() -> bool:
    """Whether the user's own file is there."""
    return path().is_file()


def path() -> Path:
    return files.folder() / "liveportrait" / FILE


@cache
def network() -> Network:
    """The network of the installed file. Raises ModelMissing where it is not there or nothing can run it."""
    if not installed():
        raise ModelMissing(f"LivePortrait's {FILE} is not in {path().parent}: copy it there from its weights.")
    try:
        import onnxruntime
    except ImportError:
        raise ModelMissing(
            f"{path()} is there, but onnxruntime is not installed: pip install recast-nodes[onnx]."
        ) from None
    session = onnxruntime.InferenceSession(str(path()), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(picture: np.ndarray) -> np.ndarray:
        outputs = session.run(None, {name: np.ascontiguousarray(picture, dtype=np.float32)})
        return next(output for output in outputs if output.size == 2 * POINTS)

    return run
