"""Whether a take shows somebody else."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.lenders.person import is_other_person

FACE = canonical_face().vertices


@pytest.mark.parametrize(("longer", "other"), [(1.0, False), (1.02, False), (1.06, True)])
def test_a_longer_face_is_another_person_s(longer, other):
    """Vertices are up to 9 centimetres from the middle: 2 % are less than two estimates of one face differ by."""
    assert is_other_person(FACE * torch.tensor([1.0, longer, 1.0]), FACE) is other


def test_size_and_place_are_nobody_s():
    assert not is_other_person(FACE * 1.3 + 4.0, FACE)
