"""The crop stands where the mathematics says, does not shake, and comes back exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.stages.track.crop import (
    CROP_SIZE,
    course_squares,
    crop_matrix,
    face_square,
    inverse_crop,
    move,
    smooth_squares,
)

BOX = torch.tensor([[100.0, 50.0], [300.0, 50.0], [300.0, 350.0], [100.0, 350.0]])
EYES, MOUTH = torch.tensor([200.0, 120.0]), torch.tensor([200.0, 280.0])


def test_an_upright_face():
    square = face_square(BOX, EYES, MOUTH, 1.5, 0.0, -0.125, rotate=True)
    assert square.tolist() == pytest.approx([200, 200 - 0.125 * 450, 450, 0])


@given(st.floats(-3.1, 3.1))
def test_the_square_turns_with_the_face(angle):
    turn = torch.tensor([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    square = face_square(BOX @ turn, EYES @ turn, MOUTH @ turn, 1.5, 0.1, -0.125, rotate=True)
    upright = face_square(BOX, EYES, MOUTH, 1.5, 0.1, -0.125, rotate=True)
    torch.testing.assert_close(square[:2], upright[:2] @ turn, atol=1e-2, rtol=0)
    assert square[2].item() == pytest.approx(450, abs=0.01)
    assert math.cos(square[3].item() - angle) == pytest.approx(1, abs=1e-4)
    matrix = crop_matrix(square)
    eyes, mouth = move(torch.stack([EYES, MOUTH]) @ turn, matrix)
    assert eyes[0].item() == pytest.approx(mouth[0].item(), abs=0.01)
    assert eyes[1] < mouth[1]


def test_without_rotation_or_with_eyes_on_the_mouth_it_stands_with_the_picture():
    assert face_square(BOX, EYES, torch.tensor([300.0, 130.0]), 1.5, 0, 0, rotate=False)[3] == 0
    assert face_square(BOX, EYES, EYES, 1.5, 0, 0, rotate=True)[3] == 0


@given(
    st.floats(-500, 8000), st.floats(-500, 5000), st.floats(20, 4000), st.floats(-3.1, 3.1), st.sampled_from((1.0, 2.0))
)
def test_the_inverse_is_exact(x, y, size, angle, aspect):
    matrix = crop_matrix(torch.tensor([x, y, size, angle], dtype=torch.float64), aspect)
    corners = torch.tensor([[0.0, 0.0], [512.0, 0.0], [512.0, 512.0], [255.5, 3.0]], dtype=torch.float64)
    there = move(corners, inverse_crop(matrix))
    torch.testing.assert_close(move(there, matrix), corners, atol=1e-8, rtol=0)
    middle = move(torch.tensor([[x / aspect, y]], dtype=torch.float64), matrix)
    torch.testing.assert_close(middle, torch.full((1, 2), CROP_SIZE / 2, dtype=torch.float64), atol=1e-6, rtol=0)


def test_settled_squares_neither_shake_nor_pump_and_turn_the_short_way():
    shake = torch.randn(80, 4, generator=torch.Generator().manual_seed(0)) * torch.tensor([2.0, 2.0, 4.0, 0.02])
    squares = torch.tensor([400.0, 300.0, 200.0, math.pi]) + shake
    squares[:, 3] = torch.atan2(squares[:, 3].sin(), squares[:, 3].cos())  # half of them at -pi
    result = smooth_squares(squares, 3.0)
    assert (result[10:-10, :3].std(0) < 0.4 * squares[10:-10, :3].std(0)).all()
    assert (result[:, 3].abs() > 3.0).all()


def test_lost_stretches_stay_apart():
    landmarks = torch.rand(12, 478, 3) * 100
    landmarks[:5] += 4000
    found = [True] * 5 + [False] * 2 + [True] * 5
    squares = course_squares(landmarks, found, 1.0, 1.5, 0, -0.125, True, 3.0)
    assert (squares[5:7] == 0).all()
    assert (squares[:5, 0] > 3900).all()
    assert (squares[7:, 0] < 200).all()


def test_anamorphic_faces_are_cropped_square():
    landmarks = torch.rand(1, 478, 3) * torch.tensor([200.0, 300.0, 50.0])
    wide = course_squares(landmarks, [True], 1.0, 1.5, 0, 0, False, 0.0)
    squeezed = course_squares(landmarks / torch.tensor([2.0, 1.0, 2.0]), [True], 2.0, 1.5, 0, 0, False, 0.0)
    torch.testing.assert_close(wide, squeezed)


PUBLISHED = {"src": (512, 1.5, -0.125), "drv": (256, 1.5, -0.125), "lmk": (224, 1.5, -0.1), "lp": (512, 2.3, -0.125)}


@pytest.mark.parametrize("case", range(6))
@pytest.mark.parametrize("setting", [*PUBLISHED, "norot"])
def test_place_size_and_matrix_are_those_of_the_published_code(shared, case, setting):
    """Which way is down is read off the golden's own turn, because its landmark sets are not named."""
    golden = np.load(shared / "parity" / "geom_cv5.npz")
    size, scale, y = PUBLISHED.get(setting, PUBLISHED["src"])
    points = torch.from_numpy(golden[f"case{case}/lmk"]).double()
    across = torch.from_numpy(golden[f"case{case}/src/M_o2c"])[0, :2].double()
    down = torch.stack([-across[1], across[0]])
    square = face_square(points, torch.zeros(2).double(), down / down.norm(), scale, 0.0, y, rotate=setting != "norot")
    expected = torch.from_numpy(golden[f"case{case}/{setting}/M_o2c"]).double()
    torch.testing.assert_close(crop_matrix(square, size=size), expected, rtol=1e-5, atol=1e-4)
    there = move(points, crop_matrix(square, size=size))
    moved = torch.from_numpy(golden[f"case{case}/{setting}/pt_crop"]).double()
    torch.testing.assert_close(there, moved, rtol=1e-5, atol=2e-3)
