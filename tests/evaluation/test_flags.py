"""Which frames need a look, and why."""

from dataclasses import replace

import numpy as np
import pytest

from recast_nodes.evaluation.flags import LIMITS, excuses, flags
from recast_nodes.evaluation.metrics import Nearness
from recast_nodes.evaluation.numbers import Numbers
from recast_nodes.evaluation.summary import summarise
from recast_nodes.face.regions import REGIONS

GOOD = Numbers(
    1001,
    state="tracked",
    confidence=0.9,
    edited=True,
    expression=Nearness(0.05, 0.1, 0.05),
    regions={region: Nearness(0.05, 0.1, 0.05) for region in REGIONS},
    pose_drift=1.0,
    rigid_drift=0.5,
    hull_step=0.1,
    edit_step=0.1,
    ragged_edge=0.3,
    edge_rim=0.1,
    torn_iris=0.0,
    mouth_sharpness=1.0,
    mouth_light=0.9,
    flicker=1.0,
    bounce=1.0,
    identity=0.9,
    leak=0,
    coefficients=np.zeros((3, 52)),
)


def names(*shot, weights=None):
    return [flag.name for flag in flags(shot, weights or {})]


def test_a_good_frame_needs_no_eye():
    assert names(GOOD) == []


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_every_limit_has_its_flag_with_the_value_in_words(limit):
    bad = limit.limit - 0.2 if limit.below else limit.limit + 1.5
    numbers = {
        "nearness": replace(GOOD, expression=Nearness(0.1, 0.1, 0.1 * bad)),
    }.get(limit.name) or replace(GOOD, **{limit.name: bad})
    (flag,) = flags([numbers], {})
    assert flag.frame == 1001 and flag.name == limit.name and limit.why and "{" not in flag.reason


def test_what_was_not_measured_is_no_reason():
    assert names(Numbers(1, state="tracked", confidence=0.9)) == []


def test_failed_lost_and_bridged_frames_are_named():
    failed = Numbers(1, fault="shot.0001.exr: is not there")
    lost, bridged = Numbers(2, state="lost"), replace(GOOD, frame=3, state="interpolated", confidence=0.0)
    held = replace(GOOD, frame=4, state="held", confidence=0.0, lost_channels=("A",), notes=("a note",))
    assert names(failed, lost, bridged, held) == ["fault", "lost", "bridged", "bridged", "channels", "note"]


def test_change_is_no_flicker_while_the_driver_acts_or_a_weight_moves():
    shaking = replace(GOOD, flicker=3.0, bounce=3.0)
    acting = replace(GOOD, frame=1002, coefficients=np.full((3, 52), 0.1))
    assert names(shaking) == ["flicker", "bounce"]
    assert names(shaking, acting) == ["flicker"], "it was calm up to here"
    assert names(acting, replace(shaking, frame=1003)) == []
    assert names(shaking, weights={"Mix.replace": {1000: 0.0, 1001: 0.5, 1002: 0.5}}) == []
    assert names(shaking, weights={"Mix.replace": {1000: 0.5, 1001: 0.5, 1002: 0.6}}) == ["flicker"]
    assert names(shaking, weights={"Mix.replace": {1000: 0.5, 1001: 0.5, 1002: 0.5}}) == ["flicker", "bounce"]
    assert names(replace(shaking, coefficients=None)) == [], "without a driver nobody knows what was meant"


def test_plates_near_their_driver_and_unedited_frames_need_not_come_nearer():
    assert names(replace(GOOD, expression=Nearness(0.1, 0.01, 0.05))) == []
    assert names(replace(GOOD, expression=Nearness(0.0, 0.1, 0.11), edited=False)) == []


