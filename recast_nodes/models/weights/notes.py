"""What an import notes of the files that it installed: `weights.json` beside them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ...errors import WeightsError
from ...media.files.atomic import whole_file

NOTES = "weights.json"
NOTES_VERSION = 1
LARGEST_NOTES = 1 << 20  # bytes


@dataclass(frozen=True)
class ImportNote:
    """What the import noted of one network's file."""

    size: int  # bytes, of the installed file
    sha256: str  # of the same
    origin: str  # the name of the file that it was imported from
    origin_size: int
    origin_sha256: str


def read_notes(folder: Path, again: str) -> dict[str, ImportNote]:
    """The notes of a folder, by network; empty where nothing was imported.

    Raises WeightsError for a broken file, ending with `again`: how to import once more.
    """
    path = folder / NOTES
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > LARGEST_NOTES:
            raise ValueError
        plain = json.loads(path.read_bytes())
        notes = {part: ImportNote(**entry) for part, entry in plain["parts"].items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WeightsError(f"{path} is not what an import wrote. {again}") from error
    return notes


def add_note(folder: Path, part: str, path: Path, origin: Path) -> ImportNote:
    """Note what was installed at `path` from `origin`, beside what is noted already. A broken file is written anew."""
    note = ImportNote(path.stat().st_size, sha256_of(path), origin.name, origin.stat().st_size, sha256_of(origin))
    try:
        notes = read_notes(folder, "")
    except WeightsError:  # an import is what puts it right
        notes = {}
    plain = {
        "version": NOTES_VERSION,
        "parts": {name: asdict(entry) for name, entry in {**notes, part: note}.items()},
    }
    with whole_file(folder / NOTES) as temporary:
        temporary.write_text(json.dumps(plain, indent=2), encoding="utf-8")
    return note


def check_size(path: Path, note: ImportNote, again: str) -> Path:
    """The file, if it has the noted size. Raises WeightsError."""
    size = path.stat().st_size
    if size != note.size:
        raise WeightsError(f"{path} is damaged: it has {size:,} bytes, not {note.size:,}. {again}")
    return path


def sha256_of(path: Path) -> str:
    """A file's sha256 (hex)."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
