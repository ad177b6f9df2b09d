"""Evaluation: each result once, whatever the order; analyses see the whole shot; memory has a bound."""

import threading

import pytest

from recast_nodes import notices
from recast_nodes.curves import Curve, Key
from recast_nodes.errors import MediaError
from recast_nodes.graph.cache import MemoryCache
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.faults import Cancelled

from .toys import Mean, Pair, Scale, Source, Window, chain, work

SPAN = range(1, 11)


@pytest.fixture(autouse=True)
def fresh_counts():
    work.clear()


def test_knobs_follow_their_curves():
    graph = chain(("a", Source, {}, {}), ("b", Scale, {"by": Curve([Key(1, 0), Key(11, 1)])}, {"number": "a"}))
    assert Evaluator(graph, SPAN).pull("b", 6).value == pytest.approx(3.0)


def test_a_result_is_made_once_for_all_who_use_it():
    graph = chain(("a", Source, {}, {}), ("b", Pair, {}, {"first": "a", "second": "a"}))
    assert Evaluator(graph, SPAN).pull("b", 3).value == 9
    assert work["source"] == 1


def test_results_are_kept_by_what_made_them():
    memory = MemoryCache()
    graph = chain(("a", Source, {}, {}), ("b", Scale, {"by": 2.0}, {"number": "a"}))
    Evaluator(graph, SPAN, memory=memory).pull("b", 3)
    Evaluator(graph.with_knob("b", "colour", 0.5), SPAN, memory=memory).pull("b", 3)
    assert work["scale"] == 1, "a knob that does not change the result leaves the cache alone"
    Evaluator(graph.with_knob("b", "by", 3.0), SPAN, memory=memory).pull("b", 3)
    assert (work["scale"], work["source"]) == (2, 1)


def test_a_batch_equals_its_frames_one_by_one():
    graph = chain(("a", Source, {}, {}), ("b", Pair, {}, {"first": "a", "second": "a"}))
    together = Evaluator(graph, SPAN).pull_batch("b", list(SPAN))
    assert work["batch of 4"] == 2 and work["batch of 2"] == 1
    assert together == [Evaluator(graph, SPAN).pull("b", frame) for frame in SPAN]


def test_what_is_made_in_batches_is_observed_in_batches():
    """A driver's motions are asked for over the whole shot, before any frame: a network gains by several at once."""
    graph = chain(("a", Source, {}, {}), ("b", Pair, {"both": False}, {"first": "a"}), ("m", Mean, {}, {"number": "b"}))
    reports = []
    evaluator = Evaluator(graph, SPAN, report=lambda *told: reports.append(told))
    evaluator.prepare("m")
    assert work["batch of 4"] == 2 and work["batch of 2"] == 1 and work["observe"] == 10
    assert reports[-1][1:] == (10, 10)
    assert evaluator.pull("m", 10).value == pytest.approx(4.5)


def test_a_frame_that_cannot_be_had_does_not_take_its_batch_along():
    """Its three neighbours are observed one by one."""
    cursed = Curve([Key(1, 0, "constant"), Key(6, 13, "constant"), Key(7, 0, "constant")])
    graph = chain(
        ("a", Source, {"offset": cursed}, {}),
        ("b", Pair, {"both": False}, {"first": "a"}),
        ("m", Mean, {}, {"number": "b"}),
    )
    evaluator = Evaluator(graph, SPAN)
    evaluator.prepare("m")
    assert work["observe"] == 9 and evaluator.pull("m", 5).value == pytest.approx(5 - 49 / 9)
    with pytest.raises(MediaError, match="cursed"):
        evaluator.pull("m", 6)


def test_inputs_that_are_not_wanted_are_not_made():
    graph = chain(
        ("a", Source, {}, {}),
        ("c", Source, {"offset": 13}, {}),
        ("b", Pair, {"both": False}, {"first": "a", "second": "c"}),
    )
    assert Evaluator(graph, SPAN).pull("b", 3).value == 3


def test_a_node_is_given_the_frames_it_asks_for():
    graph = chain(("a", Source, {}, {}), ("b", Window, {"radius": 2}, {"number": "a"}))
    assert Evaluator(graph, SPAN).pull("b", 5).value == 3 + 4 + 5 + 6 + 7


def test_an_analysis_sees_the_whole_shot_whatever_is_rendered():
    graph = chain(("a", Source, {}, {}), ("b", Mean, {"gain": 2.0}, {"number": "a"}))
    evaluator = Evaluator(graph, SPAN)
    evaluator.prepare("b")
    assert evaluator.pull("b", 7).value == (7 - 5.5) * 2
    assert (work["observe"], work["analyse"]) == (10, 1)


