"""Where frames go: a writable location, and why one is not writable. Knows no widgets."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QStandardPaths

BENEATH = "recast"  # the folder that Studio writes to by default


def find_default_output(plate: str, shot_folder: Path | None = None) -> str:
    """Where results go by default: a folder `recast` beside the plate's files. Plates are often
    read-only; then it is beside the shot document, or else in the user's folder for movies.
    """
    name = _name_frames(plate)
    for folder in _list_folders(Path(plate), shot_folder):
        if not explain_unwritable(str(folder / name)):
            return str(folder / name)
    return str(Path(plate).parent / BENEATH / name)  # nowhere is writable: the output field says so


def _list_folders(plate: Path, shot_folder: Path | None) -> Iterator[Path]:
    yield plate.parent / BENEATH
    if shot_folder:
        yield shot_folder / BENEATH
    movies = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    for home in filter(None, (movies, str(Path.home()))):
        yield Path(home) / BENEATH / plate.parent.name  # two plates may have files of the same name


def _name_frames(plate: str) -> str:
    from ....media.names.patterns import is_pattern

    path = Path(plate)
    return f"{path.stem}.exr" if is_pattern(path.name) else f"{path.stem}.####.exr"


def explain_unwritable(pattern: str) -> str:
    """Why frames cannot be written as `pattern`, as text; '' if they can. Reads the disk."""
    if not pattern.strip():
        return "Name the frames, such as /shots/sh010/recast/sh010.####.exr."
    folder = Path(os.path.abspath(pattern)).parent
    try:
        there = next(above for above in (folder, *folder.parents) if above.exists())
        if not there.is_dir():
            return f"{there} is a file, so no frame can be written below it."
        if not os.access(there, os.W_OK | os.X_OK):
            return f"{there} cannot be written to."
        with tempfile.TemporaryFile(dir=there):  # a share may refuse what its permissions allow
            return ""
    except OSError as error:
        return f"{folder} cannot be written to: {error.strerror or error}."
