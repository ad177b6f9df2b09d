"""What renders have seen of a shot, kept beside its output: whoever opens a rendered shot need not track it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...graph.graph import Graph

FOLDERS = 4  # outputs whose records are held open


class Rendered:
    """The records beside the outputs of the last shots. Safe for several threads: what is made twice is the same."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, tuple[Any, ...]], Any] = OrderedDict()

    def of(self, graph: Graph) -> LazyRecords:
        """The records beside what a shot writes, opened when somebody asks for one."""
        return LazyRecords(lambda: self._open_all(graph))

    def _open_all(self, graph: Graph) -> list[Any]:
        from ...media.journal.journal import folder_of

        found = []
        for output in graph.outputs():
            file = graph.at(output, 0).values.get("file")
            folder = Path(folder_of(file)) if file else None
            if folder and folder.is_dir():
                found.append(self._open_folder(folder))
        return found

    def _open_folder(self, folder: Path) -> Any:
        from ...media.journal.records import Kept

        key = str(folder), _state(folder)
        records = self._open.pop(key, None) or Kept(folder)
        self._open[key] = records
        while len(self._open) > FOLDERS:
            self._open.popitem(last=False)
        return records


def _state(folder: Path) -> tuple[Any, ...]:
    """What changes where a render has gone on."""
    files = [folder / "records.bin", *sorted((folder / "records").glob("*.bin"))]
    return tuple((path.name, found.st_mtime_ns, found.st_size) for path in files if (found := _stat(path)))


def _stat(path: Path) -> Any:
    try:
        return path.lstat()
    except OSError:
        return None


class LazyRecords:
    """Records that are opened at the first question; they are read alone."""

    def __init__(self, opened: Callable[[], list[Any]]):
        self._opened: Callable[[], list[Any]] = opened
        self._stores: list[Any] | None = None

    def get(self, key: str) -> Any:
        """The record of a fingerprint, or None."""
        if self._stores is None:
            self._stores = self._opened()
        return next((found for store in self._stores if (found := store.get(key)) is not None), None)

    def put(self, key: str, record: Any) -> None:
        """Let a new record go: what a viewer sees is no render's."""
