"""One request for frames: what it takes is made once, upstream first, however many nodes use it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import StorageError
from ..node import Node
from ..wires import Image
from .faults import name_errors
from .steps import Steps, run
from .takes import IMAGE

if TYPE_CHECKING:
    from .evaluate import Evaluator


class Pull:
    """One request for frames. Each moment, key and result inside it is made once, however many nodes use it."""

    def __init__(self, evaluator: Evaluator):
        self.evaluator, self.graph = evaluator, evaluator.graph
        self.results: dict[tuple[str, int], Any] = {}
        self.keys: dict[tuple[str, int], str] = {}
        self.moments: dict[tuple[str, int], Node] = {}

    def get(self, name: str, frames: Sequence[int]) -> list[Any]:
        """The results of a node at these frames."""
        run(self._get(name, frames))
        return [self.results[name, frame] for frame in frames]

    def _get(self, name: str, frames: Sequence[int]) -> Steps:
        self.evaluator.check_cancel()
        missing = [frame for frame in dict.fromkeys(frames) if not self._is_in_cache(name, frame)]
        if missing:
            yield self._make(name, [self.moment(name, frame) for frame in missing])

    def moment(self, name: str, frame: int) -> Node:
        """A node with its knobs as they are at a frame."""
        if (name, frame) not in self.moments:
            self.moments[name, frame] = self.graph.at(name, frame)
        return self.moments[name, frame]

    def key(self, name: str, frame: int) -> str:
        """The fingerprint of a result."""
        if (name, frame) not in self.keys:
            self.keys[name, frame] = self.evaluator.keys.of(name, frame)
        return self.keys[name, frame]

    def _used_inputs(self, name: str, moment: Node) -> list[str]:
        """The inputs that are connected and that the knob values use."""
        return [entry for entry in moment.used_inputs() if entry in self.graph.nodes[name].wires]

    def _needed_frames(self, name: str, moment: Node, entry: str) -> Iterable[int]:
        if not moment.inputs[entry].many:
            return (moment.frame,)
        analysed = (self.evaluator.analyses[name].value,) if moment.analyses else ()
        return moment.frames(moment.frame, entry, *analysed)

    def _is_in_cache(self, name: str, frame: int) -> bool:
        if (name, frame) in self.results:
            return True
        found = self.evaluator.recall(self.key(name, frame))
        if found is not None:
            self.results[name, frame] = found
        return found is not None

    def _make(self, name: str, moments: Sequence[Node]) -> Steps:
        size = moments[0].batch_size() or len(moments)
        for start in range(0, len(moments), size):
            batch = moments[start : start + size]
            self._refuse_unseen(name, batch)
            given = yield self._gather(name, batch)
            with self.evaluator.time_node(name), name_errors(name):
                made = type(batch[0]).process_batch(batch, given)
            self._refuse_changed(name, batch)
            for moment, value in zip(batch, made, strict=True):
                self.results[name, moment.frame] = value
                self.evaluator.keep(self.key(name, moment.frame), value)

    def _refuse_unseen(self, name: str, moments: Sequence[Node]) -> None:
        if moments[0].analyses:
            failed = self.evaluator.analyses[name].failed
            for moment in moments:
                if moment.frame in failed:
                    raise failed[moment.frame]

    def _refuse_changed(self, name: str, moments: Sequence[Node]) -> None:
        """Raises StorageError where a file changed under a node that reads: what it made is of no known fingerprint."""
        for moment in moments:
            if moment.stamp() and self.evaluator.keys.now().of(name, moment.frame) != self.key(name, moment.frame):
                file = next((value for value in moment.values.values() if value and isinstance(value, str)), "its file")
                raise StorageError(f"{name}: {file} changed while frame {moment.frame} was read.")

    def _gather(self, name: str, moments: Sequence[Node]) -> Steps:
        """Each moment's inputs. An upstream node is asked once for all frames that are needed of it."""
        wires = self.graph.nodes[name].wires
        frames_of: dict[str, dict[int, None]] = defaultdict(dict)
        for moment in moments:
            for entry in self._used_inputs(name, moment):
                frames_of[wires[entry]].update(dict.fromkeys(self._needed_frames(name, moment, entry)))
        for upstream, frames in frames_of.items():
            yield self._get(upstream, list(frames))
        return [self._inputs_of(name, moment) for moment in moments]

    def _pictures_of_takes(self, name: str, moment: Node) -> dict[tuple[str, int], Image]:
        """The pictures of other footage that a moment needs."""
        wanted = list(moment.frames_of_takes(moment.frame, self.evaluator.analyses[name].value))
        takes = {take.file: take for take in self.evaluator.keys.takes(name)} if wanted else {}
        return {
            (file, frame): self.evaluator.beside(takes[file].graph, takes[file].frames).pull(IMAGE, frame)
            for file, frame in wanted
        }

    def _inputs_of(self, name: str, moment: Node) -> dict[str, Any]:
        wires = self.graph.nodes[name].wires
        inputs: dict[str, Any] = dict.fromkeys(moment.inputs)
        for entry in self._used_inputs(name, moment):
            values = {frame: self.results[wires[entry], frame] for frame in self._needed_frames(name, moment, entry)}
            inputs[entry] = values if moment.inputs[entry].many else values[moment.frame]
        if moment.analyses:
            inputs["analysis"] = self.evaluator.analyses[name].value
        if moment.footage:
            inputs["takes"] = self._pictures_of_takes(name, moment)
        return inputs
