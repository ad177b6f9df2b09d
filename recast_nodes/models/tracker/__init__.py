"""Faces found and read: the trackers, and the detectors and networks that they are made of.

`load` gives a tracker by the name under which `tracker_registry.TRACKERS` lists it. Our own trackers lie in `kinds`.

blazeface      MediaPipe's detector for faces near the camera
chain          the trackers that FaceTrack asks, one after the other, and what they need
close_look     the mesh of a face that was found: read in several regions about it, upright however the face is turned
detector       finding faces in a whole frame, at three sizes and in several turns
face_mesh      MediaPipe's mesh and blendshape coefficients of the face that fills a region
faces          the faces of one frame: none, those that were found, and whether a tracker gave what it declares
hints          faces that a quick look only hints at: small ones beside a large one, as in a crowd
identity       who a face is: SFace's embedding, by which faces are followed, and for the report's identity figure
interface      what every tracker does
landmarker     dense landmarks of the faces of a frame
landmarker203  LivePortrait's landmark network: 203 points of a face, from which the published crops are made
litert         MediaPipe's three networks, out of its task file, run by LiteRT
pool           a pool of things that one thread may use at a time, made when needed
region         the square of a plate that a network is shown: where it lies, how large it is, how it is turned
scrfd          InsightFace's detector from the user's own file, run by onnxruntime
still          the largest face of a still image: a resting face or a reference that an artist names by file
turned         a picture turned, so that a face in it which does not stand upright is shown upright
view           how a network looks at a plate: windows of it as display-referred pictures with square pixels
yunet          YuNet (MIT, OpenCV Zoo): finds small and turned faces
"""

from __future__ import annotations

from functools import cache

from ...errors import NotInstalled
from ...references import describe_error
from ...tracker_registry import TRACKERS, TrackerTraits
from .interface import Tracker


def load(name: str) -> Tracker:
    """The tracker of that name, one for the process.

    Raises NotInstalled, which names those that there are, or the package of one that does not load.
    """
    return _load(TRACKERS.get(name))


@cache
def _load(traits: TrackerTraits) -> Tracker:
    make = TRACKERS.load(traits.name, traits.implementation)
    try:
        tracker = make()
    except Exception as error:  # whatever a stranger's code does
        if not TRACKERS.is_foreign(traits.name):
            raise
        fault = f"{traits.implementation} fails: {describe_error(error)}"
        raise NotInstalled(TRACKERS.blame(traits.name, fault)) from error
    if not isinstance(tracker, Tracker):
        raise NotInstalled(TRACKERS.blame(traits.name, f"{traits.implementation} is not a Tracker"))
    return tracker
