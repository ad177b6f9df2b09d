"""What a process of a crew must know of a shot: all that the render knows when it asks for frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..cache import DiskCache
from ..graph import Graph
from ..keys import Keys

if TYPE_CHECKING:
    from ..analysis import Analysis


@dataclass(frozen=True)
class ShotState:
    """A shot as it travels to the processes that look at its frames and make them."""

    graph: Graph
    span: Sequence[int]
    keys: Keys  # the render's own: files are what they were when it began
    analyses: Mapping[str, Analysis]  # of the nodes that are prepared, by name
    memory: int  # bytes of pictures that one process may keep
    disk: DiskCache | None = None
    output: str = ""  # the node that writes; '' where frames are looked at only
    frames: Sequence[int] = ()  # all that were asked for
    asked: Mapping[int, str] = field(default_factory=dict)  # fingerprints of the frames to be made, where they count
    folder: tuple[str, str] = ("", "")  # the output's, and what it stood for when the render began


@dataclass(frozen=True)
class Asked:
    """One call: its number, which the answer has too, and what is to be done."""

    number: int
    what: str
    given: tuple[Any, ...]


@dataclass(frozen=True)
class Answered:
    """The answer to a call, or the error that it ended with."""

    number: int
    value: Any
    error: BaseException | None
    seconds: Mapping[str, float]  # processor seconds since the last answer, by node
