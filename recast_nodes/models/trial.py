"""A frame edited on trial: in full, on a small picture, and read back (see `stages.expression.calibration`)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..face.blendshapes import COEFFICIENTS
from ..face.regions import REGIONS
from ..media.pixels import resample
from ..media.rates import frame_rate
from ..model_registry import MODELS
from ..stages.expression.head_pose import square
from ..stages.expression.sliders import SLIDERS
from ..stages.features.eyelids import blink_amount
from ..stages.thresholds import Amount, Threshold
from ..wires import Computing, DrivenFrame, Image, Motion, Part, Track, Trial, Window
from . import get
from .by_numbers import fit_to
from .finish import CompositeKnobs, finish_frame
from .interface import DecodeKnobs, MixKnobs, Scene
from .mesh.keypoints import donor_of, turn_of
from .tracker.landmarker import read_face
from .tracker.view import look

FACE = Amount(
    160.0,
    "pixels",
    "about what the landmarker's network sees of a face, and small and large results are read alike to .94 to .99; "
    "one takes 170 ms (decision 23)",
)
SHUT = Threshold(
    0.5,
    "of a blink",
    "a plate's open eyes from shut ones, which another frame would have to lend",
    "no measurement is on record",
)
REACH = Amount(
    1.0,
    "of the face's size to each side of its middle",
    "room for the tracker to look at the face as it does in the plate; no measurement is on record",
)
IN_FULL = MixKnobs(
    transfer="expression",
    replace=1.0,
    enhance=0.0,
    regions=(1.0,) * len(REGIONS),
    pose=0.0,
    retarget=1.0,
    likeness=0.1,
    protect=1.0,
    sliders=(0.0,) * len(SLIDERS),
    calibrate=1.0,
    missing=torch.zeros(COEFFICIENTS),
)
"""ExpressionMix's own defaults, calibrated by nothing yet: tests hold the two together."""
PLAIN = DecodeKnobs(detail=1.0, grain=0.0, sharpen=0.0, exposure_match=1.0, frame=0)
HULL = CompositeKnobs(
    mask="hull", expand=0.0, feather=0.05, opacity=1.0, match_colour=0.0, clip_to_change=True, layers=()
)


def observe_frame(
    driving: Motion | None,
    source: Motion | None,
    image: Image | None,
    track: Track | None,
    driving_image: Image | None,
    driving_track: Track | None,
) -> DrivenFrame:
    """What is kept of one frame: both performances, as far as they are given, and a trial where their pictures are."""
    stated = None if image is None else frame_rate(image.main.attributes.get("framesPerSecond"))
    rate = None if stated is None else float(stated)
    own, motion = (each and each._replace(source=each.source[:0]) for each in (source, driving))
    if driving is None or source is None or image is None or track is None:
        return DrivenFrame(motion, plate=own, rate=rate)
    calibrates = MODELS.get(source.model).calibrates
    tried = trial(image, track, source, driving, driving_image, driving_track) if calibrates else None
    return DrivenFrame(motion, tried, own, rate)


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
    same = source.model == driving.model and MODELS.get(source.model).calibrates
    seen = source.state == "tracked" and driving.state != "lost" and same
    if not seen or float(blink_amount(source.canonical + source.expression, source.canonical)) > SHUT:
        return None
    small, track, motion = _shrunk(image, track, source)
    shown = driving_image is not None and driving_track is not None and driving_track.found
    donor = donor_of(driving_image, driving_track) if shown else None  # type: ignore[arg-type]
    model = get(source.model)
    fitted = fit_to(motion, driving, None, None, IN_FULL)
    edited = model.mix(motion, fitted.driving, None, None, fitted.mix)
    (field,) = model.warp_batch([Scene(small, track, edited)], Computing())
    (face,) = model.decode_batch([field], [donor], [PLAIN])
    before, after = (_read(each, track) for each in (small, finish_frame(small, track, face, None, HULL)))
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
