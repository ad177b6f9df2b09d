"""Open eyes lent by another frame: which frame it is, when it is used, and what it looks like."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import LEFT_EYE, LEFT_SOCKET, RIGHT_LOWER_LID, RIGHT_UPPER_LID
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.features import borrowed_eyes, eyelids
from recast_nodes.stages.features.borrowed_eyes import free_lids, measure_need, open_eyes, place_lender
from recast_nodes.stages.features.donor import Donor
from recast_nodes.stages.features.eye_lenders import choose_lenders, measure_eyes
from recast_nodes.stages.features.eyelids import blink_amount
from recast_nodes.stages.grid import similarity

from ...performer import track

BLINK = {9: 1.0, 10: 1.0}


def shot(blinks, frames=range(1, 41), yaw=lambda frame: 0.0):
    """Sights of a shot with shut eyes in `blinks`."""
    tracks = {frame: track(BLINK if frame in blinks else None, yaw=yaw(frame)) for frame in frames}
    return {frame: measure_eyes(one.landmarks, True) for frame, one in tracks.items()}


def test_all_frames_of_a_blink_have_the_same_near_lender():
    lent = choose_lenders(shot({10, 11, 12, 30}))
    assert set(lent) == {10, 11, 12, 30}
    assert lent[10] == lent[11] == lent[12] and lent[10].frame in (9, 13) and lent[30].frame in (29, 31)


def test_lids_that_part_for_two_frames_are_in_one_blink():
    flutter, apart = choose_lenders(shot({10, 13})), choose_lenders(shot({10, 14}))
    assert flutter[10] == flutter[13] and apart[10] != apart[14]


def test_a_frame_that_was_not_seen_lends_nothing():
    sights = shot({10})
    for frame in (9, 11):
        sights[frame] = sights[frame]._replace(seen=False)
    assert choose_lenders(sights)[10].frame in (8, 12)


def test_nobody_lends_where_eyes_are_never_open():
    assert choose_lenders(shot(range(1, 41))) == {}


def test_a_head_turned_away_lends_nothing():
    assert choose_lenders(shot({1, 2}, range(1, 6), yaw=lambda frame: 0.0 if frame < 3 else 1.0)) == {}


@pytest.mark.parametrize(("turned", "lends"), [(0.15, True), (0.3, False)])
def test_eyes_are_lent_between_views_that_differ_by_a_fifth_of_the_face_at_most(turned, lends):
    sights = shot({1, 2}, range(1, 6))
    for frame in (3, 4, 5):
        sights[frame] = sights[frame]._replace(view=sights[frame].view + torch.tensor([turned, 0.0, 0.0]))
    assert bool(choose_lenders(sights)) is lends


@pytest.mark.parametrize(("off", "lender"), [(0.09, 2), (0.16, 14)])
def test_half_a_second_weighs_as_much_as_an_eighth_of_the_eye_that_a_lender_looks_aside(off, lender):
    """Frame 1 blinks, 2 looks aside by `off` widths of the eye, and the next that was seen is 14."""
    sights = shot({1}, (1, 2, *range(14, 20)))
    sights[2] = sights[2]._replace(gaze=sights[2].gaze + torch.tensor([off, 0.0]))
    assert choose_lenders(sights)[1].frame == lender


OPEN, SHUT = track(size=300, centre=(200.0, 200.0)).landmarks, track(BLINK, size=300, centre=(200.0, 200.0)).landmarks


@pytest.mark.parametrize(
    ("plate", "edit", "lender", "amount"),
    [(SHUT, OPEN, OPEN, 1), (OPEN, OPEN, OPEN, 0), (SHUT, SHUT, OPEN, 0), (OPEN, SHUT, OPEN, 0), (SHUT, OPEN, SHUT, 0)],
)
def test_another_eye_is_needed_only_where_the_edit_opens_what_the_plate_shuts(plate, edit, lender, amount):
    torch.testing.assert_close(measure_need(plate, edit, lender), torch.full((2,), float(amount)))


def test_both_eyes_of_a_blink_come_from_the_same_frame_unless_the_edit_winks():
    """An eye that squints as the plate's shut one does is no reason to leave that beside another frame's open one."""
    half, edit = (track({9: 0.3, 10: 0.3}, size=300, centre=(200.0, 200.0)).landmarks, OPEN.clone())
    right = list(RIGHT_UPPER_LID + RIGHT_LOWER_LID)
    edit[right] = half[right]
    assert bool((measure_need(half, edit, OPEN) > 0.9).all())
    edit[list(RIGHT_LOWER_LID)] = edit[list(RIGHT_UPPER_LID)]
    left, right = measure_need(half, edit, OPEN).tolist()
    assert left > 0.9 and right == 0


def test_only_a_face_whose_lids_come_together_blinks():
    rest, half, shut = (track({9: much, 10: much}, yaw=0.0).landmarks for much in (0.0, 0.15, 1.0))
    assert (
        float(blink_amount(rest, rest)) == 0 < float(blink_amount(shut, rest)) and float(blink_amount(shut, rest)) == 1
    )
    assert float(blink_amount(half, rest)) < 0.5


def picture(seed=3):
    noise = torch.rand(3, 50, 50, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(noise[None], size=(400, 400), mode="bicubic")[0].clamp(0.05, 1)


def test_the_same_picture_under_other_light_comes_in_as_it_was():
    pixels, triangles = picture(), canonical_face().triangles
    donor = Donor(pixels * torch.tensor([0.5, 0.7, 2.0])[:, None, None], OPEN)
    laid = open_eyes(pixels, OPEN, OPEN, donor, triangles, torch.ones(2))
    torch.testing.assert_close(laid, pixels, atol=0.005, rtol=0.01)


def test_a_lender_s_brow_beside_the_eye_is_no_lack_of_light():
    skin, triangles = torch.full((3, 400, 400), 0.5), canonical_face().triangles
    width = float((OPEN[133, :2] - OPEN[33, :2]).norm())
    column, row = OPEN[list(LEFT_SOCKET), :2].mean(0).long().tolist()
    lender = skin.clone()
    lender[:, row - int(1.1 * width) : row - int(0.55 * width), column - int(width) : column + int(width)] = 0.05
    laid = open_eyes(skin, OPEN, OPEN, Donor(lender, OPEN), triangles, torch.tensor([1.0, 0.0]))
    assert float(laid.max()) < 0.53


def test_an_eye_comes_from_where_the_lender_has_it():
    pixels, triangles = picture(), canonical_face().triangles
    grey, shift = torch.full_like(pixels, 0.5), torch.tensor([12.0, -7.0, 0.0])
    donor = Donor(torch.roll(pixels, (-7, 12), (1, 2)), OPEN + shift)
    laid = open_eyes(grey, OPEN, OPEN, donor, triangles, torch.tensor([1.0, 0.0]))
    pupil = OPEN[468, :2].round().long()
    ours, there = (each[:, pupil[1] - 6 : pupil[1] + 6, pupil[0] - 6 : pupil[0] + 6] for each in (laid, pixels))
    assert torch.corrcoef(torch.stack([ours.flatten(), there.flatten()]))[0, 1] > 0.95
    other = OPEN[473, :2].round().long()
    assert torch.equal(laid[:, other[1], other[0]], grey[:, other[1], other[0]]), "the other eye is not needed"


def test_lashes_of_a_shut_eye_that_lie_beyond_the_socket_are_gone():
    """Past the corner and over the cheek; what is dark further away is none of its lashes."""
    skin, triangles = torch.full_like(picture(), 0.5), canonical_face().triangles
    width = (OPEN[133, :2] - OPEN[33, :2]).norm()
    lash = OPEN[33, :2] + width * torch.tensor([-0.28, 0.12])
    mole = OPEN[33, :2] + width * torch.tensor([0.3, 1.2])
    shut = skin.clone()
    for column, row in (lash.long().tolist(), mole.long().tolist()):
        shut[:, row - 1 : row + 2, column - 2 : column + 3] = 0.1
    laid = open_eyes(shut, OPEN, OPEN, Donor(skin, OPEN), triangles, torch.ones(2))
    for (column, row), expected in ((lash.long().tolist(), 0.5), (mole.long().tolist(), 0.1)):
        assert float(laid[:, row, column].mean()) == pytest.approx(expected, abs=0.06)


def test_a_lender_is_brought_to_the_plates_size_and_turn():
    turn = torch.tensor([[0.8, -0.6, 30.0], [0.6, 0.8, 5.0]])
    elsewhere = similarity.apply_similarity(OPEN, turn)
    torch.testing.assert_close(place_lender(elsewhere, OPEN)[:, :2], OPEN[:, :2], atol=1e-2, rtol=1e-4)
    torch.testing.assert_close(
        similarity.apply_similarity(elsewhere, similarity.invert_affine(turn)), OPEN, atol=1e-3, rtol=1e-4
    )


@pytest.mark.parametrize(("wanted", "amount"), [(0.022, 0.0), (0.028, 0.5), (0.034, 1.0)])
def test_of_lids_that_meet_to_the_pixel_a_hairs_breadth_is_no_opening(wanted, amount):
    """Gaps are counted against one of 0.02 widths of the eye at least, or a shut eye of the edit would be lent one."""
    shut, opened = OPEN.clone(), OPEN.clone()
    for upper, lower in eyelids.LIDS:
        width = (OPEN[upper[0], :2] - OPEN[upper[-1], :2]).norm()
        shut[list(lower)] = shut[list(upper)]
        opened[list(lower)] = opened[list(upper)] + torch.tensor([0.0, 1.0, 0.0]) * wanted * width
    need = measure_need(shut, opened, OPEN)
    torch.testing.assert_close(need, torch.full((2,), amount), atol=0.01, rtol=0)


@pytest.mark.parametrize(("here", "there", "light"), [(0.9, 0.3, 3.0), (1.0, 0.01, 5.0), (0.01, 1.0, 0.2)])
def test_light_that_differs_by_more_than_light_does_is_none(here, there, light):
    pixels, patch = torch.full((3, 40, 40), here), torch.full((3, 40, 40), there)
    lit = borrowed_eyes.match_light(pixels, patch, torch.ones(1, 40, 40), 10.0)
    torch.testing.assert_close(lit, torch.full_like(lit, light), atol=0.01, rtol=0)


def test_lashes_across_a_shut_eye_are_no_thing_before_it_but_a_hand_is():
    face = canonical_face().vertices * 12 + torch.tensor([120.0, 120.0, 0.0])
    lashes, hand = torch.ones(1, 240, 240), torch.ones(1, 240, 240)
    eye = face[list(LEFT_EYE), :2].mean(0)
    x, y = (int(value) for value in eye)
    lashes[:, y - 1 : y + 2, x - 10 : x + 10] = 0
    hand[:, y - 60 : y + 60, x - 40 : x + 5] = 0
    assert free_lids(lashes, face)[0, y, x] > 0.99
    assert torch.equal(
        free_lids(hand, face)[0, y - 20 : y + 20, x - 8 : x + 5], hand[0, y - 20 : y + 20, x - 8 : x + 5]
    )
    assert torch.equal(free_lids(torch.ones(1, 240, 240), face), torch.ones(1, 240, 240))
