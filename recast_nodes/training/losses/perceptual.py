"""How far pictures lie apart in the features of an image network: VGG16, or AlexNet where time is short.

After J. Johnson et al., "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", ECCV 2016, over several
sizes of the picture as in face-vid2vid (T.-C. Wang et al., CVPR 2021). The networks are LPIPS's, read as numbers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...errors import WeightsError
from ...evaluation.benchmark.lpips import PADDING, POOLED, STRIDES, read_convolutions
from ...models.networks.appearance import normalise_imagenet
from ...models.weights.downloads import path_of
from ...models.weights.model_files import ALEXNET, VGG16
from ...models.weights.plain_pickles import read_plain

SIZES = 3  # the picture, and its means over 2 and 4 pixels
SMALLEST = 32  # pixels along a side, below which no further size is looked at
# Of each layer: whether there is pooling before it, and whether its output counts.
VGG_LAYERS = ((0, 0), (0, 1), (1, 0), (0, 1), (1, 0), (0, 0), (0, 1), (1, 0), (0, 0), (0, 1), (1, 0), (0, 0), (0, 1))
ALEX_LAYERS = tuple((pools, True) for pools in POOLED)


class Perceptual(nn.Module):
    """Called with two batches of pictures; the mean absolute difference of their features, summed over layers.

    Raises ModelMissing where the network's file is not on this machine, WeightsError where it holds something else.
    """

    def __init__(self, network: str = "vgg16"):
        super().__init__()
        self.is_vgg = network == "vgg16"
        name, scope = (VGG16, "VGG16_0") if self.is_vgg else (ALEXNET, "AlexNet_0")
        self.layers = VGG_LAYERS if self.is_vgg else ALEX_LAYERS
        path = path_of(name)
        try:
            kernels = read_convolutions(read_plain(path)[scope], len(self.layers))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise WeightsError(f"{path} does not hold {network}: {error}.") from error
        for number, (kernel, bias) in enumerate(zip(*kernels, strict=True)):
            self.register_buffer(f"kernel_{number}", kernel.float(), persistent=False)
            self.register_buffer(f"bias_{number}", bias.float(), persistent=False)

    def forward(self, result: Tensor, truth: Tensor, mask: Tensor | None = None) -> Tensor:
        """`mask` (B, 1, H, W) restricts it: pictures are compared where it is 1, and are grey elsewhere."""
        if mask is not None:
            result, truth = (0.5 + (each - 0.5) * mask for each in (result, truth))
        total = result.new_zeros((), dtype=torch.float32)
        for number in range(SIZES):
            if number:
                result, truth = F.avg_pool2d(result, 2), F.avg_pool2d(truth, 2)
            if number and result.shape[-1] < SMALLEST:
                break
            with torch.no_grad():
                wanted = self.features(truth)
            for seen, other in zip(self.features(result), wanted, strict=True):
                total = total + (seen - other).abs().mean().float()
        return total

    def features(self, pictures: Tensor) -> list[Tensor]:
        """The layers' features (B, C, h, w) of pictures."""
        now, found = normalise_imagenet(pictures), []
        for number, (pools, counts) in enumerate(self.layers):
            if pools:
                now = F.max_pool2d(now, 2) if self.is_vgg else F.max_pool2d(now, 3, 2)
            stride, padding = (1, 1) if self.is_vgg else (STRIDES[number], PADDING[number])
            now = F.conv2d(now, self.get_buffer(f"kernel_{number}"), self.get_buffer(f"bias_{number}"), stride, padding)
            now = F.relu(now)
            if counts:
                found.append(now)
        return found
