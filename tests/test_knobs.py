"""Knobs settle what they take and refuse the rest in words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes import knobs
from recast_nodes.errors import KnobError
from recast_nodes.knobs import Box, Choice, Choices, File, FileList, Float, Int, Knob, Still, Switch, Text
from recast_nodes.node import Node


class Sample(Node):
    """A node with one knob of each kind."""

    weight = Float(1.0, "A weight.", limits=(0, 2), slider=(0, 1))
    time = Float(None, "A time.", limits=(-10, 10), unset="the frame itself")
    count = Int(3, "A count.", limits=(0, 9), animates=False)
    on = Switch(True, "On.")
    mode = Choice("off", "A mode.", options=("off", "on"))
    layers = Choices(("b",), "Layers.", options=("a", "b", "c"))
    title = Text("", "A title.")
    file = File("", "A file.")
    box = Box(None, "A box.")
    neutral = Still("auto", "A moment.", words=("auto",))


@pytest.mark.parametrize("name", Sample.knobs)
def test_defaults_settle_to_themselves(name):
    knob = Sample.knobs[name]
    assert knob.settle(knob.default) == knob.default


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("weight", 2.1),
        ("weight", math.nan),
        ("weight", "x"),
        ("weight", True),
        ("weight", None),
        ("count", 2.5),
        ("count", -1),
        ("on", "maybe"),
        ("on", 1),
        ("mode", "of"),
        ("mode", False),
        ("layers", ["a", "d"]),
        ("layers", 3),
        ("title", "two\nlines"),
        ("file", 5),
        ("box", (0, 0, 0, 5)),
        ("box", (0, 0, 5)),
        ("box", (0, 0, math.inf, 5)),
        ("neutral", ""),
        ("neutral", True),
    ],
)
def test_refusals_name_knob_and_what_it_takes(name, wrong):
    knob = Sample.knobs[name]
    with pytest.raises(KnobError) as refusal:
        knob.settle(wrong)
    assert name in str(refusal.value) and knob.takes() in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("weight", "1e-3", 0.001),
        ("time", "none", None),
        ("count", "4", 4),
        ("on", "off", False),
        ("mode", "off", "off"),
        ("layers", "c, a", ("a", "c")),
        ("file", "plate.####.exr", "plate.####.exr"),
        ("box", "1,2,3,4", (1, 2, 3, 4)),
        ("box", "", None),
        ("neutral", "1001", 1001),
        ("neutral", "rest.exr", "rest.exr"),
    ],
)
def test_text_is_read_as_the_knob_reads_it(name, text, value):
    assert Sample.knobs[name].parse(text) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_curve_that_overshoots_stays_inside_the_limits(value):
    assert 0 <= Sample.knobs["weight"].from_curve(value) <= 2


def test_a_slider_spans_the_limits_or_a_range_or_is_none():
    assert Sample.knobs["time"].slider == (-10, 10) and Sample.knobs["weight"].slider == (0, 1)
    frame = Int(1, "A frame.", limits=(-1_000_000, 10_000_000), slider=None)
    assert frame.slider is None and frame.describe()["slider"] is None
    assert frame.takes() == "a whole number from -1000000 to 10000000"


def test_an_instance_is_one_moment():
    node = Sample(1001, weight=0.5)
    assert (node.frame, node.weight, node.count, node.mode) == (1001, 0.5, 3, "off")
    assert node.with_only(["mode"]).weight == 1.0


def test_unknown_knobs_are_refused_with_the_nearest_name():
    with pytest.raises(KnobError, match="Did you mean weight"):
        Sample(wieght=1)


@pytest.mark.parametrize("kind", [kind for kind in Knob.__subclasses__() if not kind.__name__.startswith("_")])
def test_every_kind_is_in_the_sample(kind):
    there = any(isinstance(knob, kind) for knob in Sample.knobs.values())
    assert there, f"give Sample in tests/test_knobs.py a knob of kind {kind.__name__}: the tests here go through them"
    assert kind.__name__ in knobs.__all__, f"import {kind.__name__} in recast_nodes/knobs/__init__.py"


@pytest.mark.parametrize(
    ("given", "settled"),
    [
        ("a.mov", "a.mov"),
        ([" a.mov", "b.####.exr"], "a.mov; b.####.exr"),
        ("a.mov;; b.mov ;", "a.mov; b.mov"),
        ("", ""),
    ],
)
def test_files_are_a_list_or_text_with_semicolons(given, settled):
    knob = FileList("", "Takes.")
    assert knob.settle(given) == settled and knob.settle(settled) == settled
    assert "; ".join(knob.split(settled)) == settled


@pytest.mark.parametrize("given", [3, None, ["a.mov", 3], ["a;b.mov"], "a\nb.mov"])
def test_files_are_names(given):
    with pytest.raises(KnobError):
        FileList("", "Takes.").settle(given)
