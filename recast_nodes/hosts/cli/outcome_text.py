"""How a render went, in words and as an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...graph.render import Outcome
    from .console import EventSink


def count_text(number: int, word: str) -> str:
    """1 frame, 24 frames."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def _place(there: Mapping[int, str], pattern: str) -> str:
    """Where frames are: one file by its name, many by their pattern and range."""
    from ...media.names.patterns import format_frames

    files = set(there.values())
    if len(files) > 1:
        return f": {pattern} ({format_frames(there)})"
    return f": {files.pop()}" if files else "."


def report_outcome(console: EventSink, outcome: Outcome, frames: Sequence[int], pattern: str) -> None:
    """Tell how a render into `pattern` went: why it stopped, if it did, and what became of every frame."""
    from ...media.names.patterns import format_frames

    written, finished, failed = outcome.written, outcome.existing, outcome.failed
    left = sorted(set(frames) - set(written) - set(finished) - set(failed))
    if outcome.stopped:
        text = f"Error: the render stopped: {outcome.stopped} Restart it to render frames {format_frames(left)}."
        console.emit("stopped", text, left=left, reason=str(outcome.stopped))
    words = [count_text(len(written), "frame") + " written"]
    words += [f"{len(finished)} already there"] if finished else []
    words += [f"{len(failed)} failed"] if failed else []
    words += [f"{len(left)} not attempted"] if left else []
    console.emit(
        "done",
        ", ".join(words) + _place({**finished, **written}, pattern),
        frames=len(written),
        kept=len(finished),
        failed={str(frame): reason for frame, reason in sorted(failed.items())},
        left=left,
        seconds={name: round(seconds, 3) for name, seconds in sorted(outcome.seconds.items())},
    )
