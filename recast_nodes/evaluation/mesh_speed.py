"""How fast the mesh model's stages are at given plate sizes: each on one thread, as frames are worked on side by side.

The plate is a picture of a face, enlarged so that the face is as high as a portrait's (400 pixels of 1080), with the
face edited by a wide smile and an open mouth. Operations are not counted: what takes the time is looking pixels up,
drawing triangles and an outside tracker, none of which is multiplying matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..face.blendshapes import COEFFICIENTS, recipe
from ..face.regions import REGIONS
from ..media.colour.colour import scene_linear
from ..media.images import read_image
from ..media.pixels import from_network
from ..models.finish import CompositeKnobs, finished
from ..models.interface import DecodeKnobs, Guard, MixKnobs, Scene
from ..models.mesh.canonical import expression_basis
from ..models.mesh.complexion import complexion, observed
from ..models.mesh.keypoints import donor_of
from ..models.mesh.model import MeshModel
from ..models.tracker.landmarker import observe_faces
from ..models.tracker.still import largest_face
from ..models.tracker.view import whole
from ..natives import opencv
from ..stages.field import backward
from ..stages.thresholds import Amount
from ..stages.track.crop import crop_matrix, mesh_square
from ..stages.track.hull import boundary_hull, with_jaw_room
from ..wires import Image, Part, Track, WarpField, Window
from .speed import Way, seconds

FACE = 400 / 1080  # of the plate's height
ACTED = recipe(jawOpen=0.6, mouthSmileLeft=0.7, mouthSmileRight=0.7)  # what the driver does
MIX = MixKnobs("expression", 1.0, 0.0, (1.0,) * len(REGIONS), 0.0, 1.0, 0.1, 1.0, (0.0,) * 6)
FINISH = DecodeKnobs(1.0, 1.0, 0.0, 1.0, 0)
SEAM = CompositeKnobs("hull", 0.0, 0.05, 1.0, 1.0, True, ())
SEEN = 1280  # pixels along the picture's longer side, at most: what is enlarged begins from it
FULL_GRID = Amount(1e9, "cells across the face", "a cell for every pixel")

HEADER = (
    f"{'model':14} {'stage':9} {'plate':>10} {'plain ms':>9} {'ratio':>6} {'fast ms':>9} {'frames/s':>9} {'off by':>9}"
)


@dataclass(frozen=True)
class MeshMeasured:
    """One stage at one plate size, or `frame`, their sum: what one core takes for a frame that is read."""

    stage: str
    width: int
    height: int
    fast: float  # seconds a frame
    plain: float = 0.0  # seconds of the form that does the same by more work; 0 where there is no other
    error: float | None = None  # pixels of the plate by which the fields of both forms differ, root mean square

    @property
    def ratio(self) -> float | None:
        """Time of the fast form in times of the plain one."""
        return self.fast / self.plain if self.plain else None

    def __str__(self) -> str:
        plain = f"{self.plain * 1000:9.1f} {self.ratio:6.2f}" if self.plain else f"{'':9} {'':6}"
        error = "" if self.error is None else f"{self.error:6.2f} px"
        size = f"{self.width}x{self.height}"
        return f"{'mesh':14} {self.stage:9} {size:>10} {plain} {self.fast * 1000:9.1f} {1 / self.fast:9.2f} {error:>9}"

    def record(self) -> dict[str, object]:
        """Plain data."""
        return {"model": "mesh"} | asdict(self) | {"ratio": self.ratio, "frames_per_second": 1 / self.fast}


def measure_mesh(picture: Path, sizes: tuple[tuple[int, int], ...], way: Way) -> Iterator[MeshMeasured]:
    """Every stage at every size, then their sum. Raises MediaError and NoFace for a picture that shows no face."""
    pixels, high = _portrait(picture)
    for width, height in sizes:
        stages = []
        for stage in _stages(_plate(pixels, height * FACE / high, (width, height)), way):
            stages.append(stage)
            yield stage
        yield MeshMeasured("frame", width, height, sum(stage.fast for stage in stages))


def _stages(plate: Image, way: Way) -> Iterator[MeshMeasured]:
    width, height = plate.main.window[2:]
    model, track = MeshModel(), _tracked(plate)
    shot = model.analyse({0: track}, None)
    source = model.extract(None, track, shot, 0)
    expression = source.expression + torch.einsum("c,ckd->kd", _acted(), expression_basis())
    driving = source._replace(expression=expression, coefficients=source.coefficients + _acted())
    edited = model.mix(source, driving, None, None, MIX)
    guard = Guard(complexion([observed(plate, track)] * 8), 1.0)
    scene = Scene(plate, track, edited, None, 0, guard)
    warped, donor = model.warp(scene), donor_of(plate, track)
    face = model.decode(warped, donor, FINISH)
    calls: dict[str, Callable[[], object]] = {
        "track": lambda: observe_faces(plate),
        "motion": lambda: model.extract(None, track, shot, 0),
        "mix": lambda: model.mix(source, driving, None, None, MIX),
        "warp": lambda: model.warp(scene),
        "decode": lambda: model.decode(warped, donor, FINISH),
        "composite": lambda: finished(plate, track, face, None, SEAM),
    }
    for name, call in calls.items():
        forms = {"fast": call}
        error = None
        if name == "warp" and way.plain:
            forms["plain"] = lambda: _at_full_grid(model, scene)
            error = _apart(_at_full_grid(model, scene).flow, warped.flow)
        taken = seconds(forms, way)
        yield MeshMeasured(name, width, height, taken["fast"], taken.get("plain", 0.0), error)


def _at_full_grid(model: MeshModel, scene: Scene) -> WarpField:
    """The plain form of Warp: its field is drawn with a cell for every pixel, not on a coarser grid."""
    before, backward.GRID = backward.GRID, FULL_GRID
    try:
        return model.warp(scene)
    finally:
        backward.GRID = before


def _apart(one: Tensor, other: Tensor) -> float:
    moved = (other.abs().amax(0) > 0) | (one.abs().amax(0) > 0)
    return float((one - other)[:, moved].square().sum(0).mean().sqrt())


def _acted() -> Tensor:
    coefficients = torch.zeros(COEFFICIENTS)
    for number, amount in ACTED.items():
        coefficients[number] = amount
    return coefficients


def _portrait(path: Path) -> tuple[np.ndarray, float]:
    """A picture (H, W, 3) sRGB and how many pixels its face is high."""
    image = read_image(str(path))
    points = largest_face(image, str(path)).landmarks[:, 1]
    seen = whole(image, SEEN)
    shrunk = seen.pixels.shape[0] / seen.place[3]
    return seen.pixels, float(points.max() - points.min()) * shrunk


def _plate(pixels: np.ndarray, scale: float, size: tuple[int, int]) -> Image:
    """A plate of `size` in half floats, scene-linear, with the enlarged picture in its middle and black around it."""
    middle = np.array(pixels.shape[1::-1]) / 2
    move = np.array(
        [[scale, 0, size[0] / 2 - scale * middle[0]], [0, scale, size[1] / 2 - scale * middle[1]]], np.float32
    )
    shown = opencv().warpAffine(pixels, move, size, flags=opencv().INTER_CUBIC)
    noise = np.random.default_rng(0).normal(0, 0.004, shown.shape).astype(np.float32)
    grained = torch.from_numpy((shown.astype(np.float32) / 255 + noise).clip(0, 0.95).transpose(2, 0, 1).copy())
    light = from_network(grained, scene_linear()).numpy().astype(np.float16)
    window = Window(0, 0, *size)
    return Image((Part("", dict(zip("RGB", light)), window, window),), ("R", "G", "B"), scene_linear())


def _tracked(plate: Image) -> Track:
    window = plate.main.window
    track = largest_face(plate, f"the plate of {window.width}x{window.height}; it may be too small")
    crop = crop_matrix(mesh_square(track.landmarks, 1.5, 0.0, -0.125, True))
    return track._replace(crop=crop, hull=boundary_hull(with_jaw_room(track.landmarks), 0.25))
