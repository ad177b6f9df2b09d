"""The layout of a face's texture, on which colours are compared over a shot."""

from __future__ import annotations

import pytest

from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.occlusion.texture import CELLS, lay_out_atlas


def test_a_lip_may_be_so_far_below_its_landmarks_as_a_jaw_drops():
    face = canonical_face()
    layout = lay_out_atlas(face.vertices, face.triangles)
    lips, chin = (int(shown[0].any(1).nonzero().max()) for shown in (layout.lips, layout.chin))
    assert (chin - lips) / CELLS == pytest.approx(2.2, abs=0.4)
    assert not bool((layout.chin > 0)[0, : int(layout.lips[0].any(1).nonzero().min())].any()), "nothing is above them"
