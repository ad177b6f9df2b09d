"""`recast report` on rendered shots, good and bad."""

import csv
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.consent import Consent, with_consents
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.render import Resume
from recast_nodes.hosts.cli import recast
from recast_nodes.nodes import NODES

from .conftest import FRAMES, Shot
from .footage import read_exr, write_clip, write_exr

MEASURE = os.environ.get("RECAST_MEASURE", "")  # a Python that has MediaPipe


def report(out, *options):
    """The exit code, the JSON document and the page."""
    result = CliRunner().invoke(recast, ["report", str(out), *map(str, options), "--workers", "2"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    folder = Path(out) if Path(out).is_dir() else Path(out).parent
    (document,) = folder.glob("*.report.json")
    return result.exit_code, json.loads(document.read_text()), document.with_suffix(".html").read_text()


def rendered(shot, graph, frames=None, **settings):
    assert not shot.render(graph, frames, **settings).failed
    save(graph, shot.folder / "out.recast.yaml")
    return shot


@pytest.fixture(scope="module")
def edited(plate, driving, tmp_path_factory) -> Path:
    """The folder of a good edit with its journal, made once."""
    shot = Shot(plate, driving, tmp_path_factory.mktemp("edited"))
    assert not shot.render(shot.graph(), resume=Resume()).failed
    return shot.folder


def copied(shot, edited):
    """The good edit in a folder of a test's own."""
    shutil.copytree(edited, shot.folder, dirs_exist_ok=True)
    save(shot.graph(), shot.folder / "out.recast.yaml")
    return shot


def by_frame(document):
    return {row["frame"]: row for row in document["frames"]}


def test_a_good_edit_is_measured_frame_by_frame(shot, edited):
    agreed = with_consents(copied(shot, edited).graph(), (Consent("Jane <b> Doe"),))
    save(agreed, shot.folder / "out.recast.yaml")
    code, document, page = report(shot.folder, "--sheet", 3)
    frames = by_frame(document)
    assert code == 0 and list(frames) == list(FRAMES)
    assert document["consent"][0]["performer"] == "Jane <b> Doe" and "Jane &lt;b&gt; Doe" in page
    for row in frames.values():
        assert row["leak"] == 0 and row["edited"] and row["expression_ratio"] < 1.2
        assert 0 < row["rigid_drift"] < 5 and row["hull_step"] < 1 and row["pose_drift"] < 15
    assert document["summary"]["ratio"] < 1 and document["summary"]["active"] > 0
    assert document["fingerprint"] and not any("other settings or files" in note for note in document["notes"])
    assert page.count('class="tile"') == 15
    rows = list(csv.DictReader((shot.folder / "out.report.csv").open()))
    assert [int(row["frame"]) for row in rows] == list(FRAMES)


def bytes_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_plate_untouched_is_perfect(shot, monkeypatch):
    rendered(shot, shot.graph(ExpressionMix__replace=0.0), resume=Resume(), shared_analyses={})
    before = bytes_of(shot.folder / ".out.recast")
    monkeypatch.setattr(NODES["FaceTrack"], "observe", lambda *words, **inputs: pytest.fail("it was looked at again"))
    _, document, _ = report(shot.folder)
    assert bytes_of(shot.folder / ".out.recast") == before
    for row in document["frames"]:
        assert row["edited"] is False and row["leak"] == 0 and row["rigid_drift"] == 0 and row["edit_step"] == 0
        assert row["expression_ratio"] == 1 and row["pose_drift"] < 0.01
    assert document["flags"] == []


def test_leaks_missing_and_broken_frames_are_named(shot, edited):
    copied(shot, edited)
    os.remove(shot.result.replace("####", "1003"))
    os.truncate(shot.result.replace("####", "1006"), 30_000)
    pixels, _, header = read_exr(shot.result, 1005)
    pixels = pixels.copy()
    pixels[2, 2:12, 0] += np.float16(0.5)
    write_exr(shot.result.replace("####", "1005"), pixels, {})
    code, document, page = report(shot.result, "--frames", "1003-1006")
    frames, reasons = by_frame(document), {flag["frame"]: flag["reason"] for flag in document["flags"]}
    assert code == 1
    assert frames[1003]["fault"] and frames[1006]["fault"] and "1003" in reasons[1003]
    assert frames[1005]["leak"] == 10 and "10 values changed" in frames[1005]["flags"]
    assert frames[1004]["leak"] == 0 and "no picture" in page


def test_a_shot_without_a_driver_and_with_lost_frames(shot, portrait, tmp_path):
    def hide(frame, pixels):
        return pixels * 0 if frame in (1004, 1005) else pixels

    plate = write_clip(portrait, tmp_path / "dark" / "plate.####.exr", FRAMES, hide)
    graph = shot._replace(plate=plate).graph(
        FaceTrack__lost="pass", ExpressionMix__replace=0.0, ExpressionMix__smile=0.5
    )
    nodes = {name: placed for name, placed in graph.nodes.items() if not name.startswith("Driving")}
    for name in ("ExpressionMix", "Decode"):
        wires = {entry: source for entry, source in nodes[name].wires.items() if not source.startswith("Driving")}
        nodes[name] = replace(nodes[name], wires=wires)
    code, document, page = report(rendered(shot, replace(graph, nodes=nodes)).folder, "--frames", "1001-1004")
    frames = by_frame(document)
    assert code == 0 and frames[1004]["state"] == "lost" and "not found" in frames[1004]["flags"]
    assert frames[1001]["expression_ratio"] is None and frames[1001]["rigid_drift"] is not None
    assert document["summary"]["ratio"] is None and any("no driver" in note for note in document["notes"])
    assert 'data-view="driver"' not in page


def test_any_data_window_and_keyed_weights(shot, portrait, tmp_path):
    keys = Curve([Key(FRAMES[0], 0), Key(FRAMES[-1], 1)])
    plate = write_clip(portrait, tmp_path / "over" / "plate.####.exr", FRAMES)
    for frame in FRAMES:  # overscan: the data window reaches beyond a smaller display window
        _moved(plate.replace("####", str(frame)))
    graph = shot._replace(plate=plate).graph(ExpressionMix__replace=keys)
    code, document, page = report(rendered(shot, graph).folder, "--every", 2)
    assert code == 0 and [row["frame"] for row in document["frames"]] == list(FRAMES)[::2]
    assert all(row["leak"] == 0 for row in document["frames"]) and "ExpressionMix.replace" in page
    assert any("neighbouring" in note for note in document["notes"])


def _moved(path):
    import OpenImageIO as oiio

    buffer = oiio.ImageBuf(path)
    pixels, spec = buffer.get_pixels(oiio.HALF), oiio.ImageSpec(buffer.spec())
    spec.x, spec.y, spec.full_x, spec.full_y, spec.full_width, spec.full_height = -30, 12, 0, 20, 320, 280
    buffer.clear()
    output = oiio.ImageOutput.create(path)
    assert output.open(path, spec) and output.write_image(pixels) and output.close()


def test_frames_of_another_rendering_are_told(shot, edited):
    graph = copied(shot, edited).graph()
    save(graph.with_knob("ExpressionMix", "jaw", 0.5), shot.folder / "out.recast.yaml")
    _, document, _ = report(shot.folder, "--frames", "1002-1003")
    assert any("other settings or files" in note for note in document["notes"])
    assert ["ExpressionMix", "jaw", "0.5"] in [[row["node"], row["knob"], row["value"]] for row in document["settings"]]


def test_a_movie_is_measured_as_far_as_it_goes(shot):
    graph = shot.graph().with_knob("Write", "file", str(shot.folder / "review.mp4"))
    shot.render(graph)
    save(graph, shot.folder / "review.recast.yaml")
    code, document, _ = report(shot.folder)
    assert code == 0 and document["frames"][0]["leak"] is None and document["frames"][0]["rigid_drift"] is not None


@pytest.mark.skipif(not MEASURE, reason="no MediaPipe to measure with; `make test-measure` brings it")
def test_it_agrees_with_an_independent_measurement(shared, landmarker_files, tmp_path):
    """`tools/measure.py` beside the footage shares no code with this project, reads faces by MediaPipe's own graph and
    looks through another curve.
    """
    first, count, step = 1001, 6, 4
    plate, driving = (_clip(shared, name, tmp_path, first, count, step) for name in ("s18", "d18"))
    shot = Shot(plate, driving, tmp_path / "out")
    _, document, _ = report(rendered(shot, edit_graph(plate, driving, shot.result)).folder, "--sheet", 0)
    task = landmarker_files["face_landmarker.task"]
    told = _python(shared / "tools" / "measure.py", task, plate, driving, shot.result, first, first + count - 1)
    other, summary = json.loads(told.splitlines()[-1]), document["summary"]
    assert summary["ratio"] == pytest.approx(other["ratio"], abs=0.06)
    assert summary["spreads"]["rigid_drift"]["mean"] == pytest.approx(other["rigid"], abs=0.25)
    assert summary["spreads"]["pose_drift"]["mean"] == pytest.approx(other["pose_deg"], abs=1)
    assert sum(row["leak"] for row in document["frames"]) == other["leak_pixels"] == 0


def _clip(shared, name, folder, *numbers):
    pattern = folder / name / f"{name}.####.exr"
    pattern.parent.mkdir()
    _python(shared / "tools" / "plate.py", shared / "footage" / f"{name}.mp4", pattern, *numbers)
    return str(pattern)


def _python(*words):
    done = subprocess.run([MEASURE, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
