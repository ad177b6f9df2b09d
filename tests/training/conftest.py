"""A run that takes seconds: networks of 32 pixels, and clips of faces that are drawn as ellipses."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.keypoints import keypoint_vertices, to_units
from recast_nodes.training.data.clip import ClipFrames, write_clip
from recast_nodes.training.data.sources import clip_sources
from recast_nodes.training.settings import RunSettings
from recast_nodes.training.settings_file import preset

NETWORKS = {"pixels": 32, "motion_pixels": 32, "appearance_widths": (8, 12, 16), "motion_widths": (8, 8, 16, 16)}
NETWORKS |= {
    "feature": 16,
    "decoder_width": 16,
    "decoder_up": (12,),
    "decoder_hidden": 8,
    "hourglass_widest": 16,
    "depth": 2,
}


long = pytest.mark.skipif(not os.environ.get("RECAST_TRAIN"), reason="make test-train")


def drawn_clip(seed: int, frames: int, pixels: int) -> ClipFrames:
    """A brown ellipse with a mouth that opens; keypoints of the average head, whose lips move with it."""
    rng = np.random.default_rng(seed)
    head = small_head().topology
    still = torch.from_numpy(to_units(head.template[keypoint_vertices(head)]))
    landmarks = torch.from_numpy(to_units(head.template[head.landmarks]))[:, :2] * 0.7
    y, x = np.mgrid[:pixels, :pixels] / pixels * 2 - 1
    tone = rng.uniform(0.3, 0.9, 3)
    pictures, acting = [], []
    for _ in range(frames):
        opened = rng.uniform(0, 0.25)
        picture = np.full((3, pixels, pixels), 0.2) + 0.1 * rng.random((3, 1, 1))
        picture[:, (x / 0.6) ** 2 + (y / 0.8) ** 2 < 1] = tone[:, None]
        picture[:, (x / 0.25) ** 2 + ((y - 0.35) / (0.05 + opened)) ** 2 < 1] = 0.05
        pictures.append(torch.from_numpy((picture * 255).round()).to(torch.uint8))
        moved = still.clone()
        moved[still[:, 1] > 0.4, 1] += opened
        acting.append(moved)
    expression = torch.stack(acting)
    return ClipFrames(
        torch.stack(pictures),
        still.expand(frames, -1, -1),
        expression,
        expression * 0.7,
        landmarks.expand(frames, -1, -1),
    )


def draw_clips(settings: RunSettings, run: Path) -> None:
    for seed, source in enumerate(clip_sources(settings, run)):
        source.path.parent.mkdir(parents=True, exist_ok=True)
        write_clip(source.path, drawn_clip(seed, settings.data.frames, round(settings.networks.pixels * 1.2)))


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> Path:
    """The folder of drawn clips."""
    place = tmp_path_factory.mktemp("clips")
    draw_clips(quick(place), place)
    return place


def quick(clips: Path) -> RunSettings:
    """The settings of a run of a few steps."""
    tiny = preset("tiny")
    return replace(
        tiny,
        data=replace(tiny.data, people=4, frames=4, held_out=1, folder=str(clips)),
        networks=replace(tiny.networks, **NETWORKS),
        train=replace(tiny.train, steps=6, batch=2),
        log=replace(tiny.log, every=1, pictures=6, checkpoint=3),
    )


@pytest.fixture
def settings(clips) -> RunSettings:
    return quick(clips)