@pytest.mark.parametrize(
    "numbers, name, words",
    [
        (replace(GOOD, flicker=3.0, coefficients=None), "flicker", "no driver"),
        (replace(GOOD, expression=Nearness(0.1, 0.01, 0.05)), "nearness", "alike"),
        (replace(GOOD, expression=Nearness(0.0, 0.1, 0.11), edited=False), "nearness", "not edited"),
    ],
)
def test_a_number_beyond_its_limit_is_a_flag_or_has_an_excuse(numbers, name, words):
    assert flags([numbers], {}) == []
    (excuse,) = excuses([numbers], {})
    assert (excuse.frame, excuse.name) == (1001, name) and words in excuse.reason


def test_a_moving_weight_excuses_change_and_a_calm_frame_has_no_excuse():
    shaking = replace(GOOD, flicker=3.0, bounce=3.0)
    moving = {"Mix.replace": {1000: 0.0, 1001: 0.5, 1002: 0.5}}
    assert [(each.name, "weight is moving" in each.reason) for each in excuses([shaking], moving)] == [
        ("flicker", True),
        ("bounce", True),
    ]
    assert excuses([shaking], {}) == []
    assert excuses([Numbers(1, fault="gone")], {}) == []


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_what_lies_within_its_limit_needs_neither(limit):
    assert excuses([GOOD], {}) == [] == flags([GOOD], {})


def test_the_summary_names_the_worst_frame():
    shot = [GOOD, replace(GOOD, frame=1002, rigid_drift=2.0, identity=0.6), Numbers(1003, fault="gone")]
    summary = summarise(shot)
    assert (summary.frames, summary.measured, summary.edited) == (3, 2, 2)
    assert summary.ratio == pytest.approx(0.5)
    assert summary.spreads["rigid_drift"] == (1.25, 2.0, 1002) and summary.spreads["identity"].worst == 0.6


def test_a_shot_without_anything_measured_has_a_summary_too():
    summary = summarise([Numbers(1, fault="gone")])
    assert summary.ratio is None and summary.correlation is None and not any(summary.spreads.values())


FINE_AND_BAD = {
    "confidence": (0.6, 0.4),
    "nearness": (0.95, 1.1),
    "pose_drift": (4.0, 7.0),
    "rigid_drift": (0.8, 1.3),
    "hull_step": (0.8, 1.3),
    "edit_step": (0.8, 1.3),
    "ragged_edge": (1.3, 1.8),
    "edge_rim": (0.4, 0.7),
    "torn_iris": (0.1, 0.2),
    "mouth_sharpness": (1.25, 1.7),
    "mouth_light": (1.0, 1.2),
    "flicker": (1.3, 1.8),
    "bounce": (1.3, 1.8),
    "identity": (0.75, 0.65),
    "leak": (0, 1),
}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_a_limit_lies_between_what_is_fine_and_what_is_not(limit):
    for value, flagged in zip(FINE_AND_BAD[limit.name], ([], [limit.name])):
        of_frame = {"expression": Nearness(0.05, 0.1, 0.1 * value)} if limit.name == "nearness" else {limit.name: value}
        assert names(replace(GOOD, **of_frame)) == flagged


@pytest.mark.parametrize(("change", "flagged"), [(0.004, ["flicker", "bounce"]), (0.006, ["flicker"])])
def test_a_face_acts_from_half_a_hundredth_of_its_coefficients_on(change, flagged):
    acting = replace(GOOD, frame=1002, coefficients=np.full((3, 52), change))
    assert names(replace(GOOD, flicker=3.0, bounce=3.0), acting) == flagged


@pytest.mark.parametrize(("step", "flagged"), [(0.015, ["flicker", "bounce"]), (0.03, [])])
def test_a_weight_moves_from_a_fiftieth_on(step, flagged):
    weights = {"Mix.replace": {1000: 0.5, 1001: 0.5 + step, 1002: 0.5 + step}}
    assert names(replace(GOOD, flicker=3.0, bounce=3.0), weights=weights) == flagged


@pytest.mark.parametrize(("before", "flagged"), [(0.015, []), (0.03, ["nearness"])])
def test_plate_and_driver_are_apart_from_a_fiftieth_on(before, flagged):
    assert names(replace(GOOD, expression=Nearness(0.1, before, 1.2 * before))) == flagged
