"""A shot that is looked at in shares: whoever renders it later does not look again, and makes the same frames."""

from __future__ import annotations

import pytest

from recast_nodes.graph.render import Resume
from recast_nodes.nodes import NODES

from .conftest import FRAMES


def test_what_was_seen_in_shares_is_not_looked_at_again(shot, monkeypatch, tmp_path):
    graph = shot.graph()
    shot.render(graph, known={})
    whole = {path.name: path.read_bytes() for path in tmp_path.glob("out.*.exr")}
    for path in tmp_path.glob("out.*.exr"):
        path.unlink()
    how = {"resume": Resume(), "analysis_only": True, "share": True, "known": {}}
    for share in (FRAMES[:3], FRAMES[3:]):
        assert not shot.render(graph, share, **how).written
    assert len(list((tmp_path / ".out.recast" / "records").iterdir())) == 2, "each by itself, until someone merges them"
    monkeypatch.setattr(NODES["FaceTrack"], "observe", lambda *words, **inputs: pytest.fail("it was looked at again"))
    shot.render(graph, resume=Resume(), known={})
    assert {path.name: path.read_bytes() for path in tmp_path.glob("out.*.exr")} == whole
    assert {path.name for path in (tmp_path / ".out.recast").iterdir()} == {"frames.jsonl", "records.bin"}
