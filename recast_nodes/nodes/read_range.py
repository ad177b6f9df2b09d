"""Frames that Read is asked for and that its files do not have: outside their range, or holes in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..node import Finding

if TYPE_CHECKING:
    from ..media.sequences import Source
    from .read import Read


HINT = " (set `missing` to hold, nearest or black to substitute)"


def frame_within(asked: int, first: int, last: int, rule: str) -> int:
    """The frame between `first` and `last` that is shown for one outside them; black borrows the nearest one's
    format.
    """
    if first <= asked <= last:
        return asked
    count = last - first + 1
    if rule == "loop":
        return first + (asked - first) % count
    if rule == "bounce" and count > 1:
        step = (asked - first) % (2 * count - 2)
        return first + min(step, 2 * count - 2 - step)
    return min(max(asked, first), last)


def find_holes(moments: Sequence[Read], source: Source) -> Iterable[Finding]:
    if source.kind == "still":
        return
    from ..media.names.patterns import format_frames

    there = set(source.frames)
    lacking = set()
    for moment in moments:
        first, last = moment.ends(source)
        asked = moment.requested_frame()
        rule = moment.before if asked < first else moment.after
        shown = frame_within(asked, first, last, rule)
        if shown not in there and (first <= asked <= last or rule not in ("black", "error")):
            lacking.add(shown)
    if lacking:
        one = moments[0]
        hint = HINT if one.missing == "error" else f"; `missing` is {one.missing}"
        which = f"frames {format_frames(lacking)} are" if len(lacking) > 1 else f"frame {format_frames(lacking)} is"
        text = f"{one.file}: {which} missing{hint}."
        yield Finding(text, "missing" if one.missing != "error" else "file", severe=one.missing == "error")


def find_outside(moments: Sequence[Read], source: Source) -> Iterable[Finding]:
    if source.kind == "still":
        return
    from ..media.names.patterns import format_frames

    first, last = moments[0].ends(source)
    sides = {
        "before": [m for m in moments if m.requested_frame() < first],
        "after": [m for m in moments if m.requested_frame() > last],
    }
    for side, beyond in sides.items():
        if beyond:
            rule = getattr(beyond[0], side)
            frames = format_frames(moment.frame for moment in beyond)
            text = f"{beyond[0].file} ({first}-{last}) is too short for frames {frames}; `{side}` is {rule}."
            yield Finding(text, side, severe=rule == "error")
