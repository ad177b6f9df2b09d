"""What Decode does with its knob `performer`: the file's fingerprint, whether it is one, and what it finishes with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import RecastError
from ..node import Finding, Node
from ..wires import MouthFrame

if TYPE_CHECKING:
    from ..models.interface import DecodeKnobs


def stamp_of_performer(file: str) -> str:
    """What a performer's file is known by; '' for none. Raises WeightsError where it is not there."""
    if not file:
        return ""
    from ..models.performer.file import fingerprint_of

    return fingerprint_of(file)


def check_performer(moments: Sequence[Node]) -> Iterable[Finding]:
    """Whether the performer is there, and is one."""
    file = moments[0].values["performer"] if moments else ""
    if not file:
        return
    from ..models.performer.file import read_performer

    try:
        read_performer(file)
    except RecastError as problem:
        yield Finding(str(problem), "performer")


def doubt(file: str, records: Mapping[int, MouthFrame]) -> None:
    """Tell the user of a performer that seems to be another person's than the plate's."""
    from ..models.mesh.performer import doubt_performer

    if file:
        doubt_performer(file, records)


def with_performer(knobs: DecodeKnobs, file: str, share: float) -> DecodeKnobs:
    """The knobs with the performer that finishes the face, where there is one and any of it is shown."""
    from ..models.performer.file import read_performer

    return knobs._replace(performer=read_performer(file), performer_share=share) if file and share > 0 else knobs
