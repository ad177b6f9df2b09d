"""When the driver plays beside a plate of another rate, of an unknown one, or of one that varies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from recast_nodes.errors import KnobError
from recast_nodes.graph.edit import align_driver, edit_graph
from recast_nodes.graph.graph import Graph
from recast_nodes.media.sequences import open_source

from ..media.clips import write_movie

UNEVEN = [0, 1 / 30, 2 / 30, 3 / 30, 4 / 30, 5 / 30, 7 / 30, 9 / 30, 11 / 30, 13 / 30, 15 / 30, 17 / 30]


@pytest.fixture
def driver(tmp_path: Path) -> Path:
    return write_movie(tmp_path / "take.mov", "mpeg4", range(12), rate=30)


def shot(plate: Any, driver: Path, fps: float | None = None) -> Graph:
    graph = edit_graph(str(plate), str(driver), "/out/a.####.exr")
    return graph if fps is None else graph.with_knob("Plate", "fps", fps)


def shown(graph: Graph, frame: int) -> float | None:
    time = graph.at("Driving", frame).values["time"]
    return None if time is None else float(time)


def test_a_plate_without_a_rate_says_so(make_plate: Any, driver: Path, caplog: pytest.LogCaptureFixture) -> None:
    graph = align_driver(shot(make_plate(range(1001, 1006)), driver))
    assert [shown(graph, frame) for frame in (1001, 1005)] == [1, 5]
    assert "The plate does not say its frame rate (the driver's is 30)" in caplog.text
    assert "--fps" in caplog.text and "--retime" in caplog.text


def test_retime_is_never_ignored(make_plate: Any, driver: Path) -> None:
    plate = make_plate(range(1001, 1006))
    with pytest.raises(KnobError, match=r"--retime .*rate of the plate \(.*1001\.exr\) is unknown: give it by --fps"):
        align_driver(shot(plate, driver), retime=True)
    graph = align_driver(shot(plate, driver, fps=24), retime=True)
    assert [shown(graph, frame) for frame in (1001, 1005)] == pytest.approx([1, 1 + 4 * 30 / 24])


def test_a_driver_without_a_rate_says_so_too(make_plate: Any, tmp_path: Path, caplog: Any) -> None:
    raw = write_movie(tmp_path / "a.mjpeg", "mjpeg", range(6), "mjpeg", "yuvj420p")
    graph = shot(make_plate(range(1, 6), framesPerSecond=24.0), raw, fps=24)
    align_driver(graph)
    assert "The driver does not say its frame rate" in caplog.text and "--set Driving.fps" in caplog.text
    with pytest.raises(KnobError, match="rate of the driver .* is unknown"):
        align_driver(graph, retime=True)
    graph = align_driver(graph.with_knob("Driving", "fps", 48.0), retime=True)
    assert shown(graph, 5) == pytest.approx(9)


def test_a_rate_that_varies_is_retimed_by_its_time_stamps(make_plate: Any, tmp_path: Path, caplog: Any) -> None:
    driver = write_movie(tmp_path / "vfr.mov", "mpeg4", range(12), times=UNEVEN, rate=30)
    plate = make_plate(range(1, 12))
    graph = align_driver(shot(plate, driver, fps=24), retime=True)
    assert shown(graph, 6) == pytest.approx(6.625), "5/24 s is between the stamps 5/30 and 7/30"
    for frame in range(1, 12):
        seconds = (frame - 1) / 24
        after = next(at for at, time in enumerate([*UNEVEN, 9]) if time > seconds)
        exact = after + (seconds - UNEVEN[after - 1]) / (UNEVEN[after] - UNEVEN[after - 1])
        assert shown(graph, frame) == pytest.approx(exact, abs=1e-3)
    assert len(graph.nodes["Driving"].animation["time"].keys) < 8, "straight stretches need no keys"
    assert "The driver's frame rate varies from 15 to 30 fps: the driver is retimed" in caplog.text


def test_a_rate_that_varies_is_said_also_where_the_averages_agree(make_plate: Any, tmp_path: Path, caplog: Any) -> None:
    driver = write_movie(tmp_path / "vfr.mov", "mpeg4", range(12), times=UNEVEN, rate=30)
    average = float(open_source(driver).rate or 0)
    graph = align_driver(shot(make_plate(range(1, 6)), driver, fps=average))
    assert shown(graph, 5) == 5
    assert "varies from 15 to 30" in caplog.text and "--retime keeps its speed" in caplog.text


def test_a_plate_of_varying_rate_is_followed(tmp_path: Path, driver: Path) -> None:
    plate = write_movie(tmp_path / "plate.mov", "mpeg4", range(12), times=UNEVEN, rate=30)
    graph = align_driver(shot(plate, driver), retime=True)
    assert [shown(graph, frame) for frame in (1, 6, 7, 12)] == pytest.approx([1, 6, 8, 18], abs=1e-3)


def test_the_clip_of_the_field(shared: Path, make_plate: Any) -> None:
    graph = align_driver(shot(make_plate(range(1, 9)), shared / "cases" / "vfr.mov", fps=24), retime=True)
    assert shown(graph, 6) == pytest.approx(6.6, abs=0.05)


def test_recast_edit_asks_for_the_plates_rate(make_plate: Any, driver: Path, tmp_path: Path) -> None:
    words = ["edit", "--source", make_plate(range(1, 4)), "--driving", str(driver), "--retime"]
    words += ["--output", str(tmp_path / "out" / "a.####.exr"), "--frames", "1"]
    for more, said in (([], "give it by --fps"), (["--fps", "-1"], "Plate.fps")):
        command = [sys.executable, "-m", "recast_nodes.hosts.cli", *words, *more]
        ran = subprocess.run(command, capture_output=True, text=True)
        assert (ran.returncode, said in ran.stderr) == (2, True), ran.stderr
    assert not (tmp_path / "out").exists()
