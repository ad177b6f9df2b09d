"""A finished frame: the new face in the plate, with the layers that were asked for and a header that says so."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .. import __version__
from ..errors import KnobError, RecastError
from ..media.edits import mark_edited, with_layers, with_pixels
from ..media.pixels import encode_rgb, linear_rgb
from ..model_registry import MODELS
from ..stages.finish.composite import (
    changed_matte,
    colour_gain,
    composite,
    draw_dots,
    hull_region,
    soft_edge,
    st_map,
    template_region,
)
from ..stages.grid.shapes import face_size
from ..stages.occlusion.other_faces import own_pixels
from ..wires import Face, Image, Track, Window
from . import provenance

TRAINED = "Trained"  # in the terms for what a trained network made, which a frame that shows any of it has
NAMES = {
    "face": ("face.R", "face.G", "face.B", "face.A"),
    "matte": ("matte.A",),
    "stmap": ("stmap.U", "stmap.V"),
    "landmarks": ("landmarks.A",),
    "difference": ("difference.R", "difference.G", "difference.B"),
    "folds": ("folds.R", "folds.G", "folds.B"),
}


class CompositeKnobs(NamedTuple):
    """The knobs of MaskComposite at one frame."""

    mask: str
    expand: float  # face sizes
    feather: float  # face sizes
    opacity: float
    match_colour: float
    clip_to_change: bool
    layers: tuple[str, ...]


def finish_frame(image: Image, track: Track, face: Face, matte: Image | None, seam: CompositeKnobs) -> Image:
    """`image` with the face laid in. Without an edit it is `image` itself, with empty layers where any were asked
    for.
    """
    window = _window(face)
    shown = face.edited and seam.opacity * track.trust > 0 and window.width > 0
    if not shown:
        return _with_layers(image, _before(image, seam.layers), image.main.window)
    paints = MODELS.get(face.model).paints
    opacity = seam.opacity * (track.trust if paints else 1.0)  # one that moves pixels moves them less there
    mask = opacity * _matte(track, window, matte, seam, paints)
    mask = mask * own_pixels(track, (window.x, window.y), (window.width, window.height), seam.feather)
    plate = linear_rgb(image, window)
    pixels = face.pixels
    if seam.match_colour > 0:
        gain = colour_gain(pixels, plate, mask)
        pixels = pixels if bool((gain == 1).all()) else pixels * gain**seam.match_colour
    if seam.clip_to_change:
        mask = mask * changed_matte(face.change, face.flow, seam.feather * face_size(track.hull))
    result = composite(pixels, plate, mask)
    edited = with_pixels(image, window, encode_rgb(image, result), mask)
    edited = mark_edited(edited, _facts(image, face.model))
    planes = _planes(image, face, window, pixels, mask, (plate, result), seam.layers)
    return _with_layers(edited, planes, image.main.window)


def _facts(image: Image, model: str) -> dict[str, str]:
    """What the header says of the edit: of this face, and of those that were composited before it in this frame."""
    before = None if image.path else image.main.attributes.get("recast:model")
    models = dict.fromkeys([*(str(before.value).split(", ") if before else []), model])
    sources = [MODELS.get(name).source_type for name in models]
    return {
        "model": ", ".join(models),
        "weights": ", ".join(map(provenance.weights, models)),
        "version": __version__,
        "source": next((source for source in sources if TRAINED in source), sources[0]),
    }


def _window(face: Face) -> Window:
    """The plate's pixels that the face covers."""
    shift = face.crop - torch.eye(3)
    shift[:2, 2] = 0
    if bool((shift.abs() > 1e-6).any()):
        raise RecastError(f"The face of model {face.model} is not at plate resolution.")
    left, top = (-round(float(value)) for value in face.crop[:2, 2])
    return Window(left, top, face.pixels.shape[2], face.pixels.shape[1])


def _matte(track: Track, window: Window, matte: Image | None, seam: CompositeKnobs, paints: bool) -> Tensor:
    """(1, H, W) the boundary mask, 0..1; never more than the hull has, nor than the patch of a model that `paints`."""
    corner, size = (window.x, window.y), (window.width, window.height)
    face = face_size(track.hull)
    hull = soft_edge(hull_region(track.hull, corner, size), seam.expand * face, seam.feather * face)
    if paints:  # a square patch, at whose border there is nothing more to show
        hull = torch.minimum(hull, template_region(track.crop, corner, size))
    if seam.mask == "template":
        return torch.minimum(template_region(track.crop, corner, size), hull)
    if seam.mask == "input":
        if matte is None:
            raise KnobError("MaskComposite.mask is input, and its input matte is not connected.")
        return torch.minimum(_read_matte(matte, window), hull)
    return hull


