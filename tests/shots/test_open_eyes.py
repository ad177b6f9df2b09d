"""A blink of the plate, undone: held to the same shot before its eyes were shut."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.evaluate import Evaluator

from .conftest import FRAMES, KNOWN
from .footage import read_exr

SHUT = 1004
STILL = Curve([Key(FRAMES[0], 1.0)])  # the driver's first frame, held: its eyes are open


@pytest.fixture
def blinking(shot, tmp_path):
    """The shot with a plate whose eyes are shut in one frame."""
    closing = Curve([Key(SHUT - 1, 0), Key(SHUT, 1.0), Key(SHUT + 1, 0)])
    made = shot._replace(folder=tmp_path / "blinking")
    made.render(made.graph(ExpressionMix__replace=0.0, ExpressionMix__blink=closing))
    return shot._replace(plate=made.result, folder=tmp_path / "edited")


def eyes(graph, shot):
    """(H, W, 3) the picture around both eyes of the frame whose plate has them shut."""
    evaluator = Evaluator(graph, FRAMES, shared_analyses=KNOWN)
    evaluator.prepare("FaceTrack")
    corners = evaluator.pull("FaceTrack", SHUT).landmarks[[33, 263], :2].numpy()
    (left, top), (right, bottom) = corners.min(0).astype(int), corners.max(0).astype(int)
    return read_exr(shot.result, SHUT)[0][top - 12 : bottom + 12, left - 8 : right + 8, :3].astype(np.float32)


def test_a_blink_of_the_plate_is_undone_from_its_own_frames(shot, blinking):
    knobs = {"ExpressionMix__replace": 1.0, "Driving__time": STILL}
    shot.render(shot.graph(**knobs), range(SHUT, SHUT + 1))
    true = eyes(shot.graph(**knobs), shot)
    miss = {}
    for choice in ("shot", "plate"):
        graph = blinking.graph(Warp__open_eyes=choice, **knobs)
        assert not blinking.render(graph, range(SHUT, SHUT + 1)).failed
        miss[choice] = np.abs(eyes(shot.graph(**knobs), blinking) - true).mean()
    assert miss["shot"] < 0.5 * miss["plate"], miss


def test_the_plates_own_blink_stays_where_nothing_is_asked_for(blinking):
    blinking.render(blinking.graph(ExpressionMix__replace=0.0), range(SHUT, SHUT + 1))
    before, after = (read_exr(pattern, SHUT)[0] for pattern in (blinking.plate, blinking.result))
    assert np.array_equal(before.view(np.uint16), after.view(np.uint16))
