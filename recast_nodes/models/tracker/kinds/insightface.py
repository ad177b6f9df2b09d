"""MediaPipe's mesh of faces that InsightFace's detector finds, from the user's own copy.

Its models may not be used commercially, so Recast Nodes neither ships nor fetches them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....tracker_registry import Package, TrackerTraits
from ..interface import Search
from .mediapipe import MESH_FILES, MeshTracker

if TYPE_CHECKING:
    from ....wires import Faces, Image
    from ..detector import Detection

ONNXRUNTIME = Package("onnxruntime", "recast-nodes[faces]")

INSIGHTFACE = TrackerTraits(
    name="insightface",
    summary="your own copy of its detector (not for commercial use).",
    implementation="recast_nodes.models.tracker.kinds.insightface:InsightFaceTracker",
    packages=(ONNXRUNTIME,),
    model_files=MESH_FILES,
    user_networks=("det_10g.onnx",),
)


class InsightFaceTracker(MeshTracker):
    """Faces that InsightFace's detector finds."""

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        from ..landmarker import observe_faces

        return observe_faces(image, (_find,), search.confidence, search.all_angles)


def _find(image: Image, confidence: float, turns: Sequence[int]) -> list[Detection]:
    from .. import scrfd
    from ..detector import find_faces

    return find_faces(image, scrfd.detect, confidence, turns)
