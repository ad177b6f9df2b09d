"""A performer's skin at rest, from what every frame of a shot shows of it."""

from __future__ import annotations

import torch
from torch import Tensor

from ...media.pixels import linear_rgb
from ...stages.folds.resting import choose_calm, resting_skin
from ...stages.grid.resample import fill_not_finite
from ...stages.occlusion.texture import unwrap_face
from ...stages.track.follow import Course
from ...wires import Faces, Image, SkinTexture
from ..canonical import resting_coefficients
from .complexion import covering_window, layout


def observe_skin(image: Image, faces: Faces) -> SkinTexture | None:
    """What the faces of one frame show of their skin; None where there are none."""
    if not len(faces.landmarks):
        return None
    textures = torch.stack([unwrap_skin(image, landmarks) for landmarks in faces.landmarks])
    return SkinTexture(textures[:, 0].half(), textures[:, 1:, ::2, ::2].flatten(0, 1).half())


def unwrap_skin(image: Image, landmarks: Tensor) -> Tensor:
    """(3, h, w) the texture of a face at `landmarks` (K, 3) in pixels of a picture; NaN where it is not seen."""
    window = covering_window(landmarks[:, :2]).intersect(image.main.window)
    if min(window.width, window.height) < 4:
        return torch.full((3, *layout().owner.shape), torch.nan)
    corner = landmarks.new_tensor([window.x, window.y])
    return unwrap_face(fill_not_finite(linear_rgb(image, window)), landmarks[:, :2] - corner, layout())


def learn_rest(course: Course) -> tuple[Course, Tensor | None]:
    """The course without what each frame shows of the skin, which is by far its largest part, and (3, h, w) the skin at
    rest; None where no picture was looked at.
    """
    return course._replace(skins=()), _learn_rest(course)


def _learn_rest(course: Course) -> Tensor | None:
    seen = [row for row, skin in enumerate(course.skins) if skin is not None and course.states[row] == "tracked"]
    if not seen:
        return None
    calm = choose_calm(course.coefficients[seen], resting_coefficients())
    textures = [_texture(skin) for row in calm if (skin := course.skins[seen[row]]) is not None]
    return resting_skin(textures)


def _texture(skin: SkinTexture) -> Tensor:
    """One face's skin as a texture (3, h, w)."""
    height, width = skin.light.shape[1:]
    tint = skin.tint.float().repeat_interleave(2, 1).repeat_interleave(2, 2)[:, :height, :width]
    return torch.cat([skin.light.float(), tint])
