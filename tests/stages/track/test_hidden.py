"""How far a face can be read and edited while another hides it: values on both sides of every limit."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.stages.track.hidden import find_hidden, inside

SQUARE = torch.tensor([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
SEEN, GONE = torch.full((100, 2), 20.0), torch.full((100, 2), 5.0)
EVERY = range(60)


def hide(frames, alike: float = 0.5, found=EVERY):
    """A face that the square hides in some frames, in which it looks like itself by `alike`."""
    own = {frame: GONE if frame in frames else SEEN for frame in found}
    return find_hidden(own, dict.fromkeys(frames, SQUARE[None]), dict.fromkeys(frames, alike), EVERY)


def test_what_is_inside_an_outline():
    points = torch.tensor([[5.0, 5.0], [0.0, 0.0], [-0.1, 5.0], [10.0, 10.1]])
    assert inside(points, SQUARE).tolist() == [True, True, False, False]


@pytest.mark.parametrize(("covered", "hidden"), [(9, False), (13, True)])
def test_a_face_is_not_read_where_too_much_of_it_is_covered(covered, hidden):
    """In the evaluation's crossings meshes were right with 0.07 of them covered, and wrong from 0.147 on."""
    points = SEEN.clone()
    points[:covered] = 5.0
    own = dict.fromkeys(EVERY, SEEN) | {5: points}
    assert find_hidden(own, {5: SQUARE[None]}, {5: 0.9}, EVERY).unread == ({5} if hidden else set())


@pytest.mark.parametrize(("length", "bridged"), [(10, True), (11, False)])
def test_a_face_that_is_hidden_for_a_moment_is_bridged_and_edited(length, bridged):
    found = hide(range(20, 20 + length), alike=0.95)
    assert (found.unread == set(range(20, 20 + length)), not found.trust) == (bridged, bridged)


@pytest.mark.parametrize(("alike", "read"), [(0.9, True), (0.7, False)])
def test_for_longer_it_is_read_where_it_is_known_again(alike, read):
    assert hide(range(20, 40), alike).unread == (set() if read else set(range(20, 40)))


def test_and_its_edit_fades_and_comes_back():
    trust = hide(range(20, 40)).trust
    assert [trust.get(frame, 1.0) for frame in range(18, 26)] == pytest.approx([1, 1, 0.8, 0.6, 0.4, 0.2, 0, 0])
    assert [trust.get(frame, 1.0) for frame in range(34, 42)] == pytest.approx([0, 0, 0.2, 0.4, 0.6, 0.8, 1, 1])


@pytest.mark.parametrize("frames", [range(0, 5), range(55, 60)])
def test_at_an_end_of_the_shot_it_fades_to_one_side(frames):
    trust = hide(frames).trust
    assert trust[frames[2]] == pytest.approx(0.4) and min(trust.values()) == 0


def test_frames_without_it_belong_to_the_same_stretch():
    """It is covered, then not found at all, then covered again."""
    found = hide([20, 21, 22, 30, 31], found=[frame for frame in EVERY if not 23 <= frame < 30])
    assert sorted(found.trust) == list(range(20, 32)) and found.unread == set(range(20, 32))


def test_a_face_that_just_leaves_is_nobody_s_doing():
    own = {frame: SEEN for frame in EVERY if not 20 <= frame < 35}
    assert find_hidden(own, {50: SQUARE[None] + 100}, {}, EVERY) == (frozenset(), {})


def test_what_is_read_is_all_there_is_where_a_face_is_hidden_throughout():
    assert hide(EVERY) == (frozenset(), {})
