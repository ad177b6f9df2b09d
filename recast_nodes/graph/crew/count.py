"""How many processes a render has on this machine, and how many threads in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...machine import cores, free_memory
from ...model_registry import MODELS
from ...notices import notice
from ..graph import Graph

THREADS_EACH = 3  # that one process feeds: what each holds Python's lock for leaves no room for more (decision 35)
MEMORY_EACH = 1 << 30  # bytes that a process of three threads is reckoned with; 0.4 to 0.6 GB were measured at 1080p
LEAST_WORKERS = 2  # while one waits for the disk, the other computes


class CrewSize(NamedTuple):
    """Processes, and threads in each; one process is the render itself."""

    processes: int
    threads: int


def default_workers() -> int:
    """Frames in work at once: one a core. One more would take a tenth more processor time and be no sooner done."""
    return max(LEAST_WORKERS, cores())


def crew_size(graph: Graph, output: str, span: Sequence[int], workers: int) -> CrewSize:
    """How `workers` frames at once are spread over processes.

    A model that fills a graphics card, or all cores with one frame, stays in one process. More frames than cores are
    only in each other's way, and where memory is short there are fewer processes: both with a notice.
    """
    if _fills_the_machine(graph, output, span):
        return CrewSize(1, workers)
    if workers > default_workers():
        there = "1 core" if cores() == 1 else f"{cores()} cores"
        notice(
            f"{default_workers()} frames are in work at once, not {workers}: this machine, or the container that we "
            f"are in, has {there} for us."
        )
        workers = default_workers()
    wanted = -(-workers // THREADS_EACH)
    if wanted == 1:
        return CrewSize(1, workers)
    free = free_memory()
    room = max(1, free // MEMORY_EACH)
    if room < wanted:
        notice(
            f"{room} processes of {THREADS_EACH} threads render, not {wanted}: {free / 2**30:.1f} GB of "
            "memory are free, and one is reckoned with for each."
        )
    processes = min(wanted, room)
    return CrewSize(processes, min(THREADS_EACH, -(-workers // processes)) if processes > 1 else THREADS_EACH)


def _fills_the_machine(graph: Graph, output: str, span: Sequence[int]) -> bool:
    values = [graph.at(name, span[0]).values for name in graph.upstream(output)]
    return any(MODELS.get(each["model"]).uses_gpu for each in values if "model" in each)
