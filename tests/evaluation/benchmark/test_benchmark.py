"""The benchmark made and scored, very small: what is in it, that it goes on where it was stopped, and its table."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("warp", reason="rendering digital humans needs the extra `heads`")

from click.testing import CliRunner

from recast_nodes.errors import DocumentError, MediaError
from recast_nodes.evaluation.benchmark import frames, table
from recast_nodes.evaluation.benchmark import score as scoring
from recast_nodes.evaluation.benchmark.clips import ShownClip, of_benchmark, of_system
from recast_nodes.evaluation.benchmark.kept_scores import KeptScores
from recast_nodes.evaluation.benchmark.make import PARAMETERS, make
from recast_nodes.evaluation.benchmark.networks import Networks
from recast_nodes.evaluation.benchmark.plan import FULL, MODES, REST, STILL, Plan, Size, Triplet, draw_plan, read_plan
from recast_nodes.evaluation.benchmark.score import ClipScore, compare, score
from recast_nodes.hosts.cli import bench_progress
from recast_nodes.hosts.cli.bench import command

SMALL = Size(1, 4, 96)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path]:
    plan, folder = draw_plan(5, SMALL), tmp_path_factory.mktemp("benchmark")
    make(plan, folder)
    return plan, folder


def test_the_full_plan_is_the_papers():
    plan = draw_plan(0, FULL)
    assert [sum(triplet.mode == mode for triplet in plan.triplets) for mode in MODES] == [20, 20]
    for triplet in plan.triplets:
        source, driving, truth = (plan.clip(name) for name in triplet[2:])
        assert source.person == truth.person != driving.person
        assert source.motion == truth.motion != STILL and driving.motion == STILL
        assert driving.performance == truth.performance != source.performance
        assert (source.performance == REST) == (triplet.mode == "enhancement")
    assert plan == draw_plan(0, FULL) != draw_plan(1, FULL)


def test_what_is_made_can_be_read(made):
    plan, folder = made
    assert read_plan(folder) == plan
    truth = plan.triplets[0].truth
    passes = frames.read_passes(folder / truth, 2)
    assert passes.face.shape == (96, 96) and 0.02 < passes.face.mean() < 0.6
    assert frames.read_landmarks(folder / truth, 2).shape == (68, 3)
    assert of_benchmark(folder, truth, 96).picture(1).shape == (96, 96, 3)
    parameters = json.loads((folder / truth / PARAMETERS).read_text())["frames"][3]
    assert {"HeadYaw", "HeadPitch", "HeadRoll"} <= set(parameters)
    others = set(parameters) - {"HeadYaw", "HeadPitch", "HeadRoll"}
    assert all(name.startswith("CTRL_expressions_") for name in others)
    rest = json.loads((folder / plan.triplets[1].source / PARAMETERS).read_text())["frames"][3]
    assert not any(name.startswith("CTRL_expressions_") for name in rest)


def test_a_stopped_render_goes_on_with_the_same_pixels(made):
    plan, folder = made
    clip = folder / plan.triplets[0].truth
    path = frames.path_of(clip, frames.PICTURE, 2)
    kept, before = {each: each.stat().st_mtime_ns for each in clip.iterdir()}, path.read_bytes()
    path.unlink()
    make(plan, folder)
    assert path.read_bytes() == before
    assert all(each.stat().st_mtime_ns == kept[each] for each in clip.glob("*.exr") if each.name[8:] not in path.name)


def test_a_folder_holds_one_benchmark(made):
    _, folder = made
    with pytest.raises(DocumentError, match="another benchmark"):
        make(draw_plan(6, SMALL), folder)


def test_source_and_truth_differ_in_the_face_alone(made):
    plan, folder = made
    for triplet in plan.triplets:
        source, truth = (of_benchmark(folder, name, 96).picture(3) for name in (triplet.source, triplet.truth))
        face = [frames.read_passes(folder / name, 3).face for name in (triplet.source, triplet.truth)]
        numbers = compare(truth, source, truth, np.maximum(*face) > 0.5)
        assert numbers["psnr"] == 100 and numbers["outside"] < 1e-3 and numbers["folds"] in (None, pytest.approx(1))


def test_skin_that_acts_is_told_from_skin_that_is_still():
    source, face = np.full((40, 40, 3), 0.5, np.float32), np.zeros((40, 40), bool)
    face[10:30, 10:30] = True
    truth, result = source + np.float32(1 / 255), source.copy()  # grain is no acting
    truth[10:15] += np.float32(0.1)
    result[20:30] += np.float32(0.3)
    unedited, moved = compare(source, source, truth, face), compare(result, source, truth, face)
    assert unedited["l1 acting"] == moved["l1 acting"] == pytest.approx(0.1 + 1 / 255, abs=1e-5)
    assert unedited["l1 still"] == pytest.approx(1 / 255, abs=1e-5) and moved["l1 still"] > 0.19
    assert compare(source, source, source, face)["l1 acting"] is None


def test_the_truth_is_the_best_result(made, landmarker_files):
    plan, folder = made
    networks = Networks()
    right = list(score(plan, folder, lambda triplet: of_benchmark(folder, triplet.truth, 96), networks))
    wrong = list(score(plan, folder, lambda triplet: of_benchmark(folder, triplet.source, 96), networks))
    rows = {"truth": table.summarise(right), "unedited": table.summarise(wrong)}
    for mode in MODES:
        assert rows["truth"][mode]["l1 face"] == 0 < rows["unedited"][mode]["l1 face"]
        assert rows["truth"][mode]["psnr"] == 100 > rows["unedited"][mode]["psnr"]
        assert rows["unedited"][mode]["outside"] == 0
    assert "PSNR" in table.as_text(rows)


def test_scoring_goes_on_where_it_was_stopped(made, tmp_path: Path, monkeypatch, landmarker_files):
    plan, folder = made
    for triplet in plan.triplets:
        shutil.copytree(folder / triplet.source, tmp_path / triplet.name, ignore=shutil.ignore_patterns("p*s.*"))
    networks = Networks()

    def run() -> list[ClipScore]:
        def result(triplet: Triplet) -> ShownClip:
            return of_system(tmp_path, triplet.name, 96)

        return list(score(plan, folder, result, networks, KeptScores(tmp_path, "other", plan, networks)))

    first = run()
    counted = []
    usual = scoring.score_clip
    monkeypatch.setattr(scoring, "score_clip", lambda *given: counted.append(given[2].name) or usual(*given))
    for one, again in zip(first, run(), strict=True):
        assert one.frames == again.frames and one.features.keys() == again.features.keys()
        for name in one.features:
            np.testing.assert_array_equal(one.features[name], again.features[name])
    assert not counted
    changed = next((tmp_path / plan.triplets[1].name).glob("picture*.exr"))
    os.utime(changed, ns=(1, 1))
    (tmp_path / "scores" / "other" / f"{plan.triplets[0].name}.npz").write_bytes(b"cut off")
    run()
    assert counted == [triplet.name for triplet in plan.triplets]


def test_what_is_left_is_estimated_by_what_this_run_did(monkeypatch, capsys):
    clock = iter([0.0, 0.0, 10.0, 30.0, 30.0])
    monkeypatch.setattr(bench_progress.time, "monotonic", lambda: next(clock))
    progress = bench_progress.ProgressLine("Scoring", "clips")
    for done in (10, 15, 20):
        progress(done, 20)
    said = capsys.readouterr().err
    assert "10 of 20 clips " in said and "15 of 20 clips, about 10 s left" in said and said.endswith("\n")
    assert [bench_progress.describe(each) for each in (0.2, 600, 7200)] == ["1 s", "10 min", "2.0 h"]


def test_frames_of_others_are_found_in_folders(made, tmp_path: Path):
    plan, folder = made
    name = plan.triplets[0].name
    with pytest.raises(MediaError, match=name):
        of_system(tmp_path, name, 96)
    (tmp_path / name).mkdir()
    for number in range(4):
        picture = frames.path_of(folder / plan.triplets[0].source, frames.PICTURE, number)
        (tmp_path / name / f"out_{number:03d}.exr").write_bytes(picture.read_bytes())
    theirs = of_system(tmp_path, name, 96)
    assert len(theirs) == 4
    np.testing.assert_array_equal(theirs.display(2), of_benchmark(folder, plan.triplets[0].source, 96).display(2))


def test_the_command_scores_and_writes_a_page(made, landmarker_files):
    _, folder = made
    asked = ["quality", "--folder", str(folder), "--model", "unedited", "--json"]
    ended = CliRunner().invoke(command, asked)
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert set(told["rows"]["unedited"]) == set(MODES)
    assert Path(told["page"]).is_file() and (folder / "scores" / "unedited.json").is_file()
