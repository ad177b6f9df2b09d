"""How fast the stages of a model without networks are, at given plate sizes: each on one thread, as frames are worked
on side by side.

The plate is a picture of a face, enlarged so that the face is as high as a portrait's (400 pixels of 1080), with the
face edited by a wide smile and an open mouth. Operations are not counted: what takes the time is looking pixels up,
drawing triangles and an outside tracker, none of which is multiplying matrices.
"""

from __future__ import annotations

import math
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
from ..models import get
from ..models.canonical import expression_basis
from ..models.finish import CompositeKnobs, finish_frame
from ..models.interface import DecodeKnobs, Guard, MixKnobs, Model, Scene, TrackedFrame
from ..models.mesh.complexion import learn_shot_complexion, observe_texture
from ..models.mesh.keypoints import donor_of
from ..models.mesh.model import MeshModel
from ..models.tracker.landmarker import observe_faces
from ..models.tracker.still import largest_face
from ..models.tracker.view import whole
from ..natives import opencv
from ..stages.expression.head_pose import compose, to_pixels
from ..stages.field import backward
from ..stages.thresholds import Amount
from ..stages.track.crop import crop_matrix, mesh_square
from ..stages.track.hull import boundary_hull, with_jaw_room
from ..wires import Computing, Face, Image, Motion, Part, Track, WarpField, Window
from .timing import Way, seconds

FACE_HEIGHT = 400 / 1080  # of the plate's height
ACTED = recipe(jawOpen=0.6, mouthSmileLeft=0.7, mouthSmileRight=0.7)  # what the driver does
MIX = MixKnobs("expression", 1.0, 0.0, (1.0,) * len(REGIONS), 0.0, 1.0, 0.1, 1.0, (0.0,) * 6)
FINISH = DecodeKnobs(1.0, 1.0, 0.0, 1.0, 0)
SEAM = CompositeKnobs("hull", 0.0, 0.05, 1.0, 1.0, True, ())
SEEN = 1280  # pixels along the picture's longer side, at most: what is enlarged begins from it

HEADER = (
    f"{'model':14} {'stage':9} {'plate':>10} {'plain ms':>9} {'ratio':>6} {'fast ms':>9} {'frames/s':>9} {'off by':>9}"
)


@dataclass(frozen=True)
class PlateTiming:
    """One stage at one plate size, or `frame`, their sum: what one core takes for a frame that is read."""

    model: str
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
        fast = f"{self.fast * 1000:9.1f} {1 / self.fast:9.2f}"
        return f"{self.model:14} {self.stage:9} {size:>10} {plain} {fast} {error:>9}"

    def record(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self) | {"ratio": self.ratio, "frames_per_second": 1 / self.fast}


def measure_plates(model: str, picture: Path, sizes: tuple[tuple[int, int], ...], way: Way) -> Iterator[PlateTiming]:
    """Every stage at every size, then their sum. Raises MediaError and NoFace for a picture that shows no face."""
    pixels, high = _portrait(picture)
    for width, height in sizes:
        stages = []
        for stage in _stages(model, _plate(pixels, height * FACE_HEIGHT / high, (width, height)), way):
            stages.append(stage)
            yield stage
        yield PlateTiming(model, "frame", width, height, sum(stage.fast for stage in stages))


def _stages(name: str, plate: Image, way: Way) -> Iterator[PlateTiming]:
    width, height = plate.main.window[2:]
    edit = _Edit(get(name), plate)
    for stage, call in edit.calls().items():
        forms = {"fast": call}
        error = None
        if stage == "warp" and way.plain:
            forms["plain"] = edit.warp_at_full_grid
            error = _rms_difference(edit.warp_at_full_grid().flow, edit.field.flow)
        medians = seconds(forms, way)
        yield PlateTiming(name, stage, width, height, medians["fast"], medians.get("plain", 0.0), error)


class _Edit:
    """One frame of a plate on its way through a model, every stage ready to be called again."""

    def __init__(self, model: Model, plate: Image):
        self.model, self.plate, self.track = model, plate, _make_track(plate)
        acted = _acting(self.track)
        self.shot = model.analyse({0: self.track}, None)
        self.source = self.extract()
        self.driving = model.extract_batch([TrackedFrame(0, acted, plate)], model.analyse({0: acted}, None))[0]
        guard = Guard(learn_shot_complexion([observe_texture(plate, self.track)] * 8), 1.0)
        self.scene = Scene(plate, self.track, self.mix(), None, 0, guard)
        self.field, self.donor = self.warp(), donor_of(plate, self.track)
        self.face = self.decode()

    def calls(self) -> dict[str, Callable[[], object]]:
        """The stages by name, in the order of a frame."""
        return {
            "track": lambda: observe_faces(self.plate),
            "motion": self.extract,
            "mix": self.mix,
            "warp": self.warp,
            "decode": self.decode,
            "composite": lambda: finish_frame(self.plate, self.track, self.face, None, SEAM),
        }

    def extract(self) -> Motion:
        return self.model.extract_batch([TrackedFrame(0, self.track, self.plate)], self.shot)[0]

    def mix(self) -> Motion:
        return self.model.mix(self.source, self.driving, None, None, MIX)

    def warp(self) -> WarpField:
        return self.model.warp_batch([self.scene], Computing())[0]

    def decode(self) -> Face:
        return self.model.decode_batch([self.field], [self.donor], [FINISH])[0]

    def warp_at_full_grid(self) -> WarpField:
        """The plain form of Warp: its field is drawn with a cell for every pixel, not on a coarser grid."""
        before, backward.GRID = backward.GRID, Amount(math.inf, "cells across the face", "a cell for every pixel")
        try:
            return self.warp()
        finally:
            backward.GRID = before


def _acting(track: Track) -> Track:
    """The tracked face with what the driver does on it."""
    mesh = MeshModel()
    motion = mesh.extract(None, track, mesh.analyse({0: track}, None), 0)
    change = _driver_coefficients()
    expression = motion.expression + torch.einsum("c,ckd->kd", change, expression_basis())
    acted = compose(motion.canonical, expression, motion.rotation, motion.scale, motion.translation)
    return track._replace(landmarks=to_pixels(acted, track.pixel_aspect), coefficients=track.coefficients + change)


def _rms_difference(one: Tensor, other: Tensor) -> float:
    moved = (other.abs().amax(0) > 0) | (one.abs().amax(0) > 0)
    if not bool(moved.any()):
        return 0.0
    return float((one - other)[:, moved].square().sum(0).mean().sqrt())


def _driver_coefficients() -> Tensor:
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


def _make_track(plate: Image) -> Track:
    window = plate.main.window
    track = largest_face(plate, f"the plate of {window.width}x{window.height}; it may be too small")
    crop = crop_matrix(mesh_square(track.landmarks, 1.5, 0.0, -0.125, True))
    return track._replace(crop=crop, hull=boundary_hull(with_jaw_room(track.landmarks), 0.25))
