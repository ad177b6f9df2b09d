"""How the worker answers an effect of a host that holds its frames in memory (docs/openfx.md)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ...errors import DocumentError
from ...graph.graph import Graph
from ..cli import job
from ..openfx.header import declared

if TYPE_CHECKING:
    from ...graph.evaluate import Evaluator
    from ..openfx.pictures import HostPlanes
    from .events import EventSender
    from .requests import Request
    from .warm import Warm

BEAT = 1.0  # seconds between signs of life: a host takes a worker for dead that sends none


def answer_effect(request: Request, sender: EventSender, cancel: threading.Event, warm: Warm) -> int:
    """One frame of an effect, or what it takes (`plan`), or a look at the shot (`analyse`). Raises RecastError."""
    if request.get("declared") != _own_parameters():
        raise DocumentError(
            [
                "The plugin was built for other parameters than this worker has: run `recast plugins openfx` with the "
                "Recast Nodes that the worker is of, and start the host again."
            ]
        )
    with _alive(sender):
        session = warm.effects.find(str(request.get("session")))
        with session.lock:
            fields = dict(request.fields)

            def prepare(graph: Graph, node: str) -> Evaluator:
                return warm.prepare(warm.find_evaluator(graph, node, sender, cancel), node, cancel)

            if request.get("plan"):
                find = partial(warm.find_evaluator, sender=None, cancel=cancel)
                sender.emit("result", **session.plan(fields, find))
                return job.DONE
            with warm.urgency.urgent():
                made = session.render(fields, sender.exchange.fetch, prepare)  # type: ignore[union-attr]
            sender.emit("result", **_result(made, sender))
    return job.DONE


@cache
def _own_parameters() -> str:
    return declared()


def _result(made: HostPlanes | None, sender: EventSender) -> dict[str, Any]:
    if made is None or not made.planes:
        return {"layout": made.layout if made else "", "count": 0}
    assert sender.exchange
    path = sender.exchange.slots.write(made.planes)
    kind = made.planes[0].dtype.name
    return {
        "layout": made.layout,
        "count": len(made.planes),
        "file": path,
        "type": kind,
        "window": list(made.window),
    }


@contextmanager
def _alive(sender: EventSender) -> Iterator[None]:
    """Meanwhile the host hears that the worker lives."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            sender.emit("alive")

    threading.Thread(target=beat, name="alive", daemon=True).start()
    try:
        yield
    finally:
        over.set()
