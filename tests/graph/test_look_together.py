"""Nodes that look at the same pictures look at each together: a picture is read once for all of them."""

from copy import copy

import pytest

from recast_nodes.errors import MediaError
from recast_nodes.graph.cache import MemoryCache
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.faults import Cancelled
from recast_nodes.node import Input, Node
from recast_nodes.wires import Image

from .crew.nodes import Pictures, picture, value_of
from .toys import chain, count, work

SPAN = range(1, 7)


class CountedPictures(Pictures):
    def process(self):
        count("read")
        return super().process()


class Looker(Node):
    """Looks at its pictures, and takes their sum off each."""

    gives = Image
    image = Input(Image, "A picture.")
    after = Input(Image, "What it comes after, and does not look at.", optional=True)
    analyses = ("image",)

    def observe(self, image):
        count("observe")
        return value_of(image)

    def analyse(self, seen):
        return sum(seen.values())

    def process(self, image, analysis, after=None):
        return picture(value_of(image) - analysis)


class Second(Looker):
    """Sees what Looker sees, and is another node."""


class EveryOther(Looker):
    """Looks at every other picture alone."""

    def looks_at(self, frame, span, keyed):
        return self.analyses if frame % 2 else ()

    def observe(self, image=None):
        if image is None:
            return 0.0
        count("observe other")
        return value_of(image)


@pytest.fixture(autouse=True)
def fresh_counts():
    work.clear()


def evaluator(broken=-1, second=Second):
    graph = chain(
        ("a", CountedPictures, {"broken": broken}, {}),
        ("b", Looker, {}, {"image": "a"}),
        ("c", second, {}, {"image": "a", "after": "b"}),
    )
    return Evaluator(graph, SPAN, memory=MemoryCache(0))  # nothing is kept but what a request holds itself


def test_a_picture_is_read_once_for_all_that_look_at_it():
    looking = evaluator()
    looking.prepare("c")
    assert (work["read"], work["observe"]) == (6, 12)
    assert value_of(looking.pull("c", 3)) == 3 - 21
    assert not looking.seen_ahead


def test_a_request_leaves_alone_what_another_saw_ahead():
    """Requests of a worker have copies of one evaluator, and one may end while another still looks."""
    first, second = evaluator(), evaluator()
    one, other = copy(first), copy(first)
    other.seen_ahead["key"] = 1.0
    one.prepare("c")
    assert other.seen_ahead == {"key": 1.0}
    second.cancel.set()
    with pytest.raises(Cancelled):
        second.prepare("c")
    assert not second.seen_ahead


def test_who_looks_at_some_pictures_looks_at_those_alone():
    looking = evaluator(second=EveryOther)
    looking.prepare("c")
    assert (work["read"], work["observe"], work["observe other"]) == (6, 6, 3)
    assert looking.analyses["c"].value == 1 + 3 + 5


def test_who_looks_at_what_another_makes_waits_for_it():
    graph = chain(("a", CountedPictures, {}, {}), ("b", Looker, {}, {"image": "a"}), ("c", Looker, {}, {"image": "b"}))
    looking = Evaluator(graph, SPAN)
    looking.prepare("c")
    assert looking.analyses["c"].value == 21 - 6 * 21


def test_a_picture_that_cannot_be_read_is_left_out_of_both():
    looking = evaluator(broken=4)
    looking.prepare("c")
    for name in "bc":
        assert looking.analyses[name].value == 17 and list(looking.analyses[name].failed) == [4]
    with pytest.raises(MediaError, match="damaged"):
        looking.pull("c", 4)
