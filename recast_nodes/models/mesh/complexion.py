"""What a face looks like over a shot: by it the occlusion guard knows what lies before it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from torch import Tensor

from ...media.pixels import linear_rgb
from ...stages.grid.resample import fill_not_finite
from ...stages.occlusion.complexion import Complexion, learn_complexion
from ...stages.occlusion.texture import Atlas, lay_out_atlas, unwrap_face
from ...wires import Image, Track, Window
from ..canonical import canonical_face


@cache
def layout() -> Atlas:
    """The canonical face's texture."""
    return lay_out_atlas(canonical_face().vertices, canonical_face().triangles)


def observe_texture(image: Image, track: Track) -> Tensor | None:
    """The face's texture in one frame, half floats; None where no face was really seen."""
    window = covering_window(track.landmarks[:, :2]).intersect(image.main.window)
    if track.state != "tracked" or min(window.width, window.height) < 4:
        return None
    corner = track.landmarks.new_tensor([window.x, window.y])
    return unwrap_face(fill_not_finite(linear_rgb(image, window)), track.landmarks[:, :2] - corner, layout()).half()


def learn_shot_complexion(textures: Sequence[Tensor | None]) -> Complexion | None:
    """What the shot tells; None where too few frames show a face."""
    return learn_complexion([texture for texture in textures if texture is not None], layout())


def covering_window(points: Tensor) -> Window:
    """The whole pixels that the points (N, 2) span, and one more all around."""
    low, high = (points.amin(0).floor().int() - 1).tolist(), (points.amax(0).ceil().int() + 1).tolist()
    return Window(low[0], low[1], high[0] - low[0], high[1] - low[1])
