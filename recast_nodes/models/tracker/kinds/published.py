"""LivePortrait's 203 landmarks of faces that were found, by the user's own copy of its landmark network.

The authors of LivePortrait and PerformRecast make their crops from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....tracker_registry import LIVEPORTRAIT, TrackerTraits
from ..interface import Search, Tracker
from .insightface import ONNXRUNTIME

if TYPE_CHECKING:
    from ....wires import Faces, Image

PUBLISHED = TrackerTraits(
    name="published",
    summary="LivePortrait's 203, as its authors and PerformRecast's have it, by your own copy of their network (see "
    "docs/models.md).",
    implementation="recast_nodes.models.tracker.kinds.published:PublishedTracker",
    landmarks=LIVEPORTRAIT,
    coefficients=False,
    packages=(ONNXRUNTIME,),
    user_networks=("landmark.onnx",),
)


class PublishedTracker(Tracker):
    """The network's landmarks beside the mesh that a crop about each face is first made from."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        from ..landmarker203 import read_landmarks203

        return faces._replace(published=read_landmarks203(image, faces.landmarks))

    def complete(self, seen: Mapping[int, Faces], search: Search) -> Mapping[int, Faces]:
        from ....notices import notice

        if any(len(faces.confidence) for faces in seen.values()):
            notice("FaceTrack makes the crop from LivePortrait's 203 landmarks, by your own copy of its network.")
        return seen
