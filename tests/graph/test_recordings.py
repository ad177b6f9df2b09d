"""A recording that is wired as a clip is wired as a recording, whichever host drew the wires."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from recast_nodes.graph.check import check, shot_span
from recast_nodes.graph.document import dump, parse
from recast_nodes.graph.edit import align_driver, edit_graph, with_driver
from recast_nodes.graph.recordings import wire_recordings
from recast_nodes.notices import forget


@pytest.fixture
def take(tmp_path) -> str:
    rows = "".join(f"00:00:{at // 60:02d}:{at % 60:02d},{at / 150}\n" for at in range(150))
    (tmp_path / "take.csv").write_text(f"Timecode,JawOpen\n{rows}")
    return str(tmp_path / "take.csv")


def test_a_document_of_a_host(take):
    """Nuke and Blender wire a driver's Read into FaceTrack and MotionExtract, since most are clips."""
    drawn = edit_graph("plate.####.exr", "take.mov", "out.####.exr").with_knob("Driving", "file", take)
    assert drawn.problems()
    wired = parse(dump(drawn))
    wanted = edit_graph("plate.####.exr", take, "out.####.exr")
    assert wired.nodes.keys() == wanted.nodes.keys() and not wired.problems()
    for name, placed in wired.nodes.items():
        assert placed.wires == wanted.nodes[name].wires, name


def test_shots_without_one_are_left_alone(take):
    clip = edit_graph("plate.####.exr", "take.mov", "out.####.exr")
    assert wire_recordings(clip) is clip
    numbers = edit_graph("plate.####.exr", take, "out.####.exr")
    assert wire_recordings(numbers) == numbers


def test_a_recording_is_no_plate(take):
    wrong = edit_graph(take, "take.mov", "out.####.exr")
    assert wire_recordings(wrong) == wrong and wrong.problems()


def test_a_clip_gives_way_and_comes_back(take):
    clip = edit_graph("plate.####.exr", "take.mov", "out.####.exr")
    numbers = with_driver(clip, take)
    assert numbers.nodes["ExpressionMix"].wires["driving"] in numbers.nodes and not numbers.problems()
    assert not with_driver(numbers, "take.mov").problems()


def test_rates_are_aligned_as_a_clips(take, make_plate, caplog):
    forget()
    plate = make_plate(range(1001, 1005))
    graph = edit_graph(plate, take, "out.####.exr").with_knob("Plate", "fps", 24.0)
    curve = align_driver(graph, retime=True).nodes["Driving"].animation["time"]
    assert curve.at(1001) == 1 and curve.at(1003) == pytest.approx(1 + 2 * 60 / 24)
    assert "The plate runs at 24 fps, the driver at 60" in caplog.text
    assert graph.at("Driving", 0).rate() == Fraction(60)


def test_numbers_of_frames_align_themselves(make_plate, tmp_path):
    (tmp_path / "a.csv").write_text("frame,jawOpen\n" + "".join(f"{frame},0\n" for frame in range(990, 1010)))
    graph = edit_graph(make_plate(range(1001, 1005)), str(tmp_path / "a.csv"), "out.####.exr")
    assert not align_driver(graph).nodes["Driving"].animation


def test_a_still_runs_as_long_as_the_numbers(take, make_plate, tmp_path, caplog):
    forget()
    still = make_plate(range(1, 2), name="one").replace("####", "0001")
    graph = edit_graph(still, take, str(tmp_path / "o.####.exr"))
    assert len(shot_span(graph, "Write")) == 150 and "runs as long as Driving: frames 1-150" in caplog.text


def test_what_a_network_does_not_follow_is_found(take, make_plate):
    for model, transfer, severe in (("liveportrait", "expression", False), ("performrecast", "expression", True)):
        graph = edit_graph(make_plate(), take, "out.####.exr", model=model)
        graph = replace(graph.with_knob("ExpressionMix", "transfer", transfer), frames="1001")
        found = [
            each for side in check(graph, "ExpressionMix", [1001]) for each in side if each.node == "ExpressionMix"
        ]
        (problem,) = [each for each in found if "performance in numbers" in each.text]
        assert (problem in check(graph, "ExpressionMix", [1001])[0]) == severe and problem.entry == "driving"
