"""Which face is meant: what a shot cannot show is refused."""

from __future__ import annotations

import pytest
import torch

from recast_nodes.errors import NoFace
from recast_nodes.stages.track.pick import Pick, cast_of

from .test_follow import faces

SHOT = {frame: faces((200, 200, 100), (700, 300, 100)) for frame in (1, 2)}


@pytest.mark.parametrize("point", [(9999.0, 20.0), (-1.0, 20.0), (500.0, 501.0)])
def test_a_point_outside_the_picture_is_on_no_face(point):
    with pytest.raises(NoFace, match=r"outside the picture, which is 1000 x 500 pixels\.$"):
        cast_of(SHOT, Pick("point", point=point))
    with pytest.raises(NoFace, match="in frame 2"):
        cast_of(SHOT, Pick("point", point=point, frame=2))
    assert cast_of({frame: each._replace(frame=None) for frame, each in SHOT.items()}, Pick("point", point=point))


def test_the_picture_may_begin_elsewhere_and_change_its_size():
    shifted = {1: SHOT[1]._replace(frame=torch.tensor([-100.0, 0.0, 1000.0, 500.0, 1.0])), 2: SHOT[2]}
    cast_of(shifted, Pick("point", point=(-50.0, 20.0)))
    with pytest.raises(NoFace, match=r"from \(-100, 0\) on"):
        cast_of(shifted, Pick("point", point=(950.0, 20.0)))
    assert cast_of(shifted, Pick("point", point=(950.0, 20.0), frame=2)).picked[0].x == pytest.approx(700, abs=10)


def test_a_point_within_it_takes_the_nearest():
    assert cast_of(SHOT, Pick("point", point=(1000.0, 500.0))).picked[0].x == pytest.approx(700, abs=10)
