"""Pull evaluation: a result is made when it is asked for, from the inputs it asks for, and kept by its fingerprint.

Nodes with `analyses` look at the whole shot first: `prepare` observes every frame of the shot's span (several frames at
once), keeps the small records, and runs `analyse`. After that every frame stands alone, so frames can be pulled in any
order, by several threads, on several machines, and come out the same.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ..natives import keep_memory, one_thread_each
from ..node import Node
from ..notices import notice
from ..wires import WIRES, Image
from .analyse import Analyser
from .analysis import Analysis
from .cache import DiskCache, MemoryCache
from .faults import Cancelled
from .graph import Graph
from .keys import Keys
from .pull import Pull

if TYPE_CHECKING:
    from ..media.journal.kept_analyses import KeptAnalyses
    from ..media.journal.records import Records
    from .crew.crew import LocalCrew

PACKAGE = __name__.partition(".")[0]
LEAST_MEMORY = 64 << 20  # bytes of pictures that each process of a crew may keep, where all may keep as many
Report = Callable[[str, int, int], None]  # (what is being done, frames done, frames in all)


class Store(Protocol):
    """Keeps records by fingerprint. What it cannot keep it lets go."""

    def get(self, key: str) -> Any: ...

    def put(self, key: str, record: Any) -> None: ...


class Timer:
    """Adds the processor seconds that the thread itself spends inside the block to a counter."""

    def __init__(self, seconds: Counter[str], name: str):
        self.seconds, self.name = seconds, name

    def __enter__(self) -> None:
        self.started = time.thread_time()

    def __exit__(self, *error: object) -> None:
        self.seconds[self.name] += time.thread_time() - self.started  # type: ignore[assignment]


class Evaluator:
    """Evaluates one graph over one span of frames. Threads may pull from it together once it is prepared."""

    def __init__(
        self,
        graph: Graph,
        span: Sequence[int],
        *,
        memory: MemoryCache | None = None,
        disk: DiskCache | None = None,
        workers: int = 2,
        report: Report = lambda what, done, total: None,
        cancel: threading.Event | None = None,
        shared_analyses: MutableMapping[str, Analysis] | None = None,
        records: Store | None = None,
        keys: Keys | None = None,
        timeout: float | None = None,
        crew: LocalCrew | None = None,
        analysis_files: KeptAnalyses | None = None,
    ):
        self.graph, self.span, self.workers, self.report = graph, tuple(span), workers, report
        self.keys = keys or Keys(graph, span)
        self.timeout, self.crew = timeout, crew
        self.analysis_files = analysis_files
        self.stores: list[Store] = [store for store in (records, disk) if store]
        self.memory, self.disk = memory or MemoryCache(), disk
        self.cancel = cancel or threading.Event()
        self.seconds: Counter[str] = Counter()  # node -> processor seconds spent in it, inputs excluded
        self.remarks: list[str] = []  # of the nodes that are prepared
        self.analyses: dict[str, Analysis] = {}  # of the nodes that are prepared, by name
        # Analyses by fingerprint, where they outlive this evaluator.
        self.shared_analyses = {} if shared_analyses is None else shared_analyses
        self.reused: set[str] = set()  # nodes whose analysis was known
        self.planned: list[str] = []  # nodes whose analyses are asked for, in the order in which they are made
        self.seen_ahead: dict[str, Any] = {}  # records by fingerprint, of nodes whose turn comes later
        self.wait_turn: Callable[[], None] = lambda: None  # background work lets urgent work go first here
        one_thread_each()
        keep_memory()

    def beside(self, graph: Graph, span: Sequence[int]) -> Evaluator:
        """Evaluates another graph, of the same actor's other footage, with the caches and stores of this one."""
        made = Evaluator(
            graph,
            span,
            memory=self.memory,
            disk=self.disk,
            workers=self.workers,
            report=self.report,
            cancel=self.cancel,
            shared_analyses=self.shared_analyses,
            timeout=self.timeout,
            analysis_files=self.analysis_files,
        )
        made.stores, made.wait_turn, made.seconds = self.stores, self.wait_turn, self.seconds
        return made

    def prepare(self, name: str) -> None:
        """Run the analyses that `name` depends on, upstream first. Raises what a node raises, naming it."""
        self.planned = [each for each in self.graph.upstream(name) if self.graph.nodes[each].kind.analyses]
        self.seen_ahead = {}  # its own: copies of this evaluator prepare at the same time, each for its request
        try:
            for upstream in self.planned:
                self._learn(upstream)
        finally:
            self.seen_ahead = {}

    def prepare_alone(self, name: str) -> None:
        """Run the analysis of one node, after those of what it looks at: frames of it cannot be made yet."""
        placed = self.graph.nodes[name]
        for entry in placed.kind.analyses:
            if entry in placed.wires:
                self.prepare(placed.wires[entry])
        self._learn(name)

    def _learn(self, name: str) -> None:
        if name not in self.analyses:
            self.analyses[name] = Analyser(self).analyse(name)
            self._remark(name)

    def recall_analysis(self, name: str) -> bool:
        """Take over what is known of the whole shot for a node. Returns whether anything is."""
        if name not in self.analyses and (found := Analyser(self).recall_analysis(name)):
            self.analyses[name] = found
            self._remark(name)
        return name in self.analyses

    def find_analysis(self, key: str) -> Analysis | None:
        """What is known of the whole shot by a fingerprint: from this process, or from beside the frames."""
        if key not in self.shared_analyses and self.analysis_files and (found := self.analysis_files.get(key)):
            for text in found.notices:
                notice(text)
            self.shared_analyses[key] = Analysis(found.value, {})
        return self.shared_analyses.get(key)

    def keep_analysis(self, node: Node, key: str, made: Analysis, texts: list[str]) -> None:
        """Keep what a node learned of the whole shot, and the notices that went with it."""
        self.shared_analyses[key] = made
        is_ours = type(node).__module__.startswith(f"{PACKAGE}.")  # the state of others' code is not known
        if self.analysis_files and is_ours:
            self.analysis_files.put(key, made.value, texts)

    def _remark(self, name: str) -> None:
        """Tell the user what a node remarks of the shot, by itself and beside others of its kind."""
        node, own, placed = self.graph.at(name, self.span[0]), self.analyses[name].value, self.graph.nodes
        alike = {
            other: analysis.value
            for other, analysis in self.analyses.items()
            if other != name and (placed[other].kind, placed[other].wires) == (placed[name].kind, placed[name].wires)
        }
        for remark in (*node.remarks(own), *node.remarks_beside(own, alike)):
            self.remarks.append(f"{name}: {remark}")
            notice(self.remarks[-1])

    def look(self, name: str, frames: Sequence[int]) -> None:
        """See a share of the shot's frames for whoever runs the analyses of `name` later, and keep what was seen.

        Nodes whose observing waits for another analysis are left to them.
        """
        analyser = Analyser(self)
        behind: set[str] = set()  # nodes that analyse, and those after them
        for upstream in self.graph.upstream(name):
            placed = self.graph.nodes[upstream]
            waits = not behind.isdisjoint(placed.wires.values())
            if placed.kind.analyses and not waits and analyser.looks_at_pixels(upstream, self.span[0]):
                keys = {self.keys.observation(upstream, frame): frame for frame in frames}
                analyser.observe_all(upstream, list(keys.values()), list(keys))
            if placed.kind.analyses or waits:
                behind.add(upstream)

    def keep_records(self, records: Records) -> None:
        """Keep what was seen for earlier requests of this process too: they had no folder to keep it in. What lies
        there for analyses that are known is asked for: it would be let go otherwise.
        """
        analyser = Analyser(self)
        for name in self.reused:
            if analyser.looks_at_pixels(name, self.span[0]):
                for frame in self.span:
                    key = self.keys.observation(name, frame)
                    if not records.want(key):
                        analyser.recall(key)

    def pull(self, name: str, frame: int) -> Any:
        """The result of a node at one frame."""
        return self.pull_batch(name, [frame])[0]

    def pull_batch(self, name: str, frames: Sequence[int]) -> list[Any]:
        """The results of a node at several frames, made together where its stage gains by it."""
        return Pull(self).get(name, frames)

    def tell_crew(self, **making: Any) -> None:
        """Have the crew know what is known of the shot. `making`: the fields of ShotState that frames are made by."""
        from .crew.state import ShotState

        assert self.crew
        memory = max(self.memory.limit // self.crew.size, min(self.memory.limit, LEAST_MEMORY))
        disk = self.disk.on_disk if self.disk else None
        state = ShotState(self.graph, self.span, self.keys, self.analyses, memory, disk, **making)
        self.crew.open(state, self.check_cancel)

    def recall(self, key: str) -> Any:
        """A result that was made before; None where it is not kept."""
        value = self.memory.get(key)
        return self.disk.get(key) if value is None and self.disk else value

    def keep(self, key: str, value: Any) -> None:
        """Keep a result by its fingerprint; pictures in memory only."""
        self.memory.put(key, value)
        if self.disk and isinstance(value, WIRES) and not isinstance(value, Image):
            self.disk.put(key, value)

    def check_cancel(self) -> None:
        """Raise Cancelled once the user asked to stop."""
        self.wait_turn()
        if self.cancel.is_set():
            raise Cancelled

    def time_node(self, name: str) -> Timer:
        """A block whose time counts for a node."""
        return Timer(self.seconds, name)
