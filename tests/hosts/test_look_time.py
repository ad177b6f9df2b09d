"""How long a render looks at a shot before its first frame, told once it is known."""

from __future__ import annotations

import pytest

from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts.cli.look_time import LookTime, count_looks

FACE, DRIVER = "FaceTrack analyses the shot", "DrivingTrack analyses the shot"


@pytest.fixture
def clock():
    return [100.0]


@pytest.fixture
def look(clock):
    made = LookTime(lambda *told: made.reported.append(told), lambda text: made.told.append(text), 2, lambda: clock[0])
    made.reported, made.told = [], []
    return made


def see(look, clock, seconds, frames, what=FACE, total=240):
    for done in frames:
        clock[0] += seconds
        look.progress(what, done, total)


def test_it_is_told_once_by_the_frames_that_were_seen(look, clock):
    see(look, clock, 0.5, range(1, 5))
    assert not look.told, "a few frames tell little"
    see(look, clock, 0.5, range(5, 30))
    assert look.told == [
        "Looking at the whole shot first (240 frames): about 4 minutes. What is seen is kept, and not looked at again."
    ]
    assert len(look.reported) == 29, "progress goes on as it was"


def test_what_was_known_already_promises_nothing(look, clock):
    see(look, clock, 0.0, range(1, 200))  # recalled
    see(look, clock, 1.0, range(200, 206))
    assert "about 5 minutes" in look.told[0]


def test_a_short_look_is_not_worth_a_word(look, clock):
    see(look, clock, 0.4, range(1, 13), total=12)
    see(look, clock, 0.4, range(1, 13), DRIVER, total=12)
    assert not look.told


def test_frames_that_are_rendered_are_no_look(look, clock):
    see(look, clock, 2.0, range(1, 30), "render")
    assert not look.told


def test_each_clip_that_is_tracked_is_a_look():
    graph = edit_graph("p.####.exr", "d.####.exr", "o.####.exr").with_knob("ExpressionMix", "replace", 1.0)
    assert count_looks(graph, "Write", range(1, 101)) == 2