def test_a_still_is_observed_once():
    graph = chain(("a", Source, {"still": True}, {}), ("b", Mean, {}, {"number": "a"}))
    Evaluator(graph, SPAN).prepare("b")
    assert work["observe"] == 1


def test_observe_sees_only_its_own_knobs_and_analyses_have_their_own_fingerprints():
    graph = chain(("a", Source, {}, {}), ("b", Mean, {"power": 2}, {"number": "a"}))
    first, second = Evaluator(graph, SPAN), Evaluator(graph.with_knob("b", "power", 1), SPAN)
    first.prepare("b"), second.prepare("b")
    assert first.keys.of("b", 1) != second.keys.of("b", 1)


class Weighted(Mean):
    """Takes a mean off whose weights can be keyed."""

    over_shot = ("gain",)

    def analyse(self, seen):
        gains = self.over_time.get("gain") or dict.fromkeys(seen, self.gain)
        return sum(value * gains[frame] for frame, value in seen.items()) / len(seen)


def test_an_analysis_may_know_what_a_keyed_knob_is_in_every_frame():
    """Whatever frame is asked for: a key anywhere in the shot is another analysis, and another result everywhere."""

    def shot(gain):
        graph = chain(("a", Source, {}, {}), ("b", Weighted, {}, {"number": "a"}))
        evaluator = Evaluator(graph.with_knob("b", "gain", gain), SPAN)
        evaluator.prepare("b")
        return evaluator

    def curve(last):
        return Curve([Key(1, 1.0, "constant"), Key(9, last, "constant")])

    assert shot(2.0).pull("b", 3).value == (3 - 11) * 2
    late, later = shot(curve(2.0)), shot(curve(3.0))
    assert late.pull("b", 3).value == 3 - (55 + 9 + 10) / 10 and later.pull("b", 3).value == 3 - (55 + 18 + 20) / 10
    keys = [each.keys.of("b", 3) for each in (late, later, shot(1.0), shot(2.0))]
    assert len(set(keys)) == 4
    assert shot(curve(2.0)).keys.of("b", 3) == keys[0]


def test_errors_name_their_node():
    graph = chain(("cursed", Source, {"offset": 13}, {}), ("b", Scale, {}, {"number": "cursed"}))
    with pytest.raises(MediaError, match="^cursed: the file 13"):
        Evaluator(graph, SPAN).pull("b", 1)


def test_cancel_stops_before_the_next_frame():
    cancel = threading.Event()
    graph = chain(("a", Source, {}, {}), ("b", Mean, {}, {"number": "a"}))
    cancel.set()
    with pytest.raises(Cancelled):
        Evaluator(graph, SPAN, cancel=cancel).prepare("b")


def test_memory_keeps_within_its_bound():
    import numpy as np

    memory = MemoryCache(limit=1000)
    for index in range(50):
        memory.put(str(index), (np.zeros(300, np.uint8),))
    assert memory.used <= 1000
    assert memory.get("49") is not None and memory.get("0") is None
    memory.put("huge", (np.zeros(5000, np.uint8),))
    assert memory.get("huge") is None and memory.get("49") is not None


def test_a_frame_that_cannot_be_looked_at_fails_alone(caplog):
    notices.forget()
    graph = chain(
        ("a", Source, {"offset": Curve([Key(1, 0, "constant"), Key(4, 13, "constant"), Key(5, 0)])}, {}),
        ("b", Mean, {}, {"number": "a"}),
        ("c", Mean, {}, {"number": "b"}),
    )
    evaluator = Evaluator(graph, SPAN)
    evaluator.prepare("c")
    rest = [frame for frame in SPAN if frame != 4]
    mean = sum(rest) / 9
    assert evaluator.pull("b", 7).value == pytest.approx(7 - mean)
    for name in ("b", "c"):
        with pytest.raises(MediaError, match="^a: the file 13"):
            evaluator.pull(name, 4)
    assert [record.message for record in caplog.records if "the file 13" in record.message] == [
        "Frame 4 is left out of the analysis: a: the file 13 is cursed."
    ]


def test_where_no_frame_can_be_looked_at_nothing_is_rendered():
    graph = chain(("a", Source, {"offset": 13}, {}), ("b", Mean, {}, {"number": "a"}))
    with pytest.raises(MediaError, match="^a: the file 13"):
        Evaluator(graph, SPAN).prepare("b")
