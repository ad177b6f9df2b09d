"""`recast plugins`: whole plugins, the user's own files kept, nothing outside the folder touched."""

from __future__ import annotations

import io
import json
import os
import tomllib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from recast_nodes import __version__
from recast_nodes.errors import RecastError
from recast_nodes.hosts import plugins
from recast_nodes.hosts.cli.plugins import command
from recast_nodes.hosts.plugin_folder import LIST, write_plugin
from recast_nodes.nodes import NODES

PLUGINS = Path(__file__).parents[2] / "plugins"
FILES = {"init.py": b"first", "gizmos/RecastRead.gizmo": b"gizmo"}


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_nuke_plugin_is_the_clones(tmp_path):
    result = CliRunner().invoke(command, ["nuke", str(tmp_path / "new" / "nuke")])
    assert result.exit_code == 0 and "NUKE_PATH" in result.output, result.output
    written = contents(tmp_path / "new" / "nuke")
    assert written.pop(LIST)
    assert written == contents(PLUGINS / "nuke"), "run `make plugins`"
    again = CliRunner().invoke(command, ["nuke", str(tmp_path / "new" / "nuke")])
    assert f"({len(written)} unchanged)" in again.output


def test_the_extension_has_all_that_blender_wants(tmp_path):
    result = CliRunner().invoke(command, ["blender", str(tmp_path)])
    assert result.exit_code == 0, result.output
    packed = (tmp_path / "recast-blender.zip").read_bytes()
    assert packed == plugins.blender_extension(), "the same to the byte"
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents(PLUGINS / "blender" / "recast")
        manifest = tomllib.loads(archive.read("blender_manifest.toml").decode())
        assert {f"icons/Recast{name}.png" for name in NODES} <= set(archive.namelist())
    assert manifest["version"] == __version__


def test_files_that_are_not_ours_stop_it_before_anything_is_written(tmp_path):
    (tmp_path / "init.py").write_bytes(b"the artist's own")
    with pytest.raises(RecastError, match="not written by it: init.py"):
        write_plugin(tmp_path, "nuke", FILES)
    assert contents(tmp_path) == {"init.py": b"the artist's own"}


def test_ours_are_brought_up_to_date_and_removed_and_changed_ones_are_kept(tmp_path):
    write_plugin(tmp_path, "nuke", FILES | {"old.py": b"old", "older.py": b"older"})
    (tmp_path / "older.py").write_bytes(b"changed by hand")
    written = write_plugin(tmp_path, "nuke", FILES | {"init.py": b"second"})
    assert (written.new, written.same) == (["init.py"], ["gizmos/RecastRead.gizmo"])
    assert written.removed == ["old.py"] and (tmp_path / "older.py").read_bytes() == b"changed by hand"
    (tmp_path / "init.py").write_bytes(b"second, changed by hand")
    with pytest.raises(RecastError, match="init.py"):
        write_plugin(tmp_path, "nuke", FILES)
    written = write_plugin(tmp_path, "nuke", FILES, overwrite=True)
    assert written.moved_aside == {"init.py": "init.py.1"}
    assert (tmp_path / "init.py.1").read_bytes() == b"second, changed by hand"
    assert (tmp_path / "init.py").read_bytes() == b"first"


def test_two_plugins_in_one_folder_leave_each_other_alone(tmp_path):
    write_plugin(tmp_path, "nuke", FILES)
    write_plugin(tmp_path, "blender", {"recast-blender.zip": b"zip"})
    assert not write_plugin(tmp_path, "nuke", FILES).removed and (tmp_path / "recast-blender.zip").exists()


def test_links_lead_nowhere(tmp_path):
    """A link in place of a file is the user's; one in place of a folder would take files out of here."""
    folder, outside = tmp_path / "plugin", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "theirs.py").write_bytes(b"theirs")
    (folder / "init.py").symlink_to(outside / "theirs.py")
    with pytest.raises(RecastError, match="init.py"):
        write_plugin(folder, "nuke", FILES)
    assert write_plugin(folder, "nuke", FILES, overwrite=True).moved_aside == {"init.py": "init.py.1"}
    (folder / "gizmos" / "RecastRead.gizmo").unlink()
    (folder / "gizmos").rmdir()
    (folder / "gizmos").symlink_to(outside)
    with pytest.raises(RecastError, match="points outside"):
        write_plugin(folder, "nuke", FILES, overwrite=True)
    assert contents(outside) == {"theirs.py": b"theirs"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"nuke": 3}', "[" * 100_000, '{"nuke": {"../outside.py": "x"}}'], ids=range(6)
)
def test_a_damaged_list_says_nothing(tmp_path, text):
    folder = tmp_path / "plugin"
    write_plugin(folder, "nuke", FILES)
    (tmp_path / "outside.py").write_bytes(b"x")
    (folder / LIST).write_text(text)
    assert write_plugin(folder, "nuke", FILES).same == list(FILES) and (tmp_path / "outside.py").exists()


def test_a_list_that_names_files_elsewhere_removes_none(tmp_path):
    import hashlib

    folder, outside = tmp_path / "plugin", tmp_path / "outside.py"
    outside.write_bytes(b"x")
    write_plugin(folder, "nuke", FILES)
    digest = hashlib.sha256(b"x").hexdigest()
    (folder / LIST).write_text(json.dumps({"nuke": {"../outside.py": digest, str(outside): digest}}))
    assert not write_plugin(folder, "nuke", FILES).removed and outside.exists()


def test_a_folder_that_cannot_be_written_is_an_error_in_words(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file" / "below", Path("/proc/nowhere")):
        if os.path.exists(folder.parent):
            with pytest.raises(RecastError, match=str(folder.name) + "|file"):
                write_plugin(folder, "nuke", FILES)
