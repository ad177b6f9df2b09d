"""A performer learned from a painted actor: nearer to the truth than the mesh model, the same each time, one file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from recast_nodes.errors import NoFace
from recast_nodes.models.mesh.keypoints import keypoints
from recast_nodes.models.performer.file import LARGEST, TABLES, read_performer, write_performer
from recast_nodes.models.performer.finish import finish_face
from recast_nodes.performer.choose import choose_frames
from recast_nodes.performer.fit import fit_nonnegative
from recast_nodes.performer.footage import FEWEST, gather_footage
from recast_nodes.performer.judge import judge
from recast_nodes.performer.learn import LearnSettings, Lesson, learn
from recast_nodes.performer.preview import write_preview
from recast_nodes.stages.features.donor import Lender

from .actor import PAIRS, image_at, painted_footage, painted_lesson, track_at


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return painted_lesson()


def test_folds_that_no_warp_knows_come_along(lesson: Lesson) -> None:
    assert lesson.finished.psnr > lesson.mesh.psnr + 1
    assert 0.85 < lesson.finished.sharpness < 1.15
    assert lesson.performer.card["held out"]["pairs"] == 4


def test_the_file_comes_back_as_it_was_and_is_small(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "actor.safetensors"
    write_performer(path, lesson.performer)
    again = read_performer(str(path))
    assert path.stat().st_size <= LARGEST
    assert again.frames == lesson.performer.frames
    assert all(torch.equal(getattr(again, name), getattr(lesson.performer, name)) for name in TABLES)
    assert again.card["settings"] == {"pairs": PAIRS, "seed": 0}
    write_preview(tmp_path / "actor.png", lesson.rows)
    assert (tmp_path / "actor.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_footage_and_seed_give_the_same_file_and_stopping_keeps_what_is_known(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        asked: list[int] = []
        stop = lambda asked=asked: asked.append(1) or len(asked) > 2  # noqa: E731
        write_performer(tmp_path / name, learn(painted_footage(), LearnSettings(pairs=4), stop=stop).performer)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_outside_the_face_and_without_an_edit_nothing_is_finished(lesson: Lesson) -> None:
    pixels = torch.rand(3, 360, 360)
    start, driven = (keypoints(track_at(frame)) for frame in (0, 21))
    finished, matte = finish_face(pixels, start, driven, lesson.performer, lower_only=False)
    assert 0.9 < float(matte.max()) <= 1 and float(matte[:, :40].max()) == 0 and torch.isfinite(finished).all()
    assert float(finish_face(pixels, start, start, lesson.performer, lower_only=False)[1].max()) == 0
    _, lower = finish_face(pixels, start, driven, lesson.performer, lower_only=True)
    eye, lip = (driven[at, :2].long() for at in (159, 17))
    assert float(lower[0, eye[1], eye[0]]) == 0 and float(lower[0, lip[1], lip[0]]) > 0.9


def test_an_edit_keyed_from_nothing_sets_in_without_a_jump(lesson: Lesson) -> None:
    pixels, start = torch.rand(3, 360, 360), keypoints(track_at(0))
    way = keypoints(track_at(21)) - start
    shares = [
        float(finish_face(pixels, start, start + k * way, lesson.performer, False)[1].max()) for k in (0, 0.01, 1)
    ]
    assert shares[0] == 0 < shares[1] < 0.2 < 0.9 < shares[2]


def test_few_frames_are_refused_in_words() -> None:
    tracks = {Lender(frame): track_at(frame) for frame in range(FEWEST - 1)}
    with pytest.raises(NoFace, match="24 frames"):
        gather_footage(tracks, lambda name: image_at(name.frame))


def test_frames_are_chosen_to_be_unlike_each_other() -> None:
    jaw = torch.linspace(0, 1, 20)
    expressions = torch.zeros(20, 478, 3)
    expressions[:, 13, 1] = jaw
    turns = torch.eye(3).expand(20, 3, 3)
    chosen = choose_frames(expressions, turns, [True] * 19 + [False], 3)
    assert chosen[0] == 0 and chosen[-1] == 18 and 6 <= chosen[1] <= 12


def test_weights_are_never_negative_and_stay_near_what_is_usual() -> None:
    rows = torch.rand(200, 3, generator=torch.Generator().manual_seed(0))
    goals = rows @ torch.tensor([2.0, 1.0, -1.0])
    weights = fit_nonnegative(rows, goals, torch.ones(3))
    assert weights.min() >= 0 and weights[0] > weights[1] > weights[2]


def test_a_picture_is_judged_by_pixels_and_sharpness() -> None:
    truth = torch.rand(3, 80, 80)
    mask = torch.zeros(1, 80, 80)
    mask[:, 20:60, 20:60] = 1
    same, soft = judge(truth, truth, mask), judge(truth.mean((1, 2), keepdim=True).expand_as(truth), truth, mask)
    assert same.psnr == 100 and same.sharpness == pytest.approx(1) and soft.psnr < 20 and soft.sharpness < 0.2
