"""Small nodes for renders by several processes: pictures that are looked at, and processes that end over a frame."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np

from recast_nodes.errors import MediaError
from recast_nodes.graph.graph import Graph
from recast_nodes.knobs import Choice, File, Float, Int
from recast_nodes.media.files.atomic import whole_file
from recast_nodes.node import Input, Node
from recast_nodes.notices import notice
from recast_nodes.wires import Image, Part, Window

from ...patience import wait_until
from ..toys import chain

SPAN = list(range(1, 13))
WINDOW = Window(0, 0, 2, 2)


def picture(value: float) -> Image:
    planes = {name: np.full((2, 2), value, np.float32) for name in "RGB"}
    return Image((Part("", planes, WINDOW, WINDOW),), ("R", "G", "B"), "lin_rec709_scene")


def value_of(image: Image) -> float:
    return float(image.main.channels["R"][0, 0])


class Pictures(Node):
    """Gives its frame's number as a picture."""

    gives = Image
    broken = Int(-1, "Cannot be read at this frame.", limits=(-1, 1000))

    def stamp(self):
        return f"shown {self.frame}"

    def span(self):
        return range(1, 13)

    def process(self):
        if self.frame == self.broken:
            raise MediaError(f"picture {self.frame} is damaged.")
        return picture(float(self.frame))


class Ends(Node):
    """Ends its process at a frame, as long as there is no file that says how often it did."""

    gives = Image
    image = Input(Image, "A picture.")
    at = Int(-1, "The frame.", limits=(-1, 1000))
    times = Int(1, "How often.", limits=(0, 10))
    notes = File("", "Where it says so.")
    how = Choice("killed", "What happens.", options=("killed", "slow", "says so"))
    power = Float(1.0, "Seen by observe.", limits=(0, 10))
    observes = ("at", "times", "notes", "how", "power")
    analyses = ("image",)

    def observe(self, image):
        if self.at > 100 and self.frame == self.at - 100:
            self._happen()
        return value_of(image) ** self.power

    def analyse(self, seen):
        return sum(seen.values())

    def process(self, image, analysis):
        if self.frame == self.at:
            self._happen()
        return picture(value_of(image) + analysis)

    def _happen(self):
        if self.how == "slow":
            time.sleep(60)
        if self.how == "says so":
            notice("This was seen in a process.")
            return
        folder = Path(self.notes)
        done = len(list(folder.iterdir()))
        if done < self.times:
            (folder / f"{os.getpid()}.{done}").touch()
            os.kill(os.getpid(), signal.SIGKILL)


class Values(Node):
    """Writes a picture's value, and the process that made it, into files."""

    image = Input(Image, "A picture.")
    file = File("", "Where they go.", writes=True, affects_result=False)
    makers = File("", "Where makers are noted.", affects_result=False)
    together = Int(
        1, "Processes of which each must have begun a frame before one is done.", limits=(1, 9), affects_result=False
    )

    def target(self):
        return self.file.replace("####", f"{self.frame:04d}")

    def open(self, asked, frames):
        return ValueFiles(self)


class ValueFiles:
    def __init__(self, node):
        self.node = node

    def put(self, frame, image):
        path = self.node.at_frame(frame).target()
        with whole_file(path) as temporary:
            Path(temporary).write_text(repr(value_of(image)))
        Path(self.node.makers, f"{frame}.{os.getpid()}").touch()
        assert wait_until(lambda: len(makers(Path(self.node.makers))) >= self.node.together)
        return path

    def close(self): ...

    def abort(self): ...


def makers(folder: Path) -> set[str]:
    """The processes that made frames, by their notes in a folder."""
    return {path.name.split(".")[1] for path in folder.iterdir()}


def shot(folder: Path, broken: int = -1, together: int = 1, **ends: object) -> Graph:
    for name in ("notes", "makers", "out"):
        (folder / name).mkdir(exist_ok=True)
    files = {"file": str(folder / "out" / "v.####.txt"), "makers": str(folder / "makers"), "together": together}
    return chain(
        ("in", Pictures, {"broken": broken}, {}),
        ("ends", Ends, {"notes": str(folder / "notes"), **ends}, {"image": "in"}),
        ("out", Values, files, {"image": "ends"}),
    )
