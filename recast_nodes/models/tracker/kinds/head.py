"""Trackers that fit a head model to the shot: MediaPipe's landmarks of every face, and a head's parameters beside.

The landmarks are those that `auto` finds; what the head says is `Faces.head`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ....tracker_registry import TrackerTraits
from ..interface import Search
from .mediapipe import MESH_FILES, AutoTracker

if TYPE_CHECKING:
    from ....wires import Faces, Image

FITTED_BY = "head fit 1"
"""Changes with how a head is fitted, so that parameters of two ways are never mixed."""

HEAD = TrackerTraits(
    name="fitted-head",
    summary="auto, and the head that ships fitted to the shot: expression, gaze, head pose and camera in numbers (see "
    "docs/tracking.md).",
    implementation="recast_nodes.models.tracker.kinds.head:HeadTracker",
    parameters=True,
    model_files=MESH_FILES,
)
ICT = TrackerTraits(
    name="fitted-ict",
    summary="the same with the whole ICT-FaceKit that you imported.",
    implementation="recast_nodes.models.tracker.kinds.head:IctTracker",
    parameters=True,
    model_files=MESH_FILES,
)
FLAME = TrackerTraits(
    name="fitted-flame",
    summary="the same with the FLAME that you imported (not for commercial use).",
    implementation="recast_nodes.models.tracker.kinds.head:FlameTracker",
    parameters=True,
    model_files=MESH_FILES,
)


class HeadTracker(AutoTracker):
    """Fits the head that ships."""

    head = "small"

    def observe(self, image: Image, faces: Faces, search: Search) -> Faces:
        from ...head_fit.fit_faces import without_fit
        from ...head_fit.landmark_heads import load_head

        return without_fit(load_head(self.head), super().observe(image, faces, search))

    def complete(self, seen: Mapping[int, Faces], search: Search) -> Mapping[int, Faces]:
        from ...head_fit.fit_faces import fit_faces
        from ...head_fit.landmark_heads import load_head

        return fit_faces(load_head(self.head), seen)

    def missing(self, search: Search) -> Iterable[str]:
        from ...head_fit.landmark_heads import missing_of

        return missing_of(self.head)

    def fingerprint(self, search: Search) -> str:
        from ...head_fit.landmark_heads import fingerprint_of

        return super().fingerprint(search) + FITTED_BY + fingerprint_of(self.head)


class IctTracker(HeadTracker):
    """Fits the whole ICT-FaceKit."""

    head = "ict"


class FlameTracker(HeadTracker):
    """Fits FLAME."""

    head = "flame"
