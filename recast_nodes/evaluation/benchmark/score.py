"""The numbers of one system over the benchmark: frame by frame, then means over clips and modes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .. import fidelity
from . import frames as files
from .clips import ShownClip, of_benchmark
from .networks import Networks
from .plan import Plan, Triplet
from .readings import FaceReader, FaceReading, expression_distance, likeness, pose_distance

RING = 0.02  # of the picture's width, on either side of the face's outline
STILL = 2 / 255  # source and truth differ by no more in any channel where the truth does not move
OUTSIDE = 0.12  # of the picture's width: beyond the face of source and truth by so much nothing may change
PARTS = {"brows": range(17, 27), "eyes": range(36, 48), "mouth": range(48, 68)}  # of the 68 landmarks
NEAR = {"brows": 0.03, "eyes": 0.03, "mouth": 0.04}  # of the picture's width about them
Numbers = dict[str, float | None]


class ClipScore(NamedTuple):
    """One triplet's numbers: of every frame, and of the whole clip."""

    triplet: Triplet
    frames: list[Numbers]
    features: Mapping[str, tuple[NDArray, NDArray]]  # of a network: result's and truth's, for distances of sets

    def mean(self, name: str) -> float | None:
        """A number's mean over the frames that have it; of PSNR, that of the frames' mean squared error, so that a few
        frames that need no edit do not count for more than all others.
        """
        known = np.array([numbers[name] for numbers in self.frames if numbers.get(name) is not None], float)
        if not known.size:
            return None
        return float(-10 * np.log10(np.mean(10 ** (-known / 10))) if name.startswith("psnr") else known.mean())


class Sides(NamedTuple):
    """The clips that a result is scored by."""

    result: ShownClip
    source: ShownClip
    driving: ShownClip
    truth: ShownClip


class ScoreStore(Protocol):
    """Where scores are kept; see `kept_scores`."""

    def find(self, triplet: Triplet, sides: Sides) -> ClipScore | None: ...

    def keep(self, score: ClipScore, sides: Sides) -> None: ...


Result = Callable[[Triplet], ShownClip]


def score(
    plan: Plan, folder: Path, result: Result, networks: Networks, store: ScoreStore | None = None
) -> Iterator[ClipScore]:
    """The numbers of a system, triplet by triplet; `store` has those that are known already, and keeps the others.

    Raises MediaError where frames are missing.
    """
    for triplet in plan.triplets:
        clips = [
            of_benchmark(folder, name, plan.size.pixels) for name in (triplet.source, triplet.driving, triplet.truth)
        ]
        sides = Sides(result(triplet), *clips)
        found = store.find(triplet, sides) if store else None
        if found is None:
            found = score_clip(plan, folder, triplet, sides, networks)
            if store:
                store.keep(found, sides)
        yield found


def score_clip(plan: Plan, folder: Path, triplet: Triplet, sides: Sides, networks: Networks) -> ClipScore:
    """The numbers of one result."""
    frames, errors, masks = [], [], []
    for number in range(plan.size.frames):
        passes = [files.read_passes(folder / name, number) for name in (triplet.source, triplet.truth)]
        face = np.maximum(passes[0].face, passes[1].face) > 0.5
        result, source, truth = (clip.picture(number) for clip in (sides.result, sides.source, sides.truth))
        numbers = compare(result, source, truth, face)
        numbers |= _parts(result, truth, files.read_landmarks(folder / triplet.truth, number))
        numbers |= _read(sides, number, networks.reader)
        numbers |= networks.pairs(result, truth, face)
        frames.append(numbers)
        errors.append(result - truth)
        masks.append(face)
        if number > 1:
            before, now, after = errors[-3:]
            frames[-2]["flicker"] = fidelity.second_difference(before, now, after, masks[-2])
            errors, masks = errors[-2:], masks[-2:]
    return ClipScore(triplet, frames, networks.features(sides.result, sides.truth, plan.size.frames))


def compare(result: NDArray, source: NDArray, truth: NDArray, face: NDArray[np.bool_]) -> Numbers:
    """The numbers that pixels alone give. `face` is the face of source and truth together."""
    width = face.shape[1]
    beyond = ~fidelity.grow(face, round(OUTSIDE * width))
    changed = np.abs(result - source).max(-1)[beyond]
    still = np.abs(truth - source).max(-1) <= STILL
    alike = fidelity.ssim_map(result, truth).mean(-1)
    numbers: Numbers = {
        "psnr": fidelity.psnr(result, truth),
        "ssim": fidelity.mean_of(alike),
        "l1": fidelity.l1(result, truth),
        "psnr face": fidelity.psnr(result, truth, face),
        "ssim face": fidelity.mean_of(alike, face),
        "l1 face": fidelity.l1(result, truth, face),
        "l1 still": fidelity.l1(result, truth, face & still),
        "l1 acting": fidelity.l1(result, truth, face & ~still),
        "ring": fidelity.l1(result, truth, fidelity.ring(face, round(RING * width))),
        "folds": fidelity.fold_correlation(result, truth, source, fidelity.shrink(face, round(RING * width))),
        "outside": float(changed.mean()) if changed.size else None,
        "outside pixels": float((changed > 0).sum()) if changed.size else None,
    }
    return numbers


def _parts(result: NDArray, truth: NDArray, landmarks: NDArray) -> Numbers:
    """L1 at brows, eyes and mouth, where the truth has them."""
    found: Numbers = {}
    height, width = truth.shape[:2]
    for name, points in PARTS.items():
        reach = NEAR[name] * width
        low, high = landmarks[list(points), :2].min(0) - reach, landmarks[list(points), :2].max(0) + reach
        left, top = (int(v) for v in np.clip(np.floor(low), 0, width - 1))
        right, bottom = (int(v) for v in np.clip(np.ceil(high), 1, height))
        part = slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1))
        found[f"l1 {name}"] = fidelity.l1(result[part], truth[part])
    return found


def _read(sides: Sides, number: int, reader: FaceReader) -> Numbers:
    """Distances by the face reader; left out of a frame in which it finds no face."""
    result, source, driving, truth = (clip.reading(number, reader) for clip in sides)
    numbers: Numbers = {"unread": float(result is None)}
    if result is None:
        return numbers
    pairs: tuple[tuple[str, Callable[[FaceReading, FaceReading], float | None], FaceReading | None], ...] = (
        ("csim", likeness, truth),
        ("aed", expression_distance, driving),
        ("aed truth", expression_distance, truth),
        ("apd", pose_distance, source),
        ("mae", lambda one, other: fidelity.angle_between(one.gaze, other.gaze), truth),
    )
    return numbers | {name: distance(result, other) for name, distance, other in pairs if other is not None}
