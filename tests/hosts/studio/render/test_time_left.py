"""How long something takes yet, by how fast it went lately."""

import pytest

from recast_nodes.hosts.studio.render.time_left import TimeLeft


@pytest.fixture
def clock():
    now = [100.0]
    return now


def test_the_time_left_is_by_how_fast_it_goes(clock):
    time_left = TimeLeft(lambda: clock[0])
    assert time_left.estimate(0, 100) == ""
    clock[0] += 10
    assert time_left.estimate(10, 100) == "0:01:30 left"


def test_what_was_known_already_promises_nothing(clock):
    time_left = TimeLeft(lambda: clock[0])
    for done in range(0, 500, 100):  # found beside the output, in no time
        clock[0] += 0.01
        time_left.estimate(done, 1000)
    for done in range(500, 520):  # looked at
        clock[0] += 1
        left = time_left.estimate(done, 1000)
    assert left == "0:08:01 left"


def test_another_count_begins_anew(clock):
    time_left = TimeLeft(lambda: clock[0])
    time_left.estimate(50, 60)
    clock[0] += 1
    assert time_left.estimate(1, 60) == ""
