"""Which people, performances and head motions make which clips, and which clips make a triplet.

Of every person there are three clips of one head motion: with the source's performance, with the driver's (the truth),
and without expression; and the driver's performance by another person, who keeps the head still. Replacement edits the
first by the driver, enhancement the one without expression; both have the same truth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...digital_humans.head_motion import MOTIONS, HeadMotion, move, stay
from ...digital_humans.people import Room, draw_room
from ...digital_humans.performance import RATE, ExpressionCurves, at_rest, perform, read_arkit, scripts
from ...errors import DocumentError, MediaError
from ...models.weights.notes import sha256_of
from .rooms import read_environment

FILE = "benchmark.json"
VERSION = 2  # of the renderer and of what is drawn: another one makes other pixels
MODES = ("replacement", "enhancement")
REST, STILL = "rest", "still"
DRIVERS = 1000  # added to a person's number for who drives them


@dataclass(frozen=True)
class Size:
    """How much of it is made."""

    identities: int = 20
    frames: int = 150
    pixels: int = 512


FULL, QUICK = Size(), Size(2, 10, 256)


class Clip(NamedTuple):
    """One clip: who acts what, and how the head moves meanwhile."""

    name: str
    person: int
    performance: str
    motion: str
    passes: bool  # whether masks, depth and the like are kept beside the pictures


class Triplet(NamedTuple):
    """What an edit is given and what it should give, by names of clips."""

    name: str
    mode: str  # one of MODES
    source: str
    driving: str
    truth: str


class Panorama(NamedTuple):
    """The file whose light everybody stands in, and what its bytes are known by."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Plan:
    """The whole benchmark: everything that its pixels depend on."""

    seed: int
    size: Size
    clips: tuple[Clip, ...]
    triplets: tuple[Triplet, ...]
    recordings: tuple[str, ...] = ()  # ARKit files whose performances are among them
    head: str = "small"
    version: int = VERSION
    environment: Panorama | None = None

    def clip(self, name: str) -> Clip:
        return next(clip for clip in self.clips if clip.name == name)

    def performance(self, clip: Clip) -> ExpressionCurves:
        """What the clip's person acts."""
        frames = self.size.frames
        if clip.performance == REST:
            return at_rest(frames)
        for file in self.recordings:
            if Path(file).stem == clip.performance:
                return _at_rate(read_arkit(Path(file)), frames)
        return perform(clip.performance, frames)

    def motion(self, clip: Clip) -> HeadMotion:
        """How the clip's head moves."""
        return stay(self.size.frames) if clip.motion == STILL else move(clip.motion, self.size.frames)

    def room(self, clip: Clip) -> Room:
        """Where the clip's person stands. Raises MediaError, ColourError, DocumentError; see `read_environment`."""
        room = draw_room(clip.person)
        return room._replace(environment=read_environment(*self.environment)) if self.environment else room

    def record(self) -> dict[str, Any]:
        """As plain data, for the file."""
        clips, triplets = [each._asdict() for each in self.clips], [each._asdict() for each in self.triplets]
        environment = self.environment._asdict() if self.environment else None
        return asdict(self) | {"clips": clips, "triplets": triplets, "environment": environment}


def draw_plan(seed: int, size: Size, recordings: tuple[str, ...] = (), environment: str = "") -> Plan:
    """The plan of a seed: a person's motion and the two performances, which differ, by chance."""
    rng = np.random.default_rng([seed, 0])
    names = [*scripts(), *(Path(file).stem for file in recordings)]
    motions = list(MOTIONS)
    clips, triplets = [], []
    for number in range(size.identities):
        person = seed * 10_000 + number
        first, second = (names[k] for k in rng.choice(len(names), 2, replace=False))
        motion = motions[number % len(motions)]
        folder = f"identity_{number:02d}"
        source, truth, rest, driver = (f"{folder}/{each}" for each in ("source", "truth", "rest", "driver"))
        clips += [
            Clip(source, person, first, motion, True),
            Clip(truth, person, second, motion, True),
            Clip(rest, person, REST, motion, True),
            Clip(driver, person + DRIVERS, second, STILL, False),
        ]
        triplets.append(Triplet(f"replacement_{number:02d}", MODES[0], source, driver, truth))
        triplets.append(Triplet(f"enhancement_{number:02d}", MODES[1], rest, driver, truth))
    light = Panorama(environment, sha256_of(Path(environment))) if environment else None
    return Plan(seed, size, tuple(clips), tuple(triplets), recordings, environment=light)


def read_plan(folder: Path) -> Plan:
    """The plan in a benchmark's folder. Raises MediaError, DocumentError."""
    path = folder / FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MediaError(
            f"{folder} holds no benchmark ({FILE}): make one with `recast bench quality --make`."
        ) from error
    except ValueError as error:
        raise DocumentError([f"{path} is not JSON: {error}."]) from error
    try:
        return _plan_of(record)
    except (TypeError, KeyError, ValueError) as error:
        raise DocumentError([f"{path} is no plan of a benchmark: {error}."]) from error


def _plan_of(record: Mapping[str, Any]) -> Plan:
    clips = tuple(Clip(**clip) for clip in record["clips"])
    triplets = tuple(Triplet(**triplet) for triplet in record["triplets"])
    rest: dict[str, Any] = {"size": Size(**record["size"]), "recordings": tuple(record["recordings"])}
    if record.get("environment"):
        rest["environment"] = Panorama(**record["environment"])
    return Plan(**{**record, "clips": clips, "triplets": triplets, **rest})


def _at_rate(performance: ExpressionCurves, frames: int) -> ExpressionCurves:
    """A recording at the benchmark's rate, from its beginning; its last frame is held where it is shorter."""
    at = np.arange(frames) * (performance.rate / RATE)
    rows = np.arange(len(performance.curves))
    curves = np.stack([np.interp(at, rows, column) for column in performance.curves.T], -1)
    return ExpressionCurves(performance.name, curves.astype(np.float32), RATE)
