"""MediaPipe's mesh of faces: `auto` finds them with YuNet first, `mediapipe` with MediaPipe alone.

YuNet finds small and turned faces that MediaPipe misses; MediaPipe gives no score of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....tracker_registry import TrackerTraits
from ..interface import Search, Tracker

if TYPE_CHECKING:
    from ....wires import Faces, Image

# YuNet says how a face is turned, whoever found it, so both files are always needed.
MESH_FILES = ("face_landmarker.task", "face_detection_yunet_2023mar.onnx")

AUTO = TrackerTraits(
    name="auto",
    summary="YuNet, and MediaPipe where YuNet finds none.",
    implementation="recast_nodes.models.tracker.kinds.mediapipe:AutoTracker",
    model_files=MESH_FILES,
)
MEDIAPIPE = TrackerTraits(
    name="mediapipe",
    summary="MediaPipe alone.",
    implementation="recast_nodes.models.tracker.kinds.mediapipe:MediaPipeTracker",
    model_files=MESH_FILES,
)


class AutoTracker(Tracker):
    """Faces that YuNet finds, or MediaPipe where YuNet finds none."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        from ..landmarker import BY_MEDIAPIPE, BY_YUNET, observe_faces

        return observe_faces(image, (BY_YUNET, BY_MEDIAPIPE), search.confidence, search.all_angles)


class MediaPipeTracker(Tracker):
    """Faces that MediaPipe finds in the whole frame."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        from ..landmarker import BY_MEDIAPIPE, observe_faces

        return observe_faces(image, (BY_MEDIAPIPE,), search.confidence, search.all_angles)
