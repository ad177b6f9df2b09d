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
    from ..look_together import JointLook


def crew_for(analyser: Analyser, name: str, frames: int) -> LocalCrew | None:
    """The crew, told what is known of the shot, where so many frames are worth it; None for threads of this process."""
    evaluator = analyser.evaluator
    crew = evaluator.crew if analyser.looks_at_pixels(name, analyser.span[0]) else None
    if crew is None or not crew.is_worth(frames):
        return None
    evaluator.tell_crew()
    return crew


def observe_by_crew(
    crew: LocalCrew, analyser: Analyser, name: str, pairs: Sequence[tuple[int, str]], joint: Sequence[JointLook]
) -> dict[str, Any]:
    """The records of several frames, and of what other nodes see of their pictures (`joint`), by fingerprint, kept as
    if they had been made here. What is lost is tried again. Raises OutOfMemory where every process ends that looks at
    these frames.
    """
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            records: dict[str, Any] = crew.call("observe", name, pairs, joint, evaluator=analyser.evaluator)
            break
        except MemberLost:
            notice(LOST)
            if last:
                text = f"the process that looked at frame {pairs[0][0]} ended {TRIES} times"
                raise OutOfMemory(f"{name}: {text}, as when memory runs out or a library crashes.") from None
    for key, record in records.items():
        analyser.store(key, record)
    return records
