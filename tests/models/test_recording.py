"""Recordings drive as clips do: numbers fitted to the plate's face, landmarks as if they had been tracked just now."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.errors import KnobError, MissingFrame
from recast_nodes.face.columns import COLUMNS
from recast_nodes.face.regions import REGIONS
from recast_nodes.graph.edit import edit_graph
from recast_nodes.media.exr.form_values import same
from recast_nodes.media.exr.forms import read_form, write_form
from recast_nodes.media.journal import record_bytes
from recast_nodes.media.landmarks.landmarks import write_landmarks
from recast_nodes.models import get
from recast_nodes.models.by_numbers import fit_to, motion_of, performance_of
from recast_nodes.models.canonical import canonical_face, resting_coefficients
from recast_nodes.models.driver import edit, learn_driver
from recast_nodes.models.recording import open_recording
from recast_nodes.models.trial import IN_FULL
from recast_nodes.nodes import Read
from recast_nodes.stages.expression.numbers import head_angles, head_rotation
from recast_nodes.wires import DrivenFrame, Motion, Track

HEADER = "frame,JawOpen,MouthSmileLeft,MouthSmileRight,BrowInnerUp,EyeBlinkLeft,EyeLookUpLeft,CheekPuff,HeadYaw\n"


def numbers(**values: float) -> torch.Tensor:
    made = torch.zeros(len(COLUMNS))
    for name, value in values.items():
        made[COLUMNS.index(name)] = value
    return made


@pytest.fixture
def take(tmp_path) -> str:
    rows = [f"{1001 + at},{at / 10},0,0,0,0,0,0,{at / 20}" for at in range(6)]
    (tmp_path / "take.csv").write_text(HEADER + "\n".join(rows))
    return str(tmp_path / "take.csv")


def plate() -> Motion:
    """A face a little wider than the average, smiling, turned and somewhere in a picture."""
    motion = motion_of(numbers(mouthSmileLeft=0.6, mouthSmileRight=0.6, headYaw=0.2))
    wide = motion.canonical * torch.tensor([1.1, 1.0, 1.0])
    return motion._replace(
        canonical=wide, scale=torch.tensor([20.0]), translation=torch.tensor([300.0, 200, 0]), numbers=None
    )


def test_read_gives_motions(take):
    read = Read(1003, file=take)
    motion = read.process()
    assert isinstance(motion, Motion) and read.gives_with({"file": take}) is Motion
    assert read.span() == range(1001, 1007) and not [finding for finding in Read.check([read]) if finding.severe]
    assert motion.numbers[COLUMNS.index("jawOpen")] == np.float32(0.2) and "frame 1003" in read.stamp()
    with pytest.raises(MissingFrame, match="the file has 1001-1006"):
        open_recording(take).motion(1007)


def test_a_jaw_that_opens_moves_the_chin_down():
    rest, opened = motion_of(numbers()), motion_of(numbers(jawOpen=1.0))
    assert rest.expression.abs().max() == 0 and torch.equal(rest.coefficients, resting_coefficients())
    assert opened.expression[152, 1] > 1.0 and opened.openings[2] > 0.4 > rest.openings[2]


def test_shut_lips_stay_shut_over_an_open_jaw():
    """Recordings say so by mouthClose, which the landmarker does not read."""
    opened, shut = motion_of(numbers(jawOpen=0.3)), motion_of(numbers(jawOpen=0.3, mouthClose=0.3))
    gaps = [float((each.canonical + each.expression)[[14, 13], 1].diff().abs()) for each in (opened, shut)]
    assert gaps[1] < 0.5 * gaps[0] and shut.expression[152, 1] > 0.5 * opened.expression[152, 1]
    assert motion_of(numbers(noseSneerLeft=1.0)).expression.abs().max() > 0.3


def test_heads_turn_to_the_persons_left():
    turned = canonical_face().vertices[4] @ head_rotation(numbers(headYaw=0.5))
    assert turned[0] > 1, "the nose goes to the right of the picture"
    for angles in ((0.3, -0.2, 0.1), (-1.2, 0.4, -0.6)):
        given = numbers(headYaw=angles[0], headPitch=angles[1], headRoll=angles[2])
        torch.testing.assert_close(head_angles(head_rotation(given)), torch.tensor(angles), atol=1e-6, rtol=0)


def test_no_face_of_its_own_comes_along():
    """At rest a driver in numbers leaves the plate's own resting face, whatever `likeness` says."""
    source = plate()._replace(expression=torch.zeros(478, 3), coefficients=resting_coefficients())
    mix = IN_FULL._replace(likeness=1.0, missing=None)
    fitted = fit_to(source, motion_of(numbers()), None, None, mix)
    edited = get("mesh").mix(source, fitted.driving, None, None, fitted.mix)
    torch.testing.assert_close(edited.expression, source.expression, atol=0.02, rtol=0)  # lips that touch, shut


def test_movements_are_fitted_to_the_plates_proportions():
    source, mix = plate(), IN_FULL
    driving = motion_of(numbers(mouthSmileLeft=1.0))
    wider = fit_to(source, driving, None, None, mix).driving.expression[291, 0]
    as_it_is = fit_to(source, driving, None, None, mix._replace(retarget=0.0)).driving.expression[291, 0]
    assert wider / as_it_is == pytest.approx(1.1, abs=0.02)


