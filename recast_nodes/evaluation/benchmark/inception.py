"""Inception's features, of whose sets FID is the Fréchet distance.

M. Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", NeurIPS 2017. The
network is TensorFlow's of December 2015, as a TorchScript program, which takes RGB in -1..1 and scales nothing itself;
how that was found is in decision 44. A program is run only if its bytes are the ones that were tried.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import interpolate

from ...errors import WeightsError
from ...models.weights.downloads import path_of
from ...models.weights.model_files import FILES, INCEPTION
from ...models.weights.notes import sha256_of
from .clips import ShownClip

SIDE = 299  # pixels that the network takes


class Inception:
    """The network, read once; what it saw in a clip is kept as long as the clip is."""

    def __init__(self) -> None:
        """Raises ModelMissing where the file is not there, WeightsError where it is another one."""
        path = path_of(INCEPTION)
        if sha256_of(path) != FILES[INCEPTION].sha256:
            raise WeightsError(f"The model file {path} is damaged: run `recast models fetch {INCEPTION}`.")
        self._network = torch.jit.load(path, map_location="cpu").eval()
        self._features: WeakKeyDictionary[ShownClip, NDArray[np.float32]] = WeakKeyDictionary()

    def of_clip(self, clip: ShownClip, frames: int) -> NDArray[np.float32]:
        """(N, 2048) features of a clip's first frames."""
        found = self._features.get(clip)
        if found is None or len(found) < frames:
            found = np.stack([self.of_picture(clip.picture(number)) for number in range(frames)])
            self._features[clip] = found
        return found[:frames]

    def of_picture(self, picture: NDArray[np.floating]) -> NDArray[np.float32]:
        """(2048,) features of a picture (H, W, 3), display-referred, 0..1."""
        with torch.no_grad():
            shown = torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]
            sized = interpolate(shown, (SIDE, SIDE), mode="bilinear", align_corners=False)
            return np.asarray(self._network(sized * 2 - 1)[0].numpy(), np.float32)
