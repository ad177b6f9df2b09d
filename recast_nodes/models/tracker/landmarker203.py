"""LivePortrait's landmark network: 203 points of a face, from which the published crops are made.

The network is the user's own file (see `models.weights.onnx_faces`). The published code starts it from another
network's landmarks and then from its own of the frame before. Here every frame stands alone, so it starts from
MediaPipe's, and is asked once more about the picture that its first answer leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ...errors import ComputeError
from ...face.published import LANDMARKS_203
from ...stages.finish import patch
from ...stages.thresholds import Amount, Count, PublishedNumber
from ...stages.track.crop import CROP_SIZE, crop_matrix, inverse_crop, mesh_square, move
from ...stages.track.crop203 import square_of
from ..weights import onnx_faces
from .view import crop_window, look

if TYPE_CHECKING:
    from ...wires import Image

SIZE = 224  # pixels along a side of the picture that the network looks at
SCALE = PublishedNumber(1.5, "LivePortrait's crop for its landmark network: its side over the face")
DOWN = PublishedNumber(-0.1, "LivePortrait's crop for its landmark network: how far down, in its side")
REACH = Amount(2.2, "sizes of the face", "the plate's window: a crop of 1.5 that is turned by 45 degrees takes 2.12")
WINDOW = Count(640, "pixels along the window's side", "at most: a face is 290 there, and 150 in the network's picture")
HALF = 0.5  # the published code's positions are indices of pixels, ours are continuous

Network = Callable[[np.ndarray], np.ndarray]  # (1, 3, 224, 224) in 0..1 to 406 numbers in 0..1


def landmarks203(shown: Tensor, square: Tensor, network: Network) -> Tensor:
    """(203, 2) landmarks of a face in a picture (3, H, W), levels 0..255, square pixels, as indices of pixels.

    `square` (4,) is the crop to look at, made with SCALE and DOWN of landmarks of the face.
    """
    matrix = crop_matrix(square.double(), size=SIZE)
    pixels = patch.from_indices(matrix)
    whole = torch.diag(torch.tensor([CROP_SIZE / SIZE, CROP_SIZE / SIZE, 1.0]).double()) @ pixels
    seen = patch.cut_patch(shown, (0, 0), whole, SIZE).round() / 255
    found = np.asarray(network(seen[None].numpy())).reshape(LANDMARKS_203, 2)
    return move(torch.from_numpy(found).double() * SIZE, inverse_crop(matrix)).float()


def read_landmarks203(image: Image, landmarks: Tensor) -> Tensor:
    """(F, 203, 2) landmarks, plate pixels, of the faces whose mesh (F, K, 3) was found in an image.

    Raises ModelMissing and WeightsError where the network is not there or cannot be used, ComputeError where it gives
    what is no position.
    """
    found = [_of_face(image, mesh) for mesh in landmarks]
    return torch.stack(found) if found else torch.zeros(0, LANDMARKS_203, 2)


def _of_face(image: Image, mesh: Tensor) -> Tensor:
    low, high = mesh[:, :2].amin(0), mesh[:, :2].amax(0)
    window = crop_window(image, torch.cat([low, high - low]).double().numpy(), REACH)
    picture = look(image, window, min(1.0, WINDOW / max(window.width * image.main.pixel_aspect, window.height)))
    shown = torch.from_numpy(picture.pixels.transpose(2, 0, 1).astype(np.float32))
    start = torch.from_numpy(picture.of_plate(mesh.double().numpy())) - HALF
    first = landmarks203(shown, mesh_square(start, SCALE, 0.0, DOWN, True), ask)
    again = landmarks203(shown, square_of(first.double(), SCALE, 0.0, DOWN, True), ask)
    if not bool(again.isfinite().all()):
        raise ComputeError(f"{onnx_faces.LANDMARKS} gave landmarks that are not finite; is the file sound?")
    return torch.from_numpy(picture.to_plate((again.double() + HALF).numpy())).float()


def ask(picture: np.ndarray) -> np.ndarray:
    """The installed network's 406 numbers for a picture (1, 3, 224, 224)."""
    given = onnx_faces.ask(onnx_faces.LANDMARKS, picture.astype(np.float32, copy=False))
    return next(answer for answer in given if answer.size == 2 * LANDMARKS_203)
