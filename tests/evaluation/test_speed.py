"""Measuring speed: what is counted and reported, not how long anything takes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner

from recast_nodes.evaluation import network_speed as speed
from recast_nodes.evaluation import plate_speed
from recast_nodes.evaluation.random_weights import fill_randomly
from recast_nodes.evaluation.timing import Way, seconds
from recast_nodes.hosts.cli import bench
from recast_nodes.models import build
from recast_nodes.stages.field import backward

ONCE = Way("cpu", torch.float32, repeat=1)


@pytest.fixture
def quick(monkeypatch):
    """Only the motion extractors, and a small probe."""
    monkeypatch.setattr(speed, "STAGES", {"M": 2})
    monkeypatch.setattr(speed, "peak", lambda way: 1e12)


def test_operations_are_the_published_ones():
    published = {"F": 226.9, "M": 11.6, "W": 1078.2, "G": 891.6}  # GFLOP, attention left out
    for stage, wanted in published.items():
        assert speed.operations("performrecast", stage) / 1e9 == pytest.approx(
            wanted, rel=0.2 if stage == "F" else 5e-3
        )


def test_a_frame_is_the_sum_of_its_stages(quick):
    stage, frame = speed.measure("liveportrait", ONCE, (1,))
    assert (stage.stage, frame.stage) == ("M", "frame")
    assert frame.fast == 2 * stage.fast and frame.plain == 2 * stage.plain and frame.work == 2 * stage.work
    assert stage.ratio == pytest.approx(stage.fast / stage.plain)
    assert stage.error is not None and stage.error < 1e-5


def test_without_the_plain_form_there_is_no_ratio(quick):
    stage, _ = speed.measure("liveportrait", replace(ONCE, plain=False), (2,))
    assert stage.plain == 0 and stage.ratio is None and stage.rate == stage.work / stage.fast


def test_forms_take_turns_and_each_is_called_once_before():
    called = []
    times = seconds({name: lambda name=name: called.append(name) for name in "ab"}, replace(ONCE, repeat=2))
    assert called == ["a", "b"] * 3 and set(times) == {"a", "b"}


def test_weights_keep_the_size_of_what_flows_through_and_stay_the_same():
    one, two = (fill_randomly(build("liveportrait", "M")) for _ in range(2))
    for name, tensor in one.state_dict().items():
        torch.testing.assert_close(two.state_dict()[name], tensor, rtol=0, atol=0)
    heads = one(*speed.inputs("liveportrait", "M", 1))
    assert all(1e-3 < head.abs().max() < 10 for head in heads.values())


def test_the_command_says_the_machine_and_a_row_a_stage(quick):
    result = CliRunner().invoke(
        bench.command, ["--model", "liveportrait", "--json", "--repeat", "1", "--device", "cpu"]
    )
    assert result.exit_code == 0, result.output
    machine, stage, frame = (json.loads(line) for line in result.stdout.splitlines())
    assert machine["device"] == "cpu" and machine["dtype"] == "float32"
    assert stage["frames_per_second"] == pytest.approx(1 / stage["fast"])
    assert frame["stage"] == "frame" and frame["error"] is None


def test_the_mesh_models_stages_at_given_sizes(landmarker_files, portrait):
    if not portrait.is_file():
        pytest.skip("no portrait")
    words = ["--model", "mesh", "--json", "--repeat", "1", "--size", "480x270,960x540", "--picture", str(portrait)]
    result = CliRunner().invoke(bench.command, words)
    assert result.exit_code == 0, result.output
    _, *rows = (json.loads(line) for line in result.stdout.splitlines())
    names = ["track", "motion", "mix", "warp", "decode", "composite", "frame"]
    assert [row["stage"] for row in rows] == 2 * names
    assert [row["width"] for row in rows] == [480] * 7 + [960] * 7
    for row in rows[:7], rows[7:]:
        assert row[-1]["fast"] == pytest.approx(sum(stage["fast"] for stage in row[:-1]))
    assert all((row["ratio"] is not None) == (row["stage"] == "warp") for row in rows)


def test_a_coarser_grid_draws_nearly_the_same_field(landmarker_files, portrait, monkeypatch):
    if not portrait.is_file():
        pytest.skip("no portrait")
    monkeypatch.setattr(backward, "GRID", 60)
    found = {row.stage: row for row in plate_speed.measure_plates("mesh", portrait, ((480, 270),), ONCE)}
    assert 0 < found["warp"].error < 0.5 and backward.GRID == 60
    assert found["track"].error is None and found["frame"].plain == 0


@pytest.mark.parametrize(("words", "told"), ((["--size", "1080"], "1920x1080"), (["--picture", "no.png"], "not there")))
def test_plates_that_cannot_be_made_are_refused(words, told):
    result = CliRunner().invoke(bench.command, ["--model", "mesh", *words])
    assert result.exit_code == 2 and told in result.output


@pytest.mark.parametrize("words", (["--batch", "0"], ["--batch", "one"], ["--dtype", "int8"], ["--repeat", "0"]))
def test_what_cannot_be_measured_is_refused(words):
    assert CliRunner().invoke(bench.command, words).exit_code == 2
