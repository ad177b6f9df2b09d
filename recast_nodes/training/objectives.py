"""What is asked of a picture: the paper's losses (eqs. 4, 5, 7, 8), weighted, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from .data.pairs import TrainingFrames
from .losses import adversarial, regions
from .losses.flame import FoundKeypoints, flame_loss
from .losses.identity import IdentityLoss
from .losses.perceptual import Perceptual
from .reenactor import FoundMotion, Reenactor
from .settings import LossSettings, RunSettings

SCALES = ("whole", "face", "lips")  # of the cascaded losses
SHARES = (1, 2, 4)  # of the picture's size, that each is looked at in
SMALLEST = 32  # pixels along a side
LIPS = slice(48, 68)  # of 68 landmarks
Named = dict[str, Tensor]


class Objectives(nn.Module):
    """The losses that need networks, loaded once. Raises ModelMissing where a network that is asked for is not here."""

    def __init__(self, settings: RunSettings):
        super().__init__()
        self.weights: LossSettings = settings.losses
        wanted = any((*self.weights.perceptual, self.weights.facial[0], self.weights.non_facial[0]))
        network = self.weights.perceptual_network
        self.perceptual = Perceptual(network) if wanted and network != "none" else None
        self.identity = IdentityLoss(self.weights.identity_network) if self.weights.identity else None
        self.requires_grad_(False)

    def flame(self, model: Reenactor, motions: Sequence[FoundMotion], truth: Sequence[TrainingFrames]) -> Named:
        """Eq. 4, of source and driving frame."""
        weights = self.weights
        if not weights.flame:
            return {}
        found = [
            FoundKeypoints(
                motion.canonical,
                motion.canonical + motion.expression if model.equation == 3 else None,
                model.keypoints(motion),
            )
            for motion in motions
        ]
        each = (weights.flame_canonical, weights.flame_expression, weights.flame_posed)
        return {"flame": weights.flame * flame_loss(found, [frames.truth for frames in truth], each)}

    def picture(self, made: Tensor, wanted: TrainingFrames) -> Named:
        """The cascaded perceptual and L1 losses, and the identity's, of eq. 5."""
        losses: Named = {}
        pairs = zip(views(made, wanted), views(wanted.pictures, wanted), strict=True)
        for number, (seen, true) in enumerate(pairs):
            if self.weights.l1[number]:
                losses[f"l1 {SCALES[number]}"] = self.weights.l1[number] * regions.masked_l1(seen, true)
            if self.weights.perceptual[number] and self.perceptual:
                losses[f"perceptual {SCALES[number]}"] = self.weights.perceptual[number] * self.perceptual(seen, true)
        if self.identity:
            away = self.identity(made, wanted.pictures, wanted.landmarks)
            losses["identity"] = self.weights.identity * away
        return losses

    def judged(self, judges: Mapping[str, nn.Module], made: Tensor, wanted: TrainingFrames) -> Named:
        """The cascaded GAN loss of eq. 5, with feature matching."""
        losses: Named = {}
        for number, name in enumerate(SCALES):
            if name not in judges:
                continue
            fooling, matching = self.weights.adversarial[number], self.weights.feature_matching[number]
            seen = judges[name](views(made, wanted)[number])
            if fooling:
                losses[f"adversarial {name}"] = fooling * adversarial.generator_loss(seen)
            if matching:
                with torch.no_grad():
                    real = judges[name](views(wanted.pictures, wanted)[number])
                losses[f"matching {name}"] = matching * adversarial.feature_matching(real, seen)
        return losses

    def boundary(self, made: Tensor, teachers: Tensor, source: TrainingFrames) -> Named:
        """Eqs. 7 and 8: an edit held to the teacher's inside the facial hull, and to the source outside."""
        hull = regions.hull_mask(source.face, self.weights.hull_expand, made.shape[-1])
        losses: Named = {}
        parts = (("facial", teachers, hull), ("non-facial", source.pictures, 1 - hull))
        for (name, wanted, mask), weights in zip(parts, (self.weights.facial, self.weights.non_facial), strict=True):
            if weights[0] and self.perceptual:
                losses[f"perceptual {name}"] = weights[0] * self.perceptual(made, wanted, mask)
            if weights[1]:
                losses[f"l1 {name}"] = weights[1] * regions.masked_l1(made, wanted, mask)
        return losses


def views(pictures: Tensor, frames: TrainingFrames) -> list[Tensor]:
    """Pictures as the cascaded losses look at them: whole, the face, the lips, about the true landmarks."""
    size = pictures.shape[-1]
    face = regions.box_around(frames.face, regions.FACE_ROOM)
    lips = regions.box_around(frames.landmarks[:, LIPS], regions.LIP_ROOM)
    sizes = [max(SMALLEST, size // share) for share in SHARES]
    return [pictures, regions.crop_boxes(pictures, face, sizes[1]), regions.crop_boxes(pictures, lips, sizes[2])]


def make_judges(settings: RunSettings) -> nn.ModuleDict:
    """The discriminators that have a weight: of the whole picture, the face and the lips."""
    judges, size = nn.ModuleDict(), settings.networks.pixels
    weights = zip(settings.losses.adversarial, settings.losses.feature_matching, strict=True)
    for name, share, each in zip(SCALES, SHARES, weights, strict=True):
        if any(each):
            judges[name] = adversarial.PatchDiscriminator(max(SMALLEST, size // share), _width(size))
    return judges


def _width(pixels: int) -> int:
    """Channels of a discriminator's first layer: 64 at 512 pixels, fewer for small models."""
    return max(16, pixels // 8)
