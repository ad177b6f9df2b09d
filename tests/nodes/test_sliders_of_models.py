"""A hand slider that a model has no movement for is told before a frame is rendered."""

from __future__ import annotations

import pytest

from recast_nodes.nodes import ExpressionMix, MotionExtract


@pytest.mark.parametrize(
    ("model", "slider", "refused"),
    (
        ("mesh", "smile", False),
        ("liveportrait", "blink", False),
        ("liveportrait", "smile", True),
        ("performrecast", "jaw_open", True),
    ),
)
def test_sliders_that_a_model_lacks(model, slider, refused):
    moments = [ExpressionMix(1), ExpressionMix(2, **{slider: 0.5})]
    found = list(ExpressionMix.check_after(moments, [MotionExtract(1, model=model)]))
    assert [finding.entry for finding in found] == [slider] * refused
    assert all(finding.severe and slider in finding.text for finding in found)
