"""A studio's policy stops a render in every host: each way in is tried in this process, as the command and the worker
run it.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from click.testing import CliRunner

from recast_nodes.errors import DocumentError
from recast_nodes.graph.consent import BLOCK, Consent
from recast_nodes.graph.document import dump, save
from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.hosts.cli import doctor, exits, recast
from recast_nodes.hosts.farm import cluster
from recast_nodes.hosts.openfx.session import Session
from recast_nodes.hosts.worker import tasks
from recast_nodes.hosts.worker.events import EventSender
from recast_nodes.hosts.worker.requests import Request
from recast_nodes.hosts.worker.warm import Warm

CLIP = {"first": 1, "last": 2}
AGREED = (Consent("Jane", agreement="7"),)


@pytest.fixture(autouse=True)
def policy(tmp_path, monkeypatch):
    path = tmp_path / "policy.yaml"
    path.write_text("recast-policy: 1\nconsent: required\n")
    monkeypatch.setenv("RECAST_POLICY", str(path))
    return path


@pytest.fixture
def graph(make_plate, tmp_path):
    return without_driver(edit_graph(make_plate(range(1, 3)), "", str(tmp_path / "out" / "o.####.exr")))


def ask(name: str, **fields: object) -> tuple[int, list[dict[str, object]]]:
    events: list[dict[str, object]] = []
    sender = EventSender(events.append)
    request = Request(name, fields)
    return tasks.attempt(sender, lambda: tasks.answer(request, sender, threading.Event(), Warm(64))), events


def texts(events: list[dict[str, object]]) -> str:
    return " ".join(str(event.get("text", "")) for event in events)


def test_the_command_line_stops(graph, tmp_path):
    document = tmp_path / "shot.recast.yaml"
    save(graph, document)
    for command in ("render", "check"):
        done = CliRunner().invoke(recast, [command, str(document), "--json"])
        assert done.exit_code == exits.WRONG_REQUEST
        assert "asks for the consent of the plate's performer" in done.output
    assert not (tmp_path / "out").exists()


def test_the_worker_stops_and_so_do_studio_nuke_and_blender_that_ask_it(graph, tmp_path):
    code, events = ask("render", shot=dump(graph))
    assert code == exits.WRONG_REQUEST and "asks for the consent" in texts(events)
    assert not (tmp_path / "out").exists()
    code, events = ask("check", shot=dump(graph))
    assert code == exits.WRONG_REQUEST and "asks for the consent" in str(events[-1]["errors"])
    code, events = ask("check", shot=dump(replace(graph, blocks={BLOCK: AGREED})))
    assert "consent" not in str(events)


def test_a_cluster_is_not_started(graph):
    with pytest.raises(DocumentError, match="asks for the consent"):
        cluster.render(graph, {}, "", 0, None)  # type: ignore[arg-type]


def test_an_effect_stops_unless_a_file_says_who_agreed(tmp_path, monkeypatch):
    asked = {"effect": "Recast", "values": {"FaceTrack_box_on": False}, "clips": {"Source": CLIP}, "frame": 1, **CLIP}

    def begin(*given: object) -> None:
        raise RuntimeError("work began")

    with pytest.raises(DocumentError, match="asks for the consent"):
        Session("a").render(asked, begin, begin)  # type: ignore[arg-type]
    file = tmp_path / "consent.yaml"
    file.write_text("consent: {performer: Jane, agreement: 7}\n")
    monkeypatch.setenv("RECAST_CONSENT", str(file))
    with pytest.raises(RuntimeError, match="work began"):
        Session("a").render(asked, begin, begin)  # type: ignore[arg-type]


def test_the_doctor_names_the_policy_and_what_is_wrong_with_it(policy, tmp_path):
    assert f"Policy: {policy}" in "\n".join(line for line, _ in doctor._provenance())
    policy.write_text("consent: required\n")
    faults = [fault for _, fault in doctor._provenance() if fault]
    assert len(faults) == 1 and "RECAST_POLICY" in faults[0]


def test_viewing_asks_for_no_consent(graph, monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_CONSENT", str(tmp_path / "none.yaml"))
    fields = {"shot": dump(graph)}
    assert not tasks.read_shot(Request("view", fields)).blocks
    with pytest.raises(DocumentError, match="none.yaml"):
        tasks.read_shot(Request("render", fields))
