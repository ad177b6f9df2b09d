"""The clips of a run: where they lie, and how they are made where they are not there yet."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ...errors import MediaError
from ...machine import cores
from ..settings import RunSettings
from .clip import Task

_making = threading.Lock()
Report = Callable[[int, int], None]


class ClipSource(NamedTuple):
    """A clip: the file that holds it, and what makes that file."""

    path: Path
    make: Task

    def made(self) -> Path:
        """The file, made now where it is not there."""
        if not self.path.is_file():
            with _making:  # of several threads one renders, and the others wait for the file
                if not self.path.is_file():
                    self.path.parent.mkdir(parents=True, exist_ok=True)
                    _do(self.make)
        return self.path


def clip_sources(settings: RunSettings, run: Path) -> list[ClipSource]:
    """The clips that the settings name; stored in `run`, or for humans in `data.folder` where that is set.

    Raises MediaError where there is none, DocumentError for a folder that holds something else.
    """
    data = settings.data
    pixels = round(settings.networks.pixels * data.margin)
    place = Path(data.folder).expanduser() if data.kind == "humans" and data.folder else run / "clips"
    if data.kind == "humans":
        from .humans import Casting, render_person

        name = f"turn{data.turn:g}_scripts{data.scripts:g}_margin{data.margin:g}_{data.frames}x{pixels}"
        sources = []
        for person in range(data.first_person, data.first_person + data.people):
            path = place / name / f"person_{person}.safetensors"
            casting = Casting(person, data.frames, pixels, data.turn, data.scripts, data.margin, data.device)
            sources.append(ClipSource(path, (render_person, (casting, path))))
        return sources
    if data.kind == "benchmark":
        from .benchmark import find_clips
    else:
        from .tracked import find_clips
    tasks = find_clips(Path(data.folder).expanduser(), place, pixels, data.margin)
    if not tasks:
        raise MediaError(f"{data.folder} holds no clip that can be trained on.")
    return [ClipSource(path, task) for path, task in tasks]


def make_all(sources: list[ClipSource], processes: int, report: Report = lambda done, total: None) -> None:
    """Make every clip that is not there, in so many processes (0: one a core)."""
    waiting = [source for source in sources if not source.path.is_file()]
    done = len(sources) - len(waiting)
    report(done, len(sources))
    for source in waiting:
        source.path.parent.mkdir(parents=True, exist_ok=True)
    for _ in _work([source.make for source in waiting], processes or cores()):
        done += 1
        report(done, len(sources))


def _work(tasks: list[Task], processes: int) -> Iterator[int]:
    if processes < 2 or len(tasks) < 2:
        yield from map(_do, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(min(processes, len(tasks))) as pool:
        yield from pool.imap_unordered(_do, tasks)


def _do(task: Task) -> int:
    function, arguments = task
    return function(*arguments)
