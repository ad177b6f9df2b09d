"""A head's or a camera's path as Nuke's .chan: frame, place, rotation in degrees, vertical field of view.

Nuke's Axis and Camera nodes import it ("import chan file") with their own rotation order ZXY: roll first, then pitch,
then yaw. x to the right, y up, z towards the camera, in centimetres.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...wires import HeadParameters
from .whole_head import stand_of


def chan_lines(heads: Mapping[int, HeadParameters], height: float, camera: bool = False) -> str:
    """One line a frame: the head before a camera at the origin, or with `camera` the camera about a head.
    `height` is the picture's, in pixels.
    """
    lines = []
    for frame, parameters in heads.items():
        stand = stand_of(parameters)
        if camera:
            stand = stand.around_head()
        yaw, pitch, roll = stand.angles
        field = math.degrees(2 * math.atan(height / 2 / stand.focal))
        numbers = (*stand.place.tolist(), pitch, yaw, roll, field)
        lines.append(f"{frame}\t" + "\t".join(f"{number:.6f}" for number in numbers))
    return "\n".join(lines) + "\n"
