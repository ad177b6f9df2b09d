"""The folder that frames go into: it stays what it was when the render began, and frames in it stay there."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..errors import MediaError
from .graph import Graph


@contextmanager
def hold_folder(graph: Graph, output: str, frame: int) -> Iterator[tuple[str, str]]:
    """Inside it the folder that `output` writes to is not followed where a link takes its place, and not made
    again where it is gone. Gives its path and what that stands for; '' where nothing is written.

    Raises DocumentError where the shot may not write there, MediaError, StorageError where it cannot be made.
    """
    from ..media.files.atomic import make_folder
    from ..media.files.safe_files import hold

    file = str(graph.at(output, frame).values.get("file") or "")
    if not file:
        yield "", ""
        return
    folder = Path(file).absolute().parent
    judge = graph.judge or (lambda node, folder: None)
    judge(output, os.path.realpath(folder))
    make_folder(folder)
    with hold(folder) as real:  # judged as it is held: what has its name may be another folder each time
        judge(output, real)
        yield str(folder), real


def find_removed(frames: Mapping[int, str]) -> Iterator[tuple[int, MediaError]]:
    """The frames whose files are not there any more, each with an error that says so. One look for each folder."""
    folders: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for frame, path in frames.items():
        folders[os.path.dirname(path)][os.path.basename(path)].append(frame)
    for folder, names in folders.items():
        try:
            there = set(os.listdir(folder))
        except FileNotFoundError:
            there = set()
        except OSError:  # the share is away: nothing is known of its frames
            continue
        for name in names.keys() - there:
            for frame in names[name]:
                yield frame, MediaError(f"{os.path.join(folder, name)}: it was there, and somebody removed it.")
