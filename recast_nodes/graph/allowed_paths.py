"""Where a shot document may write, and read: a document of a stranger must not reach what its user did not name.

A shot writes beneath the folder of its document and beneath places that its user named, and nowhere else. It reads
pictures and landmarks from anywhere, as compositing programs do; where RECAST_ROOTS is set, only beneath these places
too. It never writes over files that it reads. Reasons: docs/decisions/0013-hostile-files.md.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..errors import DocumentError, MediaError
from ..knobs import File, FileList, Knob, Still
from .graph import Graph, Placed, Problem

ROOTS = "RECAST_ROOTS"


class Places(NamedTuple):
    """Folders, resolved. `reading` where reading keeps to them too."""

    folders: tuple[str, ...]
    reading: bool = False

    def hold(self, path: str) -> bool:
        """Whether `path` lies beneath one of the folders, links and .. followed."""
        return self.hold_real(os.path.realpath(path))

    def hold_real(self, real: str) -> bool:
        """The same of a path that is resolved; the disk is not asked again."""
        return any(os.path.commonpath((real, folder)) == folder for folder in self.folders if _same_drive(real, folder))

    def refusal(self, folder: str) -> str:
        """What is wrong with a folder outside of them, and what allows it."""
        there = ", ".join(dict.fromkeys(self.folders))
        return f"lies outside the places that this shot may use: {there}. --allow {folder} or {ROOTS} allows it."


@dataclass(frozen=True)
class Judge:
    """Judges the folder that a render is about to write to, by the name under which it holds it: between the judgement
    of the document and the render, a link may have taken the folder's place.
    """

    places: Places
    chosen: frozenset[str]  # nodes whose file the user set by hand

    def __call__(self, node: str, folder: str) -> None:
        if node not in self.chosen and not self.places.hold_real(folder):
            found = Problem(f"{folder} is written to, and {self.places.refusal(folder)}", node, "file")
            raise DocumentError([str(found)])


def allowed_places(document: str | os.PathLike[str], allowed: Sequence[str] = ()) -> Places:
    """The folder of the document, the places in RECAST_ROOTS, and those that were `allowed`."""
    roots = [root for root in os.environ.get(ROOTS, "").split(os.pathsep) if root]
    beside = os.path.dirname(os.path.realpath(document))
    return Places(tuple(os.path.realpath(folder) for folder in (beside, *roots, *allowed)), bool(roots))


def written_folders(graph: Graph) -> frozenset[str]:
    """The folders that a shot writes to, resolved."""
    return frozenset(
        _folder(value) for placed in graph.nodes.values() for _, knob, value in _files(graph, placed) if _writes(knob)
    )


def confine(graph: Graph, places: Places, chosen: Collection[tuple[str, str]] = (), writing: bool = True) -> Graph:
    """The graph, where it keeps to `places`. Raises DocumentError with every path that does not.

    `chosen` are the (node, knob) that the user set by hand: those may name anything. Without `writing` what the shot
    wrote is only looked at.
    """
    problems = [
        problem
        for placed in graph.nodes.values()
        for problem in _beyond(graph, placed, places, writing)
        if (problem.node, problem.entry) not in chosen
    ]
    if problems:
        raise DocumentError([str(problem) for problem in problems])
    return replace(graph, judge=Judge(places, frozenset(node for node, knob in chosen if knob == "file")))


def _beyond(graph: Graph, placed: Placed, places: Places, writing: bool) -> Iterator[Problem]:
    for name, knob, value in _files(graph, placed):
        writes = writing and _writes(knob)
        if not (writes or places.reading or _of_another_machine(value)):
            continue
        for folder in [_folder(value)] if writes else _read_from(value):
            if not places.hold(folder):
                what = "is written to" if writes else "is read"
                yield Problem(f"{folder} {what}, and {places.refusal(folder)}", placed.name, name)


def read_files(graph: Graph, placed: Placed) -> list[str]:
    """The footage and the like that a node reads, as files and patterns; a node that writes reads none."""
    return [value for _, knob, value in _files(graph, placed) if not _writes(knob) and placed.gives is not None]


def _files(graph: Graph, placed: Placed) -> Iterator[tuple[str, Knob, str]]:
    """The knobs of a node that name files, and what they name."""
    values = graph.at(placed.name, 0).values
    for name, knob in placed.kind.knobs.items():
        value = values[name]
        if not value or not isinstance(value, str) or not isinstance(knob, (File, FileList, Still)):
            continue
        if isinstance(knob, FileList):
            yield from ((name, knob, each) for each in knob.split(value))
            continue
        if not (isinstance(knob, Still) and value in knob.words):
            yield name, knob, value


def _writes(knob: Knob) -> bool:
    return isinstance(knob, File) and knob.writes


def _folder(path: str) -> str:
    return os.path.realpath(os.path.dirname(os.path.abspath(path)))


def _read_from(path: str) -> list[str]:
    """The folders that reading `path` leads to: its own, and those of files that are links."""
    from ..media.names.siblings import as_on_disk, frames_of

    folder = _folder(path)
    if _of_another_machine(path):  # to look there would be to speak to it
        return [folder]
    try:
        there = as_on_disk(path)
        files = [there] if os.path.lexists(there) else frames_of(there).values()
    except (MediaError, OSError):  # not there, or no name of a file: whoever opens it says so
        files = []
    return [folder, *sorted({_folder(os.path.realpath(file)) for file in files if os.path.islink(file)} - {folder})]


def _of_another_machine(path: str) -> bool:
    """Whether only opening it would already speak to a machine that the document names, with the user's own name."""
    return os.name == "nt" and path.startswith(("\\\\", "//"))


def _same_drive(one: str, other: str) -> bool:
    return os.path.splitdrive(one)[0].lower() == os.path.splitdrive(other)[0].lower()


def overwrites(graph: Graph, output: str, frames: Sequence[int]) -> Iterator[Problem]:
    """Where `output` would write over a file that the same shot reads. Raises RecastError where that is not there."""
    from ..media.names.patterns import frame_path
    from ..media.sequences import open_source

    target = os.path.abspath(graph.at(output, frames[0]).values["file"])
    folder = os.path.realpath(os.path.dirname(target))  # the frame itself takes the place of a link
    names: set[str] = set()
    reads = ((name, *named) for name in graph.upstream(output) for named in _files(graph, graph.nodes[name]))
    for name, entry, knob, file in reads:
        if graph.nodes[name].gives is None or not (entry == "file" or isinstance(knob, FileList)):
            continue
        source = open_source(file)
        if os.path.realpath(os.path.dirname(source.path(source.first))) != folder:
            continue
        names = names or {os.path.basename(frame_path(target, frame)) for frame in frames}
        lost = next((frame for frame in source.frames if os.path.basename(source.path(frame)) in names), None)
        if lost is not None:
            text = f"{source.path(lost)} is what {name} reads; a shot does not write over its own files."
            yield Problem(text, output, "file")
