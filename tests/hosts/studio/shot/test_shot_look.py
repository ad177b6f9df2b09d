"""The look at the whole shot that provisional pictures begin, over a stand-in for worker and pictures."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QObject, Signal

from recast_nodes.hosts.studio.shot import shot_look
from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.picture import picture_key
from recast_nodes.hosts.studio.shot.shot_look import STOPPED, ShotLook
from tests.hosts.studio.stand_ins import Job

RESULT = "MaskComposite"


class Worker:
    def __init__(self):
        self.jobs = []

    def start(self, request, **facts):
        self.jobs.append(Job(request=request, **facts))
        return self.jobs[-1]


class Pictures(QObject):
    provisional = Signal(str)

    def __init__(self, parent):
        super().__init__(parent)
        self.settled = {}

    def is_provisional(self, key):
        return key not in self.settled

    def settle(self, keys, known=True):
        self.settled |= dict.fromkeys(keys, known)


@pytest.fixture
def look(qapp, monkeypatch):
    monkeypatch.setattr(shot_look, "CALM", 30)
    owner = QObject()
    document, pictures, worker = Document(owner), Pictures(owner), Worker()
    made = ShotLook(document, worker, pictures, owner)
    made.document, made.pictures, made.jobs, made.said = document, pictures, worker.jobs, []
    made.changed.connect(made.said.append)
    document.apply("plate", lambda graph: graph.with_knob("Plate", "file", "p.####.exr"))
    document.go_to(7)
    yield made
    made.stop()
    shiboken6.delete(owner)


def change(look, value=0.5):
    look.document.apply("smile", lambda graph: graph.with_knob("ExpressionMix", "smile", value))


def begin(look, qtbot):
    """A provisional picture is there, and a look begins."""
    before = len(look.jobs)
    look.pictures.provisional.emit(RESULT)
    qtbot.waitUntil(lambda: len(look.jobs) > before)


def test_a_provisional_picture_begins_one_look_at_the_playhead(look, qtbot):
    assert not look.jobs
    begin(look, qtbot)
    look.pictures.provisional.emit("FaceTrack")
    qtbot.wait(60)
    assert [(job.message["request"], job.message["node"], job.message["frame"]) for job in look.jobs] == [
        ("look", RESULT, 7)
    ]


def test_it_says_how_far_it_is_and_then_settles_what_it_saw(look, qtbot):
    begin(look, qtbot)
    job = look.jobs[0]
    job.events.append({"event": "progress", "what": "Looking at the shot", "done": 40, "total": 120})
    qtbot.waitUntil(lambda: look.said[-1] == "looking at the shot, 40 of 120 frames")
    job.code = 0
    qtbot.waitUntil(lambda: not look.is_running)
    graph = look.document.graph
    assert look.said[-1] == "" and look.pictures.settled == dict.fromkeys(
        (picture_key(graph, name) for name in graph.upstream(RESULT)), True
    )
    assert picture_key(graph, "FaceTrack") in look.pictures.settled


def test_a_look_that_fails_leaves_the_word_to_the_pictures(look, qtbot):
    begin(look, qtbot)
    look.jobs[0].code = 2
    qtbot.waitUntil(lambda: not look.is_running)
    assert set(look.pictures.settled.values()) == {False}


def test_a_changed_shot_is_looked_at_in_place_of_the_one_before_once_the_hand_is_calm(look, qtbot):
    begin(look, qtbot)
    for value in (0.1, 0.2, 0.3):
        change(look, value)
        look.pictures.provisional.emit(RESULT)
    assert len(look.jobs) == 1 and not look.jobs[0].cancelled, "a drag does not begin a look at every step"
    qtbot.waitUntil(lambda: len(look.jobs) == 2)
    assert look.jobs[0].cancelled and "0.3" in look.jobs[1].message["shot"]
    assert not look.pictures.settled


def test_no_look_begins_while_clips_are_still_dropped(look, qtbot):
    look.pictures.provisional.emit(RESULT)
    change(look, 0.1)
    assert not look.jobs
    qtbot.waitUntil(lambda: len(look.jobs) == 1)
    assert "0.1" in look.jobs[0].message["shot"]


def test_nothing_is_looked_at_where_nothing_is_provisional(look, qtbot):
    begin(look, qtbot)
    change(look)
    look.pictures.settled = {picture_key(look.document.graph, RESULT): True}
    qtbot.waitUntil(lambda: look.jobs[0].cancelled)
    assert not look.is_running and len(look.jobs) == 1
    change(look, 0.5)
    qtbot.wait(60)
    assert len(look.jobs) == 1, "a knob alone begins no look"


def test_a_look_is_stopped_and_gone_on_with(look, qtbot):
    begin(look, qtbot)
    look.halt()
    assert look.jobs[0].cancelled and look.said[-1] == STOPPED
    look.pictures.provisional.emit(RESULT)
    qtbot.wait(60)
    assert len(look.jobs) == 1
    look.resume()
    assert len(look.jobs) == 2 and look.is_running
