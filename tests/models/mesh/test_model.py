"""The mesh model as a whole, on a performer whose expressions are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.errors import ModelMissing, NoFace
from recast_nodes.models import get
from recast_nodes.models.interface import DecodeKnobs, MixKnobs, Scene
from recast_nodes.models.mesh.keypoints import donor_of, keypoints
from recast_nodes.models.mesh.model import MeshModel
from recast_nodes.models.performance import gather
from recast_nodes.stages.expression.head_pose import compose
from recast_nodes.stages.features.eyelids import blink_amount, lid_gaps

from ...performer import motions, plate, track

MIX = MixKnobs("paper-equations", 0.0, 0.0, (1.0,) * 6, 0.0, 0.0, 0.0, 0.0, (0.0,) * 6)
FINISH = DecodeKnobs(1.0, 1.0, 0.0, 1.0, 7)


def test_models_are_had_by_name():
    assert get("mesh").name == "mesh"
    assert get("mesh").weights().startswith("built-in ")
    assert get("performrecast").name == "performrecast"
    with pytest.raises(ModelMissing, match="nonsense"):
        get("nonsense")


def test_the_plates_own_parameters_compose_to_its_keypoints():
    for one in motions([track(), track({25: 0.5}, yaw=-0.3)]):
        posed = compose(one.canonical, one.expression, one.rotation, one.scale, one.translation)
        assert torch.equal(posed, one.source)
        assert not one.edited


def test_identity_is_that_of_the_shot_not_of_the_frame():
    first, second = motions([track({44: 0.7, 45: 0.7}), track({25: 0.6})])
    assert torch.equal(first.canonical, second.canonical)


def test_a_lost_frame_cannot_be_edited():
    lost = motions([track(), track(state="lost")])[1]
    assert lost.state == "lost"
    assert not MeshModel().warp(Scene(plate(), track(state="lost"), lost._replace(edited=True))).edited


def test_a_shot_without_a_face():
    assert motions([track(state="lost")])[0].state == "lost"


def test_a_neutral_frame_rests():
    seen = {1: track({44: 0.8}), 2: track({25: 0.5})}
    shot = MeshModel().analyse(seen, 2)
    torch.testing.assert_close(
        MeshModel().extract(None, seen[2], shot, 2).expression, torch.zeros(478, 3), atol=1e-5, rtol=0
    )
    with pytest.raises(NoFace, match="frame 9"):
        MeshModel().analyse(seen, 9)


def test_replacement_is_equation_six_and_enhancement_nine():
    (source,), driving = motions([track({44: 0.5})]), motions([track({25: 0.7}, size=80), track(size=80)])
    reference = driving[1].expression
    replaced = MeshModel().mix(source, driving[0], None, reference, MIX._replace(replace=1.0))
    torch.testing.assert_close(replaced.expression, driving[0].expression)
    enhanced = MeshModel().mix(source, driving[0], None, reference, MIX._replace(enhance=1.0))
    torch.testing.assert_close(enhanced.expression, source.expression + driving[0].expression - reference)
    assert torch.equal(replaced.rotation, source.rotation) and torch.equal(replaced.canonical, source.canonical)


def test_animation_is_equation_eleven():
    (source,), (driving,) = motions([track()]), motions([track({25: 0.7}, size=80, centre=(60, 70), yaw=-0.2)])
    mix = MIX._replace(transfer="expression-and-pose", replace=1.0, pose=1.0)
    got = MeshModel().mix(source, driving, None, None, mix)
    torch.testing.assert_close(got.rotation, driving.rotation)
    torch.testing.assert_close(got.scale, driving.scale)
    torch.testing.assert_close(got.translation, driving.translation)
    still = MeshModel().mix(source, driving, driving, None, mix)
    torch.testing.assert_close(still.rotation, source.rotation, atol=1e-5, rtol=0)
    torch.testing.assert_close(still.translation, source.translation)


def enhanced(source, performance, at, transfer="expression"):
    driver = gather(dict(enumerate(performance)), 0.0)
    return MeshModel().mix(
        source, driver.at(at), None, MeshModel().rest(driver), MIX._replace(transfer=transfer, enhance=1.0)
    )


def test_enhancing_counts_the_gaze_from_where_the_driver_looks_most():
    irises = [468, 473]
    (source,) = motions([track()])
    driver = motions([track({14: 0.8, 15: 0.8})] * 5 + [track({13: 0.6, 16: 0.6})])
    assert float(driver[0].expression[irises].abs().max()) > 0.05
    same, aside = (enhanced(source, driver, at).expression - source.expression for at in (0, 5))
    torch.testing.assert_close(same[irises], torch.zeros(2, 3), atol=1e-4, rtol=0)
    assert float(aside[irises].abs().max()) > 0.1


def test_enhancing_does_not_open_a_blink_half_way():
    open_eyes, blink = motions([track(), track({9: 0.5, 10: 0.5})])
    wide = motions([track(), track(), track({21: 1.0, 22: 1.0})])
    ours, kept, paper = (
        lid_gaps(blink.canonical + motion.expression)
        for motion in (blink, enhanced(blink, wide, 2), enhanced(blink, wide, 2, "paper-equations"))
    )
    assert bool((kept < ours + 0.02).all())
    assert bool((paper > ours + 0.05).all())
    opened = enhanced(open_eyes, wide, 2)
    assert bool((lid_gaps(opened.canonical + opened.expression) > lid_gaps(opened.canonical) + 0.02).all())


def test_enhancing_shuts_eyes_as_the_driver_does():
    drooping, blinks = motions([track({9: 0.3, 10: 0.3}), track()])[0], motions([track(), track({9: 0.4, 10: 0.4})])
    shut = enhanced(drooping, blinks, 1)
    before = lid_gaps(drooping.canonical + drooping.expression)
    assert bool((lid_gaps(shut.canonical + shut.expression) < before - 0.02).all())


def test_a_plate_that_is_its_own_driver_keeps_its_narrow_eyes():
    _, narrow = motions([track(), track({9: 0.35, 10: 0.35, 19: 0.3, 20: 0.3})])
    assert float(blink_amount(narrow.canonical + narrow.expression, narrow.canonical)) > 0.1
    same = MeshModel().mix(narrow, narrow, None, None, MIX._replace(transfer="expression", replace=1.0))
    torch.testing.assert_close(same.expression, narrow.expression, atol=1e-4, rtol=0)


def edited(moved: dict[int, float], image=None, donor=None, finish: DecodeKnobs = FINISH):
    image = plate() if image is None else image
    seen, (source,), (driving,) = track(), motions([track()]), motions([track(moved)])
    mixed = MeshModel().mix(source, driving._replace(canonical=source.canonical), None, None, MIX._replace(replace=1.0))
    field = MeshModel().warp(Scene(image, seen, mixed))
    return field, MeshModel().decode(field, donor, finish)


def test_an_opened_mouth_is_filled():
    field, face = edited({25: 0.8})
    assert field.edited and float(field.occlusion.min()) < 0.2
    inside = field.occlusion[0] < 0.2
    assert float(face.pixels[:, inside].mean()) < 0.2 * float(field.plate.mean())
    image, seen = plate(), track({25: 0.9})
    _, given = edited({25: 0.8}, donor=donor_of(image, seen))
    assert float(given.pixels[:, inside].mean()) > 0.5 * float(field.plate.mean())


def test_bad_pixels_never_enter_and_bright_ones_survive():
    image = plate(kind=np.float32)
    image.main.channels["R"][90:95, 90:110] = np.nan
    image.main.channels["G"][120, 100] = np.inf
    field, face = edited({44: 0.8, 45: 0.8}, image)
    for pixels in (field.plate, field.warped, face.pixels):
        assert bool(torch.isfinite(pixels).all())
    assert float(face.pixels.max()) > 10


def test_the_same_frame_is_made_the_same():
    one, other = edited({44: 0.8})[1], edited({44: 0.8})[1]
    assert torch.equal(one.pixels, other.pixels) and torch.equal(one.change, other.change)


def test_a_face_that_leaves_the_frame():
    image = plate(60, 60, origin=(120, 0))
    field, _ = edited({25: 0.8}, image)
    inner = field.window.intersect(image.main.window)
    assert inner == field.window


def test_landmarks_without_irises():
    bare = track()._replace(landmarks=track().landmarks[:468])
    assert keypoints(bare).shape == (478, 3)
    torch.testing.assert_close(keypoints(bare)[468], track().landmarks[468], atol=1.5, rtol=0)


def test_a_gap_in_the_driver_is_known():
    seen = dict(enumerate(motions([track(), track(state="lost"), track({25: 1.0})])))
    performance = gather(seen, 3e-6)
    assert performance.at(1) is None and performance.at(2) is not None
    rest = MeshModel().rest(performance)
    assert torch.equal(rest[:468], torch.zeros(468, 3)) and performance.reference("auto", rest) is rest
    assert performance.reference("first", rest) is not rest
    with pytest.raises(NoFace, match="frame 1"):
        performance.reference(1, rest)
