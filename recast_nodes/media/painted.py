"""Channels with other values in a window, of which nothing else is copied or unpacked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..wires import Part, Window


class Painted(Mapping[str, np.ndarray]):
    """A part's channels after an edit: `values` in `window`, by name, and what was `below` everywhere else.

    A channel that is asked for whole is made whole, each time; `cut` makes no more than it is asked for.
    """

    def __init__(self, below: Part, window: Window, values: Mapping[str, np.ndarray]):
        self._below, self._window, self._values = below, window, values
        self.kinds = {name: below.kind(name) for name in below.channels}
        self.shape = below.window.height, below.window.width
        self.packed = getattr(below.channels, "packed", None)

    @property
    def nbytes(self) -> int:
        """The most that the channels come to in memory."""
        channels = self._below.channels
        below = getattr(channels, "nbytes", None)
        below = sum(plane.nbytes for plane in channels.values()) if below is None else below
        return below + sum(values.nbytes for values in self._values.values())

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._values:
            return self._below.channels[name]
        return self.cut(name, slice(0, self.shape[0]), slice(0, self.shape[1]))

    def __contains__(self, name: object) -> bool:
        return name in self.kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def __len__(self) -> int:
        return len(self.kinds)

    def cut(self, name: str, rows: slice, columns: slice) -> np.ndarray:
        """Some rows and columns of a channel; both slices have to lie inside the part."""
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
