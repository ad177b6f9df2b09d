"""Resuming: what is missing or stale is rendered and nothing else, by one render or by several together."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from recast_nodes import processes
from recast_nodes.curves import Curve, Key
from recast_nodes.errors import OutOfMemory, RecastError, StorageError
from recast_nodes.graph.render import Outcome, Resume, Settings, render
from recast_nodes.knobs import File, Int
from recast_nodes.media.files.atomic import sweep, whole_file
from recast_nodes.media.journal.claims import Claims, release_claims
from recast_nodes.media.journal.journal import Journal, folder_of
from recast_nodes.media.journal.records import Records
from recast_nodes.node import Input, Node
from recast_nodes.wires import Faces

from .toys import Mean, Number, Scale, Source, chain

FRAMES = list(range(1, 11))


class Numbers(Node):
    """Writes each frame's number into a file."""

    image = Input(Number, "A number.")
    file = File("", "Where they go.", writes=True, affects_result=False)
    fails = Int(-1, "Fails at this frame.", limits=(-1, 1000), affects_result=False)
    error: Exception = RecastError("no")
    held: threading.Event | None = None  # frames wait for it
    tried: list[int] = []

    def target(self):
        return self.file.replace("####", f"{self.frame:04d}")

    def open(self, asked, frames):
        return _Files(self)


class _Files:
    def __init__(self, node):
        self.node = node

    def put(self, frame, image):
        Numbers.tried.append(frame)
        if Numbers.held:
            Numbers.held.wait(10)
        if frame == self.node.fails:
            raise Numbers.error
        path = self.node.at_frame(frame).target()
        with whole_file(path) as temporary:
            temporary.write_text(str(image.value))
        return path

    def close(self): ...

    def abort(self): ...


@pytest.fixture(autouse=True)
def fresh():
    Numbers.error, Numbers.held, Numbers.tried = RecastError("no"), None, []


def shot(folder: Path, by: object = 2.0, **knobs: object):
    return chain(
        ("a", Source, {}, {}),
        ("b", Mean, {}, {"number": "a"}),
        ("c", Scale, {"by": by}, {"number": "b"}),
        ("out", Numbers, {"file": str(folder / "n.####.txt"), **knobs}, {"image": "c"}),
    )


def go(graph, frames=FRAMES, resume: Resume | None = None, **settings) -> Outcome:
    return render(graph, "out", frames, FRAMES, Settings(resume=resume or Resume(), **settings))


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_is_there_is_not_made_again(tmp_path):
    assert sorted(go(shot(tmp_path), FRAMES[:4]).written) == FRAMES[:4]
    (tmp_path / "n.0002.txt").unlink()
    outcome = go(shot(tmp_path))
    assert sorted(outcome.written) == [2, *FRAMES[4:]] and sorted(outcome.existing) == [1, 3, 4]
    assert not go(shot(tmp_path)).written
    assert sorted(go(shot(tmp_path), resume=Resume(overwrite=True)).written) == FRAMES
    assert names(tmp_path) == {f"n.{frame:04d}.txt" for frame in FRAMES} | {".n.recast/frames.jsonl"}


def test_a_key_at_some_frames_makes_those_frames_stale(tmp_path):
    go(shot(tmp_path, Curve([Key(1, 2.0)])))
    later = Curve([Key(1, 2.0), Key(7, 2.0), Key(10, 5.0)])
    assert sorted(go(shot(tmp_path, later)).written) == [8, 9, 10]


def test_files_that_others_changed_are_made_anew_and_copies_are_not(tmp_path):
    go(shot(tmp_path))
    (tmp_path / "n.0003.txt").write_text("-5.1")
    copy = tmp_path / "n.0004.txt"
    os.utime(copy, ns=(1, 1))
    assert sorted(go(shot(tmp_path)).written) == [3]
    assert Journal(str(tmp_path / "n.####.txt")).notes_of(str(copy))[-1].changed == 1, "noted, so not read again"


