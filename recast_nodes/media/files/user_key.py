"""A secret of this user's, by which files of ours are known that lie where others can write."""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

NAME = "key"
BYTES = 32


def key_file() -> Path:
    """Where it lies: in the user's data folder."""
    import platformdirs

    return platformdirs.user_data_path("recast-nodes", appauthor=False) / NAME


@cache
def user_key() -> bytes | None:
    """The user's secret, made when it is first asked for; None where none can be kept for this user alone."""
    path = key_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError:
            return _read(path)
        with open(handle, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
        return _read(path)
    except OSError:
        return None


def _read(path: Path) -> bytes | None:
    """None where others could have read or written it, or where it is still being written."""
    state = os.lstat(path)
    if os.name != "nt" and (state.st_uid != os.getuid() or state.st_mode & 0o077):
        return None
    key = path.read_bytes()
    return key if len(key) == BYTES else None
