"""A picture in a viewer says what its numbers are encoded in: the light of the plate that it was made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recast_nodes.hosts.worker.views import view_result
from recast_nodes.media.colour.colour import check_colorspace, convert, rec709
from recast_nodes.nodes import Decode, ExpressionMix, Warp
from recast_nodes.wires import Image, Part
from tests.performer import motions, plate, track

PATCH = np.float32([0.5, 0.1, 0.08])  # skin in warm light, linear Rec.709: as ACEScg it would be seen far too red


def patch_in(space: str) -> Image:
    """A plate of one colour, in linear light or in codes."""
    image = plate(kind=np.float32)
    values = convert(PATCH[None, None], rec709(), check_colorspace(space))[0, 0]
    window = image.main.window
    channels = {name: np.full((window.height, window.width), value, np.float32) for name, value in zip("RGB", values)}
    return Image((Part("", channels, window, image.main.display),), ("R", "G", "B"), check_colorspace(space))


def seen_light(value: Any) -> np.ndarray:
    """(3,) the middle of the picture as a viewer is given it, in linear Rec.709."""
    found = view_result(value, 0)
    path = Path(found["picture"])
    pixels = np.fromfile(path, found["type"]).reshape(found["shape"]).astype(np.float32)
    path.unlink()
    height, width, _ = pixels.shape
    return convert(
        pixels[height // 2 : height // 2 + 1, width // 2 : width // 2 + 1, :3], found["colorspace"], rec709()
    )[0, 0]


@pytest.mark.parametrize("space", ["Linear Rec.709 (sRGB)", "ACEScg", "sRGB - Texture", "ACEScct"])
def test_every_stage_shows_the_plates_own_colour(space):
    image = patch_in(space)
    motion = ExpressionMix(0, smile=0.5).process(motions([track()])[0])
    field = Warp(0).process(image, track(), motion)
    assert field.edited
    for value in (image, field, Decode(0).process(field)):
        np.testing.assert_allclose(seen_light(value), PATCH, rtol=0.02, err_msg=type(value).__name__)
