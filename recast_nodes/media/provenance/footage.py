"""What footage is known by: the names and sizes of all its files, and the two ends of the first and the last.

To read a whole plate again would cost as much as rendering does. What is read here tells one take from another, and
does not change when the files are copied; it does not find a changed pixel in the middle. Signing reads all of it.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from ...errors import MediaError
from ..names.siblings import as_on_disk, frames_of

ENDS = 8 << 20  # bytes at either end of a file: a movie may have a hundred gigabytes


def footage_files(pattern: str) -> list[str]:
    """The files of a sequence, in order, or the one file that a name stands for; none where nothing is there."""
    try:
        there = as_on_disk(pattern)
        return [there] if os.path.isfile(there) else [path for _, path in sorted(frames_of(there).items())]
    except (MediaError, OSError):
        return []


def describe_footage(pattern: str) -> dict[str, Any]:
    """Footage as the ledger has it: its name, how many files, and what they are known by."""
    files = footage_files(pattern)
    words = hashlib.sha256()
    try:
        for path in files:
            words.update(f"{os.path.basename(path)} {os.stat(path).st_size}\n".encode("utf-8", "surrogateescape"))
        for path in dict.fromkeys([*files[:1], *files[-1:]]):
            words.update(_ends(path))
    except OSError as problem:
        return {"file": Path(pattern).name, "fault": problem.strerror or str(problem)}
    return {"file": Path(pattern).name, "files": len(files), "fingerprint": words.hexdigest()}


def _ends(path: str) -> bytes:
    """The first and the last bytes of a file, all of a short one. Raises OSError."""
    with open(path, "rb") as file:
        data = file.read(ENDS)
        file.seek(max(file.tell(), os.fstat(file.fileno()).st_size - ENDS))
        return data + file.read(ENDS)
