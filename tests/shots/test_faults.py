"""What machines do to a render: disks that fill, close or go away, plates that vanish, processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recast_nodes.errors import StorageError
from recast_nodes.graph.document import save
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.graph.render import Outcome, Resume, Settings, render
from recast_nodes.hosts.cli import exits
from recast_nodes.nodes import NODES
from tests.patience import PATIENCE

FRAMES = range(1001, 1011)


def copying(plate: str, out: Path, suffix: str = "exr") -> Graph:
    """A plate that goes through as it is."""
    read = Placed("Plate", NODES["Read"]).with_knob("file", plate)
    write = Placed("Write", NODES["Write"], wires={"image": "Plate"})
    return Graph({"Plate": read, "Write": write.with_knob("file", str(out / f"shot.####.{suffix}"))})


def go(graph: Graph, **settings: object) -> Outcome:
    how = {"workers": 1, "resume": Resume()} | settings
    return render(graph, "Write", list(FRAMES), list(FRAMES), Settings(**how))  # type: ignore[arg-type]


def there(out: Path) -> set[str]:
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}


def frames(suffix: str = "exr") -> set[str]:
    return {f"shot.{frame}.{suffix}" for frame in FRAMES}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 KB; skipped where nobody may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "recast", folder], capture_output=True).returncode:
        pytest.skip("a disk of its own can be mounted by root only, on Linux")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


@pytest.mark.parametrize("suffix", ["exr", "png"])
def test_a_full_disk_stops_a_render_and_room_lets_it_go_on(make_plate, small_disk, suffix):
    graph = copying(make_plate(FRAMES, width=128, height=96), small_disk, suffix)
    outcome = go(graph)
    assert isinstance(outcome.stopped, StorageError) and exits.of_outcome(outcome) == exits.TRY_AGAIN
    assert 0 < len(outcome.written) < len(FRAMES)
    assert not [name for name in there(small_disk) if name.endswith(".part")]
    assert not go(graph).written, "and there is still no room"
    remount(small_disk, "size=10m")
    again = go(graph)
    assert sorted({**again.written, **again.existing}) == list(FRAMES) and not set(again.written) & set(outcome.written)
    assert there(small_disk) == frames(suffix) | {".shot.recast/frames.jsonl"}
    assert not go(graph, resume=Resume(verify=True)).written, "every frame decodes, and is what was noted"


def test_a_disk_that_may_not_be_written_any_more(make_plate, small_disk):
    remount(small_disk, "size=10m")
    graph = copying(make_plate(FRAMES), small_disk)
    outcome = go(graph, finished=lambda frame, path: remount(small_disk, "ro") if frame == 1004 else None)
    assert "Read-only" in str(outcome.stopped) and sorted(outcome.written) == [1001, 1002, 1003, 1004]
    remount(small_disk, "rw")
    assert sorted(go(graph).written) == list(FRAMES)[4:]
    assert there(small_disk) == frames() | {".shot.recast/frames.jsonl"}
    remount(small_disk, "ro")
    assert sorted(go(graph).existing) == list(FRAMES), "a shot that is done is done, also where nothing can be written"


def test_a_plate_that_vanishes_is_waited_for_by_whoever_tries_again(make_plate, tmp_path):
    plate = make_plate(FRAMES)
    folder, away = Path(plate).parent, tmp_path / "away"
    graph = copying(plate, tmp_path / "out")
    outcome = go(graph, finished=lambda frame, path: folder.rename(away) if frame == 1003 else None)
    assert isinstance(outcome.stopped, StorageError) and "changed since the render began" in str(outcome.stopped)
    assert exits.of_outcome(outcome) == exits.TRY_AGAIN
    away.rename(folder)
    assert sorted(go(graph).written) == list(FRAMES)[3:]


def test_verify_finds_a_frame_that_rotted(make_plate, tmp_path):
    graph = copying(make_plate(FRAMES), tmp_path / "out")
    go(graph)
    path = tmp_path / "out" / "shot.1005.exr"
    state, data = path.stat(), bytearray(path.read_bytes())
    data[-20] ^= 0xFF
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert not go(graph).written, "size and time are as they were"
    assert list(go(graph, resume=Resume(verify=True)).written) == [1005]


def test_killed_renders_go_on_to_the_same_frames(make_plate, tmp_path):
    plate = make_plate(FRAMES, width=256, height=192)
    whole, out = tmp_path / "whole", tmp_path / "out"
    go(copying(plate, whole))
    save(copying(plate, out), tmp_path / "shot.yaml")
    words = ["render", tmp_path / "shot.yaml", "--workers", "2"]
    command = [sys.executable, "-m", "recast_nodes.hosts.cli", *map(str, words)]
    for count in (2, 6):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(list(out.glob("shot.*.exr"))) < count and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert there(out) == frames() | {".shot.recast/frames.jsonl"}
    assert all((out / name).read_bytes() == (whole / name).read_bytes() for name in frames())


def by_command(tmp_path: Path, graph: Graph, patch: str, *words: str) -> subprocess.Popen[str]:
    """The command line in a process in which `patch` was run before."""
    save(graph, tmp_path / "shot.yaml")
    start = (
        f"import sys; from recast_nodes.hosts.cli import main; sys.argv = ['recast', *sys.argv[1:]]\n{patch}\nmain()"
    )
    command = [sys.executable, "-c", start, "render", str(tmp_path / "shot.yaml"), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


HANG = """
import time, recast_nodes.media.images as images
images.copy_file = lambda source, path: time.sleep(3600) if '1003' in str(path) else copy(source, path)
import recast_nodes.graph.render_loop, recast_nodes.hosts.cli.exits
from recast_nodes.media.files.atomic import copy_file as copy
recast_nodes.graph.render_loop.GRACE = recast_nodes.hosts.cli.exits.PATIENCE = 0.2
"""
NO_MEMORY = """
import recast_nodes.media.images as images
def fail(*words): raise MemoryError
images.copy_file = fail
"""


def test_a_thread_that_hangs_holds_nobody_up(make_plate, tmp_path):
    graph = copying(make_plate(FRAMES), tmp_path / "out")
    process = by_command(tmp_path, graph, HANG, "--timeout", "1", "--frames", "1003")
    told = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == exits.TRY_AGAIN and "Frame 1003" in told, told
    assert go(graph).failed == {}


def test_no_memory_has_a_code_of_its_own(make_plate, tmp_path):
    process = by_command(tmp_path, copying(make_plate(range(1001, 1003)), tmp_path / "out"), NO_MEMORY)
    told = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == exits.NO_MEMORY and "not enough memory" in told and "tried again alone" in told, told
