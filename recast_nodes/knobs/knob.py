"""What all kinds of knobs have in common."""

from __future__ import annotations

from typing import Any

from ..errors import KnobError

NOTHING = ("", "none", "null", "~")  # how an unset value is written


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
        """A curve's value at one frame as this knob's type: a curve may overshoot, so it is clamped to the limits."""
        raise KnobError(f"{self.name} cannot be keyed.")

    def refuse_keys(self) -> None:
        """Raises KnobError where the knob cannot be keyed, whatever the keys hold."""
        if not self.animates:
            raise KnobError(f"{self.name} cannot be keyed: it has one value for the whole shot.")

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
