"""`recast edit` repeated: what hands made of its document is rendered or kept, and never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.check import shot_span
from recast_nodes.graph.document import dump, load, save
from recast_nodes.hosts.cli import edit, recast
from recast_nodes.notices import forget

KEYED = Curve([Key(1001, 0), Key(1003, 1, "smooth")])


@pytest.fixture
def again(make_plate, tmp_path, monkeypatch):
    """Call `recast edit` up to where frames would be made; returns the shot to be rendered, and what is said."""
    plate, driver = make_plate(), make_plate(name="driver")
    rendered = []

    def to_the_first_frame(graph, frames, console, how):
        how().before([1001])
        rendered.append(graph)
        return 0

    monkeypatch.setattr(edit, "render_shot", to_the_first_frame)

    def run(*words):
        forget()
        rendered.clear()
        output = tmp_path / "out" / "shot.####.exr"
        given = ["edit", "--source", plate, "--driving", driver, "--output", output, *words]
        result = CliRunner().invoke(recast, list(map(str, given)))
        return rendered[0] if rendered else None, result

    return run


@pytest.fixture
def document(tmp_path):
    return tmp_path / "out" / "shot.recast.yaml"


def by_hand(document, **changes):
    """Change the document as Studio does when it saves."""
    graph = load(document)
    for knob, value in (changes or {"replace": KEYED}).items():
        graph = graph.with_knob("ExpressionMix", knob, value)
    save(graph, document)
    return dump(graph)


def backups(document):
    return sorted(path.name for path in document.parent.glob("*.recast.*.yaml"))


def test_the_same_options_render_what_hands_made(again, document):
    again()
    keyed = by_hand(document)
    graph, result = again()
    assert graph.nodes["ExpressionMix"].animation["replace"] == KEYED
    assert "rendering it as it is now" in result.output and str(document) in result.output
    assert dump(load(document)) == keyed and backups(document) == []


def test_other_options_keep_a_copy_and_name_both(again, document):
    again()
    keyed = by_hand(document)
    graph, result = again("--mode", "enhance")
    assert "replace" not in graph.nodes["ExpressionMix"].animation
    assert backups(document) == ["shot.recast.1.yaml"]
    assert dump(load(document.with_name("shot.recast.1.yaml"))) == keyed
    assert dump(load(document)) == dump(graph)
    assert str(document) in result.output and "shot.recast.1.yaml" in result.output
    again("--mode", "enhance")
    again("--mode", "replace")
    assert backups(document) == ["shot.recast.1.yaml"], "what nobody touched is replaced without a copy"
    by_hand(document, enhance=0.5)
    again("--mode", "animate")
    assert backups(document) == ["shot.recast.1.yaml", "shot.recast.2.yaml"]


def test_a_document_from_elsewhere_is_kept(again, document):
    document.parent.mkdir()
    document.write_text("recast: 1\n# not finished\nnodes: [")
    _, result = again()
    assert document.with_name("shot.recast.1.yaml").read_text() == "recast: 1\n# not finished\nnodes: ["
    assert load(document).origin.startswith("recast edit ") and "shot.recast.1.yaml" in result.output


def test_overwriting_starts_anew(again, document):
    again()
    by_hand(document)
    graph, _ = again("--overwrite-document")
    assert not graph.nodes["ExpressionMix"].animation and backups(document) == []
    assert dump(load(document)) == dump(graph)


def test_a_document_that_writes_elsewhere_is_not_taken_for_this_output(again, document):
    again()
    save(load(document).with_knob("Write", "file", "/elsewhere/shot.####.exr"), document)
    graph, _ = again()
    assert graph.at("Write", 1001).values["file"] == str(document.parent / "shot.####.exr")
    assert backups(document) == ["shot.recast.1.yaml"]


def test_a_document_keeps_to_its_places_when_it_is_rendered_in_place_of_the_options(again, document, monkeypatch):
    again()
    save(load(document).with_knob("Plate", "file", "/secret/plate.####.exr"), document)
    monkeypatch.setenv("RECAST_ROOTS", str(document.parent))
    graph, result = again()
    assert graph is None and result.exit_code == 2 and "/secret" in result.output


def test_the_rendered_shot_is_the_document(again, document, tmp_path):
    graph, _ = again()
    assert dump(load(document)) == dump(graph)
    assert graph.nodes["Write"].constants["file"] == "shot.####.exr", "beside the document"
    assert Path(graph.nodes["Plate"].constants["file"]).is_absolute(), "beside its folder only"
    assert graph.at("Write", 1001).values["file"] == str(tmp_path / "out" / "shot.####.exr")


def test_the_driver_of_a_still_is_not_moved(again, make_plate, document):
    still = make_plate(range(1, 2), name="one").replace("####", "0001")
    graph, _ = again("--source", still)
    assert "time" not in graph.nodes["Driving"].animation
    assert shot_span(graph, "Write") == (1001, 1002, 1003)
