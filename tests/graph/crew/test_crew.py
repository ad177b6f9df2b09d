"""Renders by several processes: the same files as by threads, whatever becomes of a process."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recast_nodes import notices
from recast_nodes.errors import OutOfMemory, Stopped
from recast_nodes.graph.crew import crew as crews
from recast_nodes.graph.crew import start
from recast_nodes.graph.crew.count import CrewSize
from recast_nodes.graph.crew.crew import LocalCrew
from recast_nodes.graph.crew.hire import CrewKeeper
from recast_nodes.graph.render import Outcome, Resume, Settings, render

from ...patience import PATIENCE, wait_until
from .nodes import SPAN, makers, shot

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(autouse=True)
def any_number_is_worth_it(monkeypatch):
    monkeypatch.setattr(crews, "LEAST", 1)
    notices.forget()


@pytest.fixture(scope="module")
def warm() -> Iterator[LocalCrew]:
    made = LocalCrew(2, 2)
    yield made
    made.close(5)


@pytest.fixture
def unforked(monkeypatch) -> Iterator[LocalCrew]:
    """Each process started by itself, as on Windows and macOS."""
    monkeypatch.setattr(start, "FORKS", False)
    made = LocalCrew(2, 2)
    yield made
    made.close(5)


@pytest.fixture(params=["warm", "unforked"])
def crew(request) -> LocalCrew:
    return request.getfixturevalue(request.param)


def go(graph, crew: LocalCrew | None, frames=SPAN, **settings) -> Outcome:
    return render(graph, "out", frames, SPAN, Settings(resume=Resume(), crew=crew, **settings))


def values(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "out").glob("v.*.txt")}


def left(folder: Path) -> set[str]:
    files = {str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if path.is_file()}
    return files - {f"v.{frame:04d}.txt" for frame in SPAN} - {".v.recast/frames.jsonl", ".v.recast/records.bin"}


def test_frames_are_those_of_threads_and_several_processes_made_them(tmp_path, crew):
    folders = tmp_path / "threads", tmp_path / "processes"
    for folder, made_by in zip(folders, (None, crew)):
        folder.mkdir()
        outcome = go(shot(folder, together=2 if made_by else 1), made_by)
        assert (
            sorted(outcome.written) == SPAN and not outcome.failed and outcome.seconds.keys() == {"in", "ends", "out"}
        )
    assert values(folders[0]) == values(folders[1]) and len(values(folders[1])) == len(SPAN)
    assert makers(folders[0] / "makers") == {str(os.getpid())}
    assert len(makers(folders[1] / "makers")) == 2 and str(os.getpid()) not in makers(folders[1] / "makers")
    assert not left(folders[1])
    assert not go(shot(folders[1]), None).written, "the journal knows what the processes made"


def test_a_warm_crew_makes_the_next_shot(tmp_path, warm):
    for name, power in (("one", 1.0), ("two", 2.0)):
        folder = tmp_path / name
        folder.mkdir()
        assert sorted(go(shot(folder, power=power, together=2), warm).written) == SPAN
    assert makers(tmp_path / "one" / "makers") == makers(tmp_path / "two" / "makers")
    assert values(tmp_path / "one") != values(tmp_path / "two")


@pytest.mark.parametrize("at", [5, 105], ids=["making", "looking"])
def test_what_a_killed_process_had_is_made_by_others(tmp_path, warm, at, caplog):
    with caplog.at_level(logging.WARNING, "recast_nodes.notices"):
        outcome = go(shot(tmp_path, at=at, times=1), warm)
    assert sorted(outcome.written) == SPAN and not outcome.failed
    assert len(list((tmp_path / "notes").iterdir())) == 1
    assert [record.getMessage() for record in caplog.records].count(crews.LOST) == 1
    assert not left(tmp_path)


def test_a_frame_that_ends_every_process_fails_by_name(tmp_path, warm):
    outcome = go(shot(tmp_path, at=5, times=9), warm)
    assert sorted(outcome.written) == [frame for frame in SPAN if frame != 5]
    assert "ended 3 times" in outcome.failed[5] and isinstance(outcome.faults[5], OutOfMemory)
    assert not left(tmp_path)


def test_a_frame_that_ends_every_process_that_looks_ends_the_render(tmp_path, warm):
    """Its process looks at a neighbour too, which is lost as often as it is on a busy machine."""
    with pytest.raises(OutOfMemory, match="ends: the process that looked at frame [4-6] ended 3 times"):
        go(shot(tmp_path, at=105, times=9), warm)
    assert not left(tmp_path)


def test_a_frame_that_cannot_be_read_is_named(tmp_path, warm):
    outcome = go(shot(tmp_path, broken=7), warm)
    assert sorted(outcome.written) == [frame for frame in SPAN if frame != 7]
    assert "picture 7 is damaged" in outcome.failed[7]


def test_a_notice_of_a_process_is_shown_once(tmp_path, warm, caplog):
    with caplog.at_level(logging.WARNING, "recast_nodes.notices"):
        go(shot(tmp_path, at=3, how="says so"), warm)
        notices.notice("This was seen in a process.")
    assert [record.getMessage() for record in caplog.records].count("This was seen in a process.") == 1


def test_cancelling_ends_what_is_in_work(tmp_path, warm, monkeypatch):
    monkeypatch.setattr(crews, "GRACE", 0.5)
    cancel = threading.Event()
    threading.Timer(1.5, cancel.set).start()
    outcome = go(shot(tmp_path, at=3, how="slow"), warm, cancel=cancel)
    assert outcome.cancelled and "v.0003.txt" not in values(tmp_path), "the slow frame is not waited for"
    assert not left(tmp_path)
    assert sorted(go(shot(tmp_path), warm).written), "the crew starts again"


@pytest.mark.parametrize("at", [3, 103], ids=["making", "looking"])
def test_a_frame_that_takes_too_long_stops_the_render(tmp_path, warm, at, monkeypatch):
    """The shot is that frame alone: on a busy machine any other may take too long as well."""
    monkeypatch.setattr(crews, "GRACE", 0.5)
    graph = shot(tmp_path, at=at, how="slow")
    if at > 100:
        with pytest.raises(Stopped, match="looked at frame 3"):
            render(graph, "out", [3], [3], Settings(resume=Resume(), crew=warm, timeout=1.0))
    else:
        outcome = go(graph, warm, [3], timeout=1.0)
        assert isinstance(outcome.stopped, Stopped) and list(outcome.failed) == [3]
    assert not left(tmp_path)


def test_a_keeper_has_the_crew_wait_for_the_next_render_and_not_for_long(tmp_path):
    keeper, made_by = CrewKeeper(idle=0.5), []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with keeper.hire(CrewSize(2, 1)) as crew:
            assert sorted(go(shot(tmp_path / name, together=2), crew).written) == SPAN
        made_by.append(makers(tmp_path / name / "makers"))
    assert made_by[0] == made_by[1] and len(made_by[0]) == 2
    assert wait_until(lambda: not any(is_alive(int(pid)) for pid in made_by[0])), "idle"
    with keeper.hire(CrewSize(1, 3)) as crew:
        assert crew is None
    keeper.close()


@linux
def test_the_process_that_the_others_are_forked_from_may_be_lost_too(tmp_path):
    crew = LocalCrew(2, 2)
    begun = threading.Thread(target=lambda: go(shot(tmp_path, at=5, times=0), crew))
    crew.begin()
    assert wait_until(lambda: not any(seat.is_starting for seat in crew._seats))
    begun.start()
    os.kill(crew._starter._nursery.pid, signal.SIGKILL)
    begun.join(PATIENCE)
    assert sorted(values(tmp_path)) == [f"v.{frame:04d}.txt" for frame in SPAN] and not left(tmp_path)
    crew.close(5)


def test_processes_that_do_not_start_are_said(tmp_path, monkeypatch):
    monkeypatch.setattr(start, "START", "raise SystemExit(3)")
    crew = LocalCrew(2, 2)
    with pytest.raises(OutOfMemory, match="do not start"):
        go(shot(tmp_path), crew)
    crew.close(5)
    assert not left(tmp_path)


RENDER = """
import sys
from pathlib import Path
from recast_nodes.graph.crew import crew as crews
from tests.graph.crew.nodes import SPAN, shot
from tests.graph.crew.test_crew import go
crews.LEAST = 1
crew = crews.LocalCrew(2, 2)
print("begun", flush=True)
go(shot(Path(sys.argv[1]), at=int(sys.argv[2]), how="slow"), crew)
"""


@linux
@pytest.mark.parametrize("at", [5, 105], ids=["making", "looking"])
def test_processes_end_with_a_render_that_is_killed(tmp_path, at):
    process = subprocess.Popen([sys.executable, "-c", RENDER, str(tmp_path), str(at)], stdout=subprocess.PIPE)
    assert wait_until(lambda: len(descendants(process.pid)) == 3), "the one that forks, and two"
    children = descendants(process.pid)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(children) == 3 and wait_until(lambda: not any(is_alive(child) for child in children))
    outcome = go(shot(tmp_path), None)
    assert sorted({**outcome.written, **outcome.existing}) == SPAN and not left(tmp_path)


def descendants(pid: int) -> set[int]:
    try:
        children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except OSError:
        return set()
    return children | {below for child in children for below in descendants(child)}


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
