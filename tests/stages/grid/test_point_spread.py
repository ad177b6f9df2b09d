"""How sharp edges are, whatever their contrast and grain, and one picture made as sharp as another."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
import torch

from recast_nodes.stages.grid.point_spread import EdgeWidths, match_spread, measure_spread

ALL = torch.ones(1, 96, 96)


def picture(across: float, down: float, contrast: float = 0.5, grain: float = 0.0) -> torch.Tensor:
    """(3, 96, 96) tiles with upright and level edges, blurred."""
    rows = np.kron(np.indices((6, 6)).sum(0) % 2, np.ones((16, 16))).astype(np.float32)
    rows = cv2.GaussianBlur(rows, (0, 0), across, sigmaY=down, borderType=cv2.BORDER_REPLICATE) * contrast + 0.2
    rows += np.random.default_rng(3).normal(0, grain, rows.shape).astype(np.float32)
    return torch.from_numpy(rows)[None].repeat(3, 1, 1)


@pytest.mark.parametrize("contrast", [0.05, 0.5])
@pytest.mark.parametrize(("across", "down"), [(1.0, 1.0), (2.0, 2.0), (3.0, 1.0)])
def test_it_is_the_blur_of_the_edges_along_each_axis(across: float, down: float, contrast: float) -> None:
    found = measure_spread(picture(across, down, contrast), ALL, 300)
    assert found is not None
    assert found.across == pytest.approx(across, rel=0.25) and found.down == pytest.approx(down, rel=0.5)
    assert (across > down) == (found.across > 1.5 * found.down)


def test_grain_is_not_taken_for_sharpness() -> None:
    clean, grainy = picture(2.0, 2.0, contrast=0.2), picture(2.0, 2.0, contrast=0.2, grain=0.02)
    found, raw, calm = (
        measure_spread(each, ALL, 300, grain) for each, grain in ((clean, 0), (grainy, 0), (grainy, 0.02))
    )
    assert found and raw and calm
    assert raw.across < 0.95 * found.across and calm.across == pytest.approx(found.across, rel=0.2)


def test_too_few_edges_are_none() -> None:
    few = torch.zeros(1, 96, 96)
    few[:, :6, :6] = 1
    assert measure_spread(picture(1.0, 1.0), few, 300) is None
    assert measure_spread(torch.full((3, 96, 96), 0.5), ALL, 300) is None


@pytest.mark.parametrize("wanted", [EdgeWidths(2.0, 2.0), EdgeWidths(2.5, 1.5)])
def test_a_sharp_picture_becomes_as_soft_as_another(wanted: EdgeWidths) -> None:
    sharp = picture(1.0, 1.0)
    found = measure_spread(sharp, ALL, 300)
    assert found is not None
    made = measure_spread(match_spread(sharp, found, wanted), ALL, 300)
    assert made is not None and made == pytest.approx(wanted, rel=0.15)


def test_a_soft_picture_becomes_sharper_within_bounds() -> None:
    soft = picture(2.0, 2.0)
    made = match_spread(soft, EdgeWidths(2.0, 2.0), EdgeWidths(1.6, 1.6))
    found = measure_spread(made, ALL, 300)
    before = measure_spread(soft, ALL, 300)
    assert found and before and found.across < 0.95 * before.across
    hopeless = match_spread(soft, EdgeWidths(2.0, 2.0), EdgeWidths(0.1, 0.1))
    assert float((hopeless - soft).abs().max()) < 0.5 and bool(torch.isfinite(hopeless).all())


def test_what_is_as_sharp_already_stays() -> None:
    same = picture(1.5, 1.5)
    assert torch.equal(match_spread(same, EdgeWidths(1.5, 1.5), EdgeWidths(1.5, 1.5)), same)
    assert math.isclose(
        float(same.mean()), float(match_spread(same, EdgeWidths(1, 1), EdgeWidths(2, 2)).mean()), rel_tol=0.01
    )
