"""Recordings as frames of Motion: what drives in place of a clip. Performances in numbers, landmarks that our tracker
wrote. (For motion templates see `template_source`.)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import ClassVar

import torch

from ..errors import MissingFrame
from ..media.names.patterns import format_frames
from ..media.names.siblings import refuse_missing
from ..media.performances.formats import files_of, read_recording
from ..media.performances.performance import FacePerformance
from ..media.sequences import state_of
from ..model_registry import MODELS
from ..notices import notice, overhear
from ..wires import Faces, Motion, Track
from . import get
from .by_numbers import motion_of


@dataclass(frozen=True)
class RecordingSource:
    """The frames of a recording, asked as those of a movie or a sequence are (see `media.sequences.Source`)."""

    file: str
    state: str = field(repr=False)  # changes when the file does
    frames: tuple[int, ...] = field(repr=False)
    make: Callable[[int], Motion] = field(repr=False)  # of a frame's number
    rate: Fraction | None = None
    times: tuple[float, ...] = field(default=(), repr=False)
    timecodes: tuple[str, ...] = field(default=(), repr=False)
    numbered: bool = False  # the frames' numbers are the file's own
    remarks: tuple[str, ...] = field(default=(), repr=False)
    kind: ClassVar[str] = "recording"

    @property
    def first(self) -> int:
        return self.frames[0]

    @property
    def last(self) -> int:
        return self.frames[-1]

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(frame for frame in range(self.first, self.last + 1) if frame not in self._there)

    def holds(self, frame: int) -> bool:
        """Whether the recording has this frame."""
        return frame in self._there

    @cached_property
    def _there(self) -> frozenset[int]:
        return frozenset(self.frames)

    def path(self, frame: int) -> str:
        """The file. Raises MissingFrame where it has no such frame."""
        if self.holds(frame):
            return self.file
        raise MissingFrame(f"{self.file}: no frame {frame}; the file has {format_frames(self.frames)}.")

    def fingerprint(self, frame: int) -> str:
        """Changes when the file does."""
        return f"{self.state} frame {self.path(frame) and frame}"

    def motion(self, frame: int) -> Motion:
        """What the face does in one frame."""
        self.path(frame)
        return self.make(frame)


def open_recording(file: str) -> RecordingSource:
    """The recording in a file, remembered until it changes; what it lacks is said. Raises MediaError."""
    path = os.path.abspath(os.path.expanduser(file))
    files = files_of(path)
    if files == [path]:
        refuse_missing(path)
    source = _open(path, " ".join(map(state_of, files)))
    for remark in source.remarks:
        notice(remark)
    return source


@lru_cache(maxsize=4)
def _open(path: str, state: str) -> RecordingSource:
    with overhear() as remarks:
        read = read_recording(path)
    if isinstance(read, FacePerformance):
        return _of_numbers(path, state, read)
    return _of_landmarks(path, state, read, tuple(remarks))


def _of_numbers(path: str, state: str, performance: FacePerformance) -> RecordingSource:
    rows = dict(zip(performance.frames, torch.from_numpy(performance.numbers)))
    return RecordingSource(
        path,
        state,
        performance.frames,
        lambda frame: motion_of(rows[frame].clone()),
        performance.rate,
        performance.times,
        performance.timecodes,
        performance.numbered,
        performance.remarks,
    )


def _of_landmarks(path: str, state: str, faces: Mapping[int, Faces], remarks: tuple[str, ...]) -> RecordingSource:
    """The motions that a clip with these landmarks would give the default model."""
    model = get(MODELS.default)
    tracks = {frame: _track_of(face) for frame, face in sorted(faces.items())}
    with overhear() as more:
        analysis = model.analyse(tracks, None)

    def make(frame: int) -> Motion:
        return model.extract(None, tracks[frame], analysis, frame)  # type: ignore[attr-defined]

    return RecordingSource(path, state, tuple(tracks), make, numbered=True, remarks=(*remarks, *more))


def _track_of(faces: Faces) -> Track:
    """A frame's face as a track that nothing is cropped or composited by."""
    nothing = torch.zeros(0, 2)
    confidence = float(faces.confidence[0])
    return Track(faces.landmarks[0], faces.coefficients[0], torch.eye(3), nothing, confidence, "tracked")
