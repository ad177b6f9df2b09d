"""Rendering from the command line, as a person or a farm does it: exit codes, progress, cancel, tracks."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recast_nodes.graph.consent import consents_of
from recast_nodes.graph.crew import count, crew
from recast_nodes.graph.document import load
from recast_nodes.hosts.cli import main
from tests.shots.footage import bits, read_exr, write_clip

DRIVER = Path(__file__).parents[2] / "demo" / "driver.mp4"
FRAMES = range(1001, 1007)


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "recast_nodes.hosts.cli", *map(str, words)]


def call(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), capture_output=True, text=True)


@pytest.fixture
def call_here(monkeypatch, capfd) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """As `call`, in this process, which has its libraries: for what does not hang on a process of its own."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["recast", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as leave:
            code = leave.code or 0
        return subprocess.CompletedProcess(words, code, *capfd.readouterr())

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def plate(portrait, landmarker_files, tmp_path) -> str:
    return write_clip(portrait, tmp_path / "plate" / "plate.####.exr", FRAMES)


def test_a_consent_that_makes_no_frame_again_is_in_the_document(plate, tmp_path, call_here):
    words = ["edit", "--source", plate, "--set", "ExpressionMix.smile=0.5", "--output", tmp_path / "o.####.exr"]
    words += ["--frames", "1001"]
    (tmp_path / "consent.yaml").write_text("consent: {performer: Jane Doe, agreement: 7}\n")
    assert call_here(*words).returncode == 0
    given = call_here(*words, "--consent", tmp_path / "consent.yaml")
    assert given.returncode == 0 and "0 frames written" in given.stdout + given.stderr
    document = tmp_path / "o.recast.yaml"
    assert [consent.performer for consent in consents_of(load(document))] == ["Jane Doe"]
    frame = (tmp_path / "o.1001.exr").read_bytes()
    assert b"Jane Doe" in frame and call_here("render", document, "--frames", "1001").returncode == 0
    assert (tmp_path / "o.1001.exr").read_bytes() == frame


def edit(plate: str, out: Path, *words: object) -> list[object]:
    return ["edit", "--source", plate, "--driving", DRIVER, "--output", out / "shot.####.exr", *words]


def test_edit_writes_frames_and_its_document_and_render_gives_the_same(plate, tmp_path, call_here):
    out = tmp_path / "out"
    first = call(*edit(plate, out, "--json", "--set", "ExpressionMix.enhance=0.2"))
    assert first.returncode == 0, first.stderr
    events = [json.loads(line) for line in first.stdout.splitlines()]
    assert sorted(event["frame"] for event in events if event["event"] == "frame") == list(FRAMES)
    assert events[-1]["event"] == "done" and events[-1]["frames"] == len(FRAMES) and "Warp" in events[-1]["seconds"]
    before = {path.name: path.read_bytes() for path in out.glob("*.exr")}
    again = call_here("render", out / "shot.recast.yaml", "--frames", "1002-1006x2", "--workers", 1, "--overwrite")
    assert again.returncode == 0 and "3 frames written" in again.stdout
    assert {path.name: path.read_bytes() for path in out.glob("*.exr")} == before


def test_processes_make_the_frames_that_threads_make(plate, tmp_path, call_here, monkeypatch):
    monkeypatch.setattr(crew, "LEAST", 2)
    monkeypatch.setattr(count, "cores", lambda: 4)
    threads, processes = tmp_path / "threads", tmp_path / "processes"
    assert call_here(*edit(plate, threads, "--workers", 1)).returncode == 0
    result = call_here(*edit(plate, processes, "--workers", 4, "--json"))
    assert result.returncode == 0, result.stderr
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert sorted(event["frame"] for event in events if event["event"] == "frame") == list(FRAMES)
    assert events[-1]["event"] == "done" and "Warp" in events[-1]["seconds"]
    notes = [event["text"] for event in events if event["event"] == "notice"]
    assert len(notes) == len(set(notes)), "what several processes notice is told once"
    made = {path.name: path.read_bytes() for path in processes.glob("*.exr")}
    assert made == {path.name: path.read_bytes() for path in threads.glob("*.exr")} and len(made) == len(FRAMES)
    kept = {path.name for path in (processes / ".shot.recast").iterdir()}
    assert kept == {"analyses", "frames.jsonl", "ledger.json", "records.bin"}


def test_a_damaged_frame_is_named_and_the_rest_is_written(plate, tmp_path, call_here):
    damaged = Path(plate.replace("####", "1003"))
    damaged.write_bytes(damaged.read_bytes()[:-20000])
    result = call_here(*edit(plate, tmp_path / "out"))
    assert result.returncode == 1
    assert "Frame 1003 failed" in result.stderr and "plate.1003.exr" in result.stderr
    written = sorted(path.name for path in (tmp_path / "out").glob("*.exr"))
    assert written == [f"shot.{frame}.exr" for frame in FRAMES if frame != 1003]


def test_cancel_leaves_whole_frames_only(plate, tmp_path):
    out = tmp_path / "out"
    process = subprocess.Popen(command(*edit(plate, out, "--workers", 1)), stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if list(out.glob("shot.*.exr")) or process.poll() is not None:
            break
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode in (130, 0), told  # 0 where the last frame was faster than the signal
    left = {path.name for path in out.rglob("*") if path.is_file()} - {f"shot.{frame}.exr" for frame in FRAMES}
    left = {name for name in left if not re.fullmatch(r"[0-9a-f]{64}\.bin", name)}  # analyses
    assert left <= {"shot.recast.yaml", "shot.ledger.jsonl", "frames.jsonl", "ledger.json", "records.bin"}, (
        "no temporary file is left"
    )
    for path in out.glob("shot.*.exr"):
        read_exr(str(path), 0)


def test_frames_outside_the_shot_are_refused(plate, tmp_path, call_here):
    result = call_here(*edit(plate, tmp_path / "out", "--frames", "1005-1010"))
    assert result.returncode == 2 and "1007-1010" in result.stderr and not (tmp_path / "out").exists()


def test_without_models_the_command_that_brings_them_is_told(plate, tmp_path, call_here, monkeypatch):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "none"))
    result = call_here(*edit(plate, tmp_path / "out"))
    assert result.returncode == 2 and "recast models fetch" in result.stderr and not (tmp_path / "out").exists()


def test_tracks_are_exported_and_come_back(plate, tmp_path, call_here):
    result = call_here("track", "--source", plate, "--export", tmp_path / "t.csv", "--export", tmp_path / "t.nk")
    assert result.returncode == 0, result.stderr
    lines = (tmp_path / "t.csv").read_text().splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) == 478 * len(FRAMES) and rows[0]["frame"] == "1001"
    assert "Tracker4" in (tmp_path / "t.nk").read_text() and "CornerPin2D" in (tmp_path / "t.nk").read_text()
    fed = ["--set", "FaceTrack.detector=landmarks-file", "--set", f"FaceTrack.landmarks={tmp_path / 't.csv'}"]
    assert call_here(*edit(plate, tmp_path / "out", "--frames", 1004, *fed)).returncode == 0
    before, after = read_exr(plate, 1004)[0], read_exr(str(tmp_path / "out" / "shot.####.exr"), 1004)[0]
    assert not (bits(before) == bits(after)).all()


def test_a_movie_for_review(plate, tmp_path, call_here):
    result = call_here("edit", "--source", plate, "--driving", DRIVER, "--output", tmp_path / "review.mp4")
    assert result.returncode == 0, result.stderr
    from recast_nodes.media.sequences import open_source

    assert open_source(tmp_path / "review.mp4").last == len(FRAMES)
