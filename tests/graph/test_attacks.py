"""Whoever can write in an output folder reaches nothing outside it by way of a render: ten ways that were tried."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from recast_nodes import notices, processes
from recast_nodes.errors import MediaError, StorageError
from recast_nodes.graph.render import Resume
from recast_nodes.media.exr.forms import read_form, write_form
from recast_nodes.media.files import atomic, safe_files
from recast_nodes.media.files.atomic import whole_file
from recast_nodes.media.journal.journal import Journal, content_of, folder_of

from .test_resume import FRAMES, Numbers, fresh, go, names, shot  # noqa: F401  # a fixture

DEAD = f"{processes.machine()}-{2**22 + 1}-5"
links = pytest.mark.skipif(os.name == "nt", reason="links need rights there")
pytestmark = links


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def elsewhere(tmp_path):
    """A folder outside the output, with what a render would take for its own: of a process that is gone."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in (f"{DEAD}.0", f"{DEAD}.0.jsonl", f"{DEAD}.0.bin", f".x.{DEAD}.1.part", "n.0003.txt", "notes.jsonl"):
        (folder / name).write_text(f"{DEAD}.0")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    yield folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["", "owners", "frames", "records", "claims"])
def test_a_folder_of_ours_that_is_a_link_is_not_followed(out, elsewhere, name):
    ours = folder_of(str(out / "n.####.txt"))
    planted = ours / name if name else ours
    planted.parent.mkdir(exist_ok=True)
    planted.symlink_to(elsewhere)
    if name == "records":  # only an analysis of pixels writes there; the render goes on without
        assert sorted(go(shot(out)).written) == FRAMES
    elif name == "claims":
        assert "Not a directory" in str(go(shot(out)).stopped)
    else:
        with pytest.raises(MediaError, match="Not a directory"):
            go(shot(out))


@pytest.mark.parametrize("name", ["frames.jsonl", "records.bin", "claims/n.0002.txt", "owners/me"])
def test_a_file_of_ours_that_is_a_link_is_not_followed(out, elsewhere, name):
    planted = folder_of(str(out / "n.####.txt")) / name
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.symlink_to(elsewhere / "notes.jsonl")
    assert sorted(go(shot(out)).written) == FRAMES


def test_a_temporary_name_cannot_be_foretold(out, elsewhere):
    for number in range(60):  # as they were once
        for frame in FRAMES[:3]:
            name = f".n.{frame:04d}.txt.{processes.this().token}.{number}.part"
            (out / name).symlink_to(elsewhere / "n.0003.txt")
    assert sorted(go(shot(out)).written) == FRAMES
    assert (out / "n.0003.txt").read_text() and not (out / "n.0003.txt").is_symlink()


def planted(folder: Path, target: Path) -> None:
    """What one does who watches the folder: a link takes the place of the file that is being written."""
    (part,) = (path for path in folder.iterdir() if path.name.endswith(".part"))
    part.unlink()
    part.symlink_to(target)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs names for open files")
def test_a_link_in_the_place_of_a_file_that_is_written_gets_nothing(out, elsewhere):
    with pytest.raises(StorageError, match="another file"), whole_file(out / "n.0001.txt") as temporary:
        planted(out, elsewhere / "n.0003.txt")
        temporary.write_text("a frame")
    assert not list(out.iterdir())


def test_a_frame_takes_the_place_of_a_link_and_of_a_claim_to_be_done(out, elsewhere):
    """A journal could say of any file on the disk that it is the frame; then it would be read to compare it."""
    victim = elsewhere / "n.0003.txt"
    go(shot(out))
    frame, ours = out / "n.0003.txt", folder_of(str(out / "n.####.txt"))
    frame.unlink()
    frame.symlink_to(victim)
    state = victim.stat()
    lines = [json.loads(line) for line in (ours / "frames.jsonl").read_text().splitlines()]
    for line in lines:
        line |= {"size": state.st_size, "changed": state.st_mtime_ns, "content": content_of(str(victim))}
    (ours / "frames.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert 3 in go(shot(out)).written and not frame.is_symlink()


def test_an_output_folder_that_becomes_a_link_is_not_followed(tmp_path, out, elsewhere, monkeypatch):
    def swap(frame: int, path: str) -> None:
        if not out.is_symlink():
            out.rename(tmp_path / "moved")
            out.symlink_to(elsewhere)

    outcome = go(shot(out), workers=1, finished=swap)
    assert outcome.stopped and 1 in outcome.failed, "the first frame was written, and is not there any more"
    out.unlink()


def test_an_output_folder_behind_a_link_is_the_users_own(tmp_path, out):
    (tmp_path / "link").symlink_to(out)
    assert sorted(go(shot(tmp_path / "link")).written) == FRAMES
    assert not go(shot(out)).written and not go(shot(tmp_path / "link")).written


@pytest.mark.parametrize("name", ["frames.jsonl", "records.bin", f"frames/{DEAD}.0.jsonl", f"owners/{DEAD}.0"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir] if hasattr(os, "mkfifo") else [os.mkdir])
def test_a_pipe_or_a_folder_keeps_nobody_waiting(out, name, make):
    path = folder_of(str(out / "n.####.txt")) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    assert sorted(go(shot(out)).written) == FRAMES


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir] if hasattr(os, "mkfifo") else [os.mkdir])
def test_a_claim_that_is_none_keeps_no_frame_from_being_made(out, make):
    path = folder_of(str(out / "n.####.txt")) / "claims" / "n.0002.txt"
    path.parent.mkdir(parents=True)
    make(path)
    assert sorted(go(shot(out)).written) == FRAMES


