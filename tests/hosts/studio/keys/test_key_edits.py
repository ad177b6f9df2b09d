"""Edits of many keys at once, as arithmetic on curves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.curves import Curve, Key
from recast_nodes.errors import KnobError
from recast_nodes.hosts.studio.keys import key_edits
from recast_nodes.hosts.studio.keys.key_edits import list_keys
from tests.hosts.studio.keys.conftest import BLINK, CURVES, SMILE, at, frames_of


def test_keys_of_several_curves_move_together():
    new, selected = key_edits.move_keys(3, 0.25)(CURVES, at(SMILE, 10) | at(BLINK, 5))
    assert frames_of(new[SMILE]) == [1, 13, 20] and new[SMILE].keys[1].value == 0.75
    assert frames_of(new[BLINK]) == [8, 10] and selected == at(SMILE, 13) | at(BLINK, 8)


def test_a_key_that_is_moved_onto_another_takes_its_place():
    new, _ = key_edits.move_keys(10, 0)(CURVES, at(SMILE, 10))
    assert [(key.frame, key.value) for key in new[SMILE].keys] == [(1, 0.0), (20, 0.5)]


def test_frames_come_to_lie_on_whole_ones_and_stay_where_values_alone_change():
    odd = {SMILE: Curve([Key(1.25, 0.0), Key(4.5, 1.0)])}
    assert frames_of(key_edits.move_keys(2, 0)(odd, list_keys(SMILE, odd[SMILE]))[0][SMILE]) == [3, 6]
    assert frames_of(key_edits.move_keys(0, 0.1)(odd, list_keys(SMILE, odd[SMILE]))[0][SMILE]) == [1.25, 4.5]


def test_keys_are_retimed_about_a_frame_with_their_handles():
    new, selected = key_edits.scale_keys((5, 0), (2, 1))(CURVES, list_keys(BLINK, CURVES[BLINK]))
    assert frames_of(new[BLINK]) == [5, 15] and selected == at(BLINK, 5, 15)
    assert new[BLINK].keys[1].right == (8, 0.0) and new[BLINK].keys[1].left == (-4, 0.1)


def test_values_are_scaled_about_a_value():
    new, _ = key_edits.scale_keys((1, 0.2), (1, 2))(CURVES, list_keys(SMILE, CURVES[SMILE]))
    assert [key.value for key in new[SMILE].keys] == pytest.approx([-0.2, 0.8, 0.2])


def test_keys_that_would_share_a_frame_are_refused():
    with pytest.raises(KnobError, match="one frame"):
        key_edits.scale_keys((1, 0), (0.05, 1))(CURVES, list_keys(SMILE, CURVES[SMILE]))


@given(st.integers(-50, 50), st.floats(-1, 1))
def test_there_and_back_is_where_it_was(frames, values):
    there, selected = key_edits.move_keys(frames, values)(CURVES, list_keys(SMILE, CURVES[SMILE]))
    back, _ = key_edits.move_keys(-frames, -values)(there, selected)
    assert frames_of(back[SMILE]) == frames_of(CURVES[SMILE])
    assert [key.value for key in back[SMILE].keys] == pytest.approx([key.value for key in CURVES[SMILE].keys])