def _read_matte(matte: Image, window: Window) -> Tensor:
    """(1, H, W) the alpha of an image, or else the first channel of its picture, 0..1 and finite."""
    part = matte.main
    prefix = matte.rgb[0].rpartition(".")[0]
    alpha = f"{prefix}.A" if prefix else "A"
    name = alpha if alpha in part.channels else matte.rgb[0]
    values = linear_rgb(matte._replace(rgb=(name, name, name), colorspace="data"), window)[:1]
    return torch.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0).clamp(0, 1)


def _planes(
    image: Image,
    face: Face,
    window: Window,
    pixels: Tensor,
    mask: Tensor,
    pictures: tuple[Tensor, Tensor],
    layers: tuple[str, ...],
) -> dict[str, Tensor]:
    """The asked layers over the whole data window, by channel name; `pictures` are the plate and the result."""
    if not layers:
        return {}
    display = image.main.display
    size = (window.width, window.height)
    radius = max(1, round(face_size(face.keypoints[:, :2]) / 250))
    places = face.keypoints[:, :2] - torch.tensor([float(window.x), float(window.y)])
    made = {
        "face": lambda: torch.cat([pixels, mask]),
        "matte": lambda: mask,
        "stmap": lambda: st_map(face.flow, (window.x, window.y), (display.x, display.y, display.width, display.height)),
        "landmarks": lambda: draw_dots(places, size, radius),
        "folds": lambda: torch.ones_like(pixels) if face.folds is None else face.folds,
        "difference": lambda: torch.nan_to_num(pictures[1] - pictures[0], posinf=0.0, neginf=0.0),
    }
    planes = _before(image, layers)
    for layer in layers:
        for name, values in zip(NAMES[layer], made[layer](), strict=True):
            over = _has_left(image, name)  # what another face left stays where this one is not
            here = None if not over else values > 0 if layer == "landmarks" else mask[0] > 0
            planes[name] = _paste(planes[name], values, window, image.main.window, here)
    return planes


def _before(image: Image, layers: tuple[str, ...]) -> dict[str, Tensor]:
    """The layers as the faces that were composited before left them; those of a plate where there are none."""
    planes = _nothing(image, layers)
    channels = image.main.channels
    left = [name for name in planes if _has_left(image, name)]
    return planes | {name: torch.from_numpy(channels[name].astype("float32")) for name in left}


def _has_left(image: Image, name: str) -> bool:
    """Whether a face that was composited before left a layer here; a file's own of that name is none of ours."""
    return not image.path and name in image.main.channels


def _nothing(image: Image, layers: tuple[str, ...]) -> dict[str, Tensor]:
    """The layers of a frame without an edit: zeros, an ST map that moves nothing, folds that multiply by 1."""
    window, display = image.main.window, image.main.display
    planes = {name: torch.zeros(window.height, window.width) for layer in layers for name in NAMES[layer]}
    if "folds" in layers:
        planes.update({name: torch.ones(window.height, window.width) for name in NAMES["folds"]})
    if "stmap" in layers:
        still = torch.zeros(2, window.height, window.width)
        places = st_map(still, (window.x, window.y), (display.x, display.y, display.width, display.height))
        planes.update(zip(NAMES["stmap"], places, strict=True))
    return planes


def _paste(plane: Tensor, values: Tensor, window: Window, whole: Window, where: Tensor | None = None) -> Tensor:
    """`values` (H, W) over `window` laid into a plane, or only those of them that `where` names."""
    inner = window.intersect(whole)
    new = values[inner.within(window)]
    old = plane[inner.within(whole)]
    plane[inner.within(whole)] = new if where is None else torch.where(where[inner.within(window)], new, old)
    return plane


def _with_layers(image: Image, planes: dict[str, Tensor], window: Window) -> Image:
    """ST maps are float32: half would miss pixels in a 4K frame."""
    if not planes:
        return image
    exact = {name: plane for name, plane in planes.items() if name in NAMES["stmap"]}
    rest = {name: plane for name, plane in planes.items() if name not in exact}
    image = with_layers(image, rest, window) if rest else image
    return with_layers(image, exact, window, dtype="float32") if exact else image