def test_verify_finds_what_size_and_time_do_not_tell(tmp_path):
    go(shot(tmp_path))
    path = tmp_path / "n.0005.txt"
    state = path.stat()
    path.write_text("-9.9" if len(path.read_text()) == 4 else "9" * len(path.read_text()))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert not go(shot(tmp_path)).written
    # a number in a text file is no picture, so all of them are found wanting; the test of real frames is elsewhere
    assert 5 in go(shot(tmp_path), resume=Resume(verify=True)).written


@pytest.mark.parametrize("torn", [b'{"file": "n.0003.txt", "ke', b"[1, 2]\n", b"\xff\xfe\n", b'{"analysis": 3}\n'])
def test_lines_that_are_not_whole_are_passed_over(tmp_path, torn):
    go(shot(tmp_path))
    with open(folder_of(str(tmp_path / "n.####.txt")) / "frames.jsonl", "ab") as file:
        file.write(torn)
    assert not go(shot(tmp_path)).written


def test_two_renders_share_the_frames(tmp_path):
    Numbers.held = threading.Event()
    outcomes = []
    both = [threading.Thread(target=lambda: outcomes.append(go(shot(tmp_path), workers=1))) for _ in range(2)]
    for each in both:
        each.start()
    time.sleep(0.3)
    Numbers.held.set()
    for each in both:
        each.join(30)
    assert sorted(Numbers.tried) == FRAMES, "no frame is made twice"
    assert all(sorted({**each.written, **each.existing}) == FRAMES for each in outcomes)
    assert names(tmp_path) == {f"n.{frame:04d}.txt" for frame in FRAMES} | {".n.recast/frames.jsonl"}


def dead_owner(folder: Path, token: str) -> None:
    for place in ("claims", "owners", "frames"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / "claims" / "n.0006.txt").write_text(f"{token}.0")
    (folder / "owners" / f"{token}.0").write_text("{}")
    (folder.parent / f".n.0006.txt.{token}.3.part").write_text("half")


def test_what_a_killed_render_held_is_taken_over_and_swept(tmp_path):
    folder = folder_of(str(tmp_path / "n.####.txt"))
    dead_owner(folder, f"{processes.machine()}-{2**22 + 1}-5")
    assert sorted(go(shot(tmp_path)).written) == FRAMES
    assert names(tmp_path) == {f"n.{frame:04d}.txt" for frame in FRAMES} | {".n.recast/frames.jsonl"}


def test_what_a_killed_render_had_seen_is_gathered_where_nothing_is_left_to_do(tmp_path):
    go(shot(tmp_path))
    folder = folder_of(str(tmp_path / "n.####.txt"))
    killed = Records(folder, SimpleNamespace(owner=f"{processes.machine()}-{2**22 + 1}-5.0"))
    killed.put("a key", Faces(torch.ones(1, 478, 3), torch.zeros(1, 52), torch.ones(1)))
    assert not go(shot(tmp_path)).written
    assert names(tmp_path) == {f"n.{frame:04d}.txt" for frame in FRAMES} | {
        f".n.recast/{name}" for name in ("frames.jsonl", "records.bin")
    }
    record = Records(folder, SimpleNamespace(owner="another")).get("a key")
    assert record is not None and record.landmarks.tolist() == torch.ones(1, 478, 3).tolist()


def test_another_machine_is_given_up_when_its_count_stands_still(tmp_path):
    folder = folder_of(str(tmp_path / "n.####.txt"))
    dead_owner(folder, "0badcafe-7-5")
    claims = Claims(folder, beat=0.05, dead_after=0.3)
    assert not claims.take("n.0006.txt"), "nobody knows yet"
    for count in range(8):
        (folder / "owners" / "0badcafe-7-5.0").write_text(f"beat {count}")
        time.sleep(0.1)
    assert not claims.take("n.0006.txt"), "it counts, so it lives, whatever any clock says"
    time.sleep(0.6)
    assert claims.take("n.0006.txt")
    claims.close()
    assert not (folder / "claims").exists() and not (folder / "owners").exists()


