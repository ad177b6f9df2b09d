"""Landmarks that another program wrote into a file: no picture is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ....errors import KnobError, RecastError
from ....tracker_registry import TrackerTraits
from ..interface import Search, Tracker

if TYPE_CHECKING:
    from ....wires import Faces, Image

LANDMARKS_FILE = TrackerTraits(
    name="landmarks-file",
    summary="none, the landmarks are read from a file.",
    implementation="recast_nodes.models.tracker.kinds.landmarks_file:FileTracker",
    faces=1,
    coefficients=False,  # JSON and .npz files may hold them
    looks_at_pictures=False,
    reads_file=True,
)
NO_FILE = f"FaceTrack.detector is {LANDMARKS_FILE.name}, and FaceTrack.landmarks names no file."


class FileTracker(Tracker):
    """The one face that a file holds."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        return faces

    def complete(self, seen: Mapping[int, Faces], search: Search) -> Mapping[int, Faces]:
        """The file's faces in the shot's frames; the frames that it does not hold have none. Raises MediaError."""
        from ....media.landmarks.landmarks import read_landmarks

        if not search.file:
            raise KnobError(NO_FILE)
        read = read_landmarks(search.file, first=min(seen))
        return {frame: read.get(frame, faces) for frame, faces in seen.items()}

    def missing(self, search: Search) -> Iterable[str]:
        try:
            if not self.fingerprint(search):
                yield NO_FILE
        except RecastError as problem:
            yield str(problem)

    def fingerprint(self, search: Search) -> str:
        """The state of the file. Raises MediaError where it is not there."""
        from ....media.sequences import open_source

        return open_source(search.file).fingerprint(1) if search.file else ""
