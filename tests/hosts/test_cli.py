"""The command line: what it says, what it leaves with, and that it answers without loading torch."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from recast_nodes.graph.document import parse
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.settings import Outcome
from recast_nodes.hosts.cli import COMMANDS, recast
from recast_nodes.hosts.cli.console import Console
from recast_nodes.hosts.cli.edit import document_path
from recast_nodes.hosts.cli.job import apply_sets, report_outcome
from recast_nodes.nodes import NODES


def call(*words):
    return subprocess.run(
        [sys.executable, "-m", "recast_nodes.hosts.cli", *map(str, words)], capture_output=True, text=True
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    result = CliRunner().invoke(recast, [name, "--help"])
    assert result.exit_code == 0 and "Usage" in result.output


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from click.testing import CliRunner; from recast_nodes.hosts.cli import recast; "
        "assert CliRunner().invoke(recast, ['--help']).exit_code == 0; "
        "sys.exit(bool({'torch', 'numpy', 'cv2', 'OpenImageIO', 'yaml', 'rich'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_nodes_come_from_the_declarations():
    listed = CliRunner().invoke(recast, ["nodes"]).output
    assert all(name in listed for name in NODES)
    told = json.loads(CliRunner().invoke(recast, ["nodes", "ExpressionMix", "--json"]).output)
    assert [knob["name"] for knob in told["knobs"]] == list(NODES["ExpressionMix"].knobs)
    assert "replace" in CliRunner().invoke(recast, ["nodes", "ExpressionMix"]).output
    wrong = CliRunner().invoke(recast, ["nodes", "ExpresionMix"])
    assert wrong.exit_code != 0 and "Did you mean ExpressionMix?" in wrong.output


@pytest.mark.parametrize(
    ("output", "document"),
    [
        ("out/shot.####.exr", "shot.recast.yaml"),
        ("out/shot_%04d.exr", "shot.recast.yaml"),
        ("out/####.exr", "out.recast.yaml"),
        ("out/review.mp4", "review.recast.yaml"),
    ],
)
def test_the_document_lies_beside_the_output(output, document):
    assert document_path(output).name == document and document_path(output).parent.name == "out"


def test_sets_go_on_top_and_every_wrong_one_is_named():
    graph = edit_graph("a.exr", "b.mov", "c.exr")
    changed = apply_sets(graph, ["ExpressionMix.replace=0.6", "ExpressionMix.smooth=off", "FaceTrack.smooth=3"])
    assert changed.nodes["ExpressionMix"].constants["replace"] == 0.6
    with pytest.raises(Exception) as refusal:
        apply_sets(graph, ["ExpressionMix.replce=1", "Mix.replace=1", "Read.file=x", "nonsense", "Warp.batch=many"])
    told = str(refusal.value)
    for expected in (
        "Did you mean replace?",
        "no node 'Mix'",
        "2 nodes of kind Read",
        "NODE.KNOB=VALUE",
        "whole number",
    ):
        assert expected in told, told


def test_a_wrong_request_leaves_with_2_and_writes_nothing(tmp_path):
    (tmp_path / "shot.yaml").write_text("recast: 1\nnodes:\n  Plate:\n    kind: Red\n")
    for words in (
        ["render", tmp_path / "shot.yaml"],
        ["render", tmp_path / "none.yaml"],
        ["check", tmp_path / "shot.yaml"],
    ):
        result = call(*words)
        assert result.returncode == 2, result
        assert "Traceback" not in result.stderr
    edit = call(
        "edit",
        "--source",
        tmp_path / "p.####.exr",
        "--driving",
        tmp_path / "d.mov",
        "--output",
        tmp_path / "o.####.exr",
    )
    assert edit.returncode == 2 and "p.####.exr" in edit.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shot.yaml"]


def test_check_tells_faults_as_json(tmp_path):
    (tmp_path / "shot.yaml").write_text("recast: 1\nnodes:\n  Plate:\n    kind: Red\n    knobs: {}\n")
    lines = [json.loads(line) for line in call("check", tmp_path / "shot.yaml", "--json").stdout.splitlines()]
    assert lines[0]["event"] == "error" and "line 4" in lines[0]["text"] and "Read" in lines[0]["text"]
    assert lines[-1] == {"event": "done", "text": lines[-1]["text"], "errors": 1, "warnings": 0}


def test_documents_of_edits_parse():
    from recast_nodes.graph.document import dump

    graph = edit_graph("/a.exr", "/b.mov", "/c.exr", "animate")
    assert parse(dump(graph)) == graph


@pytest.mark.parametrize("there", (True, False))
def test_the_doctor_does_not_contradict_itself(there, monkeypatch):
    from recast_nodes.models.weights import downloads as files

    needed = set(files.required_files())
    monkeypatch.setattr(files, "_state", lambda file: "whole" if there and file.name in needed else "missing")
    result = CliRunner().invoke(recast, ["doctor"])
    lines = result.output.splitlines()
    assert result.exit_code == (0 if there else 1)
    assert ("Everything that rendering needs is present." in lines) == there
    assert not there or not [line for line in lines if line.endswith(": missing")], result.output
    assert len([line for line in lines if line.startswith("To do: run `recast models fetch`")]) == (0 if there else 1)


def test_what_is_not_installed_is_said_before_anything_is_read(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for words, needed in (
        (["render", "none.yaml", "--cluster", "ray"], "Ray"),
        (["submit", "none.yaml", "--opencue"], ""),
    ):
        result = CliRunner().invoke(recast, words)
        told = result.output + str(result.exception)
        assert "is not installed here: pip install" in told and needed in told and "none.yaml" not in told


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ([7], "1 frame written: /o/shot.0007.exr"),
        ([1, 2, 3, 9], "4 frames written: /o/shot.####.exr (1-3,9)"),
        ([], "0 frames written."),
    ],
)
def test_the_end_names_all_frames(frames, words, capsys):
    outcome = Outcome(written={frame: f"/o/shot.{frame:04d}.exr" for frame in frames})
    report_outcome(Console(as_json=False), outcome, frames, "/o/shot.####.exr")
    assert capsys.readouterr().out == f"{words}\n"


def test_the_end_names_a_movie_once(capsys):
    outcome = Outcome(written=dict.fromkeys((1, 2), "/o/review.mp4"), existing={})
    report_outcome(Console(as_json=False), outcome, [1, 2], "/o/review.mp4")
    assert capsys.readouterr().out == "2 frames written: /o/review.mp4\n"
