"""The mesh model's face finished by a model of its performer, and whether that is a model of this person."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ...notices import notice
from ...stages.finish.grain import extract_grain, noise_level, scatter_grain
from ...stages.lenders.person import FEWEST, is_other_person
from ...wires import MouthFrame, WarpField
from ..interface import DecodeKnobs
from ..performer.file import read_performer
from ..performer.finish import finish_face
from .analysis import analyse_shot
from .folds import complete_folds
from .keypoints import offset_of


def finish_by_performer(
    pixels: Tensor, change: Tensor, bare: Tensor, field: WarpField, finish: DecodeKnobs
) -> tuple[Tensor, Tensor]:
    """The decoded face (3, H, W) with what the performer finishes, and how far pixels changed (1, H, W).

    `pixels` are shown where nothing is finished; `bare` (3, H, W) are those without folds and grain. What is finished
    has as much of the edit's folds and of the plate's grain as it lacks. Where the edit's glasses were lifted off, eyes
    and brows stay.
    """
    assert finish.performer is not None
    place = field.window.x, field.window.y
    source, driven = field.source - offset_of(place), field.driven - offset_of(place)
    finished, matte = finish_face(bare, source, driven, finish.performer, lower_only=field.glasses is not None)
    matte = finish.performer_share * (matte if field.free is None else matte * field.free)
    if not bool((matte > 0).any()):
        return pixels, change
    finished = complete_folds(field, finished, bare)
    if finish.grain > 0:
        wanted = noise_level(field.plate).clamp_min(1e-9)
        lacking = (1 - (noise_level(finished) / wanted).square()).clamp_min(0).sqrt()
        finished = finished + finish.grain * lacking * scatter_grain(extract_grain(field.plate), place)
    return torch.where(matte > 0, torch.lerp(pixels, finished, matte), pixels), torch.maximum(change, matte)


def doubt_performer(file: str, records: Mapping[int, MouthFrame]) -> None:
    """Tell the user of a performer that was learned from another person than the plate shows."""
    tracks = {frame: record.plate for frame, record in sorted(records.items()) if record.plate is not None}
    found = sum(track.found for track in tracks.values())
    if found >= FEWEST and is_other_person(read_performer(file).canonical, analyse_shot(tracks, None).canonical):
        notice(f"{file}: this performer seems to be another person than the plate shows. What it finishes is theirs.")
