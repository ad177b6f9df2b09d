"""How a render is asked for, and what it did."""

from __future__ import annotations

import threading
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import RecastError
from .analysis import Analysis
from .cache import DiskCache, MemoryCache
from .evaluate import Report
from .resume import Resume

if TYPE_CHECKING:
    from .crew.crew import LocalCrew


@dataclass
class Outcome:
    """What a render did: files by frame, what failed by frame, and processor seconds spent in each node."""

    written: dict[int, str] = field(default_factory=dict)
    existing: dict[int, str] = field(default_factory=dict)  # there already, or made meanwhile by another render
    failed: dict[int, str] = field(default_factory=dict)
    faults: dict[int, RecastError] = field(default_factory=dict)  # the errors behind `failed`
    seconds: dict[str, float] = field(default_factory=dict)
    cancelled: bool = False
    stopped: RecastError | None = None  # why frames were not tried any more


@dataclass(frozen=True)
class Settings:
    """How to render, apart from what: nothing here changes a pixel.

    `resume` keeps a journal beside the output; None renders every frame and leaves nothing but frames. `failing` says
    when a render stops early: "machine" where the fault is the machine's and every frame would meet it (a full disk),
    "any" at the first frame that fails, "never".
    """

    workers: int = 2
    crew: LocalCrew | None = None  # processes that have the workers, if it is not threads of this one
    memory: MemoryCache = field(default_factory=MemoryCache)
    disk: DiskCache | None = None
    resume: Resume | None = None
    failing: str = "machine"
    timeout: float | None = None  # seconds that one frame may take
    analysis_only: bool = False  # look at the shot, keep what is seen, and make no frame
    share: bool = False  # with analysis_only: look at `frames` only; the others are left to others
    shared_analyses: MutableMapping[str, Analysis] | None = None  # analyses by fingerprint, where they outlive a render
    before: Callable[[list[int]], None] = lambda frames: None  # called first, with the frames to be made, or none
    report: Report = lambda what, done, total: None
    finished: Callable[[int, str], None] = lambda frame, path: None
    failed: Callable[[int, str], None] = lambda frame, text: None
    cancel: threading.Event = field(default_factory=threading.Event)
