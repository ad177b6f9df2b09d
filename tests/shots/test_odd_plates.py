"""Plates that are not what one hopes for: each ends in a clear message or by a stated rule."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.errors import ColourError, MediaError, NoFace
from recast_nodes.graph.check import check

from .conftest import FRAMES, Shot
from .footage import SIZE, bits, read_exr, write_clip, write_exr

MIDDLE = 1005


def shot_of(tmp_path, portrait, driving, change, frames=FRAMES) -> Shot:
    return Shot(write_clip(portrait, tmp_path / "odd" / "odd.####.exr", frames, change), driving, tmp_path)


def test_nan_and_inf_stay_where_they_are(tmp_path, portrait, driving, landmarker_files):
    places = {(150, 190): np.nan, (151, 230): np.inf, (200, 215): -np.inf, (5, 5): np.nan}

    def spoil(frame, pixels):
        for (row, column), value in places.items():
            pixels[row, column] = value
        return pixels

    shot = shot_of(tmp_path, portrait, driving, spoil)
    assert not shot.render(shot.graph()).failed
    edited = False
    for frame in FRAMES:
        before, after = read_exr(shot.plate, frame)[0], read_exr(shot.result, frame)[0]
        assert np.array_equal(np.isfinite(before), np.isfinite(after)), "they do not spread"
        odd = ~np.isfinite(before)
        assert np.array_equal(bits(before[odd]), bits(after[odd])), "they stay what they are"
        edited |= not np.array_equal(bits(before), bits(after))
    assert edited


def test_a_plate_without_a_face_is_refused_by_name(tmp_path, portrait, driving, landmarker_files):
    shot = shot_of(tmp_path, portrait, driving, lambda frame, pixels: np.full_like(pixels, 0.2))
    with pytest.raises(NoFace, match="FaceTrack.*1001-1008"):
        shot.render(shot.graph())
    assert [path.name for path in tmp_path.glob("out.*")] == ["out.ledger.jsonl"], "that it was begun stays noted"


def test_a_plate_without_a_face_goes_through_where_that_is_asked_for(tmp_path, portrait, driving, landmarker_files):
    shot = shot_of(tmp_path, portrait, driving, lambda frame, pixels: np.full_like(pixels, 0.2))
    outcome = shot.render(shot.graph(FaceTrack__lost="pass"))
    assert sorted(outcome.written) == list(FRAMES)
    assert np.array_equal(bits(read_exr(shot.plate, MIDDLE)[0]), bits(read_exr(shot.result, MIDDLE)[0]))


def test_a_face_that_leaves_and_returns(tmp_path, portrait, driving, landmarker_files):
    def gone(frame, pixels):
        return np.full_like(pixels, 0.1) if frame in (1004, 1005) else pixels

    shot = shot_of(tmp_path, portrait, driving, gone)
    assert not shot.render(shot.graph(FaceTrack__lost="pass")).failed
    for frame in FRAMES:
        same = np.array_equal(bits(read_exr(shot.plate, frame)[0]), bits(read_exr(shot.result, frame)[0]))
        assert not (frame in (1004, 1005) and not same), "a frame without a face goes through untouched"
    with pytest.raises(NoFace, match="1004-1005"):
        shot.render(shot.graph(FaceTrack__lost="error"))


@pytest.mark.parametrize("pick", ["left-most", "largest"])
def test_of_two_faces_one_is_edited(tmp_path, portrait, driving, landmarker_files, pick):
    def doubled(frame, pixels):
        return np.hstack([pixels, pixels[:, ::-1]])

    shot = shot_of(tmp_path, portrait, driving, doubled)
    assert not shot.render(shot.graph(FaceTrack__pick=pick)).failed
    for frame in FRAMES:
        before, after = read_exr(shot.plate, frame)[0], read_exr(shot.result, frame)[0]
        changed = (bits(before) != bits(after)).any(-1)
        sides = changed[:, : SIZE[0]].any(), changed[:, SIZE[0] :].any()
        assert sides.count(True) <= 1 and (pick == "largest" or not sides[1])


def test_one_pixel_is_a_plate_without_a_face(tmp_path, driving, landmarker_files):
    (tmp_path / "dot").mkdir()
    for frame in FRAMES:
        write_exr(str(tmp_path / "dot" / f"dot.{frame}.exr"), np.full((1, 1, 3), 0.5), {})
    shot = Shot(str(tmp_path / "dot" / "dot.####.exr"), driving, tmp_path)
    with pytest.raises(NoFace):
        shot.render(shot.graph())
    assert not shot.render(shot.graph(FaceTrack__lost="pass")).failed


def test_a_file_without_a_picture_is_named(tmp_path, driving):
    import OpenImageIO as oiio

    for frame in FRAMES:
        spec = oiio.ImageSpec(8, 8, 2, "half")
        spec.channelnames = ("depth.Z", "object.id")
        output = oiio.ImageOutput.create("openexr")
        output.open(str(tmp_path / f"z.{frame}.exr"), spec)
        output.write_image(np.zeros((8, 8, 2), np.float16))
        output.close()
    shot = Shot(str(tmp_path / "z.####.exr"), driving, tmp_path)
    graph = shot.graph()
    errors, _ = check(graph, "Write", list(FRAMES))
    assert any(
        problem.node == "Plate" and "z.1001.exr" in problem.text and "depth, object" in problem.text
        for problem in errors
    )
    with pytest.raises(MediaError, match="z.1001.exr"):
        shot.render(graph)


def test_an_unknown_colour_space_is_named_before_rendering(shot):
    graph = shot.graph(Plate__colorspace="ACEScgg")
    errors, _ = check(graph, "Write", list(FRAMES))
    assert any("ACEScgg" in str(problem) and "ACEScg" in str(problem) for problem in errors)
    with pytest.raises(ColourError, match="ACEScgg"):
        shot.render(graph)


def test_missing_frames_are_found_before_rendering(tmp_path, portrait, driving, landmarker_files):
    shot = shot_of(tmp_path, portrait, driving, lambda frame, pixels: pixels)
    (tmp_path / "odd" / "odd.1004.exr").unlink()
    errors, _ = check(shot.graph(), "Write", list(FRAMES))
    assert any(problem.node == "Plate" and "1004" in problem.text for problem in errors)
    errors, warnings = check(shot.graph(Plate__missing="hold"), "Write", list(FRAMES))
    assert not errors and any("1004" in problem.text for problem in warnings)


def test_a_driver_that_is_too_short_is_told(shot):
    graph = shot.graph(Driving__last=20)
    errors, warnings = check(graph, "Write", list(FRAMES))
    assert not errors and any(problem.node == "Driving" and "too short" in problem.text for problem in warnings)
    errors, _ = check(shot.graph(Driving__last=20, Driving__after="error"), "Write", list(FRAMES))
    assert any(problem.node == "Driving" for problem in errors)


def test_an_output_that_cannot_be_written_is_found(shot, tmp_path):
    (tmp_path / "file").write_text("")
    graph = shot.graph(Write__file=str(tmp_path / "file" / "out.####.exr"))
    errors, _ = check(graph, "Write", list(FRAMES))
    assert any(problem.node == "Write" and problem.entry == "file" for problem in errors)


def test_a_missing_model_is_told_with_the_command_that_brings_it(shot, tmp_path, monkeypatch):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    errors, _ = check(shot.graph(), "Write", list(FRAMES))
    assert any(problem.node == "FaceTrack" and "recast models fetch" in problem.text for problem in errors)
