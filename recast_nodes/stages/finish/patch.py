"""The square patch that a network sees and paints: out of a plate, back into it, and along which way it was moved.

Pictures are (C, H, W), positions continuous pixels (the first pixel's centre is at 0.5). A patch matrix (3, 3) takes
plate pixels to the pixels of a patch of `CROP_SIZE`, as `stages.track.crop.crop_matrix` gives it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from ..track.crop import CROP_SIZE, inverse_crop, move


def scale_matrix(matrix: Tensor, size: int) -> Tensor:
    """The matrix of a patch of `size` pixels at the same place."""
    factor = size / CROP_SIZE
    return torch.diag(matrix.new_tensor([factor, factor, 1.0])) @ matrix


def from_indices(matrix: Tensor) -> Tensor:
    """A matrix (..., 3, 3) between pixel indices, as OpenCV and the published code have it, for continuous pixels."""
    half = torch.eye(3, dtype=matrix.dtype)
    half[:2, 2] = 0.5
    return half @ matrix @ torch.linalg.inv(half)


def shrinkage(matrix: Tensor) -> float:
    """Plate pixels along a side of one pixel of the patch."""
    return float(torch.linalg.det(inverse_crop(matrix)[:2, :2]).abs().sqrt())


def patch_window(matrix: Tensor, size: int = CROP_SIZE) -> tuple[int, int, int, int]:
    """The whole plate pixels (x, y, width, height) that a patch of `size` covers, and two more all around."""
    side = float(size)
    corners = move(torch.tensor([[0.0, 0.0], [side, 0.0], [0.0, side], [side, side]]).double(), inverse_crop(matrix))
    low, high = corners.amin(0).floor().int() - 2, corners.amax(0).ceil().int() + 2
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def sample(picture: Tensor, matrix: Tensor, size: tuple[int, int], outside: str = "zeros") -> Tensor:
    """`picture` (C, H, W) looked up bilinearly: (C, height, width) whose pixels `matrix` takes to those of `picture`.

    `size` is (width, height). Beyond the picture there is 0, or its edge (`outside` border). Where the result is less
    than half as large, several places are looked up for each pixel and averaged, so that nothing flickers.
    """
    fine = max(1, int(float(torch.linalg.det(matrix[:2, :2].double()).abs().sqrt()) + 1e-3))
    x, y = ((torch.arange(count * fine, dtype=torch.float64) + 0.5) / fine for count in size)
    turn = matrix.double()
    height, width = picture.shape[1:]
    u, v = (turn[row, 0] * x[None, :] + turn[row, 1] * y[:, None] + turn[row, 2] for row in (0, 1))
    places = torch.stack([u * (2 / width) - 1, v * (2 / height) - 1], -1).float()[None]
    found = functional.grid_sample(picture[None], places, "bilinear", outside, align_corners=False)
    return functional.avg_pool2d(found, fine)[0] if fine > 1 else found[0]


def shift_matrix(matrix: Tensor, corner: tuple[int, int]) -> Tensor:
    """The patch matrix for a window of the plate whose first pixel is at `corner` (x, y)."""
    shift = torch.eye(3, dtype=torch.float64)
    shift[0, 2], shift[1, 2] = corner
    return matrix.double() @ shift


def cut_patch(window: Tensor, corner: tuple[int, int], matrix: Tensor, size: int = CROP_SIZE) -> Tensor:
    """The patch (C, size, size) of a plate, of which `window` (C, H, W) with its first pixel at `corner` is at hand."""
    back = torch.linalg.inv(shift_matrix(scale_matrix(matrix.double(), size), corner))
    return sample(window, back, (size, size))


def lay_patch(patch: Tensor, corner: tuple[int, int], size: tuple[int, int], matrix: Tensor) -> Tensor:
    """A patch (C, CROP_SIZE, CROP_SIZE) as the plate's window of `size` (width, height) at `corner` shows it."""
    return sample(patch, shift_matrix(matrix, corner), size, "border")


def patch_coverage(corner: tuple[int, int], size: tuple[int, int], matrix: Tensor) -> Tensor:
    """(1, H, W) 1 at the window's pixels whose centre lies in the patch, else 0."""
    turn = shift_matrix(matrix, corner)
    x, y = (torch.arange(count, dtype=torch.float64) + 0.5 for count in size)
    inside = [
        (place >= 0.5) & (place <= CROP_SIZE - 0.5)
        for place in (turn[row, 0] * x[None, :] + turn[row, 1] * y[:, None] + turn[row, 2] for row in (0, 1))
    ]
    return (inside[0] & inside[1]).float()[None]


def patch_flow(deformation: Tensor) -> Tensor:
    """(2, H, W) how far away, in pixels of the patch, each place of a deformation (D, H, W, 3) comes from.

    The mean over depth. What moves nothing is the grid from -1 to 1 that the networks were trained with.
    """
    height, width = deformation.shape[1:3]
    across, down = (torch.linspace(-1, 1, count, dtype=deformation.dtype) for count in (width, height))
    still = torch.stack(torch.broadcast_tensors(across[None, :], down[:, None]))
    return (deformation[..., :2].mean(0).permute(2, 0, 1) - still) * (CROP_SIZE / 2)


def plate_flow(flow: Tensor, corner: tuple[int, int], size: tuple[int, int], matrix: Tensor) -> Tensor:
    """A patch's flow (2, h, w) in its pixels as (2, H, W) of the plate's window, in the plate's pixels."""
    whole = functional.interpolate(flow[None], size=(CROP_SIZE, CROP_SIZE), mode="bilinear", align_corners=False)[0]
    here = lay_patch(whole, corner, size, matrix)
    back = inverse_crop(matrix)[:2, :2].float()
    return torch.einsum("ij,jhw->ihw", back, here)


def to_pixels(keypoints: Tensor, matrix: Tensor) -> Tensor:
    """Keypoints (K, 3) in the networks' units, -1..1 over the patch, as plate pixels; z in the scale of x."""
    back = inverse_crop(matrix)
    places = move((keypoints[:, :2].double() + 1) * (CROP_SIZE / 2), back)
    depth = keypoints[:, 2:].double() * (CROP_SIZE / 2) * torch.linalg.vector_norm(back[:2, 0])
    return torch.cat([places, depth], 1).to(keypoints)


def to_units(points: Tensor, matrix: Tensor) -> Tensor:
    """Plate pixels (K, 2 or more) in the networks' units, -1..1 over the patch: (K, 2)."""
    return (move(points[:, :2].double(), matrix.double()) / (CROP_SIZE / 2) - 1).to(points)
