"""Notices reach the artist: those of this process and those of the worker."""

from __future__ import annotations

import pytest

from recast_nodes import notices
from recast_nodes.hosts.studio.widgets import messages

FORTY = "The plate runs at 24 frames a second, the driver at 30."


@pytest.fixture(autouse=True)
def forgetful():
    notices.forget()
    yield
    notices.forget()


def test_a_notice_of_this_process_is_said_and_kept(window, qtbot, monkeypatch):
    shown = []
    monkeypatch.setattr(messages, "inform", lambda text, parent: shown.append(text))
    assert window.notices.button.isHidden()
    with qtbot.waitSignal(window.notices.added):
        notices.notice(FORTY)
    assert window.statusBar().currentMessage() == FORTY
    assert not window.notices.button.isHidden() and window.notices.button.text() == "1 note"
    notices.notice("One view of two is edited.")
    qtbot.waitUntil(lambda: window.notices.button.text() == "2 notes")
    window.notices.button.click()
    assert FORTY in shown[0] and "One view" in shown[0]


class Job:
    """A worker's request that says something on its way."""

    finished, heard, code = False, True, 0

    def __init__(self, *events):
        self.events = list(events)

    def poll(self):
        events, self.events, self.finished = self.events, [], True
        return events

    def cancel(self):
        pass


@pytest.mark.parametrize("request_for", ["view", "render"])
def test_a_notice_of_the_worker_is_kept_once(window, qtbot, monkeypatch, request_for, tmp_path):
    told = {"event": "notice", "text": "Note: 2 faces: the largest is edited."}
    monkeypatch.setattr(window.worker, "start", lambda kind, **asked: Job(told, told))
    window.document.apply("output", lambda graph: graph.with_knob("Write", "file", str(tmp_path / "o.####.exr")))
    if request_for == "view":
        from recast_nodes.hosts.studio.shot.picture import PictureRequest

        window.pictures.request([PictureRequest("Write", 1)])
    else:
        window.render_dialog.render_shot()
    qtbot.waitUntil(lambda: window.notices.texts == ["2 faces: the largest is edited."])


def test_another_shot_has_its_own_notes(window, qtbot):
    with qtbot.waitSignal(window.notices.added):
        notices.notice(FORTY)
    window.files.new()
    assert not window.notices.texts and window.notices.button.isHidden()
    with qtbot.waitSignal(window.notices.added):
        notices.notice(FORTY)  # holds for this one too
