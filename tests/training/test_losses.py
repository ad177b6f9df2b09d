"""The losses beside what they must be: nothing where nothing is wrong, known numbers where something is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.face.published import ALIGNED_112
from recast_nodes.models.tracker import identity as tracker_identity
from recast_nodes.models.weights.downloads import path_of
from recast_nodes.models.weights.model_files import ALEXNET
from recast_nodes.training.losses import adversarial, regions
from recast_nodes.training.losses.flame import FoundKeypoints, KeypointTruth, flame_loss
from recast_nodes.training.losses.identity import FIVE, SIDE, IdentityLoss, align
from recast_nodes.training.losses.perceptual import Perceptual
from recast_nodes.training.losses.wing import CURVATURE, WIDTH, wing_loss

NOTHING = torch.zeros(())


@pytest.mark.parametrize(
    ("away", "loss"),
    (
        (0.0, 0.0),
        (CURVATURE, WIDTH * math.log(2)),
        (WIDTH, WIDTH * math.log(1 + WIDTH / CURVATURE)),
        (1.0, 1 - WIDTH + WIDTH * math.log(1 + WIDTH / CURVATURE)),
    ),
)
def test_the_wing_loss_is_steep_near_zero_and_linear_beyond(away, loss):
    assert float(wing_loss(torch.tensor(-away), NOTHING)) == pytest.approx(loss, abs=1e-6)


def test_the_flame_loss_compares_three_sets_in_two_frames():
    truth = KeypointTruth(*(torch.randn(2, 49, 3) for _ in range(3)))
    right = FoundKeypoints(*truth)
    assert flame_loss([right, right], [truth, truth], (1.0, 1.0, 1.0)) == 0
    wrong = right._replace(posed=truth.posed + 1)
    one = float(wing_loss(torch.ones(()), NOTHING))
    assert float(flame_loss([right, wrong], [truth, truth], (1.0, 1.0, 2.0))) == pytest.approx(2 * one, rel=1e-5)
    assert flame_loss([right, right._replace(expression=None)], [truth, truth], (1.0, 1.0, 1.0)) == 0


def test_a_box_is_cropped_as_it_lies_in_the_picture():
    picture = torch.rand(1, 3, 32, 32, requires_grad=True)
    left_upper = torch.tensor([[-0.5, -0.5, 0.5]])
    cropped = regions.crop_boxes(picture, left_upper, 16)
    torch.testing.assert_close(cropped, picture[:, :, :16, :16])
    cropped.sum().backward()
    assert picture.grad is not None and picture.grad[..., 20:, 20:].abs().sum() == 0 < picture.grad[..., :16, :16].min()


def test_a_box_goes_around_points_with_room():
    box = regions.box_around(torch.tensor([[[-0.2, 0.0], [0.2, 0.1]]]), 0.25)
    torch.testing.assert_close(box, torch.tensor([[0.0, 0.05, 0.3]]))


def test_the_hull_is_what_lies_between_points_and_grows_about_their_middle():
    square = torch.tensor([[[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]])
    mask = regions.hull_mask(square, 0.0, 32)[0, 0]
    assert mask[8:24, 8:24].all() and mask.sum() == 16 * 16
    assert regions.hull_mask(square, 0.5, 32).sum() == 24 * 24
    triangle = regions.hull_mask(torch.tensor([[[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]]]), 0.0, 32)[0, 0]
    assert triangle[0, :31].all() and triangle[-1].sum() <= 1


def test_l1_over_a_mask_is_that_of_its_pixels():
    one, other = torch.zeros(1, 3, 4, 4), torch.zeros(1, 3, 4, 4)
    other[..., :2] = 0.5
    mask = torch.zeros(1, 1, 4, 4)
    mask[..., 1:3] = 1
    assert float(regions.masked_l1(one, other, mask)) == pytest.approx(0.25)
    assert float(regions.masked_l1(one, other)) == pytest.approx(0.25)
    assert float(regions.masked_l1(one, other, mask * 0)) == 0


@pytest.mark.parametrize(("size", "patches"), ((32, 4), (128, 8), (512, 32)))
def test_a_discriminator_judges_patches(size, patches):
    judge = adversarial.PatchDiscriminator(size, 4)
    real, made = judge(torch.rand(1, 3, size, size)), judge(torch.rand(1, 3, size, size))
    assert real[-1].shape == (1, 1, patches, patches)
    assert adversarial.feature_matching(real, real) == 0 < adversarial.feature_matching(real, made)


def test_hinges_ask_for_no_more_than_one():
    sure, unsure = [torch.full((1, 1, 2, 2), 3.0)], [torch.zeros(1, 1, 2, 2)]
    assert adversarial.discriminator_loss(sure, [-sure[0]]) == 0
    assert adversarial.discriminator_loss(unsure, unsure) == 2
    assert adversarial.generator_loss(sure) == -3


def test_a_face_is_aligned_by_five_points():
    places = torch.tensor(ALIGNED_112) * (2 / SIDE) - 1
    landmarks = torch.zeros(1, 68, 2)
    for rows, place in zip(FIVE, places, strict=True):
        landmarks[0, list(rows)] = place
    picture = torch.rand(1, 3, SIDE, SIDE)
    torch.testing.assert_close(align(picture, landmarks), picture, atol=1e-4, rtol=0)
    smaller = align(picture, landmarks * 0.5)
    assert (smaller[..., 0, 0] - picture[..., 28, 28]).abs().max() < 0.5


def needs(name):
    try:
        path_of(name)
    except ModelMissing as missing:
        pytest.skip(str(missing))


def test_the_identity_loss_sees_what_opencvs_sface_sees():
    needs(tracker_identity.SFACE)
    pytest.importorskip("onnx")
    face = (np.random.default_rng(0).random((112, 112, 3)) * 255).astype(np.uint8)
    from recast_nodes.natives import opencv, quiet

    with quiet():
        theirs = opencv().FaceRecognizerSF.create(str(path_of(tracker_identity.SFACE)), "")
    wanted = theirs.feature(np.ascontiguousarray(face[..., ::-1])).ravel()
    loss = IdentityLoss()
    pictures = torch.from_numpy(face).permute(2, 0, 1)[None].float() / 255
    ours = loss.network(255 * pictures)[0].numpy()
    assert np.dot(ours, wanted) / np.linalg.norm(ours) / np.linalg.norm(wanted) > 0.9999


def test_identity_gradients_flow_to_the_picture():
    needs(tracker_identity.SFACE)
    pytest.importorskip("onnx")
    landmarks = torch.rand(1, 68, 2, generator=torch.Generator().manual_seed(1)) - 0.5
    made = torch.rand(1, 3, 64, 64, requires_grad=True)
    loss = IdentityLoss()
    loss(made, torch.rand(1, 3, 64, 64), landmarks).backward()
    assert made.grad is not None and made.grad.abs().sum() > 0
    assert float(loss(made, made, landmarks).detach()) == pytest.approx(0, abs=1e-5)


def test_an_onnx_file_that_is_none_is_named(tmp_path):
    pytest.importorskip("onnx")
    (tmp_path / "mine.onnx").write_bytes(b"nothing of the kind")
    with pytest.raises(WeightsError, match=r"mine.onnx"):
        IdentityLoss(str(tmp_path / "mine.onnx"))


def test_the_perceptual_loss_is_nothing_between_a_picture_and_itself():
    needs(ALEXNET)
    loss = Perceptual("alexnet")
    picture, other = torch.rand(1, 3, 64, 64, requires_grad=True), torch.rand(1, 3, 64, 64)
    assert loss(picture, picture.detach()) == 0
    loss(picture, other).backward()
    assert picture.grad is not None and picture.grad.abs().sum() > 0
    mask = torch.zeros(1, 1, 64, 64)
    assert loss(picture, other, mask) == 0


def test_a_perceptual_network_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path))
    with pytest.raises(ModelMissing, match="lpips_vgg16.ckpt is not in .*recast models fetch"):
        Perceptual("vgg16")
