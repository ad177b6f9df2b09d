"""The frames of a sequence by their hashes: listed when they are signed, and compared with what is there later.

The list is text as `sha256sum` reads it, so that others can check frames without this program.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from ...errors import MediaError
from ..journal.journal import content_of

LIST = ".sha256"
LINE = re.compile(r"([0-9a-f]{64})  (.+)")
Progress = Callable[[str, int, int], None]


class FrameFaults(NamedTuple):
    """How files differ from a list of them: names, sorted."""

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]


def hash_files(paths: Sequence[str], workers: int, report: Progress, what: str = "hash") -> dict[str, str]:
    """SHA-256 of files by name, in the order given. Hashing needs no lock of Python's, so threads share the work.

    Raises MediaError.
    """
    found: dict[str, str] = {}
    with ThreadPoolExecutor(workers, thread_name_prefix="verify") as pool:
        for path, content in zip(paths, pool.map(_content, paths), strict=True):
            found[os.path.basename(path)] = content
            report(what, len(found), len(paths))
    return found


def _content(path: str) -> str:
    try:
        return content_of(os.path.realpath(path))
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from problem


def list_text(hashes: Mapping[str, str]) -> bytes:
    """Hashes by name as `sha256sum` writes them."""
    return "".join(f"{content}  {name}\n" for name, content in hashes.items()).encode("utf-8", "surrogateescape")


def parse_list(data: bytes) -> dict[str, str]:
    """The hashes by name of such a text; lines that are none are left out."""
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    return {found[2]: found[1] for found in map(LINE.fullmatch, lines) if found}


def compare(listed: Mapping[str, str], there: Mapping[str, str]) -> FrameFaults:
    """How the files that are there differ from those that were listed."""
    changed = sorted(name for name in listed.keys() & there.keys() if listed[name] != there[name])
    missing, added = sorted(listed.keys() - there.keys()), sorted(there.keys() - listed.keys())
    return FrameFaults(tuple(changed), tuple(missing), tuple(added))
