"""What else lies in a file's folder: the sequence that it is a frame of, and what may have been meant instead."""

from __future__ import annotations

import difflib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...errors import MediaError
from .patterns import Pattern, load_fileseq, match_names, readings

if TYPE_CHECKING:
    import fileseq

VERSION = 3  # digits of a version at most (v2, v014); frames after a v have more
SIGNED = re.compile(r"(?:\A|[._ -])-\Z")  # a hyphen that can only be a sign, since another separator is before it


class _NumberPlace(NamedTuple):
    """One number of a file's name that could be its frame."""

    base: str
    digits: int
    ending: str
    frames: int  # how many files of the folder have the name but for this number

    @property
    def pattern(self) -> str:
        return f"{self.base}{'#' * self.digits}{self.ending}"


def pattern_around(path: str) -> str:
    """The pattern of the sequence that a numbered file is a frame of; the file itself where it stands alone.

    The number before the suffix counts, where there are other files that differ in it, and else the one in which most
    do: `sh010_1002_main.exr` is frame 1002. Versions (`_v014`) are no frames. In `plate-0002.exr` the hyphen is a
    separator, unless the folder has frames without it (`plate0001.exr`) or another separator comes before it
    (`plate.-002.exr`).
    """
    folder, name = os.path.split(path)
    if not os.path.isdir(folder):
        return path
    names = [unicodedata.normalize("NFC", entry) for entry in os.listdir(folder)]
    places = [place for place in _places(unicodedata.normalize("NFC", name), names) if place.frames > 1]
    if not places:
        return path
    suffix = _suffix(name)
    best = max(places, key=lambda place: (place.ending == suffix, place.frames, len(place.base)))
    return os.path.join(folder, best.pattern)


def _places(name: str, names: Sequence[str]) -> Iterator[_NumberPlace]:
    for found in re.finditer(r"[0-9]+", name.removesuffix(_suffix(name))):
        base, number, ending = name[: found.start()], found[0], name[found.end() :]
        if len(number) <= VERSION and re.search(r"[._ -][vV]\Z", base):
            continue
        if base.endswith("-") and _is_sign(base, ending, names):
            base, number = base[:-1], "-" + number
        yield _widest(base, number, ending, names)


def _suffix(name: str) -> str:
    """The ending that names a format; numbers alone do not (`plate.0001`)."""
    suffix = os.path.splitext(name)[1]
    return "" if suffix[1:].removeprefix("-").isdigit() else suffix


def _is_sign(base: str, ending: str, names: Sequence[str]) -> bool:
    if SIGNED.search(base):
        return True
    positive = re.compile(re.escape(base[:-1]) + "[0-9]+" + re.escape(ending) + r"\Z")
    return any(positive.match(name) for name in names)


def _widest(base: str, number: str, ending: str, names: Sequence[str]) -> _NumberPlace:
    """The place with the width that takes in most files. Of widths that take in as many: the widest."""
    digits = number.lstrip("-")
    widths = [len(number)] if number[0] == "0" else list(range(len(number), 0, -1))
    if digits != number and digits[0] == "0":
        widths = [len(number), len(digits)]
    counts = {width: len(match_names(Pattern("", base, "#", width, ending), names)) for width in widths}
    width = max(widths, key=lambda width: (counts[width], width))
    return _NumberPlace(base, width, ending, counts[width])


def frames_of(pattern: str) -> dict[int, str]:
    """The files of a pattern by frame, in the first of its readings that finds any."""
    folder = os.path.dirname(pattern)
    names = os.listdir(folder)
    found = next(filter(None, (match_names(parsed, names) for parsed in readings(pattern))), {})
    return {frame: os.path.join(folder, name) for frame, name in found.items()}


def change_time(folder: str) -> int:
    """When names last came into a folder or went, in nanoseconds; 0 where there is no such folder."""
    try:
        state = os.stat(folder)
    except (OSError, ValueError):  # characters that no name has
        return 0
    return state.st_mtime_ns if stat.S_ISDIR(state.st_mode) else 0


def refuse_missing(path: str | Path) -> None:
    """Raises MediaError where there is nothing of this name, with what may have been meant. A name that the disk cannot
    be asked for is left to whoever opens it.
    """
    text = os.path.abspath(str(path))
    try:
        os.stat(text)
    except FileNotFoundError:
        raise not_found(path, text, Path(text).suffix) from None
    except (OSError, ValueError):
        return


def not_found(path: str | Path, text: str, ending: str = "") -> MediaError:
    """What to raise where nothing is called `path`, the absolute path `text`: its folder, or what the folder has
    instead, of an `ending` where it has such.
    """
    folder, name = os.path.split(text)
    if not os.path.isdir(folder):
        return MediaError(f"{path}: folder not found: {folder}.{suggest_folder(folder)}")
    return MediaError(f"{path}: file not found.{suggest_sequences(folder, name, ending)}")


def suggest_sequences(folder: str, name: str, ending: str = "") -> str:
    """What the folder has instead: sequences and files, the likeliest first; of an `ending` where it has such."""
    if re.search("%[Vv]", name):
        return " %V is Nuke's placeholder for a view; use the files of one view."
    names = [entry for entry in os.listdir(folder) if not entry.startswith(".")]
    names = [entry for entry in names if entry.lower().endswith(ending.lower())] or names
    if not names:
        return f" The folder {folder} is empty."
    library = load_fileseq()
    found = library.FileSequence.yield_sequences_in_list(names, pad_style=library.PAD_STYLE_HASH1)
    known = {_describe(sequence): sequence for sequence in found}
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.3) or sorted(known)[:3]
    more = f" and {len(known) - len(near)} more" if len(known) > len(near) else ""
    return " The folder contains " + ", ".join(_count_text(text, known[text]) for text in near) + f"{more}."


def _describe(sequence: fileseq.FileSequence) -> str:
    return f"{sequence.basename()}{sequence.padding()}{sequence.extension()}" if len(sequence) > 1 else str(sequence)


def _count_text(text: str, sequence: fileseq.FileSequence) -> str:
    return f"{text} ({sequence.frameRange()})" if len(sequence) > 1 else text


def suggest_folder(folder: str) -> str:
    """What a folder that is not there may have been meant for."""
    parent = os.path.dirname(folder)
    names = [entry.name for entry in os.scandir(parent) if entry.is_dir()] if os.path.isdir(parent) else []
    near = difflib.get_close_matches(os.path.basename(folder), names, n=1)
    return f" Did you mean {os.path.join(parent, near[0])}?" if near else ""


def as_on_disk(path: str) -> str:
    """The path as the file system spells it: accents may be composed otherwise than they were typed."""
    if path.isascii() or os.path.exists(path):
        return path
    folder, name = os.path.split(path)
    if not name:
        return path
    folder = as_on_disk(folder)
    wanted = unicodedata.normalize("NFC", name)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return os.path.join(folder, next((entry for entry in names if unicodedata.normalize("NFC", entry) == wanted), name))
