"""What `recast track` may write to is known before it tracks."""

import sys

import pytest

from recast_nodes.errors import DocumentError
from recast_nodes.hosts.cli.exports import check_exports, check_head_exports

FRAMES = (1001, 1002)


def refusal(targets, read=()):
    with pytest.raises(DocumentError) as refused:
        check_exports(targets, FRAMES, read)
    return str(refused.value)


def test_every_fault_is_named_at_once(tmp_path):
    told = refusal([str(tmp_path / name) for name in ("face.txt", "face.exr", "face.####.%04d.exr", "face")])
    for expected in (
        "face.txt: a track is written to .csv",
        "2 frames need a frame number",
        "2 frame numbers",
        "face: a track",
        "a fitted head to head.csv",
    ):
        assert expected in told, told


def test_what_is_tracked_is_not_written_over(tmp_path):
    plate = [str(tmp_path / f"plate.{frame}.exr") for frame in FRAMES]
    (tmp_path / "link").symlink_to(tmp_path)
    for folder in (tmp_path, tmp_path / "link"):
        assert "plate.1001.exr is the footage being tracked" in refusal([str(folder / "plate.####.exr")], plate)
    check_exports([str(tmp_path / "face.####.exr")], FRAMES, plate)


def test_a_nuke_script_of_somebodys_is_not_written_over(tmp_path):
    script = tmp_path / "comp.nk"
    script.write_text("Root {\n}\n")
    assert "not written by Recast" in refusal([str(script)])
    script.write_text("Tracker4 {\n}\n")
    check_exports([str(script)], FRAMES, ())


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    assert f"{tmp_path / 'file'} cannot be written to" in refusal([str(tmp_path / "file" / "a" / "face.csv")])


def test_a_missing_library_is_named_before_anything_is_tracked(monkeypatch):
    monkeypatch.setitem(sys.modules, "pxr", None)
    check_head_exports(["sh010.head.csv", "sh010.chan", "face.csv"], True)
    with pytest.raises(DocumentError) as refused:
        check_head_exports(["sh010.chan", "a.usda", "b.usd"], True)
    told = str(refused.value)
    assert "--export a.usda: USD needs" in told and "--export b.usd: USD needs" in told and ".chan" not in told


def test_a_name_that_promises_another_form_is_refused(tmp_path):
    """Landmarks in take.arkit.json would be taken for ARKit's shapes."""
    for name, meant in (
        ("take.arkit.json", "arkit.csv"),
        ("metahuman.csv", "metahuman.json"),
        ("a_arkit.npz", "arkit.csv"),
    ):
        assert f"{name}: a performance in that form ends in {meant}" in refusal([str(tmp_path / name)])
    check_exports([str(tmp_path / name) for name in ("take.arkit.csv", "darkit.json", "take.json")], FRAMES, ())
