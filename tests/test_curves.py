"""Curves: exact at keys, held outside, continuous where they should be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.curves import INTERPOLATIONS, Curve, Key
from recast_nodes.errors import KnobError

values = st.floats(-10, 10)
handles = st.none() | st.tuples(st.floats(-50, 50), values)
keys = st.lists(
    st.builds(Key, st.integers(-500, 500), values, st.sampled_from(INTERPOLATIONS), handles, handles),
    min_size=1,
    max_size=8,
    unique_by=lambda key: key.frame,
)


@given(keys)
def test_exact_at_keys(keys):
    curve = Curve(keys)
    assert all(curve.at(key.frame) == key.value for key in keys)


@given(keys, st.integers(1, 1000))
def test_holds_before_and_after(keys, far):
    curve = Curve(keys)
    assert curve.at(curve.keys[0].frame - far) == curve.keys[0].value
    assert curve.at(curve.keys[-1].frame + far) == curve.keys[-1].value


@given(keys, st.floats(-600, 600))
def test_always_finite(keys, frame):
    assert math.isfinite(Curve(keys).at(frame))


@given(keys)
def test_order_of_keys_does_not_matter(keys):
    assert Curve(keys) == Curve(reversed(keys))


@pytest.mark.parametrize("interpolation", ["linear", "smooth", "bezier"])
def test_continuous_through_a_key(interpolation):
    curve = Curve([Key(0, 0, interpolation), Key(10, 1, interpolation), Key(30, -1, interpolation)])
    for frame in (0, 10, 30):
        for side in (-1e-6, 1e-6):
            assert curve.at(frame + side) == pytest.approx(curve.at(frame), abs=1e-4)


def test_constant_steps_and_linear_ramps():
    assert Curve([Key(0, 1, "constant"), Key(10, 2)]).at(9.99) == 1
    assert Curve([Key(0, 1), Key(10, 2)]).at(2.5) == 1.25


def test_smooth_eases_in_and_out_without_overshoot_between_two_keys():
    curve = Curve([Key(0, 0, "smooth"), Key(10, 1)])
    assert curve.at(5) == pytest.approx(0.5)
    assert curve.at(1) < 0.1 and curve.at(9) > 0.9


def test_smooth_has_one_slope_on_both_sides_of_a_key():
    curve = Curve([Key(0, 0, "smooth"), Key(10, 1, "smooth"), Key(40, 0.5, "smooth"), Key(50, 3)])
    for frame in (10, 40):
        before = (curve.at(frame) - curve.at(frame - 1e-4)) / 1e-4
        after = (curve.at(frame + 1e-4) - curve.at(frame)) / 1e-4
        assert before == pytest.approx(after, abs=1e-3)


def test_bezier_follows_its_handles():
    flat = Curve([Key(0, 0, "bezier", right=(5, 0)), Key(10, 1, "bezier", left=(-5, 0))])
    assert flat.at(5) == pytest.approx(0.5)
    steep = Curve([Key(0, 0, "bezier", right=(0, 1)), Key(10, 1, "bezier", left=(-10, 0))])
    assert steep.at(1) > 0.4


@given(st.floats(0, 200), st.floats(-200, 0))
def test_bezier_time_never_runs_back(out, back):
    curve = Curve([Key(0, 0, "bezier", right=(out, 0)), Key(10, 1, "bezier", left=(back, 0))])
    samples = [curve.at(step / 10) for step in range(101)]
    assert all(after >= before - 1e-9 for before, after in zip(samples, samples[1:]))


def test_refusals_name_the_frame():
    with pytest.raises(KnobError, match="frame 3"):
        Curve([Key(3, 0), Key(3, 1)])
    with pytest.raises(KnobError, match="frame 4"):
        Key(4, math.nan)
    with pytest.raises(KnobError, match="at least one key"):
        Curve([])
