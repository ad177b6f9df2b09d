"""The mesh model as a whole, on a performer whose expressions are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes import __version__
from recast_nodes.errors import NoFace
from recast_nodes.face.regions import REGIONS
from recast_nodes.models import get
from recast_nodes.models.interface import DecodeKnobs, MixKnobs, Scene
from recast_nodes.models.mesh.keypoints import donor_of, keypoints
from recast_nodes.models.mesh.model import MeshModel
from recast_nodes.models.performance import gather
from recast_nodes.models.provenance import stamp, weights
from recast_nodes.notices import forget
from recast_nodes.stages.expression.head_pose import compose
from recast_nodes.stages.features.eyelids import blink_amount, lid_gaps

from ...performer import motions, plate, track, turn

MIX = MixKnobs("paper-equations", 0.0, 0.0, (1.0,) * len(REGIONS), 0.0, 0.0, 0.0, 0.0, (0.0,) * 6)
FINISH = DecodeKnobs(1.0, 1.0, 0.0, 1.0, 7)


def test_it_is_known_by_the_version_of_the_package():
    assert isinstance(get("mesh"), MeshModel)
    assert stamp("mesh") == "" and weights("mesh") == f"built-in {__version__}"


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


@pytest.mark.parametrize(("wide", "least", "most"), [(0.1, 1.1, 1.2), (0.2, 1.0, 1.03)])
def test_a_blink_stays_shut_as_soon_as_the_driver_opens_its_eyes(wide, least, most):
    """Up to a tenth of the reference's gap it is not sure that they open, and the lids go part of the way."""
    blink, (reference, driver) = (
        motions([track(), track(), track({9: 0.5, 10: 0.5})])[2],
        motions([track(), track({21: wide, 22: wide})]),
    )
    mix = MIX._replace(transfer="expression", enhance=1.0)
    got = MeshModel().mix(blink, driver, None, reference.expression, mix)
    before, after = (lid_gaps(blink.canonical + each.expression).mean() for each in (blink, got))
    assert least < float(after / before) < most


@pytest.mark.parametrize(("degrees", "held_back"), [(18.0, False), (23.0, True)])
def test_a_head_that_is_held_back_by_more_than_a_tenth_is_said(degrees, held_back, caplog):
    (source,) = motions([track()])
    forget()
    way = turn(np.radians(degrees))
    MeshModel().warp(Scene(plate(), track(), source._replace(rotation=source.rotation @ way, edited=True)))
    assert ("further than the plate's pixels can follow" in caplog.text) is held_back


def test_detail_sets_in_as_a_pixel_comes_from_a_tenth_of_its_size_afar():
    field, face = edited({44: 0.3, 45: 0.3})
    far, whole = torch.hypot(*field.flow), field.occlusion[0] == 1
    hardly, clearly = (far > 0) & (far < 0.045) & whole, (far > 0.101) & whole
    assert bool(hardly.any()) and float(face.change[0][hardly].max()) < 0.5
    assert bool((face.change[0][clearly] == 1).all())


def test_irises_that_landmarks_lack_are_of_about_an_iris_size():
    bare, own = track()._replace(landmarks=track().landmarks[:468]), track().landmarks
    radius = [(points[469:473, :2] - points[468, :2]).norm(dim=1).mean() for points in (keypoints(bare), own)]
    assert 0.8 < float(radius[0] / radius[1]) < 1.1