def test_what_is_not_said_stays_the_plates(tmp_path):
    (tmp_path / "line.csv").write_text("frame,jawOpen,mouthClose\n1,0.5,0\n2,0,0\n")
    motion = open_recording(str(tmp_path / "line.csv")).motion(1)
    mix = fit_to(plate(), motion, None, None, IN_FULL).mix
    assert dict(zip(REGIONS, mix.regions)) == {"brows": 0, "eyes": 0, "gaze": 0, "mouth": 1, "jaw": 1, "cheeks": 0}


def test_the_head_keeps_its_place(take):
    source = open_recording(take)
    driver = learn_driver({frame: DrivenFrame(source.motion(frame)) for frame in source.frames}, "auto", 0.0)
    mix = IN_FULL._replace(transfer="expression-and-pose", pose=1.0)
    made = edit(plate(), driver, mix, 1005, relative_pose=True)
    assert torch.equal(made.scale, plate().scale) and torch.equal(made.translation, plate().translation)
    turned = float(head_angles(made.rotation)[0])
    assert turned == pytest.approx(0.2 + 0.2, abs=1e-3)
    absolute = edit(plate(), driver, mix, 1005, relative_pose=False)
    assert float(head_angles(absolute.rotation)[0]) == pytest.approx(0.2, abs=1e-3)


def test_a_still_of_the_driver_is_refused(take):
    source = open_recording(take)
    with pytest.raises(KnobError, match="has no face of its own"):
        learn_driver({1001: DrivenFrame(source.motion(1001))}, "still.png", 0.0)


def test_other_keypoints_follow_what_they_have_names_for():
    source = plate()._replace(
        model="liveportrait", canonical=torch.rand(21, 3), expression=torch.rand(21, 3), openings=torch.full((3,), 0.2)
    )
    fitted = fit_to(source, motion_of(numbers(jawOpen=0.8, eyeBlinkLeft=1.0)), None, torch.zeros(478, 3), IN_FULL)
    assert fitted.driving.model == "liveportrait" and torch.equal(fitted.driving.expression, source.expression)
    assert torch.equal(fitted.reference, source.expression)
    assert fitted.driving.openings[2] > 0.3 and fitted.driving.openings[:2].min() < 0.15
    silent = motion_of(torch.full((61,), torch.nan).index_fill(0, torch.tensor([COLUMNS.index("jawOpen")]), 0.8))
    assert torch.equal(fit_to(source, silent, None, None, IN_FULL).driving.openings[:2], source.openings[:2])


def test_motions_in_numbers_are_stored(tmp_path):
    motion = motion_of(numbers(jawOpen=0.5).index_fill(0, torch.tensor([60]), torch.nan))
    write_form(motion, tmp_path / "motion.exr")
    read = read_form(tmp_path / "motion.exr")
    assert all(same(one, other) for one, other in zip(motion, read, strict=True))
    record = record_bytes.encode_record("key", DrivenFrame(motion))
    record_bytes.check_reads_back(record, DrivenFrame(motion))


def test_landmarks_drive_as_their_clip_does(tmp_path):
    """What `recast track` wrote gives the motions that MotionExtract would give."""
    model, rng = get("mesh"), np.random.default_rng(1)
    tracks = {}
    for frame in range(1001, 1009):
        acted = motion_of(numbers(jawOpen=rng.random(), mouthSmileLeft=rng.random(), headYaw=rng.random() / 3))
        points = 20 * acted.source + torch.tensor([300.0, 200.0, 0.0])
        tracks[frame] = Track(points, acted.coefficients.clamp(0, 1), torch.eye(3), torch.zeros(0, 2), 1.0, "tracked")
    write_landmarks(tracks, tmp_path / "take.json")
    source, analysis = open_recording(str(tmp_path / "take.json")), model.analyse(tracks, None)
    assert source.frames == tuple(tracks) and source.numbered
    for frame, track in tracks.items():
        wanted = model.extract(None, track, analysis, frame)
        torch.testing.assert_close(source.motion(frame).expression, wanted.expression)
    write_landmarks(tracks, tmp_path / "take.csv")
    torch.testing.assert_close(
        open_recording(str(tmp_path / "take.csv")).motion(1003).rotation, wanted.rotation, atol=1, rtol=1
    )


def test_the_plates_own_curves():
    motions = {
        frame: motion_of(numbers(jawOpen=frame / 4, headYaw=0.25))._replace(numbers=None) for frame in range(1, 4)
    }
    made = performance_of(motions, None, numbered=False)
    np.testing.assert_allclose(made.numbers[:, COLUMNS.index("jawOpen")], [0.25, 0.5, 0.75], atol=1e-6)
    np.testing.assert_allclose(made.numbers[:, COLUMNS.index("headYaw")], 0.25, atol=1e-6)
    assert np.isfinite(made.numbers).all() and not made.numbered


def test_an_edit_driven_by_numbers(take):
    graph = edit_graph("plate.####.exr", take, "out.####.exr")
    assert "DrivingTrack" not in graph.nodes and graph.nodes["ExpressionMix"].wires["driving"] == "Driving"
    assert not graph.problems()
    neural = edit_graph("plate.####.exr", take, "out.####.exr", model="liveportrait")
    assert "retarget" not in neural.nodes["ExpressionMix"].constants, "it follows by retargeting alone"
