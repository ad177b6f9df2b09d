"""A frame before the whole shot is known: by itself, with a fingerprint of its own, never in place of a final one."""

import pytest

from recast_nodes.errors import NoFace
from recast_nodes.graph.cache import MemoryCache
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.provisional import ProvisionalEvaluator, recall_analyses
from recast_nodes.node import Input
from recast_nodes.nodes import ExpressionMix, FaceTrack, MotionExtract

from .toys import Mean, Number, Scale, Source, chain, work

SPAN = range(1, 11)


@pytest.fixture(autouse=True)
def fresh_counts():
    work.clear()


@pytest.fixture
def graph():
    """Two nodes that look at the shot, one by the other's results."""
    return chain(
        ("a", Source, {}, {}),
        ("m", Mean, {}, {"number": "a"}),
        ("s", Scale, {"by": 2.0}, {"number": "m"}),
        ("n", Mean, {"gain": 3.0}, {"number": "s"}),
    )


def test_a_frame_stands_for_the_shot(graph):
    found = ProvisionalEvaluator(Evaluator(graph, SPAN), "s", 4)
    assert found.make().value == 0, "the mean of one frame is the frame"
    assert work["observe"] == 1


def test_what_is_known_of_the_shot_is_used(graph):
    whole = Evaluator(graph, SPAN)
    whole.prepare("m")
    found = ProvisionalEvaluator(whole, "n", 4)
    assert found.make().value == 0
    assert found.pull("s", 4).value == pytest.approx(2 * (4 - 5.5)), "the first mean is the whole shot's"


@pytest.mark.parametrize("known", ["", "m"])
def test_provisional_results_have_fingerprints_of_their_own(graph, known):
    whole = Evaluator(graph, SPAN)
    if known:
        whole.prepare(known)
    keys = ProvisionalEvaluator(whole, "n", 4).keys
    assert keys.of("a", 4) == whole.keys.of("a", 4), "what depends on no analysis is final"
    assert keys.observation("m", 4) == whole.keys.observation("m", 4), "what is seen of a frame is shared"
    assert (keys.of("m", 4) == whole.keys.of("m", 4)) == bool(known)
    assert keys.of("n", 4) != whole.keys.of("n", 4)
    assert keys.observation("n", 4) == whole.keys.observation("n", 4) if known else True


def test_caches_that_hold_provisional_results_give_final_ones(graph):
    memory = MemoryCache()
    whole = Evaluator(graph, SPAN, memory=memory)
    provisional = [ProvisionalEvaluator(whole, "n", frame).make() for frame in SPAN]
    assert not recall_analyses(whole, "n") and not whole.analyses
    whole.prepare("n")
    fresh = Evaluator(graph, SPAN)
    fresh.prepare("n")
    assert [whole.pull("n", frame) for frame in SPAN] == [fresh.pull("n", frame) for frame in SPAN] != provisional
    assert not whole.shared_analyses.keys() - fresh.shared_analyses.keys(), "no analysis of one frame is kept"


def test_a_changed_knob_recalls_what_was_learned(graph):
    shared = {}
    Evaluator(graph, SPAN, shared_analyses=shared).prepare("n")
    work.clear()
    after = Evaluator(graph.with_knob("n", "power", 2), SPAN, shared_analyses=shared)
    assert recall_analyses(after, "m")
    assert not recall_analyses(after, "n"), "its mean depends on power"
    assert after.analyses.keys() == {"m"} and not work


def test_frames_that_knobs_name_are_looked_at_too():
    span = range(5, 9)
    assert list(FaceTrack(pick_frame=6).named_frames(span)) == [6]
    assert list(FaceTrack(pick_frame=60).named_frames(span)) == list(FaceTrack().named_frames(span)) == []
    assert list(MotionExtract(neutral=7).named_frames(span)) == [7]
    assert list(ExpressionMix(reference="first").named_frames(span)) == [5]
    assert list(ExpressionMix(reference=4).named_frames(span)) == list(ExpressionMix().named_frames(span)) == []


class Faceless(Mean):
    """Finds no face, unless it sees the whole shot."""

    def analyse(self, seen):
        if len(seen) < len(SPAN):
            raise NoFace("no face")
        return super().analyse(seen)


def test_a_frame_without_a_face_fails_where_the_plate_is_no_stand_in():
    graph = chain(("a", Source, {}, {}), ("m", Faceless, {}, {"number": "a"}))
    with pytest.raises(NoFace):
        ProvisionalEvaluator(Evaluator(graph, SPAN), "m", 4).make()


class Sampled(Mean):
    """Looks at a second number in every third frame."""

    other = Input(Number, "Another.", optional=True)
    analyses = ("number", "other")

    def looks_at(self, frame, span, keyed):
        return self.analyses if (frame - span[0]) % 3 == 0 else ("number",)


@pytest.mark.parametrize("frame", SPAN)
def test_what_is_looked_at_here_and_there_is_left_out(frame):
    graph = chain(("a", Source, {}, {}), ("m", Sampled, {}, {"number": "a", "other": "a"}))
    assert ProvisionalEvaluator(Evaluator(graph, SPAN), "m", frame).keys.observed_inputs("m", frame) == ["number"]
