"""What is learned of a whole shot, and what stands in for a frame that could not be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import RecastError


class Analysis(NamedTuple):
    """What a node learned of the whole shot, and the frames that could not be looked at."""

    value: Any
    failed: Mapping[int, RecastError]


class Unseen(NamedTuple):
    """In place of a frame's record: why there is none."""

    error: RecastError
