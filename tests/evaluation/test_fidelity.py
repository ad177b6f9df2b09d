"""Metrics beside known values and second implementations."""

from __future__ import annotations

import numpy as np
import pytest

from recast_nodes.evaluation import fidelity


@pytest.fixture
def pictures() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    one = rng.random((40, 48, 3)).astype(np.float32)
    return one, np.clip(one + rng.normal(0, 0.1, one.shape), 0, 1).astype(np.float32)


def test_a_known_error_has_its_known_value(pictures):
    one, _ = pictures
    base = one * 0.5
    assert fidelity.l1(base, base + 0.1) == pytest.approx(0.1, abs=1e-6)
    assert fidelity.psnr(base, base + 0.1) == pytest.approx(20.0, abs=1e-4)  # -10 log10(0.1 ** 2)
    assert fidelity.psnr(one, one) == 100
    assert fidelity.ssim(one, one) == pytest.approx(1.0)


def test_a_mask_counts_what_is_in_it(pictures):
    one, _ = pictures
    other, mask = one.copy(), np.zeros(one.shape[:2], bool)
    other[:10] += 0.2
    mask[:5] = True
    assert fidelity.l1(one, other, mask) == pytest.approx(0.2, abs=1e-6)
    assert fidelity.l1(one, other, ~mask) == pytest.approx(0.2 * 5 / 35, abs=1e-6)
    assert fidelity.l1(one, other, np.zeros_like(mask)) is None


def test_ssim_agrees_with_its_definition(pictures):
    """By the sums of the paper, window by window, where windows do not reach the edge."""
    one, other = (each[..., 0].astype(np.float64) for each in pictures)
    at = np.arange(-5, 6)
    weights = np.exp(-(at**2) / (2 * 1.5**2))
    window = np.outer(weights, weights) / weights.sum() ** 2
    for row, column in ((5, 5), (20, 20), (34, 42)):
        a, b = (each[row - 5 : row + 6, column - 5 : column + 6] for each in (one, other))
        mean_a, mean_b = (window * a).sum(), (window * b).sum()
        va, vb = (window * (a - mean_a) ** 2).sum(), (window * (b - mean_b) ** 2).sum()
        shared = (window * (a - mean_a) * (b - mean_b)).sum()
        c1, c2 = 0.01**2, 0.03**2
        wanted = (2 * mean_a * mean_b + c1) * (2 * shared + c2) / ((mean_a**2 + mean_b**2 + c1) * (va + vb + c2))
        assert fidelity.ssim_map(*pictures)[row, column, 0] == pytest.approx(wanted, abs=1e-6)


def test_the_distance_of_normal_distributions_is_known():
    """Two sets whose means and deviations are known along each axis: squares of their differences add up."""
    axes = np.sqrt(4) * np.concatenate([np.eye(4), -np.eye(4)]) * np.sqrt(7 / 8)
    other = axes * (1, 2, 3, 4) + (0.5, 0, 0, -1)
    # deviations 1 and (1, 2, 3, 4) by the sample's own covariance
    assert np.allclose(np.cov(axes.T), np.eye(4))
    assert fidelity.frechet_distance(axes, other) == pytest.approx(0.25 + 1 + 0 + 1 + 4 + 9)
    assert fidelity.frechet_distance(axes, axes) == pytest.approx(0, abs=1e-9)


def test_the_distance_agrees_with_the_formula_by_eigenvalues():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(60, 5)), rng.normal(0.3, 1.4, (80, 5))
    a, b = np.cov(one.T), np.cov(other.T)
    shared = np.sqrt(np.linalg.eigvals(a @ b).real).sum()
    wanted = np.square(one.mean(0) - other.mean(0)).sum() + np.trace(a) + np.trace(b) - 2 * shared
    assert fidelity.frechet_distance(one, other) == pytest.approx(wanted, rel=1e-9)


def test_few_samples_in_many_dimensions_do_no_harm():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(6, 400))
    assert fidelity.frechet_distance(features, features) == pytest.approx(0, abs=1e-8)
    assert fidelity.frechet_distance(features, features + 1) == pytest.approx(400)


def test_folds_that_come_along_correlate():
    rng = np.random.default_rng(0)
    source = np.full((128, 128, 3), 0.4, np.float32)
    truth = source.copy()
    truth[40:44, 20:100] -= 0.1
    mask = np.ones((128, 128), bool)
    noise = rng.normal(0, 0.002, source.shape).astype(np.float32)
    assert fidelity.fold_correlation(source, truth, source, mask) == 0
    assert fidelity.fold_correlation(truth + noise, truth, source, mask) > 0.9
    assert fidelity.fold_correlation(2 * source - truth, truth, source, mask) < -0.9
    assert fidelity.fold_correlation(truth, source, source, mask) is None


def test_flicker_is_what_comes_and_goes():
    still, mask = np.zeros((4, 4, 3)), np.ones((4, 4), bool)
    assert fidelity.second_difference(still, still + 0.1, still, mask) == pytest.approx(0.1)
    assert fidelity.second_difference(still, still + 0.1, still + 0.2, mask) == pytest.approx(0)


def test_a_ring_lies_on_both_sides_of_an_outline():
    mask = np.zeros((30, 30), bool)
    mask[10:20, 10:20] = True
    found = fidelity.ring(mask, 2)
    assert found[15, 11] and found[15, 8] and not found[15, 15] and not found[15, 6]


def test_angles():
    assert fidelity.angle_between(np.array([0, 0, 2.0]), np.array([0, 1.0, 0])) == pytest.approx(90)