def test_a_clock_that_is_set_back_changes_nothing(tmp_path, monkeypatch):
    go(shot(tmp_path), FRAMES[:5])
    monkeypatch.setattr(time, "time", lambda: 0.0)
    for frame in FRAMES[:5]:  # as if the disk's clock had been years ahead when they were written
        path = tmp_path / f"n.{frame:04d}.txt"
        os.utime(path, (4e9, 4e9))
    assert sorted(go(shot(tmp_path)).written) == FRAMES[5:]
    assert not go(shot(tmp_path)).written


def test_the_temporary_files_of_the_living_stay(tmp_path):
    mine = tmp_path / f".a.exr.{processes.this().token}.1.part"
    gone = tmp_path / f".a.exr.{processes.machine()}-{2**22 + 1}-5.1.part"
    elsewhere = tmp_path / ".a.exr.0badcafe-7-5.1.part"
    old = tmp_path / ".b.exr.0badcafe-7-5.1.part"
    for path in (mine, gone, elsewhere, old):
        path.touch()
    os.utime(old, (1, 1))
    assert set(sweep(tmp_path)) == {gone, old}
    assert names(tmp_path) == {mine.name, elsewhere.name}


def test_a_fault_of_the_machine_stops_a_render_and_others_do_not(tmp_path):
    Numbers.error = StorageError("the disk is full.")
    outcome = go(shot(tmp_path, fails=3), workers=1)
    assert outcome.stopped and sorted(outcome.failed) == [3] and len(outcome.written) < 9
    assert sorted(go(shot(tmp_path, fails=3), failing="never").written) == FRAMES[len(outcome.written) + 1 :]
    assert sorted(go(shot(tmp_path)).written) == [3], "and there is room again"
    Numbers.error = RecastError("this plate is odd.")
    assert len(go(shot(tmp_path, 3.0, fails=3)).written) == 9
    assert go(shot(tmp_path, 4.0, fails=3), failing="any", workers=1).stopped


def test_a_frame_that_does_not_fit_into_memory_is_tried_again_alone(tmp_path):
    Numbers.error = OutOfMemory("there is not enough memory.")
    outcome = go(shot(tmp_path, fails=3))
    assert Numbers.tried.count(3) == 2 and isinstance(outcome.faults[3], OutOfMemory)
    assert sorted(outcome.written) == [frame for frame in FRAMES if frame != 3]


def test_a_frame_that_hangs_is_named_and_ends_the_render(tmp_path, monkeypatch):
    monkeypatch.setattr("recast_nodes.graph.render_loop.GRACE", 0.1)
    Numbers.held = threading.Event()
    outcome = go(shot(tmp_path), FRAMES[:1], timeout=0.2)
    Numbers.held.set()
    assert "0.2 seconds" in str(outcome.stopped) and list(outcome.failed) == [1]


def test_the_journal_grows_by_one_line_a_frame(tmp_path):
    seen = []

    def look(frame, path):
        (piece,) = (folder_of(str(tmp_path / "n.####.txt")) / "frames").iterdir()
        lines = piece.read_text().splitlines()
        seen.append(len(lines))
        assert json.loads(lines[-1])["file"] == Path(path).name

    go(shot(tmp_path), workers=1, finished=look)
    assert seen == FRAMES


def test_what_is_known_to_be_gone_is_given_back_at_once(tmp_path):
    folder = folder_of(str(tmp_path / "n.####.txt"))
    dead_owner(folder, "0badcafe-7-5")
    claims = Claims(folder)
    assert not claims.take("n.0006.txt")
    release_claims(folder, "0badcafe-7")  # the beginning of a token is none
    assert not claims.take("n.0006.txt")
    release_claims(folder, "0badcafe-7-5")
    assert claims.take("n.0006.txt")
    claims.close()


def test_a_claim_whose_owner_does_not_show_itself_is_nobodys(tmp_path):
    folder = folder_of(str(tmp_path / "n.####.txt"))
    dead_owner(folder, "0badcafe-7-5")
    (folder / "owners" / "0badcafe-7-5.0").unlink()
    assert sorted(go(shot(tmp_path)).written) == FRAMES
