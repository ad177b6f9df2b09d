"""What footage is known by: it stays with copies, and tells one take from another."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from recast_nodes.media.provenance import footage
from recast_nodes.media.provenance.footage import describe_footage, footage_files


def test_a_copy_is_the_same_and_another_take_is_not(make_plate, tmp_path):
    plate = make_plate(range(1, 4))
    copy = shutil.copytree(Path(plate).parent, tmp_path / "copy") / "plate.####.exr"
    os.utime(str(copy).replace("####", "0002"), (1, 1))
    known = describe_footage(plate)
    assert known == describe_footage(str(copy)) and (known["file"], known["files"]) == ("plate.####.exr", 3)
    other = make_plate(range(2, 5), name="other")
    assert describe_footage(other)["fingerprint"] != known["fingerprint"]


def test_long_files_are_known_by_their_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(footage, "ENDS", 4)
    movie = tmp_path / "a.mov"
    found = []
    for content in (b"0123456789", b"0123x56789", b"0123456780", b"0123"):
        movie.write_bytes(content)
        found.append(describe_footage(str(movie))["fingerprint"])
    assert found[0] == found[1] and len(set(found)) == 3


def test_what_is_not_there_has_no_files(tmp_path):
    assert footage_files(str(tmp_path / "none" / "a.####.exr")) == [] == footage_files("host:a/Source")
    assert describe_footage(str(tmp_path / "none.mov"))["files"] == 0
