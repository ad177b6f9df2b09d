"""Zoom and pan as arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from recast_nodes.hosts.studio.viewer.framing import LARGEST, SMALLEST, Framing

CANVAS = QSizeF(800, 500)
places = st.builds(QPointF, st.floats(-5000, 5000), st.floats(-5000, 5000))
framings = st.builds(Framing, st.floats(SMALLEST, LARGEST), places)


@given(st.floats(1, 9000), st.floats(1, 9000), st.floats(-500, 500))
def test_a_frame_that_is_fitted_is_whole_and_in_the_middle(wide, high, left):
    frame = QRectF(left, -left, wide, high)
    framing = Framing().fit(frame, CANVAS)
    drawn = framing.to_canvas(frame)
    assert QRectF(0, 0, 800, 500).contains(drawn) and framing.fitted
    assert drawn.center().x() == pytest.approx(400) and drawn.center().y() == pytest.approx(250)
    assert max(drawn.width() / 800, drawn.height() / 500) == pytest.approx(0.98)


@pytest.mark.parametrize("frame,canvas", [(QRectF(), CANVAS), (QRectF(0, 0, 9, 9), QSizeF(0, 9))])
def test_nothing_to_fit_moves_nothing_and_is_fitted_later(frame, canvas):
    assert Framing(3.0, QPointF(5, 6), False).fit(frame, canvas) == Framing(3.0, QPointF(5, 6), True)


@given(framings, st.floats(0.01, 100), places)
def test_a_zoom_leaves_the_point_alone_that_it_is_about(framing, factor, about):
    zoomed = framing.zoom_by(factor, about)
    before, after = framing.to_plate(about), zoomed.to_plate(about)
    scale = max(1.0, abs(before.x()), abs(before.y()))
    assert abs(before.x() - after.x()) < 1e-6 * scale and abs(before.y() - after.y()) < 1e-6 * scale
    assert SMALLEST <= zoomed.zoom <= LARGEST and not zoomed.fitted


@given(framings, places)
def test_plate_and_canvas_are_each_others_inverse(framing, point):
    again = framing.to_canvas(QRectF(framing.to_plate(point), QSizeF(0, 0))).topLeft()
    assert again.x() == pytest.approx(point.x(), abs=1e-6) and again.y() == pytest.approx(point.y(), abs=1e-6)


@given(framings, places)
def test_a_pan_keeps_the_zoom(framing, origin):
    panned = framing.pan_to(origin)
    assert panned.zoom == framing.zoom and panned.origin == origin and not panned.fitted
