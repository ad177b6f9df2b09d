"""Looking at a shot behind what is urgent: the order of frames, waiting, and being cancelled."""

import threading

import pytest

from recast_nodes.graph.background import LOOKING, BackgroundLook, NearestFirst, Urgency
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.faults import Cancelled

from ..patience import PATIENCE
from .toys import Mean, Source, chain, work

SPAN = range(1, 11)


def take_all(frames):
    return list(iter(frames.take, None))


@pytest.mark.parametrize(
    "focus, order",
    [(1, [1, 2, 3, 4, 5]), (3, [3, 4, 2, 5, 1]), (5, [5, 4, 3, 2, 1]), (-9, [1, 2, 3, 4, 5]), (99, [5, 4, 3, 2, 1])],
)
def test_the_nearest_frame_goes_first_and_of_two_the_later(focus, order):
    assert take_all(NearestFirst(range(1, 6), lambda: focus)) == order


def test_frames_follow_a_focus_that_moves():
    at = [1]
    frames = NearestFirst(SPAN, lambda: at[0])
    assert [frames.take(), frames.take()] == [1, 2]
    at[0] = 9
    assert take_all(frames) == [9, 10, 8, 7, 6, 5, 4, 3]


def test_background_work_waits_until_nothing_is_urgent():
    urgency, went_on = Urgency(), threading.Event()
    cancel = threading.Event()
    urgency.wait(cancel)
    with urgency.urgent():
        with urgency.urgent():
            pass
        waiting = threading.Thread(target=lambda: (urgency.wait(cancel), went_on.set()))
        waiting.start()
        assert not went_on.wait(0.25)
    assert went_on.wait(PATIENCE)
    with urgency.urgent():
        cancel.set()
        urgency.wait(cancel)  # what was cancelled does not wait


@pytest.fixture
def evaluator():
    work.clear()
    return Evaluator(chain(("a", Source, {}, {}), ("m", Mean, {}, {"number": "a"})), SPAN)


def test_a_look_reports_every_frame_and_then_knows_the_shot(evaluator):
    reports = []
    BackgroundLook(evaluator, "m", lambda: 5, lambda *told: reports.append(told)).run()
    assert [each for each in reports if each[0] == LOOKING] == [(LOOKING, done, 10) for done in SPAN]
    assert evaluator.analyses["m"].value == 5.5


def test_a_look_that_is_cancelled_raises(evaluator):
    evaluator.cancel.set()
    with pytest.raises(Cancelled):
        BackgroundLook(evaluator, "m", lambda: 5, lambda *told: None).run()
    assert not evaluator.analyses
