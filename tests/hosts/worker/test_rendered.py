"""A shot that was rendered is not tracked again by whoever looks at it: its records lie beside its frames."""

from __future__ import annotations

import threading

import pytest

from recast_nodes.graph.document import load
from recast_nodes.hosts.worker.events import EventSender
from recast_nodes.hosts.worker.rendered import Rendered
from recast_nodes.hosts.worker.requests import Request
from recast_nodes.hosts.worker.tasks import answer
from recast_nodes.hosts.worker.warm import Warm
from recast_nodes.nodes.face_track import FaceTrack
from tests.hosts.test_cli_render import call


@pytest.fixture(scope="module")
def rendered(shot):
    assert call("render", shot).returncode == 0
    return load(shot)


@pytest.fixture
def blind(monkeypatch):
    """Looking at a picture is an error."""

    def looked(self, image):
        raise AssertionError("the face was looked for again")

    monkeypatch.setattr(FaceTrack, "observe", looked)


def look(graph, frame=1001):
    warm, cancel = Warm(1 << 26), threading.Event()
    found = warm.find_evaluator(graph, "MaskComposite", EventSender(lambda event: None), cancel)
    evaluator = warm.prepare(found, "MaskComposite", cancel)
    return evaluator.pull("FaceTrack", frame)


def test_what_the_render_saw_is_used(rendered, blind):
    assert look(rendered).state == "tracked"


def test_a_changed_knob_uses_it_too(rendered, blind):
    assert look(rendered.with_knob("ExpressionMix", "smile", 0.1).with_knob("FaceTrack", "smooth", 9.0)).landmarks.any()


def test_another_output_or_detector_has_no_records(rendered, blind, tmp_path):
    for graph in (
        rendered.with_knob("Write", "file", str(tmp_path / "none" / "o.####.exr")),
        rendered.with_knob("FaceTrack", "confidence", 0.3),
    ):
        with pytest.raises(Exception, match="looked for again"):
            look(graph)


def test_records_are_opened_once_and_again_after_another_render(rendered, monkeypatch):
    from recast_nodes.media.journal import records

    opened = []
    kept = records.ReadOnlyRecords
    monkeypatch.setattr(records, "ReadOnlyRecords", lambda folder: opened.append(folder) or kept(folder))
    known = Rendered()
    for _ in range(3):
        assert known.of(rendered).get("nothing has this key") is None
    assert len(opened) == 1
    merged = opened[0] / records.MERGED
    data = merged.read_bytes()
    merged.write_bytes(data + data)
    known.of(rendered).get("nothing has this key")
    assert len(opened) == 2


def test_a_render_keeps_what_was_seen_for_the_viewer_before_it(shot, rendered, monkeypatch, tmp_path):
    """Studio's usual way: look, then render. The worker then knows the face by heart, and its folder must too."""
    from recast_nodes.graph.document import save

    here = rendered.with_knob("Write", "file", str(tmp_path / "out" / "o.####.exr"))
    save(here, tmp_path / "shot.recast.yaml")
    warm = Warm(1 << 26)
    cancel = threading.Event()
    warm.prepare(
        warm.find_evaluator(here, "MaskComposite", EventSender(lambda event: None), cancel), "MaskComposite", cancel
    )
    fields = {"path": str(tmp_path / "shot.recast.yaml"), "allow": [str(tmp_path)], "frames": "1001"}
    assert answer(Request("render", fields), EventSender(lambda event: None), threading.Event(), warm) == 0

    def looked(self, image):
        raise AssertionError("the face was looked for again")

    monkeypatch.setattr(FaceTrack, "observe", looked)
    assert look(load(tmp_path / "shot.recast.yaml")).state == "tracked"
