"""Scores of clips that are finished already, so that scoring which was stopped goes on: an hour a system at full size.

A score is known by everything that it depends on: the frames of its four clips, the networks, and how it is counted.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...media.files.atomic import whole_file
from .plan import Plan, Triplet
from .score import ClipScore, Sides

if TYPE_CHECKING:
    from .networks import Networks

COUNTED = 1  # another number where a metric is counted otherwise


class KeptScores:
    """The scores of one system, in `scores/NAME/` of a benchmark's folder: one file a triplet."""

    def __init__(self, folder: Path, name: str, plan: Plan, networks: Networks):
        self._place, self._plan, self._networks = folder / "scores" / name, plan, networks

    def find(self, triplet: Triplet, sides: Sides) -> ClipScore | None:
        """The triplet's score, where it was counted of the same frames in the same way."""
        try:
            with np.load(self._path(triplet), allow_pickle=False) as data:
                about = json.loads(str(data["about"]))
                if about["key"] != self._key(triplet, sides):
                    return None
                features = {name: (data[f"{name} result"], data[f"{name} truth"]) for name in about["features"]}
                return ClipScore(triplet, about["frames"], features)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, score: ClipScore, sides: Sides) -> None:
        """Writes a score, whole or not at all."""
        key = self._key(score.triplet, sides)
        about = {"key": key, "frames": score.frames, "features": list(score.features)}
        arrays: dict[str, Any] = {f"{name} result": pair[0] for name, pair in score.features.items()}
        arrays |= {f"{name} truth": pair[1] for name, pair in score.features.items()}
        with whole_file(self._path(score.triplet)) as part, part.open("wb") as file:
            np.savez(file, **arrays, about=np.array(json.dumps(about)))

    def _path(self, triplet: Triplet) -> Path:
        return self._place / f"{triplet.name}.npz"

    def _key(self, triplet: Triplet, sides: Sides) -> str:
        clips = [clip.fingerprint(self._plan.size.frames) for clip in sides]
        parts = [COUNTED, self._plan.version, triplet, self._networks.known_by, clips]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
