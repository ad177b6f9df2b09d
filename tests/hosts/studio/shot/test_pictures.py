"""Which requests go to the worker, and which are given up; over a stand-in for it."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QObject

from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.picture import PictureRequest, picture_key
from recast_nodes.hosts.studio.shot.pictures import Pictures

from .test_shot_look import Worker

REQUEST = PictureRequest("MaskComposite", 1)


@pytest.fixture
def pictures(qapp):
    owner = QObject()
    document, worker = Document(owner), Worker()
    made = Pictures(document, worker, owner)
    made.document, made.jobs = document, worker.jobs
    yield made
    made.stop()
    shiboken6.delete(owner)


def change(pictures, value, merge=""):
    pictures.document.apply("smile", lambda graph: graph.with_knob("ExpressionMix", "smile", value), merge)
    pictures.request([REQUEST])


def test_a_picture_of_a_shot_that_was_changed_is_given_up(pictures):
    pictures.request([REQUEST])
    change(pictures, 0.5)
    assert [job.cancelled for job in pictures.jobs] == [True]
    pictures.request([REQUEST.at(2)])
    assert len(pictures.jobs) == 1, "the worker answers one at a time"


def test_a_value_that_is_passed_in_a_drag_is_seen(pictures):
    change(pictures, 0.1, "drag")
    change(pictures, 0.2, "drag")
    assert [job.cancelled for job in pictures.jobs] == [False]


def test_provisional_pictures_will_do_until_the_shot_is_settled(pictures):
    pictures.request([REQUEST])
    assert pictures.jobs[-1].message["provisional"] is True
    pictures.stop()
    pictures.jobs[-1].code = 130
    pictures._poll()
    pictures.settle([picture_key(pictures.document.graph, REQUEST.node)])
    pictures.request([REQUEST])
    assert "provisional" not in pictures.jobs[-1].message or pictures.jobs[-1].message["provisional"] is None


def test_a_worker_that_does_not_know_the_shot_any_more_is_asked_for_a_provisional_picture(pictures):
    pictures.settle([picture_key(pictures.document.graph, REQUEST.node)])
    pictures.request([REQUEST])
    wanted = []
    pictures.provisional.connect(wanted.append)
    job = pictures.jobs[-1]
    job.events.append({"event": "progress", "what": "FaceTrack analyses the shot", "done": 1, "total": 500})
    pictures._poll()
    assert job.cancelled and wanted == ["MaskComposite"], "it is not to be waited for"
    job.code = 130
    pictures._poll()
    assert pictures.jobs[-1] is not job and pictures.jobs[-1].message["provisional"] is True


def test_a_shot_that_cannot_be_looked_at_says_why_however_long_it_takes(pictures):
    pictures.settle([picture_key(pictures.document.graph, REQUEST.node)], known=False)
    pictures.request([REQUEST])
    job = pictures.jobs[-1]
    job.events.append({"event": "progress", "what": "FaceTrack analyses the shot", "done": 1, "total": 500})
    job.events.append({"event": "error", "text": "no face was found"})
    job.code = 2
    pictures._poll()
    assert pictures.why_failed(REQUEST) == "no face was found" and not job.cancelled
