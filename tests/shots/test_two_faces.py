"""Two faces that cross, each with a driver of its own, from the plate to the frames: what must be true of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from recast_nodes.graph.check import shot_span
from recast_nodes.graph.edit import align_first_frames
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.faces import FaceEdit, faces_graph
from recast_nodes.graph.graph import Graph
from recast_nodes.graph.render import Settings, render
from recast_nodes.models.tracker.identity import available
from recast_nodes.stages.grid.shapes import fill_polygon

from .footage import bits, read_exr
from .two_faces import BEFORE, BEHIND, FRAMES, SIZE, middle_of, write_crossing

LEFT, RIGHT = {"pick": "left-most"}, {"pick": "right-most"}
KNOWN: dict = {}
HIDDEN = (1005, 1006, 1007)  # where too much of the face behind is covered for it to be read


class Crossing:
    """The plate, the drivers, and renders of it."""

    def __init__(self, portrait: Path, driving: str, folder: Path):
        self.portrait, self.driving, self.folder = str(portrait), driving, folder
        self.plate = write_crossing(portrait, Path(driving), folder / "plate" / "plate.####.exr")

    def graph(self, name: str, picks: tuple = (LEFT, RIGHT), **knobs: object) -> Graph:
        """Who is left at first is driven by the demo's driver, the other one by the portrait."""
        drivers = [self.driving if pick is LEFT else self.portrait for pick in picks]
        edits = [FaceEdit(pick, driver) for pick, driver in zip(picks, drivers)]
        graph = faces_graph(self.plate, edits, str(self.folder / name / "r.####.exr"))
        for place, pick in enumerate(picks):
            if pick is LEFT:
                composite = f"MaskComposite{place + 1 if place else ''}"
                graph = align_first_frames(graph, range(1001, 1013), range(30, 43), output=composite)
        for knob, value in knobs.items():
            graph = graph.with_knob(*knob.split("__"), value)
        return graph

    def render(self, name: str, picks: tuple = (LEFT, RIGHT), frames=FRAMES, **knobs: object) -> str:
        graph = self.graph(name, picks, **knobs)
        outcome = render(
            graph, "Write", list(frames), shot_span(graph, "Write"), Settings(shared_analyses=KNOWN, workers=2)
        )
        assert not outcome.failed
        return str(self.folder / name / "r.####.exr")


@pytest.fixture(scope="module")
def crossing(portrait, landmarker_files, tmp_path_factory) -> Crossing:
    if not available():
        pytest.skip("SFace's model file is not here: recast models fetch --all")
    driving = str(Path(__file__).parents[2] / "demo" / "driver.mp4")
    return Crossing(portrait, driving, tmp_path_factory.mktemp("crossing"))


@pytest.fixture(scope="module")
def both(crossing) -> str:
    return crossing.render("both")


@pytest.fixture(scope="module")
def tracks(crossing) -> dict:
    """The tracks of both faces, by node and frame."""
    evaluator = Evaluator(crossing.graph("tracks"), tuple(FRAMES), shared_analyses=KNOWN)
    for name in ("FaceTrack", "FaceTrack2"):
        evaluator.prepare(name)
    return {name: {frame: evaluator.pull(name, frame) for frame in FRAMES} for name in ("FaceTrack", "FaceTrack2")}


def pixels_of(pattern: str, frame: int) -> np.ndarray:
    return bits(read_exr(pattern, frame)[0])


def region_of(hull: torch.Tensor) -> np.ndarray:
    return fill_polygon(hull, SIZE)[0].numpy() > 0


def test_no_frame_swaps_the_faces(tracks):
    for name, way in (("FaceTrack", BEHIND), ("FaceTrack2", BEFORE)):
        for number, frame in enumerate(FRAMES):
            track = tracks[name][frame]
            away = float(track.landmarks[:, 0].mean()) - middle_of(number, way)
            assert abs(away) < 12, f"{name} is {away:.0f} pixels off in frame {frame}"
    states = {name: [frame for frame in FRAMES if track[frame].state != "tracked"] for name, track in tracks.items()}
    assert states == {"FaceTrack": list(HIDDEN), "FaceTrack2": []}


def test_each_knows_who_stands_before_it(tracks):
    for frame in (1004, *HIDDEN, 1008):
        behind, before = tracks["FaceTrack"][frame], tracks["FaceTrack2"][frame]
        assert behind.nearer is not None and behind.farther is None
        assert before.farther is not None and before.nearer is None
    assert tracks["FaceTrack"][1001].nearer is None, "they are far from each other there"


def test_the_face_before_is_not_touched_by_the_edit_of_the_one_behind(crossing, tracks):
    alone = crossing.render("behind", (LEFT,))
    for frame in FRAMES:
        changed = (pixels_of(crossing.plate, frame) != pixels_of(alone, frame)).any(-1)
        nearer = tracks["FaceTrack"][frame].nearer
        assert changed.any() or frame in HIDDEN
        assert nearer is None or not (changed & region_of(nearer[0])).any()


def test_two_faces_are_two_single_edits_where_they_do_not_touch(crossing, both, tracks):
    singles = crossing.render("behind", (LEFT,)), crossing.render("before", (RIGHT,))
    apart = [frame for frame in FRAMES if not _touch(tracks, frame)]
    assert len(apart) >= 6
    for frame in apart:
        plate, one, other = (pixels_of(each, frame) for each in (crossing.plate, *singles))
        expected = np.where(one != plate, one, other)
        assert (one != plate).any() and (other != plate).any()
        np.testing.assert_array_equal(pixels_of(both, frame), expected)
    for frame in set(FRAMES) - set(apart):
        after = pixels_of(both, frame)
        same = (after == pixels_of(singles[0], frame)) | (after == pixels_of(singles[1], frame))
        assert same.all(-1).mean() > 0.999, "a pixel is one face's or the other's"


def _touch(tracks, frame: int) -> bool:
    one, other = (region_of(tracks[name][frame].hull) for name in ("FaceTrack", "FaceTrack2"))
    return bool((one & other).any())


def test_one_face_that_is_meant_twice_is_said(crossing):
    graph = crossing.graph("twice", FaceTrack2__pick="left-most")
    evaluator = Evaluator(graph, tuple(FRAMES), shared_analyses=KNOWN)
    for name in ("FaceTrack", "FaceTrack2"):
        evaluator.prepare(name)
    assert [each for each in evaluator.remarks if "same face" in each] == [
        "FaceTrack2: this follows the same face as FaceTrack. Set pick of one of them to follow another."
    ]


def test_it_does_not_matter_which_face_was_named_first(crossing, both):
    turned = crossing.render("turned", (RIGHT, LEFT))
    for frame in FRAMES:
        same = (pixels_of(both, frame) == pixels_of(turned, frame)).all(-1)
        assert same.mean() > 0.999


def test_no_edit_of_either_is_the_plate(crossing):
    still = crossing.render("still", ExpressionMix__replace=0.0, ExpressionMix2__replace=0.0)
    for frame in FRAMES:
        np.testing.assert_array_equal(pixels_of(still, frame), pixels_of(crossing.plate, frame))


def test_frames_in_any_order_are_those_of_the_whole_shot(crossing, both):
    some = crossing.render("some", frames=[1007, 1002])
    for frame in (1002, 1007):
        np.testing.assert_array_equal(pixels_of(some, frame), pixels_of(both, frame))
