"""What a power cut may leave: a file by its name is whole on the disk."""

from __future__ import annotations

import os
import stat

import pytest

from recast_nodes.media.files.atomic import whole_file
from recast_nodes.media.files.safe_files import Folder


def test_a_file_is_synced_before_it_gets_its_name_and_its_folder_after(tmp_path, monkeypatch: pytest.MonkeyPatch):
    done, replace = [], Folder.replace

    def sync(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")

    def replace_and_note(folder: Folder, *names: str) -> None:
        done.append("named")
        replace(folder, *names)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Folder, "replace", replace_and_note)
    with whole_file(tmp_path / "a.txt") as temporary:
        temporary.write_text("all of it")
    assert done == ["file", "named", "folder"]
