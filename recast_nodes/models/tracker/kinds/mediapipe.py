"""MediaPipe's mesh of faces: `auto` finds them with YuNet first, `mediapipe` with MediaPipe's own detector, BlazeFace.

YuNet finds small and turned faces that BlazeFace misses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....tracker_registry import TrackerTraits
from ..interface import Search, Tracker

if TYPE_CHECKING:
    from ....wires import Faces, Image

# YuNet says how a face is turned, whoever found it, so both files are always needed.
MESH_FILES = ("face_landmarker.task", "face_detection_yunet_2023mar.onnx")
READ_BY = "regions 2"
"""Changes with how a face is read, so that what was observed in two ways is never mixed."""

AUTO = TrackerTraits(
    name="auto",
    summary="YuNet, and MediaPipe's detector where YuNet finds none.",
    implementation="recast_nodes.models.tracker.kinds.mediapipe:AutoTracker",
    model_files=MESH_FILES,
)
MEDIAPIPE = TrackerTraits(
    name="mediapipe",
    summary="MediaPipe's own detector alone, for faces near the camera.",
    implementation="recast_nodes.models.tracker.kinds.mediapipe:MediaPipeTracker",
    model_files=MESH_FILES,
)


class MeshTracker(Tracker):
    """Reads the faces that it finds by MediaPipe's networks."""

    def fingerprint(self, search: Search) -> str:
        return READ_BY


class AutoTracker(MeshTracker):
    """Faces that YuNet finds, or MediaPipe's detector where YuNet finds none."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        from ..landmarker import observe_faces

        return observe_faces(image, confidence=search.confidence, all_angles=search.all_angles)


class MediaPipeTracker(MeshTracker):
    """Faces that MediaPipe's detector finds in the whole frame."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        from ..landmarker import find_by_blazeface, observe_faces

        return observe_faces(image, (find_by_blazeface,), search.confidence, search.all_angles)
