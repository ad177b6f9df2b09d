"""The plugin, compiled once; a clip of a real face as files and as a host holds it; and workers that only play one."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recast_nodes import __version__
from recast_nodes.hosts.openfx.build import compile_into, find_compiler
from recast_nodes.hosts.worker.client import Worker
from tests.shots.footage import read_exr, write_clip

from .host import Host

ROOT = Path(__file__).parents[3]
FRAMES = range(1001, 1007)
Frames = dict[int, np.ndarray]


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> str:
    """The compiled plugin."""
    if not find_compiler():
        pytest.skip("there is no C compiler here")
    return str(compile_into(tmp_path_factory.mktemp("openfx"), ("-Werror",)))


@pytest.fixture(scope="session", autouse=True)
def stop_the_plugin_s_worker(worker_place) -> Iterator[None]:
    """The plugin finds its worker by the Python that runs, and not by RECAST_PYTHON's name: it has one of its own."""
    yield
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECAST_RUNTIME", worker_place["RECAST_RUNTIME"])
        Worker(command=[sys.executable]).stop()


@pytest.fixture
def host(library) -> Iterator[Host]:
    """A host of OpenFX 1.5, which must not find anything to complain about."""
    made = Host(library)
    yield made
    assert not made.problems
    made.unload()


def picture_of(pattern: str | Path, frame: int) -> np.ndarray:
    """(H, W, 4) float32, as a host reads a file."""
    pixels, names, _ = read_exr(pattern, frame)
    return np.stack([np.float32(pixels[..., names.index(name)]) for name in "RGBA"], -1)


@pytest.fixture(scope="session")
def plate(tmp_path_factory) -> str:
    """A clip of a real face, half-float EXR."""
    return write_clip(ROOT / "demo" / "portrait.jpg", tmp_path_factory.mktemp("plate") / "plate.####.exr", FRAMES)


@pytest.fixture(scope="session")
def source(plate) -> Frames:
    """The same as a host holds it."""
    return {frame: picture_of(plate, frame) for frame in FRAMES}


Script = Callable[["StandIn", dict[str, Any]], None]


class StandIn:
    """A worker that only plays one. `script` answers a request over its connection, through `say` and `hear`."""

    def __init__(self, folder: Path, script: Script, version: str = __version__, memory: str = ""):
        self.folder, self.script, self.version = folder, script, version
        self.requests: list[dict[str, Any]] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / "sock"))
        self._listener.listen(8)
        contact = {"protocol": 1, "pid": os.getpid(), "address": str(folder / "sock"), "token": "t"}
        contact |= {"version": version, "memory": memory or str(folder)}
        self.python = folder / "python"
        self.python.write_text(f"#!/bin/sh\necho '{json.dumps(contact)}'\n")
        self.python.chmod(0o755)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                self.connection = self._listener.accept()[0]
            except OSError:
                return
            self.lines = self.connection.makefile("rb")
            try:
                while message := self.hear():
                    if message["request"] == "hello":
                        self.say(event="hello", protocol=1, version=self.version, pid=1)
                    elif message["request"] == "effect":
                        self.requests.append(message)
                        self.script(self, message)
            except OSError:
                continue

    def say(self, **event: Any) -> None:
        self.connection.sendall(json.dumps(event).encode() + b"\n")

    def hear(self) -> dict[str, Any] | None:
        line = self.lines.readline()
        return json.loads(line) if line else None

    def fetch(self, clip: str, frame: int, slot: int = 0) -> dict[str, Any]:
        """A frame from the plugin."""
        self.say(event="want", id=1, clip=clip, frame=frame, slot=slot)
        return self.hear() or {}

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def stand_in(tmp_path, monkeypatch) -> Iterator[Callable[..., StandIn]]:
    """Makes a stand-in that the plugin takes for the worker."""
    made: list[StandIn] = []

    def make(script: Script, **facts: Any) -> StandIn:
        folder = tmp_path / f"worker{len(made)}"
        folder.mkdir()
        made.append(StandIn(folder, script, **facts))
        set_environment(monkeypatch, "RECAST_PYTHON", str(made[-1].python))
        return made[-1]

    yield make
    for each in made:
        each.close()


def set_environment(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """For the plugin too: Python hands changes of its environment on to C."""
    monkeypatch.setenv(name, value)
    assert sys.platform != "win32"
