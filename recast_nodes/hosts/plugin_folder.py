"""Writing a plugin into a folder that may be somebody's own: nothing of theirs is lost, nothing outside is touched.

A list of what was written stays in the folder, with hashes. A file that is as it was written is ours to replace or to
remove; any other is the user's: a customised menu.py, or the init.py of their ~/.nuke.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import RecastError

LIST = "recast-plugins.json"
LONGEST_LIST = 1 << 20  # bytes; ours has 6,000


class Written(NamedTuple):
    """What became of a plugin's files, by their paths within the folder."""

    new: list[str]  # written, or replaced by their newer form
    same: list[str]
    removed: list[str]  # of an earlier version, and no longer part of it
    moved_aside: dict[str, str]  # the user's own, which made way: path: what it is called now


def write_plugin(folder: Path, host: str, files: Mapping[str, bytes], overwrite: bool = False) -> Written:
    """Bring `folder` up to date with the files of a host's plugin.

    Files there that are not as we wrote them stop it before anything is written; with `overwrite` they are kept under
    another name. Raises RecastError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        record = _read_list(folder)
        before = record.get(host, {})
        same = [name for name, content in files.items() if _digest(folder, name) == _hash(content)]
        theirs = [name for name in files if name not in same and _is_theirs(folder, name, before)]
        if theirs and not overwrite:
            raise RecastError(_refusal(folder, theirs))
        moved_aside = {name: _put_aside(folder / name) for name in theirs}
        for name in files:
            if name not in same:
                _write(folder, name, files[name])
        removed = [name for name in before if name not in files and _digest(folder, name) == before[name]]
        for name in removed:
            (folder / name).unlink()
        record[host] = {name: _hash(content) for name, content in files.items()}
        _write(folder, LIST, (json.dumps(record, indent=1, sort_keys=True) + "\n").encode())
    except OSError as error:
        raise RecastError(f"{error.filename or folder}: cannot be written: {error.strerror or error}.") from None
    return Written([name for name in files if name not in same], same, removed, moved_aside)


def _refusal(folder: Path, theirs: list[str]) -> str:
    some = ", ".join(theirs[:6]) + (f" and {len(theirs) - 6} more" if len(theirs) > 6 else "")
    return (
        f"{folder}: changed since `recast plugins` wrote them, or not written by it: {some}. Nothing was written. "
        "Choose an empty folder, or use --overwrite, which renames your files and keeps them."
    )


def _is_theirs(folder: Path, name: str, before: Mapping[str, str]) -> bool:
    path = _place(folder, name)
    return os.path.lexists(path) and (path.is_symlink() or _digest(folder, name) != before.get(name))


def _place(folder: Path, name: str) -> Path:
    """Where a file of the plugin goes. Raises RecastError where a link in the folder leads out of it."""
    path = folder / name
    if folder.resolve() not in (path.parent.resolve(), *path.parent.resolve().parents):
        raise RecastError(f"{path.parent}: points outside {folder}; the plugin writes only inside it.")
    return path


def _digest(folder: Path, name: str) -> str:
    """The hash of a file that is there; '' of anything else."""
    path = _place(folder, name)
    return _hash(path.read_bytes()) if path.is_file() and not path.is_symlink() else ""


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _put_aside(path: Path) -> str:
    number = 1
    while os.path.lexists(f"{path}.{number}"):
        number += 1
    os.rename(path, f"{path}.{number}")
    return f"{path.name}.{number}"


def _write(folder: Path, name: str, content: bytes) -> None:
    """Whole or not at all, under an unpredictable temporary name."""
    path = _place(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with open(scratch, "xb") as file:
            file.write(content)
        os.replace(scratch, path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise


def _read_list(folder: Path) -> dict[str, dict[str, str]]:
    """What was written here before, by host. A list that cannot be read says nothing: every file is the user's then."""
    try:
        listed = folder / LIST
        usable = listed.is_file() and listed.stat().st_size <= LONGEST_LIST
        found = json.loads(listed.read_text(encoding="utf-8")) if usable else {}
        return {
            host: {name: str(digest) for name, digest in files.items() if _is_plain(name)}
            for host, files in found.items()
        }
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def _is_plain(name: str) -> bool:
    return not Path(name).is_absolute() and ".." not in Path(name).parts
