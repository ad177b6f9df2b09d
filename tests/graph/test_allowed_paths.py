"""A stranger's shot writes where its user said, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from recast_nodes.errors import DocumentError
from recast_nodes.graph import allowed_paths
from recast_nodes.graph.allowed_paths import Places, allowed_places, confine
from recast_nodes.graph.check import check
from recast_nodes.graph.document import load, parse
from recast_nodes.hosts.cli import recast
from recast_nodes.hosts.cli.job import open_shot

SHOT = """recast: 1
nodes:
  In: {kind: Read, knobs: {file: '%s'}}
  Out: {kind: Write, inputs: {image: In}, knobs: {file: '%s'}}
"""


@pytest.fixture(autouse=True)
def no_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECAST_ROOTS", raising=False)


@pytest.fixture
def shot(tmp_path: Path) -> Any:
    """A function that writes a document into tmp_path/shot and returns its path."""
    (tmp_path / "shot").mkdir()

    def write(out: str, plate: str = "/server/plates/a.####.exr") -> str:
        document = tmp_path / "shot" / "a.yaml"
        document.write_text(SHOT % (plate, out))
        return str(document)

    return write


@pytest.mark.parametrize("out", ["out.####.exr", "frames/deep/out.####.exr", "frames/../out.####.exr", "./out.exr"])
def test_beneath_the_document(out: str, shot: Any) -> None:
    open_shot(shot(out))


@pytest.mark.parametrize(
    "out",
    ["../out.####.exr", "frames/../../out.exr", "/etc/out.####.exr", "/../../etc/x.png", "../shot2/x.exr"],
)
def test_nowhere_else(out: str, shot: Any) -> None:
    with pytest.raises(DocumentError, match=r"Out.*is written to, and lies outside.*--allow .*RECAST_ROOTS"):
        open_shot(shot(out))


def test_a_link_is_followed_before_it_is_judged(shot: Any, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "shot" / "frames").symlink_to(tmp_path / "elsewhere")
    document = shot("frames/out.####.exr")
    with pytest.raises(DocumentError, match="elsewhere"):
        open_shot(document)
    open_shot(document, allowed=[str(tmp_path / "elsewhere")])


def test_what_the_user_names_is_allowed(shot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = shot(str(tmp_path / "renders" / "a" / "out.####.exr"))
    with pytest.raises(DocumentError):
        open_shot(document, allowed=[str(tmp_path / "renders2"), str(tmp_path / "renders" / "b")])
    open_shot(document, allowed=[str(tmp_path / "renders")])
    open_shot(document, [f"Out.file={tmp_path}/other/out.####.exr"])
    monkeypatch.setenv("RECAST_ROOTS", os.pathsep.join(["/nowhere", str(tmp_path / "renders"), "/server"]))
    open_shot(document)


def test_roots_hold_reading_too(shot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    document = shot("out.####.exr", "/home/other/a.####.exr")
    open_shot(document)
    monkeypatch.setenv("RECAST_ROOTS", "/server")
    with pytest.raises(DocumentError, match="In.*/home/other is read, and lies outside"):
        open_shot(document)
    open_shot(document, allowed=["/home/other"])


def test_the_places_of_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = parse(SHOT % ("//host/share/a.####.exr", "out.exr"), Path("/x"))
    confine(graph, Places(("/x",)))
    monkeypatch.setattr(allowed_paths, "_of_another_machine", lambda path: path.startswith("//"))
    with pytest.raises(DocumentError, match="is read"):
        confine(graph, Places(("/x",)))


def test_names_that_only_begin_alike_are_others(tmp_path: Path) -> None:
    assert allowed_places(tmp_path / "a.yaml").hold(str(tmp_path / "b"))
    assert not Places((str(tmp_path / "out"),)).hold(str(tmp_path / "output"))


def test_a_shot_does_not_write_over_its_plates(make_plate: Any, tmp_path: Path) -> None:
    plate = Path(make_plate())
    (tmp_path / "linked").symlink_to(plate.parent)
    for out in (plate, tmp_path / "linked" / plate.name, plate.with_name("plate.%04d.exr")):
        graph = parse(SHOT % (plate, out))
        errors, _ = check(graph, "Out", (1001, 1002, 1003))
        assert any("does not write over its own files" in str(problem) for problem in errors)
    for out in (plate.with_name("new.####.exr"), tmp_path / plate.name):
        assert not check(parse(SHOT % (plate, out)), "Out", (1001, 1002, 1003))[0]


def test_the_command_line_says_it(shot: Any, make_plate: Any, tmp_path: Path) -> None:
    document = shot(str(tmp_path / "away" / "out.####.exr"), make_plate())
    for command in ("check", "render"):
        ran = CliRunner().invoke(recast, [command, document])
        assert ran.exit_code and "lies outside" in (ran.output + str(ran.exception)), ran.output
    assert not (tmp_path / "away").exists()
    assert CliRunner().invoke(recast, ["check", document, "--allow", str(tmp_path / "away")]).exit_code == 0
    assert load(document).nodes["Out"].constants["file"].endswith("away/out.####.exr")


def test_takes_are_read_where_pictures_may_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file of a list is judged by itself."""
    (tmp_path / "shot").mkdir()
    text = """recast: 1
nodes:
  In: {kind: Read, knobs: {file: a.mov}}
  Face: {kind: FaceTrack, inputs: {image: In}}
  Motion: {kind: MotionExtract, inputs: {image: In, track: Face}, knobs: {takes: [inside.mov, %s]}}
"""
    monkeypatch.setenv("RECAST_ROOTS", str(tmp_path / "shot"))
    places = allowed_places(tmp_path / "shot" / "a.yaml")
    confine(parse(text % "other.####.exr", tmp_path / "shot"), places)
    with pytest.raises(DocumentError, match="elsewhere") as refused:
        confine(parse(text % (tmp_path / "elsewhere" / "b.mov"), tmp_path / "shot"), places)
    assert "Motion.takes" in str(refused.value)
