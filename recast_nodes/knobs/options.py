"""Switch, Choice and Choices: knobs with a few values, all of which are named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import KnobError
from ..menu import Menu
from .knob import Knob

SWITCH_WORDS = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}


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
                "`recast plugins` writes the host's plugin again, with what other packages bring."
            )
        if self.menu and isinstance(value, str):
            text = f"{self.name} takes {self.takes()}, not {value!r}. {self.menu.explain(value)}"
            return KnobError(text.strip())
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
