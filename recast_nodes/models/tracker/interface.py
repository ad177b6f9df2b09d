"""What every tracker declares and does.

FaceTrack asks one tracker that finds faces, and may ask another that reads more of the faces that were found. What a
tracker gives of a frame depends on that frame alone; what only the whole shot shows it adds afterwards.
This module needs only the standard library, so that hosts can list trackers without loading any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ...wires import Faces, Image


class LandmarkSet(NamedTuple):
    """Which landmarks a tracker gives, and where they stand in `wires.Faces`."""

    whose: str
    field: str
    counts: tuple[int, ...]  # of a face: any one of these, the same in all frames
    axes: int  # x and y in pixels, and z in the scale of x where there are three


MESH = LandmarkSet("MediaPipe's mesh", "landmarks", (478, 468), 3)  # with irises and without
LIVEPORTRAIT = LandmarkSet("LivePortrait's landmarks", "published", (203,), 2)


class Package(NamedTuple):
    """A Python package that a tracker needs: the module that is imported, and what pip installs to have it."""

    module: str
    install: str


@dataclass(frozen=True)
class TrackerTraits:
    """A tracker as it is known before it is loaded.

    One that gives MESH finds faces and is an option of `FaceTrack.detector`. One that gives LIVEPORTRAIT reads those
    landmarks of faces that were found, and is an option of `FaceTrack.crop_from`.
    """

    name: str  # the option of the knob, and the name of the entry point
    summary: str  # what it does and needs, for the knob's tip: what follows "name: ", without a full stop
    implementation: str  # "module:class" of its Tracker, imported when it is used
    landmarks: LandmarkSet = MESH
    faces: int = 16  # in a frame, at most
    coefficients: bool = True  # whether it measures the 52 blendshape coefficients; without, they are NaN
    parameters: bool = False  # whether it also fits a head model of its own: `wires.HeadParameters`
    looks_at_pictures: bool = True
    reads_file: bool = False  # whether it reads the file that `FaceTrack.landmarks` names
    packages: tuple[Package, ...] = ()  # beside those that Recast Nodes itself depends on
    model_files: tuple[str, ...] = ()  # of `models.weights.files`, which `recast models fetch` brings
    user_networks: tuple[str, ...] = ()  # of `models.weights.onnx_faces`, which the user imports

    @property
    def finds_faces(self) -> bool:
        return self.landmarks is MESH


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

    def known_by(self, search: Search) -> str:
        """What decides its results beside its code and the files in its traits: the hash of its weights, say."""
        return ""
