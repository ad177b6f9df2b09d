"""What can be known of every tracker without loading it, and the registry of all that are installed.

A tracker is declared by a TrackerTraits beside its code: this package's own in `models/tracker/kinds`, those of other
packages behind an entry point of the group GROUP. Nobody compares names: whoever wants to know something of a tracker
asks its traits. Only the standard library is used, so that every host can list trackers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .registry import NAME, REFERENCE, Registry

GROUP = "recast_nodes.trackers"
OWN = (  # in the order of the menu; the first is what a new shot has
    "recast_nodes.models.tracker.kinds.mediapipe:AUTO",
    "recast_nodes.models.tracker.kinds.mediapipe:MEDIAPIPE",
    "recast_nodes.models.tracker.kinds.insightface:INSIGHTFACE",
    "recast_nodes.models.tracker.kinds.landmarks_file:LANDMARKS_FILE",
    "recast_nodes.models.tracker.kinds.head:HEAD",
    "recast_nodes.models.tracker.kinds.head:ICT",
    "recast_nodes.models.tracker.kinds.head:FLAME",
    "recast_nodes.models.tracker.kinds.published:PUBLISHED",
)


class LandmarkSet(NamedTuple):
    """Which landmarks a tracker gives, and where they stand in `wires.Faces`."""

    whose: str
    field: str
    counts: tuple[int, ...]  # of a face: any one of these, the same in all frames
    axes: int  # x and y in pixels, and z in the scale of x where there are three


MESH = LandmarkSet("MediaPipe's mesh", "landmarks", (478, 468), 3)  # with irises and without
LIVEPORTRAIT = LandmarkSet(
    "LivePortrait's landmarks", "published", (203, 106), 2
)  # its own, or InsightFace's for its crop


class Package(NamedTuple):
    """A Python package that a tracker needs: the module that is imported, and what pip installs to have it."""

    module: str
    install: str


@dataclass(frozen=True, kw_only=True, eq=False)
class TrackerTraits:
    """What a tracker finds and needs. What has a default here is the simplest case: a tracker that looks at pictures,
    gives MediaPipe's mesh and blendshape coefficients, and needs nothing beside Recast Nodes itself.

    One that gives MESH finds faces and is an option of `FaceTrack.detector`. One that gives LIVEPORTRAIT reads those
    landmarks of faces that were found, and is an option of `FaceTrack.crop_from`.
    Raises ValueError, which says what is wrong with the declaration.
    """

    name: str  # in shot documents: lower case, digits, - and _; also the name of the entry point
    summary: str  # what it does and needs, for the artist: what follows "name: " in the knob's tip
    implementation: str  # "module:class" of its `models.tracker.interface.Tracker`, imported when it is used
    landmarks: LandmarkSet = MESH
    faces: int = 16  # in a frame, at most
    coefficients: bool = True  # whether it measures the 52 blendshape coefficients; without, they are NaN
    parameters: bool = False  # whether it also fits a head model of its own: `wires.HeadParameters`
    looks_at_pictures: bool = True
    reads_file: bool = False  # whether it reads the file that `FaceTrack.landmarks` names
    packages: tuple[Package, ...] = ()  # beside those that Recast Nodes itself depends on
    model_files: tuple[str, ...] = ()  # of `models.weights.downloads`, which `recast models fetch` brings
    user_networks: tuple[str, ...] = ()  # of `models.weights.onnx_faces`, which the user imports

    def __post_init__(self) -> None:
        if problems := "; ".join(self._wrong()):
            raise ValueError(problems)

    @property
    def finds_faces(self) -> bool:
        return self.landmarks == MESH

    def _wrong(self) -> Iterator[str]:
        kinds = {"str": str, "int": int, "bool": bool, "LandmarkSet": LandmarkSet}
        for name, annotation in type(self).__annotations__.items():
            value, kind = getattr(self, name), kinds.get(annotation, tuple)
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                yield f"{name} is {value!r}, not a {annotation}"
        if not NAME.fullmatch(str(self.name)):
            yield f"name is {self.name!r}; it takes lower case letters, digits, - and _, at most 40"
        if not REFERENCE.fullmatch(str(self.implementation)):
            yield f"implementation is {self.implementation!r}, not a reference such as package.module:Class"
        if self.landmarks not in (MESH, LIVEPORTRAIT):
            yield f"landmarks is {self.landmarks!r}, neither MESH nor LIVEPORTRAIT"


TRACKERS = Registry("tracker", GROUP, TrackerTraits, OWN)
