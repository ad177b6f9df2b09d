"""How many processes a render has on this machine, and how many threads in each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ...model_registry import MODELS
from ...natives import cores
from ...notices import notice
from ..graph import Graph

THREADS_EACH = 3  # that one process feeds: what each holds Python's lock for leaves no room for more (decision 35)
CONTAINER = Path("/sys/fs/cgroup")
MEMORY_EACH = 1 << 30  # bytes that a process of three threads is reckoned with; 0.4 to 0.6 GB were measured at 1080p


class CrewSize(NamedTuple):
    """Processes, and threads in each; one process is the render itself."""

    processes: int
    threads: int


def default_workers() -> int:
    """Frames in work at once: while one waits for the disk, every core has another."""
    return 1 + cores()


def crew_size(graph: Graph, output: str, span: Sequence[int], workers: int) -> CrewSize:
    """How `workers` frames at once are spread over processes.

    A model that fills a graphics card, or all cores with one frame, stays in one process. Where memory is short there
    are fewer processes, with a notice.
    """
    wanted = -(-workers // THREADS_EACH)
    if wanted == 1 or _fills_the_machine(graph, output, span):
        return CrewSize(1, workers)
    room = max(1, _free_memory() // MEMORY_EACH)
    if room < wanted:
        notice(
            f"{room} processes of {THREADS_EACH} threads render, not {wanted}: {_free_memory() / 2**30:.1f} GB of "
            "memory are free, and one is reckoned with for each."
        )
    processes = min(wanted, room)
    return CrewSize(processes, min(THREADS_EACH, -(-workers // processes)) if processes > 1 else THREADS_EACH)


def _fills_the_machine(graph: Graph, output: str, span: Sequence[int]) -> bool:
    values = [graph.at(name, span[0]).values for name in graph.upstream(output)]
    return any(MODELS.get(each["model"]).uses_gpu for each in values if "model" in each)


def _free_memory() -> int:
    """Bytes that can be used without pushing others out: of the machine, or of the container that we are in."""
    import psutil

    free = int(psutil.virtual_memory().available)
    try:
        most, used = (int((CONTAINER / f"memory.{name}").read_text()) for name in ("max", "current"))
        facts = dict(line.split() for line in (CONTAINER / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # there is no such limit
        return free
    return min(free, most - used + int(facts.get("inactive_file", 0)))  # files that were read count as used there
