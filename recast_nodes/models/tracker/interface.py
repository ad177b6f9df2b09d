"""What every tracker does; `tracker_registry.TrackerTraits` is what it declares.

FaceTrack asks one tracker that finds faces, and may ask another that reads more of the faces that were found. What a
tracker gives of a frame depends on that frame alone; what only the whole shot shows it adds afterwards.
This module needs only the standard library, so that hosts can list trackers without loading any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ...wires import Faces, Image


class Search(NamedTuple):
    """How FaceTrack is set: what a tracker is asked for."""

    confidence: float = 0.5  # how sure it must be of a face, 0..1
    all_angles: bool = False  # look for faces that lie or are upside down even where others stand upright
    file: str = ""  # the file of `FaceTrack.landmarks`


class Tracker:
    """Finds the faces of a frame, or reads more of those that were found. One instance serves all threads."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        """The faces of one frame, whichever frames were seen before; none where the picture shows none.

        A tracker that finds faces is given `faces` without any and gives those that it finds, the surest first. One
        that reads is given the faces that were found, and gives the same with its landmarks beside.
        """
        raise NotImplementedError

    def complete(self, seen: Mapping[int, Faces], search: Search) -> Mapping[int, Faces]:
        """The faces of a whole shot, by frame, once all its frames were observed: where a head model is fitted to the
        shot, or a file is read.
        """
        return seen

    def missing(self, search: Search) -> Iterable[str]:
        """What it lacks beside the needs in its traits: a sentence each, which says what to do."""
        return ()

    def fingerprint(self, search: Search) -> str:
        """What decides its results beside its code and the files in its traits: the hash of its weights, say."""
        return ""
