"""A shot that is looked at in shares: whoever renders it later does not look again, and makes the same frames."""

from __future__ import annotations

from typing import Any

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.render import Resume
from recast_nodes.nodes import NODES
from recast_nodes.nodes.warp import Learned

from .conftest import FRAMES


def test_what_was_seen_in_shares_is_not_looked_at_again(shot, monkeypatch, tmp_path):
    graph = shot.graph()
    shot.render(graph, shared_analyses={})
    whole = {path.name: path.read_bytes() for path in tmp_path.glob("out.*.exr")}
    for path in tmp_path.glob("out.*.exr"):
        path.unlink()
    how = {"resume": Resume(), "analysis_only": True, "share": True, "shared_analyses": {}}
    for share in (FRAMES[:3], FRAMES[3:]):
        assert not shot.render(graph, share, **how).written
    assert len(list((tmp_path / ".out.recast" / "records").iterdir())) == 2, "each by itself, until someone merges them"
    monkeypatch.setattr(NODES["FaceTrack"], "observe", lambda *words, **inputs: pytest.fail("it was looked at again"))
    shot.render(graph, resume=Resume(), shared_analyses={})
    assert {path.name: path.read_bytes() for path in tmp_path.glob("out.*.exr")} == whole
    kept = {path.name for path in (tmp_path / ".out.recast").iterdir()}
    assert kept == {"analyses", "frames.jsonl", "ledger.json", "records.bin"}


def test_a_changed_key_makes_no_trial_and_looks_at_no_picture_again(shot, monkeypatch, tmp_path):
    graph = shot.graph()
    shot.render(graph, resume=Resume(), shared_analyses={})
    changed = graph.with_knob("ExpressionMix", "replace", Curve([Key(1001, 0.2), Key(1008, 0.9)]))
    with monkeypatch.context() as patch:
        patch.setattr("recast_nodes.models.trial.trial", lambda *_: pytest.fail("it was edited on trial again"))
        patch.setattr(
            "recast_nodes.models.mesh.complexion.observe_texture",
            lambda *_: pytest.fail("the plate was looked at again"),
        )
        patch.setattr(NODES["FaceTrack"], "observe", lambda *_, **inputs: pytest.fail("it was tracked again"))
        assert shot.render(changed, resume=Resume(), shared_analyses={}).written.keys() == set(FRAMES)
    again = {path.name: path.read_bytes() for path in tmp_path.glob("out.*.exr")}
    shot.render(changed, resume=None, shared_analyses={})
    assert {path.name: path.read_bytes() for path in tmp_path.glob("out.*.exr")} == again, "records change no bit"


def test_what_one_process_tried_is_there_for_the_others_of_a_farm(shot, monkeypatch):
    graph = shot.graph()
    assert not shot.render(graph, resume=Resume(), shared_analyses={}, analysis_only=True).written
    monkeypatch.setattr("recast_nodes.models.trial.trial", lambda *_: pytest.fail("it was edited on trial again"))
    for share in (FRAMES[:3], FRAMES[3:]):
        assert shot.render(graph, share, resume=Resume(), shared_analyses={}).written.keys() == set(share)


def test_a_changed_key_learns_nothing_again_and_a_changed_file_does(shot, monkeypatch, tmp_path):
    graph = shot.graph()
    shot.render(graph, resume=Resume(), shared_analyses={})
    known: dict[str, Any] = {}
    shot.render(graph, resume=None, shared_analyses=known)
    changed = graph.with_knob("ExpressionMix", "replace", Curve([Key(1001, 0.2), Key(1008, 0.9)]))
    with monkeypatch.context() as patch:
        for name in ("FaceTrack", "DrivingTrack", "MotionExtract", "ExpressionMix", "Warp"):
            kind = NODES.get(name) or NODES["FaceTrack"]
            patch.setattr(kind, "analyse", lambda *_: pytest.fail("it was learned again"))
        found: dict[str, Any] = {}
        assert shot.render(changed, FRAMES[:2], resume=Resume(), shared_analyses=found).written.keys() == set(
            FRAMES[:2]
        )
    assert known.keys() >= found.keys() and all(repr(found[key]) == repr(known[key]) for key in found)
    again = {path.name: path.read_bytes() for path in tmp_path.glob("out.100[12].exr")}
    shot.render(changed, FRAMES[:2], resume=None, shared_analyses={})
    assert {path.name: path.read_bytes() for path in tmp_path.glob("out.100[12].exr")} == again, "they change no bit"
    records = (tmp_path / ".out.recast" / "records.bin").stat().st_size
    seen = []
    monkeypatch.setattr(NODES["Warp"], "analyse", lambda self, records: seen.append(len(records)) or Learned({}))
    moved = graph.with_knob("FaceTrack", "steady", 0.0)
    shot.render(moved, FRAMES[:1], resume=Resume(), shared_analyses={})
    assert seen == [len(FRAMES)], "another track is another face"
    assert (tmp_path / ".out.recast" / "records.bin").stat().st_size >= records, "and what was seen stays"
