"""The trackers that FaceTrack asks, one after the other: what they give together, what they need, what it is known by.

Only the standard library is imported before a frame is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from ...errors import ComputeError, NotInstalled, RecastError
from ...references import describe_error
from ...tracker_registry import TRACKERS, TrackerTraits
from . import load
from .interface import Search

if TYPE_CHECKING:
    from ...wires import Faces, Image


class Chain(NamedTuple):
    """A tracker that finds faces, and one that reads further landmarks of them where `reader` names one."""

    finder: str
    reader: str = ""
    search: Search = Search()

    @property
    def traits(self) -> tuple[TrackerTraits, ...]:
        """In the order in which they are asked. Raises NotInstalled."""
        return tuple(TRACKERS.get(name) for name in (self.finder, self.reader) if name)

    def observe(self, image: Image) -> Faces:
        """All faces of one frame. Raises ComputeError where a tracker gives what it does not declare."""
        from .faces import check, no_faces

        faces = no_faces(image)
        for each in self.traits:
            with _blame(each):
                faces = check(load(each.name).observe(image, faces, self.search), each)
        return faces

    def complete(self, seen: Mapping[int, Faces]) -> Mapping[int, Faces]:
        """The faces of a whole shot, once all its frames were observed."""
        from .faces import check

        for each in self.traits:
            with _blame(each):
                seen = load(each.name).complete(seen, self.search)
                for faces in seen.values():
                    check(faces, each)
        return seen

    def missing(self) -> Iterator[tuple[TrackerTraits, str]]:
        """What is not there of what they need: which tracker, and a sentence that says what to do."""
        for each in self._useful():
            yield from ((each, text) for text in _missing(each, self.search))

    def mismatch(self) -> str:
        """Why the two cannot go together, where the one reads a picture that the other never looks at; else ''."""
        finder, *readers = self.traits
        if finder.looks_at_pictures or not any(reader.looks_at_pictures for reader in readers):
            return ""
        return f"{self.reader} asks a network about the picture, and {self.finder} looks at no picture: take tracked."

    def fingerprint(self) -> str:
        """What decides the faces beside the picture and the search. Raises RecastError where a file is not there."""
        return "".join(_fingerprint_of(each, self.search) for each in self._useful())

    def _useful(self) -> tuple[TrackerTraits, ...]:
        """Without the reader where it cannot work: what it needs is of no interest then."""
        traits = self.traits
        return traits[:1] if len(traits) > 1 and self.mismatch() else traits


@contextmanager
def _blame(traits: TrackerTraits) -> Iterator[None]:
    """Raises ComputeError, which names the package, where the code of another package fails inside."""
    try:
        yield
    except RecastError:
        raise
    except Exception as error:
        if not TRACKERS.is_foreign(traits.name):
            raise
        raise ComputeError(TRACKERS.blame(traits.name, f"it fails: {describe_error(error)}")) from error


def _missing(traits: TrackerTraits, search: Search) -> Iterator[str]:
    from ..weights import onnx_faces
    from ..weights.downloads import path_of

    for package in traits.packages:
        if not _is_installed(package.module):
            yield f"{package.module}, which {traits.name} needs, is not installed: pip install '{package.install}'."
    for find, names in ((path_of, traits.model_files), (onnx_faces.path_of, traits.user_networks)):
        for name in names:
            try:
                find(name)
            except RecastError as problem:
                yield str(problem)
    try:
        yield from load(traits.name).missing(search)
    except NotInstalled as problem:
        yield str(problem)


def _is_installed(module: str) -> bool:
    """Whether a module can be imported, without importing it."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it would be in
        return False


def _fingerprint_of(traits: TrackerTraits, search: Search) -> str:
    code, networks = TRACKERS.code_of(traits.name, traits.implementation), ""
    if traits.user_networks:
        from ..weights import onnx_faces

        networks = "".join(map(onnx_faces.fingerprint, traits.user_networks))
    return code + networks + load(traits.name).fingerprint(search)
