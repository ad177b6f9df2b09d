"""Changes to an Image at the level of single numbers (whole edits are in test_images)."""

from __future__ import annotations

import numpy as np

from recast_nodes.media.edits import to_dtype, with_pixels
from recast_nodes.wires import Window

from .plates import equal, image

HALF = np.dtype(np.float16)


def test_halves_are_rounded_as_numpy_rounds_them() -> None:
    exact = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    exact = exact[np.isfinite(exact)]
    between = ((exact[:-1].astype(np.float64) + exact[1:]) / 2).astype(np.float32)
    values = np.concatenate([exact, between, np.nextafter(exact, np.float32(0)), np.float32([1e-30, -1e-45])])
    assert np.array_equal(to_dtype(values, HALF).view(np.uint16), values.astype(np.float16).view(np.uint16))


def test_only_rows_whose_stored_values_differ_are_touched() -> None:
    plate = image({name: np.full((20, 30), 0.5, np.float16) for name in "RGB"})
    new = np.full((3, 12, 10), 0.5, np.float32)
    new[1, 3:6, 4] = 0.75
    new[2, 9] = 0.5 + 1e-6  # the same half
    edited = with_pixels(plate, Window(2, 4, 10, 12), new, np.ones((12, 10)))
    assert edited.touched == Window(2, 7, 10, 3)
    assert with_pixels(plate, Window(2, 4, 10, 12), new[[0, 0, 0]], np.ones((12, 10))).touched is not None


def test_edits_over_edits_are_those_of_arrays() -> None:
    rng = np.random.default_rng(4)
    plate = image({name: rng.random((20, 30)).astype(np.float16) for name in "RGBA"})
    planes, edited = {name: plane.copy() for name, plane in plate.main.channels.items()}, plate
    for window in (Window(2, 4, 10, 12), Window(8, 0, 22, 9), Window(-5, 15, 9, 30)):
        new = rng.random((3, window.height, window.width), np.float32)
        mask = rng.random((window.height, window.width)) < 0.7
        edited = with_pixels(edited, window, new, mask)
        inner = window.intersect(plate.main.window)
        for name, values in zip("RGB", new, strict=True):
            place, cut = inner.within(plate.main.window), inner.within(window)
            planes[name][place] = np.where(mask[cut], values[cut].astype(np.float16), planes[name][place])
    assert list(edited.main.channels) == list("RGBA") and "depth" not in edited.main.channels
    for name, plane in planes.items():
        assert equal(edited.main.channels[name], plane)
        assert equal(edited.main.cut(name, Window(3, 2, 20, 9)), plane[2:11, 3:23])
    assert edited.main.channels["A"] is plate.main.channels["A"]
