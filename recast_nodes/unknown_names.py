"""A name that there is not: what was meant, before what there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_NAMED = 40  # names that a message lists


def unknown(what: str, name: str, known: Iterable[str], owner: str, near: str | None = None) -> str:
    """Such as: There is no pose 'aaa'. Did you mean aa? There are PP, FF. `near` is what was meant, if known."""
    names = list(known)
    meant = nearest(name, names) if near is None else near
    hint = f" Did you mean {meant}?" if meant else ""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    listed = f"{owner} {', '.join(names[:MOST_NAMED]) or 'none'}{more}."
    return f"There is no {what} {name!r}.{hint} {listed[0].upper()}{listed[1:]}"


def nearest(name: str, names: Iterable[str]) -> str:
    """The name that was meant: the same in other letters, or else the most similar; '' where none is."""
    known = list(names)
    same = [each for each in known if each.lower() == str(name).lower()]
    return next(iter(same or difflib.get_close_matches(str(name), known, n=1)), "")
