"""Pictures that came, with a bound on bytes: final ones, and provisional ones until they settle."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from .picture import PictureRequest, ViewedPicture

CACHE_SIZE = 1 << 30  # bytes of pictures
RECENT = 4  # pictures that are found whatever the shot was
Keyed = tuple[str, PictureRequest]  # a request, and the key of what its node is made by (`picture_key`)


class PictureCache:
    """The pictures that were used last. A provisional one is stale once the pictures of its key are known to be
    final: it serves until the final one is there.
    """

    def __init__(self) -> None:
        self._pictures: OrderedDict[Keyed, ViewedPicture] = OrderedDict()
        self._recent: OrderedDict[PictureRequest, ViewedPicture] = OrderedDict()
        self._bytes = 0
        self.settled: dict[str, bool] = {}  # keys of final pictures; whether the worker knows the shot

    def __contains__(self, keyed: Keyed) -> bool:
        return keyed in self._pictures

    def __iter__(self) -> Iterator[Keyed]:
        return iter(self._pictures)

    def get(self, keyed: Keyed) -> ViewedPicture | None:
        """A picture, which is used now."""
        if keyed not in self._pictures:
            return None
        self._pictures.move_to_end(keyed)
        return self._pictures[keyed]

    def get_recent(self, request: PictureRequest) -> ViewedPicture | None:
        """What came for this request last, whatever the shot was then: for a value that is being dragged."""
        return self._recent.get(request)

    def is_provisional(self, keyed: Keyed) -> bool:
        """Whether a picture that is there is provisional."""
        return self._pictures[keyed].provisional

    def is_done(self, keyed: Keyed) -> bool:
        """Whether a picture is there and not stale."""
        there = self._pictures.get(keyed)
        return there is not None and not (there.provisional and keyed[0] in self.settled)

    def find_stale(self) -> list[Keyed]:
        """The pictures that are to be made again."""
        return [keyed for keyed in self._pictures if not self.is_done(keyed)]

    def store(self, keyed: Keyed, picture: ViewedPicture) -> None:
        """Keep a picture; those that were used longest ago go."""
        before = self._pictures.pop(keyed, None)
        self._pictures[keyed] = self._recent[keyed[1]] = picture
        self._recent.move_to_end(keyed[1])
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        self._bytes += picture.bytes - (before.bytes if before else 0)
        while self._bytes > CACHE_SIZE and len(self._pictures) > 1:
            self._bytes -= self._pictures.popitem(last=False)[1].bytes

    def clear(self) -> None:
        """Everything may be different."""
        self._pictures.clear()
        self._recent.clear()
        self.settled.clear()
        self._bytes = 0
