"""How heads turn in a shot: motions that are set beforehand, with large turns, the same under every expression."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .scene import HeadPose

# Seconds, and yaw, pitch and roll in degrees: a motion passes through these.
Keys = tuple[tuple[float, float, float, float], ...]
MOTIONS: dict[str, Keys] = {
    "look left and right": ((0, 0, 0, 0), (1.2, 38, -4, 3), (2.6, -36, 4, -4), (3.9, 12, 0, 2), (5, 0, 0, 0)),
    "profile": ((0, 5, 0, 0), (1.6, 58, 2, 0), (2.4, 58, -3, 2), (3.8, -10, 3, 0), (5, 0, 0, 0)),
    "nod": ((0, 0, 0, 0), (0.8, 4, 18, 0), (1.6, 0, -12, 2), (2.4, -6, 16, -2), (3.4, 0, -16, 0), (5, 0, 2, 0)),
    "tilt": ((0, 0, 0, 0), (1.3, 8, 2, 20), (2.8, -8, 0, -19), (4.0, 5, 4, 8), (5, 0, 0, 0)),
    "circle": ((0, 0, -14, 0), (1.2, 26, 0, 6), (2.5, 0, 16, 0), (3.7, -26, 0, -6), (5, 0, -14, 0)),
    "turn away": ((0, 0, 0, 0), (1.0, -14, 3, -3), (2.4, -52, 8, -8), (3.6, -30, 10, -4), (5, -4, 0, 0)),
    "listen": ((0, -6, 2, 3), (1.5, -18, 6, 9), (2.7, -12, 3, 5), (3.9, -22, 8, 10), (5, -8, 2, 3)),
    "restless": (
        (0, 0, 0, 0),
        (0.5, 14, -3, 2),
        (1.2, -18, 5, -4),
        (2.0, 24, 2, 6),
        (2.9, -30, -6, -5),
        (3.9, 16, 8, 3),
        (5, 0, 0, 0),
    ),
}
SWAY = 1.2  # centimetres to either side in the largest turn: a neck leans


class HeadMotion(NamedTuple):
    """Yaw, pitch and roll in degrees (T, 3)."""

    name: str
    angles: NDArray[np.float32]

    def pose(self, frame: int) -> HeadPose:
        yaw, pitch, roll = (float(angle) for angle in self.angles[min(frame, len(self.angles) - 1)])
        return HeadPose(yaw, pitch, roll, (SWAY * yaw / 60 - 0.04 * roll, 0.0, 0.03 * pitch))


def move(name: str, frames: int, seconds: float = 5.0) -> HeadMotion:
    """A motion at so many frames, smooth through its keys."""
    keys = np.array(MOTIONS[name], np.float64)
    times = np.arange(frames) * (seconds / frames)
    return HeadMotion(
        name, np.stack([_smooth(times, keys[:, 0], keys[:, k]) for k in (1, 2, 3)], -1).astype(np.float32)
    )


def stay(frames: int) -> HeadMotion:
    """A head that does not move."""
    return HeadMotion("still", np.zeros((frames, 3), np.float32))


def _smooth(times: NDArray, at: NDArray, values: NDArray) -> NDArray[np.floating]:
    """A curve through the keys without overshoot: tangents by the harmonic mean of the slopes on both sides.

    F. N. Fritsch and J. Butland, SIAM Journal on Scientific and Statistical Computing 5, 1984.
    """
    step = np.diff(at)
    slope = np.diff(values) / step
    tangent = np.zeros(len(values))
    same = slope[:-1] * slope[1:] > 0
    tangent[1:-1][same] = 2 * slope[:-1][same] * slope[1:][same] / (slope[:-1] + slope[1:])[same]
    k = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(step) - 1)
    t = (times - at[k]) / step[k]
    a, b = values[k], values[k + 1]
    near, far = tangent[k] * step[k], tangent[k + 1] * step[k]
    return (
        (2 * t**3 - 3 * t**2 + 1) * a + (t**3 - 2 * t**2 + t) * near + (3 * t**2 - 2 * t**3) * b + (t**3 - t**2) * far
    )
