"""Where several faces run through a shot, a user hears which one is followed, and if that one is a picture."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.errors import NoFace
from recast_nodes.stages.track.crowd import remark
from recast_nodes.stages.track.pick import Pick
from recast_nodes.wires import Faces

FRAME = torch.tensor([0.0, 0.0, 1000.0, 500.0, 1.0])
SHAPE = torch.rand(478, 3, generator=torch.Generator().manual_seed(1)) - 0.5
POSTER, ACTOR = (150, 250, 200), (800, 250, 120)  # x, y, size


def shot(*people: tuple[int, int, int], frames: int = 24, sways: float = 0.01, acts: float = 0.03) -> dict[int, Faces]:
    """The first face is a poster; the others sway (in their sizes) and act."""
    seen = {}
    for frame in range(frames):
        beat = float((frame % 4) - 1.5) / 1.29  # its standard deviation is about 1
        places = [
            SHAPE * size + torch.tensor([x + beat * sways * size * (at > 0), y, 0.0])
            for at, (x, y, size) in enumerate(people)
        ]
        coefficients = torch.stack([torch.full((52,), 0.5 + beat * acts * (at > 0)) for at in range(len(people))])
        seen[frame] = Faces(torch.stack(places), coefficients, torch.full((len(people),), 0.9), FRAME)
    return seen


def test_one_face_is_nothing_to_speak_of():
    assert remark(shot(ACTOR), Pick()) == ""
    assert remark({1: Faces(torch.zeros(0, 478, 3), torch.zeros(0, 52), torch.zeros(0), FRAME)}, Pick()) == ""


@pytest.mark.parametrize(
    ("pick", "words"),
    [
        (Pick(), "the largest is followed, at the left of the picture"),
        (Pick("index", 1), "index 1 from the left is followed, at the right of the picture"),
        (Pick("nearest-to-centre"), "the one nearest to the centre is followed, at the right"),
        (Pick("box", box=(700, 0, 1000, 500)), "the one in the box is followed, at the right"),
    ],
)
def test_who_is_followed_is_said(pick, words):
    said = remark(shot(POSTER, ACTOR), pick)
    assert said.startswith("there are 2 faces in the shot, and ") and words in said
    assert ("Set pick to follow another" in said) is (pick == Pick()), "to who has not said which"


def test_a_middle_is_a_middle():
    assert "in the middle of the picture" in remark(shot((500, 250, 220), ACTOR), Pick())


def test_of_who_walks_across_the_picture_it_is_said_where_at_first():
    moved = {
        frame: faces._replace(landmarks=faces.landmarks + torch.tensor([25.0 * frame, 0.0, 0.0]))
        for frame, faces in shot(POSTER, (380, 250, 120)).items()
    }
    assert "at the left of the picture in frame 0." in remark(moved, Pick())


def test_a_poster_beside_somebody_who_acts_is_called_one():
    assert "poster" in remark(shot(POSTER, ACTOR), Pick())
    assert "poster" not in remark(
        shot(POSTER, ACTOR), Pick("left-most", frame=0, number=0)._replace(rule="index", number=1)
    )
    assert "poster" not in remark(shot(POSTER, ACTOR, sways=0.0, acts=0.0), Pick()), "a still shows nobody who acts"


@pytest.mark.parametrize(
    ("sways", "acts", "poster"), [(0.0, 0.009, False), (0.0, 0.016, True), (0.0007, 0.0, False), (0.0014, 0.0, True)]
)
def test_how_little_an_actor_may_move_beside_a_poster(sways, acts, poster):
    assert ("poster" in remark(shot(POSTER, ACTOR, sways=sways, acts=acts), Pick())) is poster


def test_a_short_shot_calls_nobody_a_poster():
    assert "poster" not in remark(shot(POSTER, ACTOR, frames=11), Pick())
    assert "poster" in remark(shot(POSTER, ACTOR, frames=12), Pick())


def test_passers_by_do_not_count_and_who_comes_back_counts_once():
    seen, both = shot(ACTOR, frames=60), shot(ACTOR, POSTER, frames=60)
    for frames, speaks in ((14, False), (16, True)):  # a quarter of them
        brief = {**seen, **{frame: both[frame] for frame in range(frames)}}
        assert bool(remark(brief, Pick())) is speaks
    away = {**both, **{frame: seen[frame] for frame in range(25, 45)}}
    assert remark(away, Pick("index", 1, frame=0)).startswith("there are 2 faces")


def test_a_pick_that_is_not_there_is_an_error_as_ever():
    with pytest.raises(NoFace, match="FaceTrack.index 4 is face 5 from the left"):
        remark(shot(POSTER, ACTOR), Pick("index", 4))
