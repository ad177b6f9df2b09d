"""Runs: the loss falls, a stopped run goes on to the same numbers, a student learns from its teacher."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from recast_nodes.errors import ComputeError, DocumentError, MediaError
from recast_nodes.training import run as run_module
from recast_nodes.training.checkpoints import checkpoints, read_checkpoint, trained_weights
from recast_nodes.training.data.pairs import PairSampler
from recast_nodes.training.data.sources import clip_sources
from recast_nodes.training.run import train
from recast_nodes.training.trainer import Trainer

from .conftest import long, quick


def quietly(settings, run, report=lambda what, done, total: None):
    return train(settings, run, report, lambda text: None)


def losses(run):
    return [json.loads(line) for line in (run / "losses.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def whole(clips, tmp_path_factory):
    """A run of six steps, from beginning to end."""
    run = tmp_path_factory.mktemp("whole")
    quietly(quick(clips), run)
    return run


class Killed(Exception):
    pass


@pytest.mark.parametrize(
    ("kind", "left"),
    (pytest.param(Killed, 3, id="killed"), pytest.param(KeyboardInterrupt, 4, id="Ctrl-C", marks=long)),
)
def test_a_run_that_was_stopped_goes_on_to_the_same_numbers(settings, tmp_path, whole, kind, left):
    def stop(what, done, total):
        if what == "Training" and done == 4:
            raise kind

    with pytest.raises(kind):
        quietly(settings, tmp_path, stop)
    assert read_checkpoint(checkpoints(tmp_path)[-1])["state"]["step"] == left
    quietly(settings, tmp_path)
    assert losses(tmp_path) == losses(whole)
    ours, theirs = (read_checkpoint(checkpoints(run)[-1])["state"] for run in (tmp_path, whole))
    for name in ("model", "average", "judges"):
        for key, value in theirs[name].items():
            assert torch.equal(ours[name][key], value), (name, key)


def test_a_run_leaves_numbers_and_pictures_of_people_who_were_left_out(whole):
    last = losses(whole)[-1]
    assert last["step"] == 6 and last["held-out PSNR"] > 5
    assert (whole / "preview.png").stat().st_size > 1000
    assert [path.name for path in checkpoints(whole)] == ["checkpoint_00000003.pt", "checkpoint_00000006.pt"]


def test_a_run_refuses_settings_that_its_numbers_depend_on(settings, whole):
    changed = replace(settings, train=replace(settings.train, batch=4))
    with pytest.raises(DocumentError, match="train.batch was 2 and is 4"):
        quietly(changed, whole)
    longer = replace(settings, name="another", log=replace(settings.log, keep=1))
    assert quietly(longer, whole).step == 6


def test_what_is_refused_is_refused_before_clips_are_made(settings, whole, tmp_path, monkeypatch):
    def work(*given):
        raise AssertionError("clips are made")

    monkeypatch.setattr(run_module, "make_all", work)
    with pytest.raises(AssertionError):
        quietly(settings, whole)
    with pytest.raises(DocumentError, match="begun with other settings"):
        quietly(replace(settings, train=replace(settings.train, batch=4)), whole)
    with pytest.raises(MediaError, match="nobody"):
        quietly(replace(settings, stage="student", teacher=str(tmp_path / "nobody")), tmp_path)


def test_the_loss_falls_when_one_batch_is_taught_again_and_again(settings, clips):
    sampler = PairSampler(clip_sources(settings, clips), settings)
    one = sampler.batch(0)
    quick_rates = replace(settings.rates, appearance=3e-3, motion=3e-3, warping=3e-3, decoder=3e-3)
    trainer = Trainer(replace(settings, rates=quick_rates), torch.device("cpu"))
    totals = [trainer.teach(Always(one)) for _ in range(16)]
    for name in ("flame", "l1 whole", "l1 face"):
        assert totals[-1][name] < 0.8 * totals[0][name], name


class Always:
    def __init__(self, pairs):
        self.pairs = pairs

    def batch(self, step, part=0, rank=0):
        return self.pairs


@pytest.mark.parametrize("start", ("teacher", pytest.param("random", marks=long)))
def test_a_student_is_held_to_its_teacher_and_to_its_source(settings, tmp_path, whole, start):
    student = replace(settings, stage="student", teacher=str(whole), start=start)
    student = replace(student, train=replace(student.train, steps=1))
    trainer = quietly(student, tmp_path)
    (first,) = (each for each in losses(tmp_path) if "total" in each)
    assert {"l1 facial", "l1 non-facial", "l1 whole", "flame"} <= set(first)
    if start == "teacher":
        taught, teachers = trainer.model.state_dict(), trained_weights(whole)
        assert (taught["M.fc_kp.bias"] - teachers["M.fc_kp.bias"]).abs().max() < 0.01


def test_parts_of_a_step_are_added_before_it_is_taken(settings, clips):
    """Twice the same batch in two parts is that batch once."""
    sampler = PairSampler(clip_sources(settings, clips), settings)
    quiet = replace(settings, train=replace(settings.train, keypoint_noise=(0.0, 0.0, 0.0)))
    quiet = replace(quiet, losses=replace(quiet.losses, adversarial=(0, 0, 0), feature_matching=(0, 0, 0)))
    once, twice = (
        Trainer(quiet, torch.device("cpu")),
        Trainer(replace(quiet, train=replace(quiet.train, accumulate=2)), torch.device("cpu")),
    )
    for trainer in (once, twice):
        trainer.teach(Always(sampler.batch(0)))
    one, other = (trainer.model.get_submodule("M").fc_kp.weight for trainer in (once, twice))
    torch.testing.assert_close(one, other, atol=1e-6, rtol=0)


@pytest.mark.parametrize(
    ("changes", "gone"),
    (({"flame": 0.0}, "flame"), ({"adversarial": (0, 0, 0), "feature_matching": (0, 0, 0)}, "adversarial")),
    ids=("no FLAME loss", "no GAN loss"),
)
def test_ablations_leave_losses_out(settings, clips, changes, gone):
    less = replace(settings, losses=replace(settings.losses, **changes))
    trainer = Trainer(less, torch.device("cpu"))
    numbers = trainer.teach(PairSampler(clip_sources(settings, clips), settings))
    assert not [name for name in numbers if name.startswith(gone)] and "l1 whole" in numbers


def test_equation_1_turns_the_head_before_it_acts(settings, clips):
    one, three = (Trainer(replace(settings, equation=number), torch.device("cpu")).model for number in (1, 3))
    pairs = PairSampler(clip_sources(settings, clips), settings).batch(0)
    motion = three.motion(pairs.source.pictures)
    turn = torch.tensor([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]).expand_as(motion.rotation)
    turned = motion._replace(rotation=turn, expression=motion.expression + 0.1)
    by_three = turned.scale[:, None] * ((turned.canonical + turned.expression) @ turn.mT)
    by_one = turned.scale[:, None] * (turned.canonical @ turn.mT + turned.expression)
    shift = turned.translation[:, None]
    torch.testing.assert_close(three.keypoints(turned), by_three + shift)
    torch.testing.assert_close(one.keypoints(turned), by_one + shift)


def test_the_average_forgets_how_training_began(settings, whole):
    state = read_checkpoint(checkpoints(whole)[-1])["state"]
    key = "G.fc.weight"
    assert not torch.equal(state["average"][key], state["model"][key])
    assert torch.equal(state["average"]["W.third.norm.running_mean"], state["model"]["W.third.norm.running_mean"])


def test_a_loss_that_is_no_number_ends_the_run(settings, tmp_path):
    wild = replace(settings, losses=replace(settings.losses, flame=1e38, flame_posed=1e38))
    with pytest.raises(ComputeError, match="flame inf"):
        quietly(wild, tmp_path)


def test_a_teacher_that_is_not_there_is_named(settings, tmp_path):
    with pytest.raises(MediaError, match="nobody holds no checkpoint"):
        quietly(replace(settings, stage="student", teacher=str(tmp_path / "nobody")), tmp_path)


@pytest.mark.parametrize("precision", ("bfloat16",))
def test_half_precision_trains_and_spoils_no_buffer(settings, clips, precision):
    half = replace(settings, train=replace(settings.train, precision=precision))
    trainer = Trainer(half, torch.device("cpu"))
    numbers = trainer.teach(PairSampler(clip_sources(settings, clips), settings))
    assert all(value == value for value in numbers.values())
    assert {each.dtype for each in trainer.model.state_dict().values()} == {torch.float32, torch.int64}
