"""Rendering: every frame written or named, in any number of threads, and a cancel that leaves whole frames."""

import threading

import pytest

from recast_nodes.errors import RecastError
from recast_nodes.graph.render import Settings, as_recast_error, render

from .toys import KeptFrames, Mean, Scale, Sink, Source, chain

FRAMES = list(range(1, 11))


def shot(**sink):
    return chain(
        ("a", Source, {}, {}),
        ("b", Mean, {}, {"number": "a"}),
        ("c", Scale, {"by": 2.0}, {"number": "b"}),
        ("out", Sink, sink, {"image": "c"}),
    )


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_all_frames_are_written_the_same_by_any_number_of_workers(workers):
    outcome = render(shot(), "out", FRAMES, FRAMES, Settings(workers=workers))
    assert KeptFrames.last.kept == {frame: (frame - 5.5) * 2 for frame in FRAMES}
    assert KeptFrames.last.closed and sorted(outcome.written) == FRAMES and not outcome.failed


def test_some_frames_come_out_as_they_do_among_all():
    render(shot(), "out", [3, 7], FRAMES, Settings())
    assert KeptFrames.last.kept == {3: -5.0, 7: 3.0}


def test_a_frame_that_fails_is_named_and_the_rest_is_written():
    told = []
    outcome = render(shot(fail_at=4), "out", FRAMES, FRAMES, Settings(failed=lambda *each: told.append(each)))
    assert sorted(outcome.written) == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert outcome.failed == {4: "frame 4 does not fit on the disk."} and told == [(4, outcome.failed[4])]


def test_cancel_leaves_whole_frames():
    settings = Settings(workers=2, cancel=threading.Event())

    def stop_at_three(frame, path):
        if len(KeptFrames.last.kept) >= 3:
            settings.cancel.set()

    object.__setattr__(settings, "finished", stop_at_three)
    outcome = render(shot(), "out", FRAMES, FRAMES, settings)
    assert outcome.cancelled and 3 <= len(outcome.written) < 10
    assert set(KeptFrames.last.kept) == set(outcome.written)
    assert KeptFrames.last.aborted


def test_a_fault_of_ours_says_where():
    try:
        [][1]
    except IndexError as error:
        assert "internal error" in str(as_recast_error(error)) and "test_a_fault_of_ours" in str(as_recast_error(error))
    assert as_recast_error(RecastError("as it is")).args == ("as it is",)
