"""A still as the plate: the shot runs as long as its driver, and that is said."""

import shutil
from pathlib import Path

import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.check import check, shot_span
from recast_nodes.graph.edit import edit_graph
from recast_nodes.notices import forget

DRIVER = Path(__file__).parents[2] / "demo" / "driver.mp4"


@pytest.fixture
def still(make_plate, tmp_path):
    path = tmp_path / "still.exr"
    shutil.copy(make_plate(range(1, 2), name="one").replace("####", "0001"), path)
    return str(path)


def graph_of(plate, driver, tmp_path, name="o.####.exr"):
    forget()
    return edit_graph(plate, str(driver), str(tmp_path / name))


def test_a_movie_gives_its_length(still, tmp_path, caplog):
    graph = graph_of(still, DRIVER, tmp_path)
    assert shot_span(graph, "Write") == tuple(range(1, 73)) == shot_span(graph, "FaceTrack")
    assert "Plate is a still, so the shot runs as long as Driving: frames 1-72 " in caplog.text
    errors, warnings = check(graph, "Write", range(1, 73))
    assert not [problem for problem in (*errors, *warnings) if problem.node in ("Plate", "Driving")]


def test_a_sequence_gives_its_numbers(still, make_plate, tmp_path):
    graph = graph_of(still, make_plate(range(1001, 1005), name="driver"), tmp_path)
    assert shot_span(graph, "Write") == (1001, 1002, 1003, 1004)
    keyed = graph.with_knob("Driving", "time", Curve([Key(10, 1001), Key(12.5, 1004)]))
    assert shot_span(keyed, "Write") == (10, 11, 12)


def test_what_is_said_by_hand_counts(still, tmp_path):
    graph = graph_of(still, DRIVER, tmp_path)
    assert shot_span(graph.with_knob("Plate", "last", 5), "Write") == (1, 2, 3, 4, 5)


def test_one_picture_is_one_frame_and_that_is_said(still, tmp_path, caplog):
    assert shot_span(graph_of(still, DRIVER, tmp_path, "o.exr"), "Write") == (1,)
    assert "one picture: one frame is made" in caplog.text
    assert len(shot_span(graph_of(still, DRIVER, tmp_path, "o.mp4"), "Write")) == 72


def test_a_still_by_a_still_is_one_frame(still, tmp_path, caplog):
    assert shot_span(graph_of(still, still, tmp_path), "Write") == (1,) and not caplog.text


def test_a_plate_that_moves_goes_by_itself(still, make_plate, tmp_path):
    assert shot_span(graph_of(make_plate(), DRIVER, tmp_path), "Write") == (1001, 1002, 1003)
