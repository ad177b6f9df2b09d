"""Knobs: typed descriptors, each with label, tip, ranges and whether it animates and changes the result.

A node class declares its knobs; every host reads them from here. `settle` turns what a user gave into the knob's own
type or raises `KnobError` in words for the artist. Only the standard library is used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

from .errors import KnobError
from .menu import Menu

NOTHING = ("", "none", "null", "~")  # how an unset value is written
FRAME = re.compile(r"-?[0-9]{1,9}")
LAST_FRAME = 10_000_000
SWITCH_WORDS = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}


class Knob:
    """What all knobs have. `group` names the tab or section that hosts put the knob under."""

    animates_by_default = False

    def __init__(
        self,
        default: Any,
        tip: str,
        *,
        label: str = "",
        group: str = "",
        animates: bool | None = None,
        affects_result: bool = True,
    ):
        self.default, self._tip, self.label, self.group = default, tip, label, group
        self.animates = self.animates_by_default if animates is None else animates
        self.affects_result = affects_result
        self.name = ""

    @property
    def tip(self) -> str:
        """What the knob does, in a sentence or more for the artist."""
        return self._tip

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.label = self.label or name.replace("_", " ")

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else instance.values[self.name]

    def settle(self, value: Any) -> Any:
        """`value` as this knob's own type. Raises KnobError where it is not one that the knob takes."""
        raise NotImplementedError

    def parse(self, text: str) -> Any:
        """The value that `text` stands for on a command line or in a shot document, settled."""
        return self.settle(text)

    def from_curve(self, value: float) -> Any:
        """A curve's value at one frame as this knob's type: a curve may overshoot, so it is held inside the limits."""
        raise KnobError(f"{self.name} cannot be keyed.")

    def takes(self) -> str:
        """What the knob takes, in words: 'a number from 0 to 1'."""
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """The declaration as plain data, for `recast nodes --json`, manuals and hosts."""
        return {
            "kind": type(self).__name__,
            "name": self.name,
            "label": self.label,
            "tip": self.tip,
            "default": self.default,
            "takes": self.takes(),
            "animates": self.animates,
            "affects_result": self.affects_result,
            "group": self.group,
        }

    def refuse(self, value: Any) -> KnobError:
        return KnobError(f"{self.name} takes {self.takes()}, not {value!r}.")


class _Number(Knob):
    """Float and Int. `limits` protect the mathematics, `slider` invites the hand: over the limits, or its own range.

    `slider=None` is a number without a slider in any host. Frame numbers are so: across their limits a drag of one
    pixel would be a jump of thousands of frames. The value None is allowed where `unset` says what it means.
    """

    animates_by_default = True

    def __init__(
        self,
        default: Any,
        tip: str,
        *,
        limits: tuple[float, float],
        slider: tuple[float, float] | Literal["limits"] | None = "limits",
        unset: str = "",
        **common: Any,
    ):
        super().__init__(default, tip, **common)
        self.limits, self.unset = limits, unset
        self.slider = limits if slider == "limits" else slider

    def settle(self, value: Any) -> Any:
        if value is None and self.unset:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.refuse(value)
        if not self.limits[0] <= value <= self.limits[1]:
            raise self.refuse(value)
        return self._cast(value)

    def parse(self, text: str) -> Any:
        if self.unset and text.strip().lower() in NOTHING:
            return None
        try:
            return self.settle(float(text))
        except ValueError:
            raise self.refuse(text) from None

    def from_curve(self, value: float) -> Any:
        return self._cast(min(max(value, self.limits[0]), self.limits[1]))

    def _cast(self, value: float) -> Any:
        raise NotImplementedError

    def takes(self) -> str:
        word = "a whole number" if isinstance(self, Int) else "a number"
        low, high = self.limits
        return f"{word} from {low:.10g} to {high:.10g}" + (f", or nothing for {self.unset}" if self.unset else "")

    def describe(self) -> dict[str, Any]:
        slider = list(self.slider) if self.slider else None
        return super().describe() | {"limits": list(self.limits), "slider": slider, "unset": self.unset}


class Float(_Number):
    """A real number."""

    def _cast(self, value: float) -> float:
        return float(value)


class Int(_Number):
    """A whole number."""

    def settle(self, value: Any) -> Any:
        if isinstance(value, float) and value != round(value):
            raise self.refuse(value)
        return super().settle(value)

    def _cast(self, value: float) -> int:
        return round(value)


class Switch(Knob):
    """On or off."""

    def settle(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.refuse(value)
        return value

    def parse(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in SWITCH_WORDS:
            raise self.refuse(text)
        return SWITCH_WORDS[word]

    def takes(self) -> str:
        return "true or false"


class Choice(Knob):
    """One of `options`: words, or a registry's menu, to which other packages add; its tips follow the knob's own."""

    def __init__(self, default: str, tip: str, *, options: Sequence[str] | Menu, **common: Any):
        super().__init__(default, tip, **common)
        self.menu = options if isinstance(options, Menu) else None
        self._options = () if isinstance(options, Menu) else tuple(options)

    @property
    def options(self) -> tuple[str, ...]:
        return self.menu.names if self.menu else self._options

    @property
    def tip(self) -> str:
        return f"{self._tip} {self.menu.tips}" if self.menu else self._tip

    def settle(self, value: Any) -> str:
        if value not in self.options:
            raise self.refuse(value)
        return str(value)

    def refuse(self, value: Any) -> KnobError:
        if self.menu and value == "":
            return KnobError(
                f"{self.name} is empty: what was chosen is not in the host's menu. It takes {self.takes()}. "
                "`recast plugins` writes the host's plugin anew, with what other packages bring."
            )
        if self.menu and isinstance(value, str):
            return KnobError(f"{self.name} is {value!r}. {self.menu.explain(value)}")
        return super().refuse(value)

    def takes(self) -> str:
        return "one of " + ", ".join(self.options)

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"options": list(self.options)}


class Choices(Choice):
    """Any number of `options`, kept in the order of their declaration. Given as a list, or as text with commas."""

    def __init__(self, default: Sequence[str], tip: str, *, options: Sequence[str], **common: Any):
        super().__init__("", tip, options=options, **common)
        self.default = tuple(default)

    def settle(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        words = [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value
        if not isinstance(words, (list, tuple)) or any(word not in self.options for word in words):
            raise self.refuse(value)
        return tuple(option for option in self.options if option in words)

    def takes(self) -> str:
        return "any of " + ", ".join(self.options)


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


class Box(Knob):
    """A rectangle in pixels, (left, top, right, bottom), y down; None where nothing is drawn."""

    def settle(self, value: Any) -> tuple[float, float, float, float] | None:
        if value is None:
            return None
        if isinstance(value, str):
            value = value.replace(",", " ").split()
        try:
            left, top, right, bottom = (float(number) for number in value)
        except (TypeError, ValueError):
            raise self.refuse(value) from None
        if not all(map(math.isfinite, (left, top, right, bottom))) or right <= left or bottom <= top:
            raise self.refuse(value)
        return left, top, right, bottom

    def parse(self, text: str) -> Any:
        return self.settle(None if text.strip().lower() in NOTHING else text)

    def takes(self) -> str:
        return "four numbers: left, top, right, bottom, in pixels"


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
