"""Consent in finished frames: in the header, and never in the pixels, whenever it was given."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from recast_nodes.errors import MediaError
from recast_nodes.graph.consent import BLOCK, Consent
from recast_nodes.graph.document import save
from recast_nodes.graph.render import Resume
from recast_nodes.hosts.cli import recast
from recast_nodes.media.exr.attributes import CONSENT
from recast_nodes.media.exr.header import read_layout
from recast_nodes.media.journal.journal import content_of
from recast_nodes.media.provenance.ledger import Ledger, ledger_path
from recast_nodes.notices import overhear
from tests.media.provenance.certificates import make_key

FRAMES = range(1004, 1006)
JANE = Consent("Jane Doe", agreement="rider 7")


def files(shot) -> list[Path]:
    return [Path(shot.result.replace("####", str(frame))) for frame in FRAMES]


def consents(shot) -> list[object]:
    attributes = [read_layout(path).headers[0].attributes for path in files(shot)]
    return [json.loads(each[CONSENT].value) if CONSENT in each else None for each in attributes]


def agreed(graph, *given: Consent):
    return replace(graph, blocks={BLOCK: given})


def ledger(shot) -> list[dict[str, object]]:
    return [json.loads(line) for line in ledger_path(shot.result).read_text().splitlines()]


@pytest.fixture
def graph(shot):
    return shot.graph()


def test_a_changed_consent_changes_headers_and_makes_no_frame_again(shot, graph):
    resume = {"resume": Resume()}
    assert sorted(shot.render(graph, FRAMES, **resume).written) == list(FRAMES) and consents(shot) == [None, None]
    plain = [path.read_bytes() for path in files(shot)]
    outcome = shot.render(agreed(graph, JANE), FRAMES, **resume)
    assert not outcome.written and consents(shot) == [[JANE.facts]] * 2
    restamped = [path.read_bytes() for path in files(shot)]
    again = shot.render(agreed(graph, JANE), FRAMES, resume=Resume(overwrite=True))
    assert sorted(again.written) == list(FRAMES)
    assert [path.read_bytes() for path in files(shot)] == restamped, "as if rendered with it from the start"
    assert not shot.render(agreed(graph, JANE), FRAMES, resume=Resume(verify=True)).written
    assert not shot.render(graph, FRAMES, **resume).written
    assert [path.read_bytes() for path in files(shot)] == plain
    checked = Ledger(shot.result).check()
    assert not checked.faults and checked.files == {path.name: content_of(str(path)) for path in files(shot)}
    events = [(line["event"], line.get("headers")) for line in ledger(shot)]
    rendering = [("begun", None), ("rendered", None)]
    assert events == [*rendering, ("rendered", 2), *rendering, ("rendered", 2)]
    assert [line["consent"] for line in ledger(shot) if "headers" in line] == [[JANE.facts], []], "who agreed then"


def test_the_ledger_says_who_rendered_which_edit_of_what(shot, graph):
    shot.render(agreed(graph, JANE), FRAMES[:1], resume=Resume())
    begun, rendered = ledger(shot)
    assert begun["frames"] == "1004" and begun["who"]["user"] and begun["consent"] == [JANE.facts]
    assert begun["models"]["mesh"]["weights"] and begun["settings"]["ExpressionMix.replace"] == "1"
    assert [(each["node"], each["files"]) for each in begun["footage"]] == [("Plate", 8), ("Driving", 1)]
    assert list(rendered["files"]) == ["out.1004.exr"] and rendered["render"] == begun["render"]


def test_frames_of_a_render_that_was_killed_are_taken_in_by_the_next(shot, graph):
    shot.render(graph, FRAMES[:1], resume=Resume())
    ledger_path(shot.result).unlink()
    shot.render(graph, FRAMES, resume=Resume())
    _, rendered = ledger(shot)
    assert rendered["found"] == ["out.1004.exr"] and len(rendered["files"]) == 2


def test_a_render_goes_on_without_a_ledger_unless_the_policy_asks_for_one(shot, graph, tmp_path, monkeypatch):
    ledger_path(shot.result).mkdir()
    policy = tmp_path / "policy.yaml"
    policy.write_text("recast-policy: 1\nledger: required\n")
    with monkeypatch.context() as patch:
        patch.setenv("RECAST_POLICY", str(policy))
        with pytest.raises(MediaError, match="ledger"):
            shot.render(graph, FRAMES[:1], resume=Resume())
        assert not files(shot)[0].exists()
    with overhear() as heard:
        assert list(shot.render(graph, FRAMES[:1], resume=Resume()).written) == [1004]
    assert any("The ledger is not kept" in text for text in heard)


def test_signed_review_frames_are_not_made_again(shot, graph, tmp_path, monkeypatch):
    pytest.importorskip("c2pa")
    made = make_key()
    for name, data in (("CERTIFICATE", made.chain), ("KEY", made.key), ("TRUST", made.anchor)):
        (tmp_path / f"{name}.pem").write_bytes(data)
        monkeypatch.setenv(f"RECAST_SIGN_{name}", str(tmp_path / f"{name}.pem"))
    graph = agreed(graph, JANE).with_knob("Write", "file", str(tmp_path / "review.####.png"))
    shot.render(graph, FRAMES, resume=Resume())
    save(graph, tmp_path / "review.recast.yaml")
    review = str(tmp_path / "review.####.png")
    assert CliRunner().invoke(recast, ["sign", review]).exit_code == 0
    assert not shot.render(graph, FRAMES, resume=Resume()).written
    assert not shot.render(agreed(graph), FRAMES, resume=Resume()).written, "a PNG has no header to change"
    assert CliRunner().invoke(recast, ["verify", review]).exit_code == 0
