"""A registry's declarations as the options of a knob."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .registry import Registry


class Menu:
    """The declarations of a registry that `fits`, behind the words of `first`, which are none of it.

    The registry is asked anew each time.
    """

    def __init__(
        self, registry: Registry[Any], fits: Callable[[Any], bool] = lambda _: True, first: Sequence[str] = ()
    ):
        self.registry, self.fits, self.first = registry, fits, tuple(first)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.first, *(each.name for each in self.registry if self.fits(each)))

    @property
    def foreign(self) -> tuple[str, ...]:
        """Those that other packages bring, which are not the same on every machine."""
        return tuple(name for name in self.names if name in self.registry and self.registry.is_foreign(name))

    @property
    def tips(self) -> str:
        """What each of them does, in a sentence."""
        fitting = (each for each in self.registry if self.fits(each))
        return " ".join(f"{each.name}: {each.summary.rstrip('.')}." for each in fitting)

    def explain(self, name: str) -> str:
        """Why `name` is none of them, beside what they are: who brings it in vain; '' where it is of another menu."""
        return "" if name in self.registry else self.registry.explain_absence(name)
