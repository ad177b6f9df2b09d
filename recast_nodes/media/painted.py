"""Channels with other values in a window, of which nothing else is copied or unpacked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..channels import LazyChannels, bytes_of
from ..wires import Part, Window


class Painted(LazyChannels):
    """A part's channels after an edit: `values` in `window`, by name, and what was `below` everywhere else.

    A channel that is asked for whole is made whole, each time; `cut` makes no more than it is asked for.
    """

    def __init__(self, below: Part, window: Window, values: Mapping[str, np.ndarray]):
        self._below, self._window, self._values = below, window, values
        self.kinds = {name: below.kind(name) for name in below.channels}
        self.shape = below.window.height, below.window.width
        self.packed = getattr(below.channels, "packed", None)
        self.nbytes = bytes_of(below.channels) + bytes_of(values)

    def __getitem__(self, name: str) -> np.ndarray:
        return super().__getitem__(name) if name in self._values else self._below.channels[name]

    def cut(self, name: str, rows: slice, columns: slice) -> np.ndarray:
        left, top = self._below.window[:2]
        width, height = columns.stop - columns.start, rows.stop - rows.start
        asked = Window(left + columns.start, top + rows.start, width, height)
        below = self._below.cut(name, asked)
        inner = asked.intersect(self._window)
        if name not in self._values or not inner.width or not inner.height:
            return below
        result = below.copy()
        result[inner.within(asked)] = self._values[name][inner.within(self._window)]
        return result
