"""Lids that go with the gaze, and lids that are shut by hand."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.face.anatomy import LEFT_LOWER_LID, LEFT_UPPER_LID, RIGHT_LOWER_LID, RIGHT_UPPER_LID
from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.canonical import canonical_face, expression_basis
from recast_nodes.stages.expression.lids import follow_gaze, part_lids, shut_lids
from recast_nodes.stages.features.eyelids import lid_gaps

FACE = canonical_face().vertices


def test_lids_go_with_an_iris_the_upper_one_further():
    moved = follow_gaze(FACE, torch.tensor([0.0, 0.4])) - FACE
    assert not moved[list(LEFT_UPPER_LID + LEFT_LOWER_LID)].any()
    upper, lower = (moved[list(lid), 1] for lid in (RIGHT_UPPER_LID, RIGHT_LOWER_LID))
    assert 0.3 < upper.max() < 0.4 and 0.1 < lower.max() < 0.25
    assert (upper > lower).all() and upper[3] > 2 * upper[0]
    assert torch.equal(follow_gaze(FACE, torch.zeros(2)), FACE)


@pytest.mark.parametrize("wide", (0.6, 1.0, 1.3))
def test_a_blink_shuts_an_eye_however_far_it_is_open(wide):
    open_eyes = FACE.clone()
    for up, down in ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID)):
        middle = (FACE[list(up)] + FACE[list(down)]) / 2
        for lid in (up, down):
            open_eyes[list(lid)] = middle + wide * (FACE[list(lid)] - middle)
    gaps = lid_gaps(open_eyes)
    shut = lid_gaps(shut_lids(open_eyes, (0.0, 1.0), expression_basis()))
    assert shut[1] < 0.02 and shut[0] == gaps[0]
    half = lid_gaps(shut_lids(open_eyes, (0.5, 0.5), expression_basis()))
    torch.testing.assert_close(half, gaps / 2, atol=0.02, rtol=0)
    assert torch.equal(shut_lids(open_eyes, (0.0, 0.0), expression_basis()), open_eyes)


def test_movements_that_add_up_to_more_than_an_eye_is_open_shut_it_and_no_more():
    names = [name + side for name in ("eyeBlink", "eyeLookDown", "eyeSquint") for side in ("Left", "Right")]
    acted = FACE + expression_basis()[[BLENDSHAPES.index(name) for name in names]].sum(0)
    met = part_lids(acted)
    for up, down in ((LEFT_UPPER_LID, LEFT_LOWER_LID), (RIGHT_UPPER_LID, RIGHT_LOWER_LID)):
        assert (acted[list(up), 1] > acted[list(down), 1] + 0.5).any()
        assert (met[list(up), 1] <= met[list(down), 1] + 1e-5).all()
    assert torch.equal(part_lids(FACE), FACE)
