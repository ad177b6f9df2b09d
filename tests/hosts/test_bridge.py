"""What hosts share: names of documents, paths in them, and that nobody's work is written over."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import load
from recast_nodes.hosts.bridge.documents import document_beside, relative, save_document
from recast_nodes.hosts.bridge.earlier_knobs import earlier_values
from recast_nodes.hosts.bridge.shot import shot_text
from recast_nodes.hosts.plugins import declarations_json
from recast_nodes.media.journal import journal

NODES = {"Plate": {"kind": "Read", "inputs": {}, "knobs": {"file": "/nowhere/plate.####.exr"}}}
KINDS = {node["name"]: node for node in json.loads(declarations_json())}


@pytest.fixture(autouse=True)
def plugin_declarations(monkeypatch):
    monkeypatch.setattr("recast_nodes.hosts.bridge.shot.declarations", lambda: KINDS)


@given(st.sampled_from(("shot", "sh 010", "a.b", "", "ä_", "v001")), st.sampled_from((".", "_", "")))
@pytest.mark.parametrize("place", ("####", "%04d", "@@", "$F4", ""))
def test_a_document_has_the_name_of_its_frames_and_their_journal(place, stem, joint):
    assume(stem or place)
    output = f"/shots/out/{stem}{joint}{place}.exr"
    assert document_beside(output) == f"/shots/out/{journal.stem(output)}.recast.yaml"


@given(st.lists(st.sampled_from(("out", "plate.exr", "..", "a b", "")), max_size=4))
def test_a_relative_path_leads_to_the_same_file(parts):
    path = "/" + "/".join(("shots", *parts))
    short = relative(path, "/shots/out")
    assert os.path.isabs(short) == (short == path)
    assert os.path.normpath(os.path.join("/shots/out", short)) == os.path.normpath(path)


def test_a_saved_document_names_files_beneath_it_from_its_folder(tmp_path):
    still = {"kind": "MotionExtract", "inputs": {}, "knobs": {"neutral": f"{tmp_path}/auto"}}
    nodes = {"Plate": {"kind": "Read", "knobs": {"file": f"{tmp_path}/in/plate.####.exr"}}, "Motion": still}
    written = json.loads(shot_text(nodes, folder=str(tmp_path)))["nodes"]
    assert written["Plate"]["knobs"]["file"] == "in/plate.####.exr"
    assert written["Motion"]["knobs"]["neutral"] == "./auto", "which is a file, and not the word"


def test_what_somebody_else_changed_is_kept_under_a_number(tmp_path):
    path = tmp_path / "shot.recast.yaml"
    assert save_document(str(path), shot_text(NODES), "Nuke") == ""
    assert load(path).origin.startswith("Nuke ")
    assert save_document(str(path), shot_text(NODES, "1-10"), "Nuke") == "", "our own is replaced"
    changed = path.read_text().replace('"1-10"', '"1-20"')
    path.write_text(changed)
    for number in (1, 2):
        told = save_document(str(path), shot_text(NODES), "Nuke")
        kept = tmp_path / f"shot.recast.{number}.yaml"
        assert str(kept) in told and kept.read_text() == changed and load(path).frames == ""
        path.write_text(changed)
    assert not list(tmp_path.glob(".*")), "no temporary file is left"


@pytest.mark.parametrize(
    "text", ("", "no: [", "recast: 1\nnodes: {}\n", '{"origin": 1}', '{"origin": "Nuke 1"}', "\xff")
)
def test_any_other_file_is_kept_too(tmp_path, text):
    path = tmp_path / "shot.recast.yaml"
    path.write_bytes(text.encode("latin-1"))
    told = save_document(str(path), shot_text(NODES), "Blender")
    kept = tmp_path / "shot.recast.1.yaml"
    assert bool(told) == kept.exists() == bool(text)
    assert not text or kept.read_bytes() == text.encode("latin-1")


def test_a_link_is_kept_as_a_link(tmp_path):
    (tmp_path / "secret").write_text("of somebody")
    path = tmp_path / "shot.recast.yaml"
    path.symlink_to(tmp_path / "secret")
    assert save_document(str(path), shot_text(NODES), "Nuke")
    assert (tmp_path / "shot.recast.1.yaml").is_symlink() and not path.is_symlink()
    assert (tmp_path / "secret").read_text() == "of somebody"


def test_an_earlier_name_in_a_host_file_is_found(tmp_path):
    had = {"mode": "animate"}
    found = list(earlier_values(KINDS["ExpressionMix"], had.get))
    assert found == [("mode", "transfer", "expression-and-pose")]
    assert list(earlier_values(KINDS["ExpressionMix"], {"mode": ""}.get)) == []
    assert list(earlier_values(KINDS["Read"], had.get)) == []


def test_a_folder_that_cannot_be_written_is_the_systems_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        save_document(str(tmp_path / "file" / "shot.recast.yaml"), shot_text(NODES), "Nuke")


def test_an_unknown_word_is_still_refused(tmp_path):
    path = Path(tmp_path / "shot.recast.yaml")
    path.write_text("recast: 1\nnodes:\n  Mix:\n    kind: ExpressionMix\n    knobs: {mode: papre}\n")
    with pytest.raises(DocumentError, match="transfer takes one of"):
        load(path)
