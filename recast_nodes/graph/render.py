"""Render: every frame of a range through the graph into files, several frames at once.

Each worker thread takes whole frames: while one reads or writes, another computes. A frame appears whole or not at all;
a frame that fails is named and the others go on.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import RecastError
from ..natives import return_memory
from . import fingerprint
from .cache import DiskCache, MemoryCache
from .evaluate import TRIM_EVERY, Cancelled, Evaluator, Report
from .graph import Graph

if TYPE_CHECKING:
    from ..media.writers import Writer


@dataclass
class Outcome:
    """What a render did: files by frame, what failed by frame, and seconds spent in each node (threads added up)."""

    written: dict[int, str] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    cancelled: bool = False


@dataclass(frozen=True)
class Settings:
    """How to render, apart from what: nothing here changes a pixel."""

    workers: int = 2
    memory: MemoryCache = field(default_factory=MemoryCache)
    disk: DiskCache | None = None
    report: Report = lambda what, done, total: None
    finished: Callable[[int, str], None] = lambda frame, path: None
    failed: Callable[[int, str], None] = lambda frame, text: None
    cancel: threading.Event = field(default_factory=threading.Event)


def render(graph: Graph, output: str, frames: Sequence[int], span: Sequence[int], settings: Settings) -> Outcome:
    """Render `frames` of the node `output` (one that writes files). `span` is the whole shot, which analyses look at.

    Raises RecastError where nothing can be rendered at all (no face in the whole shot, an unreadable plate).
    """
    evaluator = Evaluator(
        graph,
        span,
        memory=settings.memory,
        disk=settings.disk,
        workers=settings.workers,
        report=settings.report,
        cancel=settings.cancel,
    )
    outcome = Outcome()
    try:
        evaluator.prepare(output)
        _render_frames(evaluator, output, list(frames), settings, outcome)
    except Cancelled:
        outcome.cancelled = True
    outcome.seconds = dict(evaluator.seconds)
    return outcome


def _render_frames(evaluator: Evaluator, output: str, frames: list[int], settings: Settings, outcome: Outcome) -> None:
    writer = evaluator.graph.at(output, frames[0]).open(fingerprint.shot(evaluator.graph), frames)  # type: ignore[attr-defined]
    size = _batch(evaluator.graph, output, frames[0])
    chunks = [frames[start : start + size] for start in range(0, len(frames), size)]
    try:
        with ThreadPoolExecutor(settings.workers, thread_name_prefix="render") as pool:
            try:
                _run(pool, evaluator, output, chunks, writer, settings, outcome, len(frames))
            except BaseException:
                settings.cancel.set()
                pool.shutdown(cancel_futures=True)
                raise
        writer.close()
    except BaseException:
        writer.abort()
        raise


def _run(
    pool: ThreadPoolExecutor,
    evaluator: Evaluator,
    output: str,
    chunks: list[list[int]],
    writer: Writer,
    settings: Settings,
    outcome: Outcome,
    total: int,
) -> None:
    """Keep every worker busy with one chunk and one waiting, so that memory does not grow with the shot."""
    waiting = iter(chunks)
    running: set[Future[None]] = set()
    lock = threading.Lock()

    def work(chunk: list[int]) -> None:
        for frame, result in _results(evaluator, output, chunk, writer):
            with lock:
                known = outcome.failed if isinstance(result, Exception) else outcome.written
                known[frame] = str(result)
                (settings.failed if isinstance(result, Exception) else settings.finished)(frame, str(result))
                done = len(outcome.written) + len(outcome.failed)
                settings.report("render", done, total)
            if done % TRIM_EVERY == 0:
                return_memory()

    while True:
        while len(running) < settings.workers + 1 and (chunk := next(waiting, None)) is not None:
            running.add(pool.submit(work, chunk))
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()


def _results(evaluator: Evaluator, output: str, chunk: list[int], writer: Writer):  # type: ignore[no-untyped-def]
    """(frame, path or error) of a chunk. Where a batch fails as a whole, its frames are tried one by one."""
    source = evaluator.graph.nodes[output].wires["image"]
    try:
        images = evaluator.pull_batch(source, chunk)
    except Cancelled:
        raise
    except Exception as error:
        if len(chunk) == 1:
            yield chunk[0], spoken(error)
            return
        for frame in chunk:
            yield from _results(evaluator, output, [frame], writer)
        return
    for frame, image in zip(chunk, images, strict=True):
        yield frame, _put(evaluator, output, frame, image, writer)


def _put(evaluator: Evaluator, output: str, frame: int, image: Any, writer: Writer) -> str | Exception:
    evaluator._check_cancel()
    try:
        with evaluator._timed(output):
            return writer.put(frame, image)
    except Cancelled:
        raise
    except Exception as error:
        return spoken(error)


def spoken(error: Exception) -> RecastError:
    """The error as the artist is told of it; a fault of ours says so and where it happened."""
    if isinstance(error, RecastError):
        return error
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = f"internal error: {type(error).__name__}: {error} ({place.name}, line {place.lineno})"
    return RecastError(text)


def _batch(graph: Graph, output: str, frame: int) -> int:
    return max(graph.at(name, frame).batch_size() for name in graph.upstream(output))
