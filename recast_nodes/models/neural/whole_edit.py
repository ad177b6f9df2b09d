"""The whole edit as one network, for hosts that run a network and nothing else: two pictures in, the new face out.

It is written so that TorchScript takes it: plain floats for what is edited, no types or devices that are fixed when it
is made. The mathematics is that of the models' stages and of `stages.expression.published_pose`; tests hold the two
together. What tells one model's from another's is its `EditForm`.
"""

# Annotations are not postponed here: TorchScript reads those of attributes as they are.

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...stages.finish.composite import template_region

PATCH = 512  # pixels along a side of what the networks paint
MOTION = 256  # of what M looks at
BINS = 66
HEADS = ("kp", "exp", "scale", "t", "pitch", "yaw", "roll")

Load = Callable[[str], nn.Module]


class StackedHeads(nn.Module):
    """M, with the outputs of its heads side by side in one tensor (B, 6 K + scales + 3 + 198)."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        heads = self.network(image)
        return torch.cat([heads[name] for name in HEADS], 1)


class Feature(nn.Module):
    """W, with the feature that G paints from as its only output."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, volume: Tensor, x_s: Tensor, x_d: Tensor) -> Tensor:
        return self.network(volume, x_s, x_d)["out"]


class KeypointComposer(nn.Module):
    """M's numbers taken apart, and put together to keypoints, by one of the two families' conventions."""

    def __init__(self, keypoints: int, scales: int, first_bin: float, pi: float, head_first: bool):
        super().__init__()
        self.keypoints, self.scales, self.first_bin, self.pi = keypoints, scales, first_bin, pi
        self.bins = BINS
        self.head_first = head_first  # eq. 1: the head turns before the expression is added

    def forward(self, heads: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """x_c and delta (B, K, 3), the scale (B, 1 or 3), t (B, 3), angles (B, 3) in degrees."""
        count = 3 * self.keypoints
        sizes = [count, count, self.scales, 3, self.bins, self.bins, self.bins]
        kp, exp, scale, t, pitch, yaw, roll = heads.split(sizes, 1)
        steps = torch.arange(self.bins, dtype=heads.dtype, device=heads.device)
        angles = [(logits.softmax(1) * steps).sum(1) * 3.0 + self.first_bin for logits in [pitch, yaw, roll]]
        level = torch.cat([t[:, :2], t[:, 2:] * 0], 1)
        return kp.unflatten(1, [-1, 3]), exp.unflatten(1, [-1, 3]), scale, level, torch.stack(angles, 1)

    @torch.jit.export
    def compose_keypoints(
        self, canonical: Tensor, expression: Tensor, scale: Tensor, t: Tensor, angles: Tensor
    ) -> Tensor:
        """Keypoints x (B, K, 3)."""
        rotation = self.rotation(angles)
        turned = canonical @ rotation + expression if self.head_first else (canonical + expression) @ rotation
        return scale[:, None] * turned + t[:, None]

    @torch.jit.export
    def rotation(self, angles: Tensor) -> Tensor:
        """(B, 3, 3), to turn rows."""
        radians = angles / 180 * self.pi
        c, s = radians.cos(), radians.sin()
        one, zero = torch.ones_like(c[:, 0]), torch.zeros_like(c[:, 0])
        about_x = torch.stack([one, zero, zero, zero, c[:, 0], -s[:, 0], zero, s[:, 0], c[:, 0]], 1)
        about_y = torch.stack([c[:, 1], zero, s[:, 1], zero, one, zero, -s[:, 1], zero, c[:, 1]], 1)
        about_z = torch.stack([c[:, 2], -s[:, 2], zero, s[:, 2], c[:, 2], zero, zero, zero, one], 1)
        x, y, z = about_x.unflatten(1, [3, 3]), about_y.unflatten(1, [3, 3]), about_z.unflatten(1, [3, 3])
        if self.head_first:
            return (z @ y @ x).transpose(1, 2)
        return (x @ y @ z).transpose(1, 2)


class EditForm(NamedTuple):
    """What tells one family's edit from the other's."""

    keypoints: int
    scales: int  # numbers of a head's size: 1, or 3
    first_bin: float  # degrees
    pi: float  # as the published code has it
    head_first: bool  # eq. 1: the head turns before the expression is added
    seen: int  # pixels along a side of what F looks at
    stitches: bool  # a network keeps the shoulders in place
    held_in_replace: Tensor  # (K, 3) 0..1 how firmly each number is held where the head stays
    held_in_enhance: Tensor


class Edit(nn.Module):
    """Two pictures (1, 6, S, S), source then driving, sRGB in 0..1, to the new face (1, 3, S, S), or (1, 4, S, S).

    S is a multiple of 512. Both pictures are crops around the face. The fourth channel is the published paste-back
    matte. The floats are what a host makes knobs of.
    """

    held_in_replace: Tensor
    held_in_enhance: Tensor
    reference: Tensor
    template: Tensor

    def __init__(self, form: EditForm, load: Load, matte: bool = False, seen: int | None = None):
        super().__init__()
        self.replace = 1.0
        self.enhance = 0.0
        self.pose = 0.0
        self.protect = 1.0
        self.matte = matte
        self.patch, self.small = PATCH, MOTION
        self.seen = seen or form.seen
        self.stitches = form.stitches
        self.motion = KeypointComposer(form.keypoints, form.scales, form.first_bin, form.pi, form.head_first)
        self.register_buffer("held_in_replace", form.held_in_replace)
        self.register_buffer("held_in_enhance", form.held_in_enhance.clone())
        self.register_buffer("reference", torch.zeros_like(form.held_in_replace))  # the driver's expression at rest
        self.register_buffer("template", template_region(torch.eye(3), (0, 0), (PATCH, PATCH))[None])
        self.F, self.M, self.W, self.G = load("F"), StackedHeads(load("M")), Feature(load("W")), load("G")
        self.S = load("S_stitching") if self.stitches else nn.Identity()

    def forward(self, pictures: Tensor) -> Tensor:
        return self.edit_pictures(pictures, self.replace, self.enhance, self.pose, self.protect)

    @torch.jit.export
    def edit_pictures(self, pictures: Tensor, replace: float, enhance: float, pose: float, protect: float) -> Tensor:
        """The new face for these weights."""
        size = pictures.shape[-1]
        patch = F.avg_pool2d(pictures.clamp(0, 1), size // self.patch)
        small = F.avg_pool2d(patch, self.patch // self.small)
        x_s, x_d = self.keypoints(self.M(small[:, :3]), self.M(small[:, 3:]), replace, enhance, pose, protect)
        volume = self.F(F.avg_pool2d(patch[:, :3], self.patch // self.seen))
        face = self.G(self.W(volume, x_s, x_d))
        if self.matte:
            face = torch.cat([face, self.template.to(face)], 1)
        # The operation itself: F.interpolate would bring all that it could do along, which older programs do not know.
        return torch.ops.aten.upsample_bilinear2d(face, [size, size], False)

    @torch.jit.export
    def keypoints(
        self, source: Tensor, driving: Tensor, replace: float, enhance: float, pose: float, protect: float
    ) -> tuple[Tensor, Tensor]:
        """x_s and x_d (1, K, 3) of M's heads for both pictures: eqs. 6, 9 and 11 and what is between them."""
        x_c, delta, s, t, angles = self.motion(source)
        _, delta_d, s_d, t_d, angles_d = self.motion(driving)
        firmness = protect * (1 - pose)
        replaced = (1 - firmness * self.held_in_replace) * (delta_d - delta)
        enhanced = (1 - firmness * self.held_in_enhance) * (delta_d - self.reference)
        x_s = self.motion.compose_keypoints(x_c, delta, s, t, angles)
        x_d = self.motion.compose_keypoints(
            x_c,
            delta + replace * replaced + enhance * enhanced,
            s + pose * (s_d - s),
            t + pose * (t_d - t),
            angles + pose * (angles_d - angles),
        )
        if self.stitches:
            offsets = protect * self.S(torch.cat([x_s.flatten(1), x_d.flatten(1)], 1))
            together = torch.cat([offsets[:, -2:], offsets[:, :1] * 0], 1)
            x_d = x_d + offsets[:, :-2].unflatten(1, [-1, 3]) + together[:, None]
        return x_s, x_d


def script(edit: Edit, traces: Mapping[str, nn.Module]) -> torch.jit.ScriptModule:
    """An Edit as TorchScript, with these traced networks in place of its own. The edit itself stays as it is."""
    own = {name: getattr(edit, name) for name in traces}
    try:
        for name, network in traces.items():
            setattr(edit, name, network)
        return torch.jit.script(edit)
    finally:
        for name, network in own.items():
            setattr(edit, name, network)
