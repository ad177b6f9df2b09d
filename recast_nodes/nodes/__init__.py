"""The nodes, one declaration a file. `NODES` lists them by name in menu order."""

from __future__ import annotations

from ..node import Node
from .decode import Decode
from .expression_mix import ExpressionMix
from .face_track import FaceTrack
from .mask_composite import MaskComposite
from .motion_extract import MotionExtract
from .read import Read
from .warp import Warp
from .write import Write

NODES: dict[str, type[Node]] = {
    kind.__name__: kind for kind in (Read, FaceTrack, MotionExtract, ExpressionMix, Warp, Decode, MaskComposite, Write)
}
