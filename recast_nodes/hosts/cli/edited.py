"""An edited shot on disk: its document, the frames that were written, and its pictures by frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import DocumentError, MissingFrame, RecastError
from ...graph.graph import Graph
from .job import find_output

if TYPE_CHECKING:
    from ...evaluation.shot import EditedShot
    from ...wires import Image

ENDING = ".recast.yaml"


def find_document(out: str) -> tuple[Path, str]:
    """The shot document that OUT stands for, and the frames' pattern where OUT names them itself.

    OUT is a shot document, the frames of an output with the document beside them, or a folder that holds one
    document. Raises DocumentError.
    """
    from .edit import document_path

    path = Path(out)
    if path.is_dir():
        return _only_document(path), ""
    if path.suffix in (".yaml", ".yml"):
        return path, ""
    document = document_path(out)
    if document.is_file():
        return document, str(path.absolute())
    if path.parent.is_dir():
        return _only_document(path.absolute().parent, f"{document.name} does not exist, and "), str(path.absolute())
    raise DocumentError([f"{out}: is not a shot document, a folder, or frames with a shot document beside them."])


def _only_document(folder: Path, before: str = "") -> Path:
    found = sorted(folder.glob(f"*{ENDING}"))
    if len(found) == 1:
        return found[0]
    what = ", ".join(path.name for path in found) or "none"
    raise DocumentError([f"{folder}: {before}exactly one shot document (*{ENDING}) is needed here; found {what}."])


class Results:
    """The frames that an output node wrote. `pattern` stands in for where the document says they are."""

    def __init__(self, graph: Graph, output: str, span: Sequence[int], pattern: str = ""):
        from ...media.sequences import open_source

        self.values = graph.at(output, span[0]).values
        self.pattern = pattern or self.values["file"]
        try:
            self.source = open_source(self.pattern)
        except RecastError as error:
            raise DocumentError([f"{output}: nothing to report on: {error}"]) from None
        self._order = {frame: at for at, frame in enumerate(sorted(span))}

    def frames(self, span: Sequence[int]) -> tuple[int, ...]:
        """The frames of the span that were written, and those missing between them."""
        there = [frame for frame in span if self._number(frame) in set(self.source.frames)]
        if not there:
            raise DocumentError([f"{self.pattern}: none of the shot's frames are there."])
        return tuple(frame for frame in span if min(there) <= frame <= max(there))

    def read(self, frame: int, plate: Image, layer: str, view: str = "") -> Image:
        """One written frame, looked at as its plate is."""
        if frame not in self._order:
            raise MissingFrame(f"{self.pattern}: frame {frame} is not one of the shot's.")
        layer, view = (layer, view) if self._exr() else ("", "")
        return self.source.read(self._number(frame), layer, self._colorspace(plate), view=view)

    def _number(self, frame: int) -> int:
        """The source's own number of a frame: movies count from 1, a still has one."""
        if self.source.kind == "sequence":
            return frame
        return self._order.get(frame, -1) + 1 if self.source.kind == "movie" else self.source.first

    def _exr(self) -> bool:
        return self.pattern.lower().endswith(".exr")

    def _colorspace(self, plate: Image) -> str:
        """The encoding of Write's output: its own setting, or the plate's where it keeps that."""
        if self.values["colorspace"] != "auto":
            return self.values["colorspace"]
        floats = plate.main.kind(plate.rgb[0]).kind == "f"
        return plate.colorspace if self._exr() and floats else "auto"


class ShotOnDisk:
    """An edited shot, ready to be measured: the graph, the nodes that matter, and the frames there are."""

    def __init__(self, graph: Graph, pattern: str = ""):
        from ...graph.check import shot_span
        from ...graph.roles import find_roles

        self.graph, self.output = graph, find_output(graph)
        self.roles = find_roles(graph, self.output)
        self.span = shot_span(graph, self.output)
        self.results = Results(graph, self.output, self.span, pattern)
        self.remarks: tuple[str, ...] = ()  # what is known of the shot once its faces are tracked

    def frames(self, text: str | None, every: int) -> tuple[int, ...]:
        """The frames to measure: those asked for, or all that were written; every so many of them."""
        from ...media.names.patterns import parse_frames

        chosen = tuple(sorted(parse_frames(text))) if text else self.results.frames(self.span)
        outside = sorted(set(chosen) - set(self.span))
        if outside:
            raise DocumentError(
                [f"--frames: {outside[0]} is not a frame of the shot ({self.span[0]}-{self.span[-1]})."]
            )
        return chosen[::every]

    def shot(self, frames: Sequence[int], **how: Any) -> EditedShot:
        """What is measured. Tracks the faces through the whole shot first, as far as the render did not keep them."""
        from ...evaluation.shot import EditedShot, Footage
        from ...graph.evaluate import Evaluator
        from ...media.journal.journal import folder_of
        from ...media.journal.records import ReadOnlyRecords

        evaluator = Evaluator(self.graph, self.span, records=ReadOnlyRecords(folder_of(self.results.pattern)), **how)
        for name in filter(None, (*self.roles.tracks, self.roles.driving_track)):
            evaluator.prepare(name)
        for name in self.graph.upstream(self.output):
            if self.graph.nodes[name].kind.footage:  # they remark which frames lend something to others
                evaluator.prepare_alone(name)
        self.remarks = tuple(evaluator.remarks)
        plate, driver = self.roles.plate, None
        if self.roles.driving:
            names = self.roles.driving, self.roles.driving_track
            driver = Footage(*(partial(evaluator.pull, name) for name in names))
        values = self.graph.at(plate, self.span[0]).values
        layer, view = str(values.get("layer", "")), str(values.get("view", ""))
        return EditedShot(
            tuple(frames),
            Footage(partial(evaluator.pull, plate), partial(evaluator.pull, self.roles.track)),
            lambda frame: self.results.read(frame, evaluator.pull(plate, frame), layer, view),
            driver,
            lambda frame: [evaluator.pull(name, frame).hull for name in self.roles.tracks],
        )
