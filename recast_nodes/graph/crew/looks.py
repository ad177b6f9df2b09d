"""Frames of a shot that a process of the crew looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...errors import OutOfMemory
from ...notices import notice
from ..faults import MemberLost
from .crew import LOST, TRIES, LocalCrew

if TYPE_CHECKING:
    from ..analyse import Analyser
    from ..look_together import LookBeside


def observe_by_crew(
    crew: LocalCrew, analyser: Analyser, name: str, pairs: Sequence[tuple[int, str]], beside: Sequence[LookBeside]
) -> dict[str, Any]:
    """The records of several frames, and of what other nodes see `beside` them, by fingerprint, kept as if they had
    been made here. What is lost is tried again. Raises OutOfMemory where every process ends that looks at these frames.
    """
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            records: dict[str, Any] = crew.call("observe", name, pairs, beside, evaluator=analyser.evaluator)
            break
        except MemberLost:
            notice(LOST)
            if last:
                text = f"the process that looked at frame {pairs[0][0]} ended {TRIES} times"
                raise OutOfMemory(f"{name}: {text}, as when memory runs out or a library crashes.") from None
    for key, record in records.items():
        analyser.store(key, record)
    return records
