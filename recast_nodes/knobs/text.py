"""Text, File, FileList and Still: knobs whose values are words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .knob import Knob

FRAME = re.compile(r"-?[0-9]{1,9}")
LAST_FRAME = 10_000_000
SEPARATOR = ";"


def one_line(knob: Knob, value: Any) -> str:
    """`value`, if it is text without a character that controls a terminal. Raises KnobError."""
    if not isinstance(value, str) or any(ord(character) < 32 or 127 <= ord(character) < 160 for character in value):
        raise knob.refuse(value)
    return value


class Text(Knob):
    """One line of text."""

    def settle(self, value: Any) -> str:
        return one_line(self, value)

    def takes(self) -> str:
        return "one line of text"


class File(Text):
    """A file, or a pattern of numbered files; `writes` where the node makes it."""

    def __init__(self, default: str, tip: str, *, writes: bool = False, **common: Any):
        super().__init__(default, tip, **common)
        self.writes = writes

    def takes(self) -> str:
        return "a file or a pattern such as plate.####.exr"

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"writes": self.writes}


class FileList(Text):
    """Any number of files or patterns of numbered files. Given as a list, or as text with semicolons between them."""

    def settle(self, value: Any) -> str:
        words = value.split(SEPARATOR) if isinstance(value, str) else value
        if not isinstance(words, (list, tuple)) or any(SEPARATOR in str(word) for word in words):
            raise self.refuse(value)
        names = [one_line(self, word).strip() for word in words]
        return f"{SEPARATOR} ".join(filter(None, names))

    @staticmethod
    def split(value: str) -> tuple[str, ...]:
        """The single names in a settled value."""
        return tuple(filter(None, (word.strip() for word in value.split(SEPARATOR))))

    def takes(self) -> str:
        return "files or patterns such as take2.mov; take3.####.exr"


class Still(Knob):
    """A moment to refer to: one of `words`, a frame number, or an image file."""

    def __init__(self, default: str, tip: str, *, words: Sequence[str], **common: Any):
        super().__init__(default, tip, **common)
        self.words = tuple(words)

    def settle(self, value: Any) -> int | str:
        if isinstance(value, bool) or not isinstance(value, (int, str)) or value == "":
            raise self.refuse(value)
        if isinstance(value, str):
            value = int(value) if FRAME.fullmatch(value) and value not in self.words else one_line(self, value)
        if isinstance(value, int) and abs(value) > LAST_FRAME:
            raise self.refuse(value)
        return value

    def takes(self) -> str:
        return f"{', '.join(self.words)}, a frame number, or an image file"

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"words": list(self.words)}
