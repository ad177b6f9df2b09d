"""What can be known of every tracker without loading it, and the registry of all that are installed.

A tracker is declared by a TrackerTraits beside its code: this package's own in `models/tracker/kinds`, those of other
packages behind an entry point of the group GROUP. Nobody compares names: whoever wants to know something of a tracker
asks its traits. Only the standard library is used, so that every host can list trackers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .registry import Registry

GROUP = "recast_nodes.trackers"
OWN = (  # in the order of the menu; the first is what a new shot has
    "recast_nodes.models.tracker.kinds.mediapipe:AUTO",
    "recast_nodes.models.tracker.kinds.mediapipe:MEDIAPIPE",
    "recast_nodes.models.tracker.kinds.insightface:INSIGHTFACE",
    "recast_nodes.models.tracker.kinds.landmarks_file:LANDMARKS_FILE",
    "recast_nodes.models.tracker.kinds.published:PUBLISHED",
)


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


TRACKERS = Registry("tracker", GROUP, TrackerTraits, OWN)
