"""Registries: declarations by name, the package's own and those that other installed packages bring by entry points.

A declaration is a small frozen dataclass with a `name` and a `summary` of what it does; the code that does it is
written beside them as "module:attribute", and loaded when it is used. Only the standard library is used, so that every
host can read what there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from weakref import WeakSet

from .errors import NotInstalled
from .references import describe_error, hash_of_sources, resolve

OWN_PACKAGE = "recast-nodes"
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")  # of a declaration: it stands in shot documents
REFERENCE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


class Named(Protocol):
    """What a registry holds."""

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> str: ...


Declaration = TypeVar("Declaration", bound=Named)


class Origin(NamedTuple):
    """The installed package that a declaration comes from."""

    package: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.package} {self.version}".strip()


class BrokenDeclaration(NamedTuple):
    """A declaration that cannot be used, and why; `text` names the package."""

    name: str
    text: str


class Found(NamedTuple, Generic[Declaration]):
    """A declaration that was found on this machine and not in a package, or why it cannot be used."""

    name: str
    origin: Origin
    declaration: Declaration | BrokenDeclaration


class _Contents(NamedTuple, Generic[Declaration]):
    declarations: dict[str, Declaration]
    origins: dict[str, Origin]
    problems: tuple[BrokenDeclaration, ...]
    codes: dict[str, str]  # what the code at a reference is known by, as far as that was asked


class Registry(Generic[Declaration]):
    """All declarations of one `kind`: those at the references `own`, in that order, then the entry points of `group`,
    by name. `noun` says in messages what they are.

    A declaration from outside that fails to load, is of another kind, or has a name that is taken is a
    `BrokenDeclaration`, and every other one is there all the same. The package's own keep their names; where two other
    packages bring the same name neither is used, for a shot must not depend on which of them comes first. `finder`, a
    reference to a function, gives what else this machine has; there too a name that is taken is refused.
    """

    def __init__(self, noun: str, group: str, kind: type[Declaration], own: Iterable[str], finder: str = ""):
        self.noun, self.group, self.kind, self.references, self.finder = noun, group, kind, tuple(own), finder
        _EVERY.add(self)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._contents.declarations)

    @property
    def own_names(self) -> tuple[str, ...]:
        """Those of this package: they are the same on every machine."""
        return tuple(name for name in self.names if not self.is_foreign(name))

    @property
    def default(self) -> str:
        """The name of the package's own first; nothing else is looked at."""
        return str(resolve(self.references[0]).name)

    @property
    def problems(self) -> tuple[BrokenDeclaration, ...]:
        return self._contents.problems

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self._contents.declarations.values())

    def __contains__(self, name: object) -> bool:
        return name in self._contents.declarations

    def get(self, name: str) -> Declaration:
        """The declaration of that name. Raises NotInstalled, which names the package where one brings it in vain."""
        if name not in self:
            raise NotInstalled(self.explain(name))
        return self._contents.declarations[name]

    def origin(self, name: str) -> Origin:
        """The package that brings `name`. Raises NotInstalled."""
        self.get(name)
        return self._contents.origins[name]

    def is_foreign(self, name: str) -> bool:
        """Whether another package than this one brings `name`. Raises NotInstalled."""
        return self.origin(name).package != OWN_PACKAGE

    def explain(self, name: str) -> str:
        """Why `name` cannot be used, in words for the artist."""
        return self._broken(name) or (
            f"There is no {self.noun} {name!r}; there are {', '.join(self.names)}. {self.explain_absence(name)}"
        )

    def explain_absence(self, name: str) -> str:
        """Which package brings `name` in vain, or that one must be installed."""
        return self._broken(name) or f"A {self.noun} of another package must be installed beside Recast Nodes."

    def _broken(self, name: str) -> str:
        return " ".join(problem.text for problem in self.problems if problem.name == name)

    def code_of(self, name: str, reference: str) -> str:
        """What results made by the code at `reference` are known by: '' for this package's own, whose version every
        fingerprint has; else package, version, and a hash of the sources beside it, which an installation that is
        being worked on changes without a new version. Read once, as the code itself is. Raises NotInstalled.
        """
        codes = self._contents.codes
        if reference not in codes:
            codes[reference] = f"{self.origin(name)} {hash_of_sources(reference)}" if self.is_foreign(name) else ""
        return codes[reference]

    def load(self, name: str, reference: str) -> Any:
        """The object that a declaration refers to. Raises NotInstalled, which names the package of one that fails; what
        fails in this package's own is raised as it is.
        """
        try:
            return resolve(reference)
        except (Exception, SystemExit) as error:
            if not self.is_foreign(name):
                raise
            raise NotInstalled(self.blame(name, f"{reference} cannot be loaded: {describe_error(error)}")) from error

    def blame(self, name: str, fault: str) -> str:
        """A fault of a declaration or of what it declares, with the package that it is in."""
        return f"{self._describe(name, self.origin(name))}: {fault}."

    def reload(self) -> None:
        """Look at what is installed again."""
        self.__dict__.pop("_contents", None)

    @cached_property
    def _contents(self) -> _Contents[Declaration]:
        found = self._own_contents()
        foreign = sorted(entry_points(group=self.group), key=lambda point: (point.name, str(_origin(point))))
        problems = [problem for point in foreign if (problem := self._add(point, foreign, found))]
        if self.finder:
            problems += [problem for each in resolve(self.finder)() if (problem := self._add_found(each, found))]
        return found._replace(problems=tuple(problems))

    def _add_found(self, each: Found[Declaration], found: _Contents[Declaration]) -> BrokenDeclaration | None:
        """Add what this machine has to `found`, or say why that cannot be."""
        if isinstance(each.declaration, BrokenDeclaration):
            return each.declaration
        if each.name in found.origins:
            where = self._describe(each.name, each.origin)
            return BrokenDeclaration(
                each.name, f"{where} cannot be used: {found.origins[each.name]} also has one of that name."
            )
        found.declarations[each.name], found.origins[each.name] = each.declaration, each.origin
        return None

    def _own_contents(self) -> _Contents[Declaration]:
        own = [resolve(reference) for reference in self.references]
        return _Contents({each.name: each for each in own}, {each.name: Origin(OWN_PACKAGE) for each in own}, (), {})

    def _describe(self, name: str, origin: Origin) -> str:
        return f"The {self.noun} {name!r} of the package {origin}"

    def _add(
        self, point: EntryPoint, foreign: list[EntryPoint], found: _Contents[Declaration]
    ) -> BrokenDeclaration | None:
        """Load one entry point into `found`, or say why that cannot be."""
        origin = _origin(point)
        where = self._describe(point.name, origin)
        others = [str(_origin(other)) for other in foreign if other.name == point.name and other is not point]
        if point.name in found.origins:
            others.append(str(found.origins[point.name]))
        if others:
            return BrokenDeclaration(
                point.name, f"{where} cannot be used: {' and '.join(others)} also has one of that name."
            )
        try:
            declaration = point.load()
        except (Exception, SystemExit) as error:  # whatever a stranger's module does when it is imported
            return BrokenDeclaration(point.name, f"{where} cannot be loaded: {describe_error(error)}.")
        if not isinstance(declaration, self.kind):
            return BrokenDeclaration(point.name, f"{where}: {point.value} is not a {self.kind.__name__}.")
        if declaration.name != point.name:
            return BrokenDeclaration(
                point.name, f"{where} declares itself as {declaration.name!r}; both names must be the same."
            )
        found.declarations[point.name], found.origins[point.name] = declaration, origin
        return None


_EVERY: WeakSet[Registry[Any]] = WeakSet()


@contextmanager
def only_own() -> Iterator[None]:
    """No registry has anything but the package's own for as long as this lasts: files that are made of declarations and
    kept with the source are the same on every machine.
    """
    before = {registry: registry.__dict__.get("_contents") for registry in _EVERY}
    for registry in before:
        registry.__dict__["_contents"] = registry._own_contents()
    try:
        yield
    finally:
        for registry, contents in before.items():
            registry.reload()
            if contents is not None:
                registry.__dict__["_contents"] = contents


def _origin(point: EntryPoint) -> Origin:
    return Origin(point.dist.name, point.dist.version) if point.dist else Origin("of unknown name")
