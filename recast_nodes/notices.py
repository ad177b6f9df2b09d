"""What a user should know although nothing failed: a fallback, a mismatch that was resolved.

Notices go out through `logging` under the name 'recast_nodes.notices', each text once until `forget` is called. The
command line prints them (one JSON object each with `--json`); a host shows them in its own way.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)
_issued: set[str] = set()
_lock = threading.Lock()
_hearing = threading.local()


def notice(text: str) -> None:
    """Show the user `text`, unless it has been shown already.

    Names in it may hold bytes that are no text; they are written out, since logs, sockets and JSON take text only.
    """
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    for heard in getattr(_hearing, "lists", ()):
        heard.append(text)
    with _lock:
        if text in _issued:
            return
        _issued.add(text)
    _log.warning("%s", text)


@contextmanager
def overhear() -> Iterator[list[str]]:
    """A list of what the calling thread has to say inside the block, what was shown before included."""
    before: tuple[list[str], ...] = getattr(_hearing, "lists", ())
    heard: list[str] = []
    _hearing.lists = (*before, heard)
    try:
        yield heard
    finally:
        _hearing.lists = before


def printable(text: str) -> str:
    """Text for a terminal or a log: what would control it, or pass for a line of ours, is written out.

    Names of files, layers and nodes are a stranger's: escape sequences, marks that turn the direction of writing, and
    bytes that are no text become `\\x1b` and the like; lines after the first are set in.
    """
    shown = "".join(letter if letter.isprintable() or letter in "\n\t" else _escape(letter) for letter in text)
    return shown.rstrip("\n").replace("\n", "\n  ")


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def forget() -> None:
    """Let every notice be shown again: called at the start of a render."""
    with _lock:
        _issued.clear()
