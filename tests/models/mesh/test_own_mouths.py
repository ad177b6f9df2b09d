"""A frame that would lend its mouth to itself keeps it, and says nothing of it."""

from __future__ import annotations

import torch

from recast_nodes.models.interface import DecodeKnobs
from recast_nodes.models.mesh.decode import decode_field
from recast_nodes.models.mesh.lenders import Lenders, LentMouth, lend_mouth
from recast_nodes.nodes import Decode, ExpressionMix, Warp
from recast_nodes.stages.features.donor import Lender

from ...performer import motions, plate, track

SMILING = track({25: 0.3})


def test_a_still_does_not_lend_to_itself():
    source = motions([SMILING])[0]
    field = Warp(0).process(plate(), SMILING, ExpressionMix(0, jawOpen=0.6).process(source, None, None))
    itself = lend_mouth(plate(), SMILING, Lender(0))
    finish = DecodeKnobs(1.0, 0.0, 0.0, 1.0, 0)
    lent, plain = (decode_field(field, donor, finish).pixels for donor in (itself, None))
    assert torch.equal(lent, plain)


def test_only_other_frames_are_said_to_lend():
    shot = {1: LentMouth(Lender(1)), 2: LentMouth(Lender(1))}
    assert list(Decode(1).remarks(Lenders({1: shot[1]}, {}))) == []
    assert list(Decode(1).remarks(Lenders(shot, {}))) == ["Mouths are lent by frame 1 to 2."]
