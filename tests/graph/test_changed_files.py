"""What was read is what is noted: files that change while a render reads them leave nothing wrong behind."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from recast_nodes.errors import StorageError
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.graph.render import Resume, Settings, render
from recast_nodes.media.sequences import Sequence
from recast_nodes.nodes import NODES
from recast_nodes.wires import Faces

from .toys import chain

FRAMES = list(range(1001, 1005))


def copying(plate: str, out: Path, **knobs: object) -> Graph:
    return Graph(
        {
            "Plate": Placed("Plate", NODES["Read"], {"file": plate}),
            "Write": Placed(
                "Write", NODES["Write"], {"file": str(out / "o.####.exr"), **knobs}, wires={"image": "Plate"}
            ),
        }
    )


def go(graph: Graph, **resume: bool):
    return render(graph, "Write", FRAMES, FRAMES, Settings(resume=Resume(**resume), workers=1))


def swap(path: str, other: str) -> None:
    """Another picture of the same size in the place of a file, as a renderer puts it there."""
    shutil.copy(other, path + ".new")
    os.utime(path + ".new", ns=(os.stat(path).st_mtime_ns + 10**9,) * 2)
    os.replace(path + ".new", path)


@pytest.fixture
def swapped(make_plate, monkeypatch):
    """A plate whose frame 1003 becomes another one, once, before or after it is read."""
    plate = make_plate(range(1001, 1006))
    victim, other = plate.replace("####", "1003"), plate.replace("####", "1005")
    read, done = Sequence.read, []

    def reading(when: str):
        def patched(self, frame, *words, **more):
            if frame == 1003 and when == "before" and not done:
                done.append(swap(victim, other))
            made = read(self, frame, *words, **more)
            if frame == 1003 and when == "after" and not done:
                done.append(swap(victim, other))
            return made

        monkeypatch.setattr(Sequence, "read", patched)

    return plate, reading


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("compression", ["as plate", "zips"])  # a copy of the file, and a file that is made anew
def test_a_plate_that_is_swapped_during_a_render_leaves_no_wrong_frame(swapped, tmp_path, when, compression):
    plate, reading = swapped
    graph = copying(plate, tmp_path / "out", compression=compression)
    reading(when)
    outcome = go(graph)
    assert isinstance(outcome.faults[1003], StorageError) and "changed" in outcome.failed[1003]
    assert not (tmp_path / "out" / "o.1003.exr").exists()
    assert not go(graph).failed and sorted(go(graph, verify=True).existing) == FRAMES
    clean = copying(plate, tmp_path / "clean", compression=compression)
    go(clean)
    for frame in FRAMES:
        name = f"o.{frame}.exr"
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "clean" / name).read_bytes()


def test_a_plate_that_is_swapped_while_a_frame_is_written_leaves_no_wrong_frame(swapped, tmp_path, monkeypatch):
    from recast_nodes.media import images

    plate, _ = swapped
    copy = images.copy_file

    def late(source, path):
        if "1003" in str(path):
            swap(plate.replace("####", "1003"), plate.replace("####", "1005"))
        copy(source, path)

    monkeypatch.setattr(images, "copy_file", late)
    assert "changed" in go(copying(plate, tmp_path / "out")).failed[1003]
    assert not (tmp_path / "out" / "o.1003.exr").exists()


class Kept:
    """A store of records."""

    def __init__(self):
        self.held = {}

    def get(self, key):
        return self.held.get(key)

    def put(self, key, record):
        self.held[key] = record


def test_a_record_of_a_frame_that_was_swapped_is_not_kept(swapped, monkeypatch, tmp_path):
    import torch

    plate, _ = swapped
    track = NODES["FaceTrack"]
    seen = Faces(torch.zeros(0, 478, 3), torch.zeros(0, 52), torch.zeros(0))

    def observe(self, image):
        if self.frame == 1003:
            swap(plate.replace("####", "1003"), plate.replace("####", "1005"))
        return seen

    monkeypatch.setattr(track, "observe", observe)
    graph = chain(("Plate", NODES["Read"], {"file": plate}, {}), ("FaceTrack", track, {}, {"image": "Plate"}))
    records = Kept()
    evaluator = Evaluator(graph, FRAMES, records=records, workers=1)
    first, before = (evaluator.keys.observation("FaceTrack", frame) for frame in (1001, 1003))
    with pytest.raises(StorageError, match="frame 1003"):
        evaluator.prepare("FaceTrack")
    assert first in records.held and before not in records.held
