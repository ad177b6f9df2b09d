"""A frame edited on trial: in full, on a small picture, and read back (see `stages.expression.calibration`)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..face.blendshapes import COEFFICIENTS
from ..media.pixels import resample
from ..stages.expression.head_pose import square
from ..stages.expression.sliders import SLIDERS
from ..stages.features.eyelids import blink_amount
from ..stages.regions import REGIONS
from ..wires import Image, Motion, Part, Track, Trial, Window
from .finish import CompositeKnobs, finished
from .interface import DecodeKnobs, MixKnobs, Scene
from .mesh.keypoints import donor_of, turn_of
from .mesh.model import MeshModel
from .tracker.landmarker import read_face
from .tracker.view import look

FACE = 160.0  # pixels of the face in a trial: about what the landmarker's network sees of it
SHUT = 0.5  # of a blink of the plate, from which a frame is not tried
REACH = 1.0  # of the face's size to each side of its middle
NOTHING_MISSED = torch.zeros(COEFFICIENTS)
IN_FULL = MixKnobs(
    "expression", 1.0, 0.0, (1.0,) * len(REGIONS), 0.0, 1.0, 0.1, 1.0, (0.0,) * len(SLIDERS), 1.0, NOTHING_MISSED
)
PLAIN, HULL = DecodeKnobs(1.0, 0.0, 0.0, 1.0, 0), CompositeKnobs("hull", 0.0, 0.05, 1.0, 0.0, True, ())


def trial(
    image: Image,
    track: Track,
    source: Motion,
    driving: Motion,
    driving_image: Image | None = None,
    driving_track: Track | None = None,
) -> Trial | None:
    """How `source`, the plate's performance in this frame, is read once it has given way to the driver's: every knob at
    its default, nothing kept by the guard. Without the driver's picture an opened mouth is dark.

    None where a face was lost, or where the plate blinks: its eyes are then another frame's, which a trial has not.
    """
    seen = source.state == "tracked" and driving.state != "lost" and source.model == driving.model == "mesh"
    if not seen or float(blink_amount(source.canonical + source.expression, source.canonical)) > SHUT:
        return None
    small, track, motion = _shrunk(image, track, source)
    shown = driving_image is not None and driving_track is not None and driving_track.found
    donor = donor_of(driving_image, driving_track) if shown else None  # type: ignore[arg-type]
    edited = MeshModel().mix(motion, driving, None, None, IN_FULL)
    face = MeshModel().decode(MeshModel().warp(Scene(small, track, edited)), donor, PLAIN)
    before, after = (_read(each, track) for each in (small, finished(small, track, face, None, HULL)))
    if before is None or after is None:
        return None
    return Trial(driving.coefficients, before, after)


def _shrunk(image: Image, track: Track, motion: Motion) -> tuple[Image, Track, Motion]:
    """The face's part of a plate in square pixels, small, with its track and motion in pixels of that."""
    across, points = track.pixel_aspect, square(track.landmarks, track.pixel_aspect)
    size = float((points.amax(0) - points.amin(0))[:2].amax())
    scale = min(1.0, FACE / max(size, 1.0))
    low, high = ((points.mean(0) + side * REACH * size).tolist() for side in (-1, 1))
    left, top = round(low[0] / across), round(low[1])
    window = Window(left, top, round((high[0] - low[0]) / across), round(high[1] - low[1]))
    shape = max(2, round(window.width * across * scale)), max(2, round(window.height * scale))
    corner = points.new_tensor([left * across, top, 0.0])
    ratio = points.new_tensor([shape[0] / (window.width * across), shape[1] / window.height, scale])
    small = track._replace(
        landmarks=(points - corner) * ratio,
        hull=(track.hull * track.hull.new_tensor([across, 1.0]) - corner[:2]) * ratio[:2],
        pixel_aspect=1.0,
    )
    motion = motion._replace(
        scale=motion.scale * scale,
        translation=(motion.translation - corner) * scale,
        source=(motion.source - corner) * scale,
    )
    return _small(image, window, shape), small, motion


def _small(image: Image, window: Window, shape: tuple[int, int]) -> Image:
    """The picture's channels alone in `window`, brought to `shape` (width, height) by area."""
    place = Window(0, 0, *shape)
    channels = dict(zip(image.rgb, resample(image, window, shape), strict=True))
    return Image((Part(image.main.name, channels, place, place),), image.rgb, image.colorspace)


def _read(image: Image, track: Track) -> Tensor | None:
    """The coefficients (52,) of the face in a small picture, in which it is tracked."""
    window = image.main.window
    face = read_face(look(image, window, 1.0), np.array([window.width / 2, window.height / 2]), turn_of(track))
    return None if face is None else torch.from_numpy(face.coefficients).float()
