"""What nodes share whose knobs name pictures beside their inputs: the files' state, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import RecastError
from ..knobs import FileList
from ..node import Finding, Node


def stamp_of_still(value: int | str, words: Sequence[str]) -> str:
    """The state of the file that a Still knob names, '' for a frame number or one of its `words`."""
    if isinstance(value, int) or value in words:
        return ""
    from ..media.sequences import open_source

    source = open_source(value)
    return source.fingerprint(source.first)


def check_still(moments: Sequence[Node], knob: str, words: Sequence[str]) -> Iterable[Finding]:
    """Whether the files that a Still knob names are there."""
    for value in dict.fromkeys(moment.values[knob] for moment in moments[:1]):  # such knobs cannot be keyed
        try:
            stamp_of_still(value, words)
        except RecastError as problem:
            yield Finding(str(problem), knob)


def check_files(moments: Sequence[Node], knob: str) -> Iterable[Finding]:
    """Whether the files that a FileList knob names are there, and the first picture of each can be read."""
    from ..media.sequences import open_source

    for file in FileList.split(moments[0].values[knob]) if moments else ():
        try:
            source = open_source(file)
            source.read(source.first, channels="rgb")
        except RecastError as problem:
            yield Finding(str(problem), knob)
