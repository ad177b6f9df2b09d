"""A render with a stand-in worker and no dialog."""

from __future__ import annotations

import pytest

from recast_nodes.hosts.studio.render.render_model import STOPPING, RenderModel
from recast_nodes.hosts.studio.shot.document import Document
from tests.hosts.studio.stand_ins import Job


class Worker:
    def __init__(self):
        self.asked, self.job = [], Job()

    def start(self, kind, **given):
        self.asked.append((kind, given["frames"], given["overwrite"]))
        self.job = Job()
        return self.job


@pytest.fixture
def model(qapp):
    """A render of a shot that has a place for its frames; `model.heard` is what it says."""
    document, worker = Document(), Worker()
    made = RenderModel(document, worker, lambda folder: made.asked.append(folder) or made.answer)
    made.document, made.worker, made.asked, made.answer, made.heard = document, worker, [], True, []
    made.ended.connect(made.heard.append)
    made.logged.connect(made.heard.append)
    made.noticed.connect(lambda text: made.heard.append(f"notice: {text}"))
    assert made.set_target("out/o.####.exr")
    return made


def progress(done, total, task="render"):
    return {"event": "progress", "what": task, "done": done, "total": total}


def test_frames_and_whether_to_render_them_again_are_asked_of_the_worker(model):
    model.start("1-5", overwrite=True)
    assert model.worker.asked == [("render", "1-5", True)] and model.is_running
    assert (model.state, model.progress) == ("Asking the worker.", (0, 0))
    model.start()
    assert len(model.worker.asked) == 1, "one at a time"


def test_it_says_how_far_it_is(model):
    model.start()
    model.worker.job.events = [progress(3, 9, "FaceTrack analyses the shot")]
    model._poll()
    assert model.state.startswith("FaceTrack analyses the shot: 3 of 9 frames") and model.progress == (3, 9)
    model.worker.job.events = [progress(1, 2)]
    model._poll()
    assert model.state.startswith("1 of 2 frames") and model.progress == (1, 2)


@pytest.mark.parametrize(
    "code,state,progress",
    [
        (0, "Done.", (100, 100)),
        (1, "Some frames failed.", (0, 100)),
        (130, "Cancelled.", (0, 100)),
        (2, "Nothing was rendered.", (0, 100)),
    ],
)
def test_how_it_ended(model, code, state, progress):
    model.start()
    model.worker.job.code = code
    model._poll()
    assert (model.state, model.progress, model.heard) == (state, progress, [code]) and not model.is_running


def test_what_the_worker_says_is_logged_and_its_notices_are_told(model):
    model.start()
    model.worker.job.events = [
        {"event": "warning", "text": "frame 3 has no face"},
        {"event": "notice", "text": "two rates"},
        {"event": "error", "problems": ["one", "two"]},
        {"event": "started", "text": "not for the log"},
    ]
    model._poll()
    assert model.heard == ["frame 3 has no face", "notice: two rates", "two rates", "one\ntwo"]


def test_a_render_that_is_cancelled_says_so_until_it_has_stopped(model):
    model.cancel()
    assert not model.state, "there was nothing to cancel"
    model.start()
    model.cancel()
    model.worker.job.events = [progress(1, 2)]
    model._poll()
    assert model.worker.job.cancelled and model.state == STOPPING and model.progress == (1, 2)


def test_a_folder_that_only_the_file_names_is_asked_for_once_and_no_means_no(model, monkeypatch):
    monkeypatch.setattr(
        model.document, "find_unconfirmed_folders", lambda allowed: [each for each in ["/far"] if each not in allowed]
    )
    model.answer = False
    model.start()
    assert not model.worker.asked and "/far is not to be written to" in model.state
    model.answer = True
    for _ in range(2):
        model.start()
        model.worker.job.code = 0
        model._poll()
    assert model.asked == ["/far", "/far"] and len(model.worker.asked) == 2


def test_what_is_missing_is_said(model):
    assert model.explain_missing(model.target) == "" and model.target == "out/o.####.exr"
    assert "names no frames" in model.explain_missing("")
    model.document.apply("no Write", lambda graph: type(graph)({}))
    assert "it has 0" in model.explain_missing("o.####.exr") and model.output == model.target == ""
    assert not model.set_target("o.####.exr")