def test_only_names_of_our_own_form_are_removed(out):
    ours = folder_of(str(out / "n.####.txt"))
    kept = ["owners/me", "frames/notes.jsonl", "records/x.bin", "claims/what", "x.part", "n.part"]
    kept += [f"owners/{DEAD}", f"frames/{DEAD}.0.jsonl.bak", f"{DEAD}.1.part", f".x.{DEAD}.part"]
    for name in kept:
        (ours / name).parent.mkdir(parents=True, exist_ok=True)
        (ours / name).write_text("mine")
    (out / f".x.{DEAD}.part").write_text("mine")
    assert sorted(go(shot(out)).written) == FRAMES
    assert set(kept) <= names(ours) and (out / f".x.{DEAD}.part").exists()


def test_a_file_with_a_second_name_is_not_written_into(out, elsewhere):
    folder = safe_files.Folder(out)
    os.link(elsewhere / "n.0003.txt", out / "own.jsonl")
    with pytest.raises(MediaError, match="plain file"):
        atomic.append(folder, "own.jsonl", b"more\n")


def test_a_cache_writes_and_reads_no_further_than_its_folder(tmp_path, elsewhere):
    import torch

    from recast_nodes.graph.cache import DiskCache
    from recast_nodes.wires import Track

    track = Track(torch.rand(5, 3), torch.rand(52), torch.eye(3), torch.rand(4, 2), 0.5, "tracked")
    cache = DiskCache(tmp_path / "cache", write_form, read_form)
    cache.put("aa11", track)
    assert cache.get("aa11") is not None
    (tmp_path / "cache" / "bb").symlink_to(elsewhere)
    with pytest.raises(MediaError):
        cache.put("bb22", track)
    (tmp_path / "cache" / "aa" / "aa33.exr").symlink_to(tmp_path / "cache" / "aa" / "aa11.exr")
    assert cache.get("aa33") is None and cache.get("bb22") is None


DAMAGED = {
    "nested": b"[" * 100_000 + b"\n",
    "half": b'{"file": "n.0003.txt"}\n',
    "types": b'{"file": 3, "key": "", "size": "1", "changed": 1, "content": ""}\n',
    "huge": b'{"file": "n.0003.txt", "key": "", "size": ' + b"9" * 4000 + b', "changed": 1, "content": ""}\n',
    "list": b'{"analysis": "a", "unseen": ["x", {}]}\n',
    "surrogate": b'{"file": "\\ud800", "key": "", "size": true, "changed": 1, "content": ""}\n',
}


@pytest.mark.parametrize("line", DAMAGED.values(), ids=DAMAGED)
def test_damaged_lines_of_a_journal_are_passed_over_and_said(out, caplog, line):
    go(shot(out))
    with open(folder_of(str(out / "n.####.txt")) / "frames.jsonl", "ab") as file:
        file.write(line)
    notices.forget()
    assert not go(shot(out)).written
    assert "1 damaged lines are passed over" in caplog.text


def test_a_journal_keeps_what_stands_behind_a_damaged_line(out):
    go(shot(out))
    path = folder_of(str(out / "n.####.txt")) / "frames.jsonl"
    path.write_bytes(DAMAGED["nested"] + path.read_bytes())
    assert Journal(str(out / "n.####.txt")).notes_of(str(out / "n.0001.txt"))
    assert not go(shot(out), resume=Resume()).written


def test_an_output_folder_that_is_removed_fails_by_name(out):
    import shutil

    def remove(frame: int, path: str) -> None:
        if frame == 3:
            shutil.rmtree(out)

    outcome = go(shot(out), workers=1, finished=remove)
    assert outcome.stopped and not isinstance(outcome.stopped, StorageError) and str(out) in str(outcome.stopped)
    assert set(outcome.failed) >= {1, 2, 3} and not outcome.written
    assert sorted(go(shot(out)).written) == FRAMES, "and nothing of it is noted"


def test_a_frame_that_is_removed_fails_by_name(out):
    outcome = go(shot(out), workers=1, finished=lambda frame, path: os.unlink(path) if frame == 3 else None)
    assert list(outcome.failed) == [3] and "n.0003.txt" in outcome.failed[3]
