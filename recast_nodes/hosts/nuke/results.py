"""The way back into Nuke: a Read of the rendered frames, with their range and colour space."""

from __future__ import annotations

import glob
import os
import re
from typing import Any

import nuke

from .reading import Gathered


def load_results(node: Any, gathered: Gathered) -> Any:
    """A Read of what a Write wrote, made once and reloaded after; it stands beside the Write, or the group it is in.

    Layers that ride along (matte, stmap, face, landmarks, difference) arrive as Nuke's own layers of these names.
    """
    pattern = str(node["file"].value())
    frames = written_frames(pattern)
    if not frames:
        return None
    with _outside(node):
        name = f"{node.fullName().replace('.', '_')}_result"
        read: Any = nuke.toNode(name) or nuke.nodes.Read(name=name, label="made by Recast")
        read["file"].setValue(pattern)
        for knob, value in (
            ("first", frames[0]),
            ("last", frames[-1]),
            ("origfirst", frames[0]),
            ("origlast", frames[-1]),
        ):
            read[knob].setValue(value)
        _same_colour(read, gathered)
        read["reload"].execute()
        beside = _group_of(node) or node
        read.setXYpos(int(beside.xpos()) + 110, int(beside.ypos()))
    return read


def written_frames(pattern: str) -> list[int]:
    """The frame numbers of the files of a pattern (####, %04d) that are there."""
    folder, name = os.path.split(pattern)
    found = re.search(r"#+|%0?\d*d", name)
    if not found:
        return []
    before, after = name[: found.start()], name[found.end() :]
    files = glob.glob(os.path.join(glob.escape(folder), glob.escape(before) + "*" + glob.escape(after)))
    middles = [os.path.basename(path)[len(before) : len(os.path.basename(path)) - len(after)] for path in files]
    return sorted(int(middle) for middle in middles if re.fullmatch(r"-?\d+", middle))


def _same_colour(read: Any, gathered: Gathered) -> None:
    """As the plate is read: the result is encoded as its plate. What Nuke wrote raw is read raw."""
    if gathered.plate in gathered.rendered:
        read["raw"].setValue(True)
    elif gathered.plate in gathered.reads:
        plate = gathered.reads[gathered.plate]
        read["raw"].setValue(plate["raw"].value())
        read["colorspace"].setValue(plate["colorspace"].value())


def _group_of(node: Any) -> Any:
    parent = node.fullName().rpartition(".")[0]
    return nuke.toNode(parent) if parent else None


def _outside(node: Any) -> Any:
    """Work where the artist sees it: in the group that holds the Recast group, or the script itself."""
    above = node.fullName().split(".")[:-2]
    return nuke.toNode(".".join(above)) if above else nuke.root()
