"""Small nodes that count their work, to watch the graph without images."""

from __future__ import annotations

import threading
from collections import Counter
from typing import NamedTuple

from recast_nodes.errors import MediaError
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.knobs import Float, Int, Switch
from recast_nodes.node import Input, Node

work: Counter = Counter()
lock = threading.Lock()


class Number(NamedTuple):
    value: float


def count(what: str) -> None:
    with lock:
        work[what] += 1


class Source(Node):
    """Gives its frame's number."""

    gives = Number
    offset = Int(0, "Added to the frame.", limits=(-1000, 1000))
    still = Switch(False, "The same at every frame.")

    def stamp(self):
        return f"shown {0 if self.still else self.frame}"

    def span(self):
        return range(1, 11)

    def process(self):
        count("source")
        if self.offset == 13:
            raise MediaError("the file 13 is cursed.")
        return Number(float(self.offset + (0 if self.still else self.frame)))


class Scale(Node):
    """Multiplies."""

    gives = Number
    number = Input(Number, "A number.")
    by = Float(1.0, "The factor.", limits=(-10, 10))
    colour = Float(0.0, "Only for show.", limits=(0, 1), affects_result=False)

    def process(self, number):
        count("scale")
        return Number(number.value * self.by)


class Mean(Node):
    """Takes the mean of the whole shot off each frame."""

    gives = Number
    number = Input(Number, "A number.")
    power = Int(1, "Seen by observe.", limits=(1, 3), animates=False)
    gain = Float(1.0, "Not seen by observe.", limits=(0, 10))
    observes = ("power",)
    analyses = ("number",)

    def observe(self, number):
        count("observe")
        assert self.gain == 1.0, "observe must not see other knobs"
        return number.value**self.power

    def analyse(self, seen):
        count("analyse")
        return sum(seen.values()) / len(seen)

    def process(self, number, analysis):
        return Number((number.value - analysis) * self.gain)


class Window(Node):
    """Adds up neighbouring frames."""

    gives = Number
    number = Input(Number, "Numbers.", many=True)
    radius = Int(1, "Frames on either side.", limits=(0, 5))

    def frames(self, frame, name):
        return range(frame - self.radius, frame + self.radius + 1)

    def process(self, number):
        return Number(sum(one.value for one in number.values()))


class Pair(Node):
    """Multiplies in batches of four; the second number is optional and wanted only when `both`."""

    gives = Number
    first = Input(Number, "A number.")
    second = Input(Number, "Another.", optional=True)
    both = Switch(True, "Use the second.")

    def used_inputs(self):
        return ("first", "second") if self.both else ("first",)

    def batch_size(self):
        return 4

    @classmethod
    def process_batch(cls, moments, inputs):
        count(f"batch of {len(moments)}")
        return [Number(given["first"].value * (given["second"] or Number(1.0)).value) for given in inputs]


class Sink(Node):
    """Keeps what it is given."""

    image = Input(Number, "A number.")
    fail_at = Int(-1, "Fails at this frame.", limits=(-1, 1000))

    def open(self, shot, frames):
        return KeptFrames(self.fail_at)


class KeptFrames:
    def __init__(self, fail_at):
        self.kept, self.closed, self.aborted, self.fail_at = {}, False, False, fail_at
        KeptFrames.last = self

    def put(self, frame, image):
        if frame == self.fail_at:
            raise MediaError(f"frame {frame} does not fit on the disk.")
        self.kept[frame] = image.value
        return f"frame{frame}"

    def close(self):
        self.closed = True

    def abort(self):
        self.aborted = True


def chain(*steps: tuple[str, type[Node], dict, dict]) -> Graph:
    """A graph of (name, kind, knobs, wires)."""
    graph = Graph({name: Placed(name, kind, {}, {}, wires) for name, kind, _, wires in steps})
    for name, _, knobs, _ in steps:
        for knob, value in knobs.items():
            graph = graph.with_knob(name, knob, value)
    return graph
