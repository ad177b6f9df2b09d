"""Further ways into a render that were tried by somebody who had not built it: swaps in time, floods, false owners."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from recast_nodes import processes
from recast_nodes.errors import DocumentError, MediaError, StorageError
from recast_nodes.graph.allowed_paths import allowed_places, confine
from recast_nodes.graph.document import parse
from recast_nodes.graph.origin import keep_copy
from recast_nodes.graph.output_folder import hold_folder
from recast_nodes.graph.resume import Progress
from recast_nodes.hosts.bridge.documents import save_document
from recast_nodes.hosts.cli.exports import check_exports
from recast_nodes.hosts.cli.job import open_shot
from recast_nodes.hosts.plugin_folder import LIST, write_plugin
from recast_nodes.media.files import safe_files
from recast_nodes.media.journal import claims
from recast_nodes.media.journal.claims import Claims
from recast_nodes.media.journal.journal import folder_of, note_of

from .test_resume import FRAMES, fresh, go, shot  # noqa: F401  # a fixture

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")
SHOT = """recast: 1
nodes:
  In: {kind: Read, knobs: {file: '%s'}}
  Out: {kind: Write, inputs: {image: In}, knobs: {file: '%s'}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A shot's folder, with a folder `victim` beside it."""
    (tmp_path / "victim").mkdir()
    (tmp_path / "shot" / "out").mkdir(parents=True)
    return tmp_path / "shot"


def written(place: Path, plate: str = "plate.####.exr", out: str = "out/o.####.exr") -> str:
    (place / "a.yaml").write_text(SHOT % (plate, out))
    return str(place / "a.yaml")


def test_an_output_folder_that_became_a_link_since_the_document_was_judged(place):
    graph = open_shot(written(place))
    with hold_folder(graph, "Out", 1):
        pass
    (place / "out").rmdir()
    (place / "out").symlink_to(place.parent / "victim")
    with pytest.raises(DocumentError, match="victim is written to"), hold_folder(graph, "Out", 1):
        pass
    (place / "out").unlink()
    (place / "out").symlink_to(place.parent / "victim" / "new")
    with pytest.raises(DocumentError), hold_folder(graph, "Out", 1):
        pass
    assert not list((place.parent / "victim").iterdir())


def test_the_folder_is_judged_as_it_is_held_and_not_by_its_name(place, monkeypatch):
    """A link that is there only while the folder is opened."""
    graph, true = open_shot(written(place)), os.path.realpath
    victim = str(place.parent / "victim")
    swapped = lambda path, **how: victim if str(path) == str(place / "out") else true(path, **how)  # noqa: E731
    monkeypatch.setattr(safe_files.os.path, "realpath", swapped)
    with pytest.raises(DocumentError), safe_files.hold(place / "out") as real:
        graph.judge("Out", real)


def test_what_the_user_chose_by_hand_is_not_judged(place):
    graph = open_shot(written(place), [f"Out.file={place.parent}/victim/o.####.exr"])
    with hold_folder(graph, "Out", 1):
        pass


def test_frames_that_are_links_are_read_where_they_lead(place, monkeypatch):
    for frame in (1001, 1002):
        (place.parent / "victim" / f"plate.{frame}.exr").touch()
    (place / "plate.1001.exr").touch()
    (place / "plate.1002.exr").symlink_to(place.parent / "victim" / "plate.1002.exr")
    (place / "one.exr").symlink_to(place.parent / "victim" / "plate.1001.exr")
    for plate in ("plate.####.exr", "one.exr", "plate.1002.exr"):
        monkeypatch.delenv("RECAST_ROOTS", raising=False)
        document = written(place, plate)
        open_shot(document)
        monkeypatch.setenv("RECAST_ROOTS", str(place))
        with pytest.raises(DocumentError, match="victim is read"):
            open_shot(document)
        open_shot(document, allowed=[str(place.parent / "victim")])


def test_a_way_up_behind_a_link_means_the_same_to_all(place):
    """Judged without the link and opened through it, `link/../x` would be two files."""
    (place / "link").symlink_to(place.parent / "victim")
    graph = parse(SHOT % ("link/../plate.####.exr", "link/../o.####.exr"), place)
    assert graph.at("In", 1).values["file"] == str(place / "plate.####.exr")
    assert graph.at("Out", 1).values["file"] == str(place / "o.####.exr")
    confine(graph, allowed_places(place / "a.yaml"))


def test_what_is_taken_away_again_is_taken_from_the_folder_that_was_held(place):
    out, victim = place / "out", place.parent / "victim"
    (victim / "o.0001.txt").write_text("mine")
    progress = Progress.__new__(Progress)
    progress.stands = lambda frame: False  # type: ignore[method-assign]
    with safe_files.hold(out):
        out.rename(place / "moved")
        out.symlink_to(victim)
        with pytest.raises(StorageError, match="changed"):
            progress.note_of(1, str(out / "o.0001.txt"))
    assert (victim / "o.0001.txt").read_text() == "mine"


def test_a_frame_that_vanishes_before_it_is_noted_is_said_in_words(place):
    with pytest.raises(MediaError, match="it was written, and cannot be read again"):
        note_of(str(place / "out" / "o.0001.txt"), "key")


@pytest.mark.parametrize("beating", [False, True])
def test_a_process_that_lives_and_is_no_render_holds_no_frame(place, beating):
    mine = Claims(place / ".o.recast", dead_after=0.0)
    other = f"{processes.machine()}-{os.getppid()}-0.{'1' * 20}"
    (place / ".o.recast" / "claims").mkdir()
    (place / ".o.recast" / "claims" / "o.0001.txt").write_text(other)
    if beating:
        owner = place / ".o.recast" / "owners" / other
        owner.write_text("1")
        assert mine.is_alive(other)
        owner.write_text("2")
        assert mine.is_alive(other)
    assert not mine.is_alive(other) and mine.take("o.0001.txt")
    mine.close()


def test_a_flood_of_claims_and_owners_is_looked_at_in_parts(place, monkeypatch):
    monkeypatch.setattr(claims, "MOST", 3)
    mine = Claims(place / ".o.recast")
    seen: list[str] = []
    monkeypatch.setattr(Claims, "is_alive", lambda self, owner: bool(seen.append(owner)))
    for number in range(50):
        (place / ".o.recast" / "owners" / f"{number:08x}-1-5.{number:020d}").touch()
    mine.others()
    assert len(seen) <= 3
    mine.close()


def test_a_journal_longer_than_any_shot_needs_is_passed_over(place, caplog):
    out = place / "out"
    go(shot(out))
    with open(folder_of(str(out / "n.####.txt")) / "frames.jsonl", "ab") as file:
        file.truncate((1 << 28) + 1)
    assert sorted(go(shot(out)).written) == FRAMES and "it is passed over" in caplog.text


def test_a_movie_whose_folder_is_removed_fails_and_is_not_a_wrong_request(make_plate, tmp_path):
    from recast_nodes.graph.check import shot_span
    from recast_nodes.graph.render import Settings, render
    from recast_nodes.hosts.cli import exits

    graph = parse(SHOT % (make_plate(), tmp_path / "out" / "o.mov"))
    span = shot_span(graph, "Out")
    remove = lambda frame, path: shutil.rmtree(tmp_path / "out") if frame == span[-1] else None  # noqa: E731
    outcome = render(graph, "Out", span, span, Settings(workers=1, finished=remove))
    assert exits.of_outcome(outcome) == exits.SOME_FAILED and not outcome.written
    assert "was removed during" in str(outcome.stopped)


def test_what_no_document_can_take_the_place_of(place):
    huge, pipe = place / "huge.recast.yaml", place / "pipe.recast.yaml"
    with open(huge, "wb") as file:
        file.truncate(1 << 40)
    os.mkfifo(pipe)
    with pytest.raises(DocumentError, match="too long for a document"):
        keep_copy(huge)
    for path in (huge, pipe):
        with pytest.raises(OSError, match="is not a shot document"):
            save_document(str(path), '{"recast": 1}', "Nuke")


def test_a_pipe_under_an_exports_name_keeps_nobody_waiting(place):
    os.mkfifo(place / "t.nk")
    with pytest.raises(DocumentError, match="not written by Recast"):
        check_exports([str(place / "t.nk")], [1], [])


def test_a_plugins_list_without_end_says_nothing(place):
    with open(place / LIST, "wb") as file:
        file.truncate(1 << 40)
    assert write_plugin(place, "nuke", {"menu.py": b"1"}).new == ["menu.py"]
