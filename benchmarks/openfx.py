"""What the OpenFX bridge costs beyond the worker's own time, on a 4K frame of float RGBA.

    python benchmarks/openfx.py [--width 3840] [--height 2160] [--face 1200] [--rounds 12]

The plugin is loaded by the tests' host, and asks a stand-in that has the frame taken and a square of a face's size
given back, through the worker's own code for both, without computing anything. What the host itself takes for its
pictures is not counted. Prints the median and the best of the rounds, wall clock and processor time of both sides.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from recast_nodes.hosts.openfx.build import compile_into
from recast_nodes.hosts.worker.exchange import Slots
from tests.hosts.openfx import suites
from tests.hosts.openfx.conftest import StandIn
from tests.hosts.openfx.host import Host, Instance, Picture


class Answering:
    """The stand-in's answers: the frame is taken from its slot, and a square of it is given back."""

    def __init__(self, side: int):
        self.side, self.slots = side, Slots()
        self.face = list(np.random.default_rng(2).uniform(0, 1, (3, side, side)).astype(np.float16))

    def __call__(self, worker: StandIn, request: dict[str, Any]) -> None:
        slot = self.slots.take()
        self.slots.planes(slot, worker.fetch("Source", request["frame"], slot))
        path = self.slots.write(self.face)
        facts = {"layout": "rgb", "count": 3, "file": path, "type": "float16"}
        worker.say(event="result", window=[200, 200, self.side, self.side], **facts)
        worker.say(event="end", code=0)


def keep_pictures() -> None:
    """Have the host make each of its pictures once: we do not measure it."""
    made: dict[tuple[str, int], Any] = {}
    make = suites._image

    def once(host: Host, owner: Any, clip: Any, pixels: np.ndarray, bounds: Any) -> Any:
        key = clip.name, id(clip)
        if key not in made:
            made[key] = make(host, owner, clip, pixels, bounds)
        return made[key]

    suites._image = once
    Picture.whole = lambda self: True  # type: ignore[method-assign]
    Picture.pixels = lambda self: self.inner  # type: ignore[method-assign]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, value in (("width", 3840), ("height", 2160), ("face", 1200), ("rounds", 12)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    keep_pictures()
    rng = np.random.default_rng(1)
    frame = rng.uniform(0, 1, (asked.height, asked.width, 4)).astype(np.float32)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as scratch, pytest.MonkeyPatch.context() as patch:
        library = compile_into(Path(scratch))
        worker = StandIn(Path(scratch), Answering(asked.face))
        patch.setenv("RECAST_PYTHON", str(worker.python))
        host = Host(str(library))
        instance = Instance(host, "com.recastnodes.Recast", {"Source": {1: frame}})
        instance.parameters["smile"].value = 0.5
        instance.output = frame
        given = {"PropTime": [1.0], "ImageEffectPropRenderScale": [1.0, 1.0]}
        given |= {"ImageEffectPropRenderWindow": [0, 0, asked.width, asked.height]}
        given |= {"ImageEffectPropFieldToRender": ["OfxFieldNone"]}
        wall, processor = [], []
        for _ in range(asked.rounds + 2):
            started, used = time.perf_counter(), time.process_time()
            status, _ = instance.ask("OfxImageEffectActionRender", **given)
            assert status == 0, instance.persistent
            wall.append(time.perf_counter() - started)
            processor.append(time.process_time() - used)
        for name, seconds in (("wall clock", wall[2:]), ("processor", processor[2:])):
            print(f"{name}: median {1000 * statistics.median(seconds):.0f} ms, best {1000 * min(seconds):.0f} ms")


if __name__ == "__main__":
    main()
