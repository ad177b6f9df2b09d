"""Clips of a folder that `recast bench quality --make` wrote, whose keypoints are computed again from its plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ...digital_humans.ict import small_head
from ...digital_humans.keypoints import keypoint_sets
from ...digital_humans.people import draw_person, draw_room
from ...digital_humans.performance import to_ict
from ...evaluation.benchmark.clips import of_benchmark
from ...evaluation.benchmark.plan import read_plan
from .clip import Task, write_clip
from .cut import cut_frame, join_frames


def find_clips(folder: Path, place: Path, pixels: int, margin: float) -> list[tuple[Path, Task]]:
    """Where each clip of a benchmark is stored, and what makes it. Raises MediaError, DocumentError."""
    found: list[tuple[Path, Task]] = []
    for clip in read_plan(folder).clips:
        path = place / f"{clip.name.replace('/', '_')}_{pixels}.safetensors"
        found.append((path, (store_clip, (folder, clip.name, path, pixels, margin))))
    return found


def store_clip(folder: Path, name: str, path: Path, pixels: int, margin: float) -> int:
    """Cut a benchmark's clip about its face; the number of frames. Raises MediaError."""
    plan = read_plan(folder)
    clip = plan.clip(name)
    performance, motion, room = plan.performance(clip), plan.motion(clip), draw_room(clip.person)
    identity, shown = draw_person(clip.person).identity, of_benchmark(folder, name, plan.size.pixels)
    frames = []
    for number in range(plan.size.frames):
        camera = room.camera_at(number / plan.size.frames, plan.size.pixels)
        expression = to_ict(performance.expression(number))
        sets, landmarks = keypoint_sets(small_head(), identity, expression, motion.pose(number), camera)
        picture = torch.from_numpy(np.ascontiguousarray(shown.picture(number).transpose(2, 0, 1)))
        frames.append(cut_frame(picture, sets, landmarks, pixels, margin))
    write_clip(path, join_frames(frames))
    return plan.size.frames
