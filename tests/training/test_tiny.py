"""The tiny preset on rendered people, a minute on a processor; and runs by two processes. `make test-train`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import torch

from recast_nodes.evaluation.benchmark.frames import read_landmarks
from recast_nodes.evaluation.benchmark.make import make
from recast_nodes.evaluation.benchmark.plan import Size, draw_plan
from recast_nodes.training.checkpoints import checkpoints
from recast_nodes.training.data.clip import read_frames
from recast_nodes.training.data.pairs import PairSampler
from recast_nodes.training.data.sources import clip_sources
from recast_nodes.training.run import train
from recast_nodes.training.settings_file import write_settings
from recast_nodes.training.trainer import Trainer

from .conftest import long

pytestmark = long
ROOT = Path(__file__).resolve().parents[2]
CLI = ["-m", "recast_nodes.hosts.cli", "train", "run"]


def lines(run):
    return [json.loads(line) for line in (run / "losses.jsonl").read_text().splitlines()]


def test_a_tiny_model_is_taught_on_rendered_people_and_its_loss_falls(tmp_path):
    settings = tmp_path / "tiny.yaml"
    settings.write_text("preset: tiny\n")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, *CLI, settings], check=True, env=environment, cwd=tmp_path, timeout=1800)
    totals = [line["total"] for line in lines(tmp_path / "tiny") if "total" in line]
    assert sum(totals[-3:]) / 3 < 0.9 * totals[0]
    assert (tmp_path / "tiny" / "preview.png").is_file()


def test_a_benchmark_is_trained_on_with_its_truth_computed_again(settings, tmp_path):
    plan = draw_plan(0, Size(1, 3, 96))
    make(plan, tmp_path / "bench")
    taught = replace(
        settings, data=replace(settings.data, kind="benchmark", folder=str(tmp_path / "bench"), ahead=False)
    )
    sources = clip_sources(taught, tmp_path)
    assert len(sources) == len(plan.clips)
    frames = read_frames(sources[0].made(), [0, 2])
    assert frames.pictures.float().std() > 10
    wanted = torch.from_numpy(read_landmarks(tmp_path / "bench" / plan.clips[0].name, 2)[:, :2]).float()
    found = frames.landmarks[1]
    wanted, found = (each - each.mean(0) for each in (wanted, found))
    turn = torch.linalg.lstsq(found, wanted).solution
    assert (found @ turn - wanted).abs().max() < 0.05  # pixels: the crop turns, moves and scales, and nothing else
    assert train(replace(taught, train=replace(taught.train, steps=1)), tmp_path / "run", tell=lambda _: None).step == 1


class EachInTurn:
    """Gives the parts of a step what processes would get."""

    def __init__(self, sampler):
        self.sampler = sampler

    def batch(self, step, part=0, rank=0):
        return self.sampler.batch(step, 0, part)


def start_two(*arguments, cwd):
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node=2",
        *map(str, arguments),
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, env=environment, cwd=cwd, timeout=1800)


def test_two_processes_teach_one_model(settings, clips, tmp_path):
    """The same bits in both, and the step that one process takes by both batches."""
    quiet = replace(settings, train=replace(settings.train, keypoint_noise=(0.0, 0.0, 0.0)))
    write_settings(quiet, tmp_path / "two.yaml")
    start_two(Path(__file__).with_name("two_processes.py"), tmp_path / "two.yaml", clips, tmp_path, cwd=tmp_path)
    one, other = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    assert one["digest"] == other["digest"] and one["numbers"] == other["numbers"]
    alone = Trainer(replace(quiet, train=replace(quiet.train, accumulate=2)), torch.device("cpu"))
    alone.teach(EachInTurn(PairSampler(clip_sources(quiet, clips), quiet)))
    torch.testing.assert_close(alone.model.get_submodule("M").fc_kp.weight, one["first"], atol=2e-6, rtol=0)


def test_the_command_trains_by_two_processes(settings, tmp_path):
    write_settings(settings, tmp_path / "two.yaml")
    start_two(*CLI, tmp_path / "two.yaml", cwd=tmp_path)
    run = tmp_path / "two"
    assert [line["step"] for line in lines(run) if "total" in line] == [1, 2, 3, 4, 5, 6]
    assert [path.name for path in checkpoints(run)] == ["checkpoint_00000003.pt", "checkpoint_00000006.pt"]
