"""Channels that are made as they are asked for: of a file that is still packed, or of a plate under an edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class LazyChannels(Mapping[str, "np.ndarray"]):
    """The channels of one part, of which no more is made than is asked for.

    `kinds` are the types of their values by name, `shape` the rows and columns of all of them, and `nbytes` the most
    that they come to in memory.
    """

    kinds: Mapping[str, np.dtype]
    shape: tuple[int, int]
    nbytes: int

    def cut(self, name: str, rows: slice, columns: slice) -> np.ndarray:
        """Some rows and columns of a channel; both slices have to lie inside the part."""
        raise NotImplementedError

    def __getitem__(self, name: str) -> np.ndarray:
        self.kinds[name]  # raises KeyError
        return self.cut(name, slice(0, self.shape[0]), slice(0, self.shape[1]))

    def __contains__(self, name: object) -> bool:
        return name in self.kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self.kinds)

    def __len__(self) -> int:
        return len(self.kinds)


def bytes_of(channels: Mapping[str, np.ndarray]) -> int:
    """The most that channels come to in memory."""
    if isinstance(channels, LazyChannels):
        return channels.nbytes
    return sum(plane.nbytes for plane in channels.values())
