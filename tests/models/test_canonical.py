"""The tables that the mesh model carries: the average face and what an expression does to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

import recast_nodes
from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.models.canonical import canonical_face, expression_basis, resting_coefficients
from recast_nodes.stages.expression.neutral import estimate_neutral
from tools.digital_humans.mirror import mirrored_coefficients, mirrored_landmarks

from ..performer import turn

FACE, MOVEMENTS, RESTING = canonical_face().vertices, expression_basis(), resting_coefficients()


def moved_most(coefficient: str) -> int:
    return int(MOVEMENTS[BLENDSHAPES.index(coefficient)].norm(dim=-1).argmax())


def test_tables_have_their_shapes_and_stay_small():
    assert FACE.shape == (478, 3) and MOVEMENTS.shape == (52, 478, 3) and RESTING.shape == (52,)
    assert torch.isfinite(MOVEMENTS).all() and float(MOVEMENTS.abs().max()) < 6
    assert float(RESTING.min()) >= 0 and float(RESTING.max()) < 0.5
    folder = Path(recast_nodes.__file__).parent / "models"
    assert (folder / "expression_basis.npz").stat().st_size < 150_000


def test_left_and_right_are_alike():
    mirrored = MOVEMENTS[mirrored_coefficients()][:, mirrored_landmarks()] * torch.tensor([-1.0, 1, 1])
    torch.testing.assert_close(mirrored, MOVEMENTS, atol=2e-3, rtol=0)  # but for the rounding to float16
    torch.testing.assert_close(RESTING[mirrored_coefficients()], RESTING)


def test_coefficients_move_what_they_are_called_after():
    smile, jaw, brow = (MOVEMENTS[BLENDSHAPES.index(name)] for name in ("mouthSmileLeft", "jawOpen", "browInnerUp"))
    assert float(smile[291, 1]) < -0.2 and float(smile[291].norm()) > 2 * float(smile[105].norm())
    assert float(jaw[14, 1] - jaw[13, 1]) > 1.5 and float(jaw[152, 1]) > 1
    assert float(brow[107, 1]) < -0.1
    assert moved_most("jawOpen") not in (105, 334, 10)


def test_a_resting_face_is_read_as_one_that_squints_a_little():
    assert float(RESTING[BLENDSHAPES.index("eyeSquintLeft")]) > 0.15
    assert float(RESTING[BLENDSHAPES.index("jawOpen")]) < 0.05


def test_the_rest_of_a_performer_who_acts_throughout_is_found():
    generator = torch.Generator().manual_seed(4)
    person = FACE + 0.1 * torch.randn(FACE.shape, generator=generator)
    acted = torch.zeros(20, 52)
    acted[:, [3, 25, 44, 45]] = 0.3 + 0.6 * torch.rand(20, 4, generator=generator)
    shapes = person + torch.einsum("fc,ckd->fkd", acted, MOVEMENTS)
    shapes += 0.02 * torch.randn(shapes.shape, generator=generator)
    shapes[3] = person @ turn(0.5)  # one frame was tracked badly
    found = estimate_neutral(shapes, RESTING + acted, MOVEMENTS, RESTING)
    assert float((found - person).norm(dim=-1).mean()) < 0.05
    assert float((shapes.median(0).values - person).norm(dim=-1).max()) > 1


def test_whose_the_tables_are_is_said():
    notice = (Path(recast_nodes.__file__).parents[1] / "NOTICE").read_text()
    for words in ("Copyright (c) 2020 USC Institute for Creative Technologies", "The MediaPipe Authors", "MIT License"):
        assert words in notice
    assert np.load(Path(recast_nodes.__file__).parent / "models" / "expression_basis.npz")["movements"].dtype == "f2"
