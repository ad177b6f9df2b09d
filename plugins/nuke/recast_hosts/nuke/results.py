"""The way back into Nuke: a Read of the rendered frames inside the Write's gizmo, which is what comes out of it.

Nuke keeps the knobs of a gizmo with the script, and nothing of its inside. So what the Read shows is kept in hidden
knobs of the Write, and put into the Read by `show`: after a render, and whenever Nuke makes the gizmo (created.py).
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence
from typing import Any

import nuke

from .layers import BARE, LAYER
from .reading import ScriptNodes

NONE_YET = "the plate: nothing has been rendered"
MOST_RUNS = 6  # runs of frames that are named in the panel


def load_results(node: Any, script: ScriptNodes) -> Any:
    """Have a Write show what it wrote, in the plate's colour space. Returns the Read inside; None where no frame is
    there.

    Layers that ride along (matte, stmap, face, landmarks, difference) arrive as Nuke's own layers of these names.
    """
    node["recast_file"].setValue(str(node["file"].value()))
    _same_colour(node, script)
    node[LAYER].setValue(script.layers.get(script.plate, ""))
    before: Any = nuke.toNode(node.fullName().replace(".", "_") + "_result")
    if before is not None:
        before["reload"].execute()  # the Read beside the group, which earlier versions made
    return reload_result(node)


def reload_result(node: Any) -> Any:
    """Reload the files of a Write's result. Missing frames show the plate."""
    frames = written_frames(str(node["recast_file"].value()))
    _store_frames(node["recast_rendered"], frames)
    read = show(node)
    if read is not None:
        read["reload"].execute()
    return read


def show(node: Any) -> Any:
    """Put what a Write's hidden knobs say into the Read inside, and into the Shuffle that lays the layer that was
    edited into rgba, as the plate had it. Returns the Read; None where nothing was rendered.
    """
    file, runs = str(node["recast_file"].value()), _stored_runs(node["recast_rendered"])
    node["recast_result"].setValue(_in_words(file, runs))
    read: Any = node.node("Result")
    if not runs or read is None:
        return None
    read["file"].setValue(file)
    for knob, frame in zip(("first", "origfirst", "last", "origlast"), (runs[0][0],) * 2 + (runs[-1][1],) * 2):
        read[knob].setValue(frame)
    read["raw"].setValue(bool(node["recast_raw"].value()))
    if node["recast_colorspace"].value():
        read["colorspace"].setValue(str(node["recast_colorspace"].value()))
    node.node("Layer")["in"].setValue(str(node[LAYER].value() or BARE))
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


def _store_frames(knob: Any, frames: Sequence[int]) -> None:
    """1 where a frame is there, 0 elsewhere, as a curve of steps, which the gizmo's Switch goes by."""
    knob.clearAnimated()
    knob.setValue(0)
    if not frames:
        return
    knob.setAnimated()
    knob.setValueAt(0, frames[0] - 1)
    for first, last in _runs(frames):
        knob.setValueAt(1, first)
        knob.setValueAt(0, last + 1)
    curve = knob.animation(0)
    curve.changeInterpolation(curve.keys(), nuke.CONSTANT)


def _stored_runs(knob: Any) -> list[tuple[int, int]]:
    """The runs of frames that `_keep` was given, each with its first and last."""
    keys = knob.animation(0).keys() if knob.isAnimated() else []
    return [(int(key.x), int(after.x) - 1) for key, after in zip(keys, keys[1:]) if key.y]


def _runs(frames: Sequence[int]) -> list[tuple[int, int]]:
    there = set(frames)
    firsts = [frame for frame in frames if frame - 1 not in there]
    return list(zip(firsts, [frame for frame in frames if frame + 1 not in there]))


def _in_words(file: str, runs: Sequence[tuple[int, int]]) -> str:
    if runs:
        ranges = ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in runs[:MOST_RUNS])
        return f"frames {ranges}{' ...' if len(runs) > MOST_RUNS else ''} of {os.path.basename(file)}"
    if os.path.isfile(file):
        return f"the plate; {os.path.basename(file)} is a review file, open it with a Read"
    return NONE_YET


def _same_colour(node: Any, script: ScriptNodes) -> None:
    """As the plate is read: the result is encoded as its plate. What Nuke wrote raw is read raw."""
    plate = script.reads.get(script.plate)
    node["recast_raw"].setValue(script.plate in script.rendered if plate is None else bool(plate["raw"].value()))
    node["recast_colorspace"].setValue("" if plate is None else str(plate["colorspace"].value()))
