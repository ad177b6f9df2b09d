"""Images made on the spot for the tests of media."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from recast_nodes.media.exr.attributes import encode
from recast_nodes.wires import Attribute, Image, Part, Window

KINDS = ("uint32", "float16", "float32")


def noise(kind: str, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Random bits of this type: every NaN, infinity and subnormal may be among them."""
    size = np.dtype(kind).itemsize * height * width
    return np.frombuffer(np.random.default_rng(seed).bytes(size), kind).reshape(height, width)


def smooth(kind: str, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Random values between 0 and 1."""
    return np.random.default_rng(seed).random((height, width)).astype(kind)


def image(
    channels: dict[str, np.ndarray] | None = None,
    origin: tuple[int, int] = (0, 0),
    display: Window | None = None,
    **attributes: Attribute,
) -> Image:
    """An edited image (no path) of one part with R, G, B, in ACEScg."""
    channels = channels or {name: smooth("float16", 12, 20, seed) for seed, name in enumerate("RGBA")}
    height, width = next(iter(channels.values())).shape
    window = Window(*origin, width, height)
    part = Part("", channels, window, display or window, attributes)
    return Image((part,), ("R", "G", "B"), "ACEScg")


windows = st.builds(Window, *[st.integers(-300, 300)] * 2, *[st.integers(1, 40)] * 2)


def equal(one: np.ndarray, other: np.ndarray) -> bool:
    """Same type and same bits."""
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def assert_same_parts(one: Image, other: Image, but: tuple[str, ...] = ("channels", "type")) -> None:
    """Every channel to the bit, every attribute by value and type."""
    assert len(one.parts) == len(other.parts)
    for before, after in zip(one.parts, other.parts, strict=True):
        assert (before.name, before.window, before.display) == (after.name, after.window, after.display)
        assert set(before.channels) == set(after.channels)
        for name, plane in before.channels.items():
            assert equal(plane, after.channels[name]), name
        for name in before.attributes.keys() - set(but):
            one_is, other_is = before.attributes[name], after.attributes[name]
            assert (one_is.type, encode(one_is)) == (other_is.type, encode(other_is)), name
