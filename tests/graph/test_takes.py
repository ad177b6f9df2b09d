"""Other footage of an actor: found by the way of the performance, looked at once, and known by its fingerprints."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from recast_nodes.errors import MediaError
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.graph.keys import Keys
from recast_nodes.graph.provisional import ProvisionalEvaluator
from recast_nodes.graph.takes import LOOKED_AT, takes_of
from recast_nodes.knobs import FileList
from recast_nodes.media.images import write_image
from recast_nodes.node import Input, Node
from recast_nodes.nodes import Read
from recast_nodes.wires import Image, Motion, Part

from ..performer import plate
from .toys import count, work


class Told(NamedTuple):
    """What a frame told."""

    value: float


class Performer(Node):
    """Gives a performance, and knows of other takes of it."""

    gives = Motion
    image = Input(Image, "A picture.")
    takes = FileList("", "Other footage.", animates=False)

    def process(self, image):
        return image


class Through(Node):
    """Hands a performance on."""

    gives = Motion
    source = Input(Motion, "A performance.")
    performance = "source"

    def process(self, source):
        return source


class Borrower(Node):
    """Wants the brightest picture of all."""

    gives = Told
    motion = Input(Motion, "A performance.")
    image = Input(Image, "The plate.")
    performance = "motion"
    analyses = ("image",)
    observes = ()
    footage = {"image": "image"}

    def observe(self, image):
        count("observe")
        return float(image.main.channels["R"].mean())

    def analyse(self, records):
        return self.analyse_takes(records, {})

    def analyse_takes(self, records, takes):
        seen = {("", frame): value for frame, value in records.items()}
        seen |= {(take, frame): value for take, frames in takes.items() for frame, value in frames.items()}
        return max(seen, key=lambda each: seen[each])

    def frames_of_takes(self, frame, analysis):
        return (analysis,) if analysis[0] else ()

    def used_inputs(self):
        return ("image",)

    def process(self, image, motion=None, analysis=None, takes=None):
        shown = takes[analysis] if analysis[0] else image
        return Told(float(shown.main.channels["R"].mean()))


def bright(image, times):
    part = image.main
    channels = {name: np.minimum(plane, 1) * np.asarray(times, plane.dtype) for name, plane in part.channels.items()}
    return image._replace(parts=(Part(part.name, channels, part.window, part.display, part.attributes),))


@pytest.fixture
def shot(tmp_path):
    """A plate of two frames and a brighter take of three, whose second frame is the brightest."""
    for name, lights in (("plate", (1.0, 1.2)), ("take", (1.5, 3.0, 2.0))):
        for at, light in enumerate(lights):
            write_image(bright(plate(32, 32), light), tmp_path / f"{name}.{1001 + at}.exr")
    take = str(tmp_path / "take.####.exr")
    nodes = {
        "Plate": Placed("Plate", Read, {"file": str(tmp_path / "plate.####.exr")}),
        "Performer": Placed("Performer", Performer, {"takes": take}, {}, {"image": "Plate"}),
        "Through": Placed("Through", Through, {}, {}, {"source": "Performer"}),
        "Borrower": Placed("Borrower", Borrower, {}, {}, {"motion": "Through", "image": "Plate"}),
    }
    return Graph(nodes)


def evaluate(graph, **more):
    evaluator = Evaluator(graph, (1001, 1002), **more)
    evaluator.prepare("Borrower")
    return evaluator


def test_a_take_is_found_and_lends(shot):
    (take,) = takes_of(shot, "Borrower", 1001)
    assert take.frames == (1001, 1002, 1003)
    evaluator = evaluate(shot)
    assert evaluator.analyses["Borrower"].value == (take.file, 1002)
    lent = evaluator.pull("Borrower", 1001).value
    assert lent == evaluator.pull("Borrower", 1002).value > 2 * 0.25


def test_without_takes_nothing_is_looked_at_beside_the_shot(shot):
    work.clear()
    evaluator = evaluate(shot.with_knob("Performer", "takes", ""))
    assert work["observe"] == 2 and evaluator.analyses["Borrower"].value == ("", 1002)
    assert takes_of(shot, "Through", 1001) == [], "a node without footage"


def test_a_take_that_changed_is_looked_at_again(shot, tmp_path):
    before = Keys(shot, (1001, 1002)).of("Borrower", 1001)
    assert Keys(shot, (1001, 1002)).of("Borrower", 1001) == before
    write_image(bright(plate(32, 32), 4.0), tmp_path / "take.1003.exr")
    assert Keys(shot, (1001, 1002)).of("Borrower", 1001) != before
    assert evaluate(shot).analyses["Borrower"].value[1] == 1003


def test_a_take_is_looked_at_once(shot):
    shared = {}
    evaluate(shot, shared_analyses=shared)
    work.clear()
    evaluate(shot, shared_analyses=shared)
    assert work["observe"] == 0


def test_a_first_picture_does_not_wait_for_takes(shot):
    work.clear()
    whole = Evaluator(shot, (1001, 1002))
    ProvisionalEvaluator(whole, "Borrower", 1001).make()
    assert work["observe"] == 1


def test_a_take_that_is_not_there_is_named(shot, tmp_path):
    missing = shot.with_knob("Performer", "takes", str(tmp_path / "other.####.exr"))
    with pytest.raises(MediaError, match="other"):
        evaluate(missing)


def test_many_frames_of_a_take_are_looked_at_here_and_there(shot, tmp_path):
    picture = plate(8, 8)
    for frame in range(1, 3 * LOOKED_AT, 2):
        write_image(picture, tmp_path / f"long.{frame:04}.exr")
    (take,) = takes_of(shot.with_knob("Performer", "takes", str(tmp_path / "long.####.exr")), "Borrower", 1001)
    assert LOOKED_AT / 2 < len(take.frames) <= LOOKED_AT and take.frames[0] == 1
