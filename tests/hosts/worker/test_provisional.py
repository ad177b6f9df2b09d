"""A picture before the whole shot has been looked at, the look behind it, and the picture that then stays."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from recast_nodes.hosts.worker.events import EventSender
from recast_nodes.hosts.worker.requests import Request
from recast_nodes.hosts.worker.tasks import answer
from recast_nodes.hosts.worker.warm import Warm
from recast_nodes.nodes.face_track import FaceTrack
from tests.shots.footage import read_exr

from .test_viewing import view

RESULT = "MaskComposite"
UNSEEN = ["FaceTrack.confidence=0.45", "DrivingTrack.confidence=0.45"]  # as no render has looked at the shot


def test_a_provisional_picture_settles_as_what_a_render_writes(worker, shot):
    first = view(worker, shot, RESULT, provisional=True)
    assert first["provisional"] is True and np.isfinite(first["pixels"]).all()
    events = list(worker.start("look", path=str(shot), node=RESULT, frame=1003))
    looked = [each for each in events if each["event"] == "progress" and each["what"] == "Looking at the shot"]
    assert [(each["done"], each["total"]) for each in looked] == [(done, 6) for done in range(1, 7)]
    assert [each["frames"] for each in events if each["event"] == "result"] == [6] and events[-1]["code"] == 0
    settled = view(worker, shot, RESULT, provisional=True)
    assert "provisional" not in settled
    assert not np.array_equal(settled["pixels"], first["pixels"]), "the whole shot knows more than one frame"
    assert np.array_equal(settled["pixels"], view(worker, shot, RESULT)["pixels"]), "as hosts of before get it"
    worker.ask("render", path=str(shot), frames="1003")
    written = read_exr(shot.parent / "out" / "shot.####.exr", 1003)[0]
    assert np.array_equal(written[..., :3].astype(np.float16), settled["pixels"][..., :3])


def test_a_node_that_needs_no_look_is_never_provisional(worker, shot):
    sets = ["FaceTrack.confidence=0.4"]  # nothing has been looked at so
    assert "provisional" not in view(worker, shot, "Plate", provisional=True, sets=sets)
    assert view(worker, shot, "FaceTrack", provisional=True, sets=sets)["provisional"] is True


@pytest.fixture
def seen(monkeypatch):
    """The frames that faces were looked for in, in their order."""
    frames, observe = [], FaceTrack.observe
    monkeypatch.setattr(FaceTrack, "observe", lambda self, image: frames.append(self.frame) or observe(self, image))
    monkeypatch.setattr("recast_nodes.hosts.cli.job.default_workers", lambda: 1)
    return frames


class Host:
    """Asks a worker that has no process of its own."""

    def __init__(self, shot):
        self.shot, self.warm, self.cancel = str(shot), Warm(64 << 20), threading.Event()
        self.events = []

    def ask(self, request, **fields):
        fields = {"path": self.shot, "node": RESULT, "sets": UNSEEN, **fields}
        return answer(Request(request, fields), EventSender(self.hear), self.cancel, self.warm)

    def hear(self, event):
        self.events.append(event)


def test_the_nearest_frames_are_seen_first_and_none_of_them_twice(shot, seen):
    host = Host(shot)
    host.ask("view", frame=1003, provisional=True)
    assert set(seen) == {1003}
    host.ask("look", frame=1003)
    host.ask("view", frame=1001, provisional=True)
    assert list(dict.fromkeys(seen)) == [1003, 1004, 1002, 1005, 1001, 1006]
    assert max(map(seen.count, seen)) == 1, "what was seen is kept"


def test_a_cancelled_look_goes_on_where_it_was(shot, seen):
    host = Host(shot)

    def cancel_after_two(event):
        if event.get("done") == 2:
            host.cancel.set()

    host.hear = cancel_after_two
    assert host.ask("look", frame=1001) == 130
    before = list(seen)
    assert set(before) == {1001, 1002}
    host.cancel, host.hear = threading.Event(), host.events.append
    assert host.ask("look", frame=1001) == 0
    assert set(seen[len(before) :]) == {1003, 1004, 1005, 1006}


def test_a_look_waits_while_a_picture_is_made(shot, seen):
    host = Host(shot)
    with host.warm.urgency.urgent():
        looking = threading.Thread(target=host.ask, args=("look",))
        looking.start()
        looking.join(0.5)
        assert looking.is_alive() and not seen
    looking.join(60)
    assert len(set(seen)) == 6


def test_looks_are_made_one_after_the_other(shot, seen):
    host = Host(shot)
    with host.warm._looking:
        host.cancel.set()
        assert host.ask("look") == 130 and not seen
