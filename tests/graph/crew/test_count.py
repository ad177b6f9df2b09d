"""How many processes a render has, and which gets which frames."""

from __future__ import annotations

import threading

import pytest

from recast_nodes import notices
from recast_nodes.graph.crew import count
from recast_nodes.graph.crew.count import CrewSize, crew_size
from recast_nodes.graph.crew.shares import FrameShares
from recast_nodes.graph.edit import edit_graph

GB = 1 << 30
SPAN = range(1, 101)


@pytest.fixture(autouse=True)
def plenty(monkeypatch):
    monkeypatch.setattr(count, "free_memory", lambda: 1000 * GB)
    monkeypatch.setattr(count, "cores", lambda: 100)


def graph(model: str = "mesh"):
    return edit_graph("plate.####.exr", "driver.mov", "out.####.exr", "replace", model)


@pytest.mark.parametrize(
    ("workers", "size"),
    [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (9, (3, 3)), (16, (6, 3)), (17, (6, 3)), (65, (22, 3))],
)
def test_three_frames_at_once_are_one_process(workers, size):
    found = crew_size(graph(), "Write", SPAN, workers)
    assert found == CrewSize(*size) and found.processes * found.threads >= workers


@pytest.mark.parametrize("model", ["performrecast", "liveportrait"])
def test_what_fills_a_graphics_card_stays_in_one_process(model):
    assert crew_size(graph(model), "Write", SPAN, 16) == CrewSize(1, 16)


@pytest.mark.parametrize(("free", "size"), [(0.2, (1, 3)), (1.5, (1, 3)), (2.5, (2, 3)), (5.5, (5, 3)), (6.0, (6, 3))])
def test_little_memory_means_fewer_processes(free, size, monkeypatch, caplog):
    notices.forget()
    monkeypatch.setattr(count, "free_memory", lambda: int(free * GB))
    with caplog.at_level("WARNING", "recast_nodes.notices"):
        assert crew_size(graph(), "Write", SPAN, 16) == CrewSize(*size)
    assert ("GB of memory are free" in caplog.text) == (free < 6)


@pytest.mark.parametrize(
    ("there", "workers", "size"), [(1, 16, (1, 2)), (2, 16, (1, 2)), (2, 1, (1, 1)), (4, 16, (2, 2))]
)
def test_no_more_frames_are_in_work_than_there_are_cores(there, workers, size, monkeypatch, caplog):
    notices.forget()
    monkeypatch.setattr(count, "cores", lambda: there)
    with caplog.at_level("WARNING", "recast_nodes.notices"):
        assert crew_size(graph(), "Write", SPAN, workers) == CrewSize(*size)
    assert ("frames are in work at once, not 16" in caplog.text) == (workers == 16)
    assert count.default_workers() == max(2, there)
    assert crew_size(graph("performrecast"), "Write", SPAN, 16).threads == 16, "frames wait for the card, not for cores"


def test_each_part_is_in_order_and_everything_is_taken_once():
    shares = FrameShares(list(range(10)), 3)
    assert [shares.take(1) for _ in range(3)] == [3, 4, 5]
    assert [shares.take(0) for _ in range(2)] == [0, 1] and len(shares) == 5
    assert [shares.take(1) for _ in range(2)] == [8, 9], "the second half of the longest rest"
    assert sorted(shares.take(1) for _ in range(3)) == [2, 6, 7] and shares.take(0) is None
    shares.give_back(4)
    assert len(shares) == 1 and shares.take(2) == 4


def test_many_takers_take_everything_once():
    shares, taken = FrameShares(list(range(2000)), 4), []

    def take(part: int) -> None:
        while (item := shares.take(part)) is not None:
            taken.append(item)

    threads = [threading.Thread(target=take, args=(number % 4,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(2000))
