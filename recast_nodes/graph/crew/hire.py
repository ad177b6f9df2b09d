"""Crews for renders: one whose processes end with the render, and one that waits for the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .count import CrewSize
from .crew import LocalCrew


@contextmanager
def hire_crew(size: CrewSize) -> Iterator[LocalCrew | None]:
    """Inside it there is a crew of this size, whose processes start when they are needed; None for one process."""
    keeper = CrewKeeper()
    try:
        with keeper.hire(size) as crew:
            yield crew
    finally:
        keeper.close()


class CrewKeeper:
    """Keeps the crew of the last render for the next one. One render at a time may have it."""

    def __init__(self) -> None:
        self._crew: LocalCrew | None = None

    @contextmanager
    def hire(self, size: CrewSize) -> Iterator[LocalCrew | None]:
        """As `hire_crew`; the processes stay."""
        if self._crew and size != (self._crew.size, self._crew.threads):
            self.close()
        if size.processes > 1:
            self._crew = self._crew or LocalCrew(*size)
        yield self._crew

    def close(self) -> None:
        """End the processes."""
        if self._crew:
            self._crew.close()
            self._crew = None
