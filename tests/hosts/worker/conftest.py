"""A Python that runs this very tree as a worker, frames that it holds back, and a shot for it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from recast_nodes.hosts.worker.client import Worker
from recast_nodes.hosts.worker.protocol import read_contact
from tests.shots.footage import write_clip

ROOT = Path(__file__).parents[3]
FRAMES = range(1001, 1007)


# Python runs this when it starts: a finished frame is not put in its place while a file HOLD-name lies beside it. So a
# render cannot end before a test has cancelled it or killed its worker, however fast or busy the machine is.
GATE = """
import os, time
put = os.replace
def put_when_let(source, target, **folders):
    folder, name = os.path.split(os.fspath(target))
    if folders.get("dst_dir_fd") is not None:  # the folder is open, and has no path
        folder = f"/proc/self/fd/{folders['dst_dir_fd']}"
    while os.path.exists(os.path.join(folder, "HOLD-" + name)):
        time.sleep(0.01)
    put(source, target, **folders)
os.replace = put_when_let
"""


def held_back(gate: Path) -> str:
    """A PYTHONPATH on which frames wait for `held`; `gate` is a folder for it."""
    gate.mkdir(exist_ok=True)
    (gate / "sitecustomize.py").write_text(GATE)
    return os.pathsep.join((str(gate), str(ROOT)))


def write_python(path: Path, *, before: str = "") -> Path:
    """A Python for RECAST_PYTHON: this one, with this tree on its path, which the client takes away from the host's."""
    places = shlex.quote(held_back(path.with_name(path.name + "_gate")))
    path.write_text(f'#!/bin/sh\n{before}\nPYTHONPATH={places} exec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return path


@contextmanager
def held(frame: Path) -> Iterator[None]:
    """Meanwhile the worker does not put this frame in its place."""
    frame.parent.mkdir(parents=True, exist_ok=True)
    hold = frame.with_name("HOLD-" + frame.name)
    hold.touch()
    try:
        yield
    finally:
        hold.unlink()


@pytest.fixture(scope="module")
def shot(tmp_path_factory, landmarker_files) -> Path:
    """A shot document of a short clip of a real face, edited by hand sliders; out/shot.####.exr beside it."""
    from recast_nodes.graph.document import save
    from recast_nodes.graph.edit import edit_graph

    folder = tmp_path_factory.mktemp("shot")
    plate = write_clip(ROOT / "demo" / "portrait.jpg", folder / "plate" / "plate.####.exr", FRAMES)
    graph = edit_graph(plate, plate, str(folder / "out" / "shot.####.exr"))
    graph = graph.with_knob("ExpressionMix", "smile", 0.8).with_knob("ExpressionMix", "jaw_open", 0.4)
    save(graph, folder / "shot.recast.yaml")
    return folder / "shot.recast.yaml"


def pid_of(worker: Worker) -> int:
    contact = read_contact(worker._name(worker._command()))
    assert contact, "no worker runs"
    return int(contact["pid"])


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
