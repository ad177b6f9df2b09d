"""Trials are few, spread over the shot, and made only where the edit goes by them; without a rule nothing changes."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from recast_nodes.graph.edit import edit_graph, with_driver, without_driver
from recast_nodes.graph.graph import Graph
from recast_nodes.graph.keys import Keys
from recast_nodes.nodes import ExpressionMix
from recast_nodes.nodes.expression_mix import TRIALS
from recast_nodes.stages.expression.calibration import Rule
from recast_nodes.wires import DrivenFrame, Motion

from ..performer import motions, plate, track
from ..shots.footage import write_clip

SPAN = range(1001, 2001)
RULE = Rule(torch.zeros(104), 0.2 * torch.eye(104)[:, :52], torch.zeros(52))
SOURCE, DRIVING = motions([track({44: 0.2})])[0], motions([track({1: 0.5, 2: 0.5, 25: 0.7, 44: 0.8, 45: 0.8})])[0]


def tried(keyed: tuple[str, ...] = (), **knobs: Any) -> list[int]:
    node = ExpressionMix(SPAN[0], **knobs)
    return [frame for frame in SPAN if "image" in node.looks_at(frame, SPAN, keyed)]


def mixed(rule: Rule | None, **knobs: Any) -> Motion:
    node = ExpressionMix(5, **knobs)
    analysis = node.analyse({5: node.observe(DRIVING)})
    assert analysis is not None
    return node.process(SOURCE, DRIVING, analysis._replace(rule=rule))


def test_a_long_shot_is_tried_at_a_few_frames_all_over_it():
    frames = tried(replace=1.0)
    assert TRIALS / 2 < len(frames) <= TRIALS
    assert frames[0] == SPAN[0] and SPAN[-1] - frames[-1] < len(SPAN) / 10
    short = ExpressionMix(1, replace=1.0)
    assert all("image" in short.looks_at(frame, range(1, 9), ()) for frame in range(1, 9))


@pytest.mark.parametrize(
    "knobs", ({}, {"replace": 1.0, "calibrate": 0.0}, {"replace": 1.0, "transfer": "paper-equations"})
)
def test_nothing_is_tried_where_the_edit_does_not_go_by_it(knobs):
    assert tried(**knobs) == []
    assert tried(keyed=("replace", "calibrate", "transfer"), **knobs) != []


def test_frames_without_pictures_and_lost_ones_tell_only_the_driver():
    node = ExpressionMix(5, replace=1.0)
    assert node.observe(DRIVING).trial is None
    lost = motions([track(state="lost")])[0]
    assert node.observe(DRIVING, lost, plate(), track(state="lost")).trial is None
    assert node.observe() == DrivenFrame(None)


@pytest.mark.parametrize(
    "knobs",
    (
        {"replace": 1.0, "calibrate": 0.0},
        {"enhance": 1.0},
        {"replace": 1.0, "transfer": "paper-equations"},
    ),
)
def test_without_calibration_a_rule_changes_no_bit(knobs):
    assert torch.equal(mixed(RULE, **knobs).expression, mixed(None, **knobs).expression)


def test_without_weights_the_plates_own_motion_comes_out():
    assert mixed(RULE) is SOURCE
    assert mixed(RULE, replace=1.0, **dict.fromkeys(("brows", "eyes", "gaze", "mouth", "jaw", "cheeks"), 0.0)) is SOURCE


def test_a_rule_moves_more_the_more_it_counts_and_by_regions():
    plain = mixed(None, replace=1.0).expression
    half, whole = (mixed(RULE, replace=1.0, calibrate=amount).expression - plain for amount in (0.5, 1.0))
    assert 0 < float(half.abs().mean()) < float(whole.abs().mean())
    knobs = {"replace": 1.0, **dict.fromkeys(("brows", "eyes", "mouth", "jaw", "cheeks"), 0.0)}
    only_gaze = mixed(RULE, **knobs).expression - mixed(None, **knobs).expression
    assert float(only_gaze[:468].abs().max()) == 0


def test_an_edit_shows_trials_its_pictures_and_eyes_by_hand_the_plate():
    graph = edit_graph("plate.####.exr", "take.mov", "out.####.exr")
    wires = graph.nodes["ExpressionMix"].wires
    assert (wires["image"], wires["track"]) == ("Plate", "FaceTrack")
    assert (wires["driving_image"], wires["driving_track"]) == ("Driving", "DrivingTrack")
    by_hand = without_driver(graph)
    assert by_hand.nodes["ExpressionMix"].wires == {"source": "MotionExtract", "image": "Plate"}
    assert with_driver(by_hand, "take.mov").nodes["ExpressionMix"].wires == wires
    recorded = edit_graph("plate.####.exr", "take.pkl", "out.####.exr")
    assert not {"driving_image", "driving_track"} & recorded.nodes["ExpressionMix"].wires.keys()
    for model in ("performrecast", "liveportrait"):
        neural = edit_graph("plate.####.exr", "take.mov", "out.####.exr", model=model)
        assert neural.nodes["ExpressionMix"].constants["calibrate"] == 0


def test_frames_are_known_by_the_trials_that_aimed_them(portrait, tmp_path):
    frames = range(1, 4)
    source, driving = (write_clip(portrait, tmp_path / name / "f.####.exr", frames) for name in ("plate", "driver"))
    graph = edit_graph(source, driving, str(tmp_path / "out.####.exr"))

    def known_by(shot: Graph) -> str:
        return Keys(shot, frames).of("ExpressionMix", 2)

    off, blind = (graph.with_knob("ExpressionMix", knob, 0.0) for knob in ("calibrate", "replace"))
    assert known_by(graph) == known_by(graph)
    assert len({known_by(graph), known_by(off), known_by(blind)}) == 3
    learns = [Keys(shot, frames).analysis("ExpressionMix") for shot in (graph, off, blind)]
    assert learns[0] != learns[1] == learns[2], "what is not tried is not asked for"
