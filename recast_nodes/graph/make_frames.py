"""Making frames: pulled through the graph and written, by a thread of the render or in a process of its crew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import MediaError, RecastError, StorageError
from . import fingerprint
from .asked_frames import AskedFrames
from .consent import consents_of, header_text
from .evaluate import Evaluator
from .faults import Cancelled, as_recast_error
from .graph import Graph

if TYPE_CHECKING:
    from ..media.journal.journal import FrameNote


class MadeFrame(NamedTuple):
    """What became of a frame: its file and what the journal notes of it, or why there is none."""

    frame: int
    path: str = ""
    note: FrameNote | None = None
    error: RecastError | None = None


def frame_facts(graph: Graph, output: str, frame: int) -> dict[str, str]:
    """What the header of an edited frame says of the shot: the fingerprint of what it asks for, and who agreed."""
    from ..media.exr.attributes import CONSENT

    return {"recast:shot": fingerprint.frame(graph, output, frame), CONSENT: header_text(consents_of(graph))}


class FrameWriter:
    """Makes the frames of one node that writes. `asked` has the fingerprints of those that the journal is to know."""

    def __init__(self, evaluator: Evaluator, output: str, frames: Sequence[int], asked: Mapping[int, str] | None):
        self.evaluator, self.graph, self.output = evaluator, evaluator.graph, output
        self.asked = None if asked is None else AskedFrames(self.graph, output, evaluator.keys, asked)
        facts = partial(frame_facts, self.graph, output)
        self.writer = self.graph.at(output, frames[0]).open(facts, frames)  # type: ignore[attr-defined]

    def make(self, frames: Sequence[int]) -> Iterator[MadeFrame]:
        """Make and write frames. Where a batch fails as a whole, its frames are tried one by one. Raises Cancelled."""
        source = self.graph.nodes[self.output].wires["image"]
        try:
            images = self.evaluator.pull_batch(source, frames)
        except Cancelled:
            raise
        except Exception as error:
            if len(frames) == 1:
                yield MadeFrame(frames[0], error=self._error_of(error, frames[0]))
                return
            for frame in frames:
                yield from self.make([frame])
            return
        for frame, image in zip(frames, images, strict=True):
            yield self._put(frame, image)

    def _put(self, frame: int, image: Any) -> MadeFrame:
        self.evaluator.check_cancel()
        try:
            with self.evaluator.time_node(self.output):
                if self.asked:
                    self.asked.refuse_changed(frame)
                path = self.writer.put(frame, image)
                return MadeFrame(frame, str(path), self.asked.note_of(frame, path) if self.asked else None)
        except Cancelled:
            raise
        except Exception as error:
            return MadeFrame(frame, error=self._error_of(error, frame))

    def _error_of(self, error: Exception, frame: int) -> RecastError:
        """The error of a frame. Where its files are not what they were when the render began, that is the cause."""
        fault = as_recast_error(error)
        if not isinstance(fault, MediaError) or isinstance(fault, StorageError) or not self.asked:
            return fault
        return fault if self.asked.stands(frame) else StorageError(f"{fault} It changed since the render began.")
