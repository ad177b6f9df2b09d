"""A crew of renderers on a Ray cluster: one warm actor for each GPU, or for each set of cores.

Actors are placed node by node, so a node that joins gets its own, and one whose process was lost gets another. They are
never restarted by Ray and their tasks never repeated: the frames of a lost one are shared out again (farm/sharing.py).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ...errors import StorageError
from ...graph.crew.count import LEAST_WORKERS
from ...notices import notice
from .ray_cluster import Cluster, last_line
from .renderer import Renderer, RendererFacts, SentShot

WAIT_FOR_ANY = 120.0  # seconds that a cluster may be without a renderer
LOOK_AGAIN = 2.0  # seconds between looks at which nodes there are
MOST_STARTS = 3  # of renderers on one seat that end before they are ready
CANCEL_WITHIN = 3.0  # seconds that renderers are given to end by themselves


@dataclass(eq=False)
class Actor:
    """One renderer of the cluster."""

    name: str  # of its machine
    seat: tuple[str, int]
    handle: Any
    cores: int
    events: Any = None  # what it sends while it has a share
    token: str = ""


class RayCrew:
    """The renderers of one shot on a cluster. `gone` are the tokens of processes that were lost or ended by force.

    Where `interrupted` says so, waiting for events raises KeyboardInterrupt.
    """

    def __init__(self, cluster: Cluster, shot: SentShot, interrupted: Callable[[], bool] = lambda: False):
        self.interrupted = interrupted
        self.cluster, self.ray, self.shot = cluster, cluster.ray, shot
        self.ended_tokens: set[str] = set()
        self._starting: dict[Any, Actor] = {}  # the answer that is waited for -> who gives it
        self._actors: list[Actor] = []
        self._starts: Counter[tuple[str, int]] = Counter()
        self._refused: dict[str, str] = {}  # machine -> why
        self._looked_at = 0.0
        self._any = time.monotonic()  # when there was a renderer last

    def free(self) -> list[Actor]:
        """Those that are ready and have nothing to do."""
        if time.monotonic() - self._looked_at > LOOK_AGAIN:
            self._fill()
        return [actor for actor in self._actors if not actor.events]

    def size(self) -> int:
        """How many are ready."""
        return len(self._actors)

    def begin(self, member: Any, frames: Sequence[int], options: Mapping[str, Any]) -> None:
        """Give one a share. It has as many frames in work as it has cores."""
        shared = dict(options, workers=options.get("workers") or max(LEAST_WORKERS, member.cores))
        member.events = member.handle.work.options(num_returns="streaming").remote(list(frames), shared)

    def events(self, seconds: float) -> Iterator[tuple[Actor, dict[str, Any] | None]]:
        """What renderers report; None for one that is lost."""
        if self.interrupted():
            raise KeyboardInterrupt
        waited = {**{actor.events: actor for actor in self._actors if actor.events}, **self._starting}
        if not waited:
            time.sleep(seconds)
        ready = self.ray.wait(list(waited), num_returns=1, timeout=seconds)[0] if waited else []
        for reference in ready:
            actor = waited[reference]
            if reference in self._starting:
                del self._starting[reference]
                self._meet(actor, reference)
            else:
                yield actor, self._next_event(actor)
        self._check()

    def cancel(self) -> None:
        """End all shares: by asking, and after some seconds by force."""
        until = time.monotonic() + CANCEL_WITHIN
        for actor in self._actors:
            actor.handle.cancel.remote()
        while time.monotonic() < until and any(actor.events for actor in self._actors):
            with suppress(StorageError):
                for actor, event in self.events(LOOK_AGAIN / 10):
                    if event is None or event["event"] == "end":
                        actor.events = None
        self.dismiss()

    def dismiss(self) -> None:
        """End all renderers."""
        for actor in [*self._actors, *self._starting.values()]:
            self._end(actor)
        self._actors, self._starting = [], {}

    def _fill(self) -> None:
        """A renderer for every seat of the cluster that has none."""
        self._looked_at = time.monotonic()
        taken = {actor.seat for actor in [*self._actors, *self._starting.values()]}
        numbers: Counter[str] = Counter()
        for node, machine, takes in self.cluster.seats():
            seat = node, numbers[node]
            numbers[node] += 1
            if seat not in taken and machine not in self._refused and self._starts[seat] < MOST_STARTS:
                self._start(seat, machine, takes)

    def _start(self, seat: tuple[str, int], machine: str, takes: Mapping[str, float]) -> None:
        here = self.ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(seat[0], soft=False)
        kind = self.ray.remote(Renderer).options(**takes, scheduling_strategy=here, max_concurrency=3, max_restarts=0)
        actor = Actor(machine, seat, kind.remote(self.shot), int(takes["num_cpus"]))
        self._starts[seat] += 1
        self._starting[actor.handle.ready.remote()] = actor

    def _meet(self, actor: Actor, answer: Any) -> None:
        try:
            facts: RendererFacts = self.ray.get(answer)
        except self.ray.exceptions.RayError as error:
            last = self._starts[actor.seat] >= MOST_STARTS
            if last and actor.name not in self._refused:
                self._refuse(actor, f"the renderer does not start: {last_line(error)}")
            return
        actor.token = facts.token
        if facts.refusal:
            self._refuse(actor, facts.refusal)
            self._end(actor)
            return
        self._starts[actor.seat] = 0
        self._actors.append(actor)

    def _refuse(self, actor: Actor, why: str) -> None:
        self._refused[actor.name] = why
        notice(f"{actor.name} cannot render this shot: {why}")

    def _next_event(self, actor: Actor) -> dict[str, Any] | None:
        try:
            event: dict[str, Any] = self.ray.get(next(actor.events))
        except (self.ray.exceptions.RayError, StopIteration):
            self._actors.remove(actor)
            self._end(actor)
            return None
        if event["event"] == "end":
            actor.events = None
        return event

    def _end(self, actor: Actor) -> None:
        if actor.token:
            self.ended_tokens.add(actor.token)
        with suppress(Exception):  # the node may be gone, and with it who would end the actor
            self.ray.kill(actor.handle)

    def _check(self) -> None:
        """Raises StorageError where nobody renders and nobody will."""
        if self._actors:
            self._any = time.monotonic()
        elif self._refused and not self._starting:
            reasons = "; ".join(f"{machine}: {why}" for machine, why in self._refused.items())
            raise StorageError(f"no machine of the cluster can render this shot. {reasons}")
        elif time.monotonic() - self._any > WAIT_FOR_ANY:
            raise StorageError(f"the cluster had no room for a renderer in {WAIT_FOR_ANY:g} seconds.")
