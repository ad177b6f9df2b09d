"""A studio's policy: what it asks of a render, and that a render which does not meet it stops before any work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from recast_nodes.errors import DocumentError
from recast_nodes.graph.check import check
from recast_nodes.graph.consent import BLOCK, Consent, consents_of, with_consent
from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.graph.faces import FaceEdit, faces_graph
from recast_nodes.graph.policy import enforce_policy, judge_consents, studio_policy
from recast_nodes.graph.render import Settings, render

DRIVEN = edit_graph("plate.####.exr", "driver.mov", "out/shot.####.exr")
JANE, SAM = Consent("Jane", agreement="7"), Consent("Sam", "driver", "8")
TODAY = date(2026, 11, 30)


@pytest.fixture
def policy(tmp_path, monkeypatch):
    path = tmp_path / "policy.yaml"
    monkeypatch.setenv("RECAST_POLICY", str(path))
    return lambda *lines: path.write_text("\n".join(["recast-policy: 1", *lines]))


def agreed(*consents: Consent, graph=DRIVEN):
    return replace(graph, blocks={BLOCK: consents})


def refusals(graph) -> list[str]:
    return [finding.text for finding in judge_consents(graph, TODAY) if finding.severe]


def test_without_a_policy_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("RECAST_POLICY", raising=False)
    assert not enforce_policy(DRIVEN).path and not refusals(DRIVEN)


def test_consent_may_be_required_of_both(policy):
    policy("consent: required", "driver: required")
    plate, driver = refusals(DRIVEN)
    assert "the plate's performer" in plate and "the driver's performer" in driver
    assert not refusals(agreed(JANE, SAM)) and len(refusals(agreed(JANE))) == 1
    by_hand = without_driver(DRIVEN)
    assert not refusals(agreed(JANE, graph=by_hand)), "nobody's performance drives the sliders"


def test_each_of_several_faces_needs_a_consent(policy):
    policy("consent: required", "driver: required")
    chain = ("FaceTrack", "MotionExtract", "ExpressionMix", "Warp", "Decode", "MaskComposite")
    nodes = dict(DRIVEN.nodes)
    for name in chain:
        wires = {entry: f"{source}2" if source in chain else source for entry, source in nodes[name].wires.items()}
        nodes[f"{name}2"] = replace(nodes[name], name=f"{name}2", wires=wires)
    nodes["MaskComposite2"] = replace(
        nodes["MaskComposite2"], wires=nodes["MaskComposite2"].wires | {"image": "MaskComposite"}
    )
    nodes["Write"] = replace(nodes["Write"], wires={"image": "MaskComposite2"})
    two = replace(DRIVEN, nodes=nodes)
    (text,) = refusals(agreed(JANE, SAM, graph=two))
    assert "2 performers of the plate, and this shot has 1" in text, "one driver plays both"
    assert not refusals(agreed(JANE, Consent("Joe", agreement="9"), SAM, graph=two))


def test_performances_are_counted_by_what_they_are_read_from(policy):
    """One take that drives both faces is one performance, also at two times; two faces of one take are two."""
    policy("driver: required")
    left, right = ({"pick": "left-most"}, "take.mov"), ({"pick": "right-most"}, "take.mov")
    same = faces_graph("plate.####.exr", [FaceEdit(*left), FaceEdit(*right)], "out/shot.####.exr")
    same = same.with_knob("Driving2", "offset", 5)
    assert not refusals(agreed(SAM, graph=same))
    two_people = same.with_knob("DrivingTrack", "pick", "left-most").with_knob("DrivingTrack2", "pick", "right-most")
    two_files = same.with_knob("Driving2", "file", "other.mov")
    numbers = faces_graph("p.exr", [FaceEdit(left[0], "a.csv"), FaceEdit(right[0], "b.csv")], "o.exr")
    for graph in (two_people, two_files, numbers):
        (text,) = refusals(agreed(SAM, graph=graph))
        assert "2 performers of the driver, and this shot has 1" in text and "an entry for each of them" in text
        assert not refusals(agreed(SAM, SAM, graph=graph))


def test_fields_may_be_required(policy):
    policy("consent: required", "fields: [performer, scope, until]")
    (text,) = refusals(agreed(JANE))
    assert "asks for scope, until" in text


@pytest.mark.parametrize("rule, refused", [("refused", True), ("reported", False)])
def test_an_agreement_that_has_ended_is_reported_or_refused(policy, rule, refused):
    policy(f"expired: {rule}")
    over = replace(JANE, until=date(2026, 11, 29))
    (found,) = judge_consents(agreed(over), TODAY)
    assert found.severe == refused and "ended on 2026-11-29" in found.text
    assert not list(judge_consents(agreed(replace(JANE, until=TODAY)), TODAY))


@pytest.mark.parametrize(
    "lines, words",
    [
        (["consent: yes"], "line 2: consent takes required or optional, not 'yes'"),
        (["consnt: required"], "line 2: .*Did you mean consent?"),
        (["fields: [name]"], "line 2: There is no field 'name'"),
        (["recast-policy: 2"], "recast-policy: 1"),
    ],
)
def test_a_policy_that_is_wrong_lets_nothing_be_rendered(policy, lines, words):
    policy(*lines)
    with pytest.raises(DocumentError, match=words):
        enforce_policy(agreed(JANE, SAM))


def test_a_policy_that_is_not_there_lets_nothing_be_rendered(tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_POLICY", str(tmp_path / "none.yaml"))
    with pytest.raises(DocumentError, match="Nothing is rendered without the policy"):
        studio_policy()


def test_a_render_stops_before_work_and_a_check_says_why(policy, make_plate, tmp_path):
    policy("consent: required")
    graph = DRIVEN.with_knob("Plate", "file", make_plate(range(1, 3))).with_knob(
        "Write", "file", str(tmp_path / "o.#.exr")
    )
    with pytest.raises(DocumentError, match="asks for the consent"):
        render(graph, "Write", [1], [1, 2], Settings(before=lambda frames: pytest.fail("work began")))
    assert any(problem.entry == BLOCK for problem in check(graph, "Write", [1])[0])


def test_a_file_stands_in_for_a_block_and_not_for_one_that_is_there(tmp_path, monkeypatch):
    file = Path(tmp_path / "consent.yaml")
    file.write_text("consent: {performer: Ann, agreement: 9}\n")
    monkeypatch.setenv("RECAST_CONSENT", str(file))
    ann = (Consent("Ann", agreement="9"),)
    assert consents_of(with_consent(DRIVEN)) == ann
    other = tmp_path / "other.yaml"
    other.write_text("consent: {performer: Bea}\n")
    named = DRIVEN.with_knob("Write", "consent", str(other))
    assert consents_of(with_consent(named)) == (Consent("Bea"),), (
        "what the shot names counts before what the session does"
    )
    assert consents_of(with_consent(named, str(file))) == ann
    assert consents_of(with_consent(agreed(JANE))) == (JANE,)
    file.write_text("consent: {performer: Ann, agreed: 9}\n")
    with pytest.raises(DocumentError, match="line 1: consent: There is no field 'agreed'"):
        with_consent(DRIVEN)
