"""Lowered brows in numbers: more than coefficients say where brows lie lower, and nothing that only the pose does."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recast_nodes.face.blendshapes import BLENDSHAPES, COEFFICIENTS, recipe
from recast_nodes.models.canonical import canonical_face, expression_basis
from recast_nodes.stages.expression.brow_numbers import ROWS, read_brows

REST, BASIS = canonical_face().vertices, expression_basis()


def acted(**amounts: float) -> Tensor:
    values = torch.zeros(COEFFICIENTS)
    for row, amount in recipe(**amounts).items():
        values[row] = amount
    return values


def shape(coefficients: Tensor) -> Tensor:
    return torch.einsum("c,ckd->kd", coefficients, BASIS)


def read(coefficients: Tensor, expression: Tensor) -> dict[str, float]:
    return dict(zip(BLENDSHAPES, read_brows(REST, expression, coefficients, BASIS).tolist()))


FROWN = {"browDownLeft": 0.9, "browDownRight": 0.9}


@pytest.mark.parametrize("said", (0.0, 0.2))
def test_a_frown_is_read_where_coefficients_say_a_fifth(said: float) -> None:
    found = read(acted(browDownLeft=said, browDownRight=said, jawOpen=0.5), shape(acted(**FROWN, jawOpen=0.5)))
    assert 0.7 < found["browDownLeft"] < 1 and 0.7 < found["browDownRight"] < 1
    assert found["jawOpen"] == 0.5


def test_one_brow_by_itself() -> None:
    found = read(acted(), shape(acted(browDownLeft=0.8)))
    assert found["browDownLeft"] > 0.5 and found["browDownRight"] < 0.2


@pytest.mark.parametrize("amounts", ({}, FROWN, {"browInnerUp": 0.7}, {"browOuterUpLeft": 0.6}, {"eyeBlinkLeft": 1.0}))
def test_what_agrees_stays_as_it_is(amounts: dict[str, float]) -> None:
    coefficients = acted(**amounts)
    found = read_brows(REST, shape(coefficients), coefficients, BASIS)
    torch.testing.assert_close(found, coefficients, atol=0.12, rtol=0)
    others = [row for row in range(COEFFICIENTS) if row not in ROWS]
    assert torch.equal(found[others], coefficients[others])


def test_a_head_whose_pose_is_misread_frowns_no_more() -> None:
    angle = torch.tensor(0.05)  # three degrees
    turn = torch.eye(3)
    turn[1, 1] = turn[2, 2] = torch.cos(angle)
    turn[1, 2], turn[2, 1] = torch.sin(angle), -torch.sin(angle)
    found = read(acted(), REST @ turn + torch.tensor([0.0, 0.3, 0.0]) - REST)
    assert max(found[BLENDSHAPES[row]] for row in ROWS) < 0.02
