"""USD: the weights of blend shapes over time, as a layer has them. No other layer is opened."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import MediaError

EXTRA = "pip install 'recast-nodes[performances]'"
SHAPES, WEIGHTS = "blendShapes", "blendShapeWeights"  # attributes of a SkelAnimation
MOST = 1_000_000  # samples of time
Answer = tuple[Any, list[np.ndarray]]


def read(path: str) -> Answer:
    """The animation that has most shapes: their names, frames a second, the usual step of its samples; times (T,) in
    frames and weights (T, N). Raises MediaError.
    """
    try:
        from pxr import Sdf
    except ImportError:
        raise MediaError(f"{path}: USD is read by usd-core, which is not installed: {EXTRA}") from None
    try:
        layer: Any = Sdf.Layer.FindOrOpen(path)
    except Exception as problem:  # Tf's errors are classes that the library makes
        raise MediaError(f"{path}: is no USD: {str(problem).strip().splitlines()[-1][:160]}") from None
    if layer is None:
        raise MediaError(f"{path}: is no USD.")
    found: list[Any] = []

    def look(place: Any) -> None:
        spec = layer.GetPrimAtPath(place) if place.IsPrimPath() else None
        if spec is not None and spec.typeName == "SkelAnimation" and {SHAPES, WEIGHTS} <= set(spec.attributes.keys()):
            found.append(spec)

    layer.Traverse("/", look)
    spec = max(found, key=lambda each: len(each.attributes[SHAPES].default or ()), default=None)
    if spec is None:
        raise MediaError(
            f"{path}: holds no SkelAnimation with {SHAPES} and {WEIGHTS}; export the face's animation too."
        )
    names = [str(name) for name in spec.attributes[SHAPES].default or ()]
    place = spec.attributes[WEIGHTS].path
    times = sorted(layer.ListTimeSamplesForPath(place))[:MOST]
    rows = [layer.QueryTimeSample(place, time) for time in times]
    if not times:
        times, rows = [1.0], [spec.attributes[WEIGHTS].default or ()]
    wrong = next((time for time, row in zip(times, rows) if row is None or len(row) != len(names)), None)
    if wrong is not None or not names:
        raise MediaError(f"{path}, time {wrong:g}: has other than the {len(names)} weights that {SHAPES} names.")
    steps = np.diff(times)
    about = {"names": names, "rate": float(_rate(layer)), "step": float(np.median(steps)) if len(steps) else 1.0}
    return about, [np.array(times, np.float64), np.array(rows, np.float64)]


def _rate(layer: Any) -> float:
    """Samples of time a second, which are frames."""
    stated = layer.timeCodesPerSecond if layer.HasTimeCodesPerSecond() else layer.framesPerSecond
    return stated if 1 <= stated <= 1000 else 24.0
