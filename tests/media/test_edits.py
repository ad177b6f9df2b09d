"""Changes to an Image at the level of single numbers (whole edits are in test_images)."""

from __future__ import annotations

import numpy as np

from recast_nodes.media.edits import to_dtype

HALF = np.dtype(np.float16)


def test_halves_are_rounded_as_numpy_rounds_them() -> None:
    exact = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    exact = exact[np.isfinite(exact)]
    between = ((exact[:-1].astype(np.float64) + exact[1:]) / 2).astype(np.float32)
    values = np.concatenate([exact, between, np.nextafter(exact, np.float32(0)), np.float32([1e-30, -1e-45])])
    assert np.array_equal(to_dtype(values, HALF).view(np.uint16), values.astype(np.float16).view(np.uint16))
