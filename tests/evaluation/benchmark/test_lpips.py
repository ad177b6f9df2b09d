"""LPIPS beside its definition, written again in numpy, on a network of random numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from recast_nodes.errors import ModelMissing, WeightsError
from recast_nodes.evaluation.benchmark.lpips import PADDING, POOLED, SCALE, SHIFT, STRIDES, Lpips, read_lpips
from recast_nodes.models.weights.downloads import path_of
from recast_nodes.models.weights.model_files import ALEXNET

CHANNELS, SIZES = (3, 4, 5, 6, 5, 4), (11, 5, 3, 3, 3)


@pytest.fixture(scope="module")
def network() -> Lpips:
    rng = np.random.default_rng(0)
    shapes = [(CHANNELS[k + 1], CHANNELS[k], SIZES[k], SIZES[k]) for k in range(5)]
    kernels = tuple(torch.from_numpy(rng.normal(0, 0.2, shape).astype(np.float32)) for shape in shapes)
    biases = tuple(torch.from_numpy(rng.normal(0, 0.1, shape[0]).astype(np.float32)) for shape in shapes)
    weights = tuple(torch.from_numpy(rng.random(shape[0]).astype(np.float32)) for shape in shapes)
    return Lpips(kernels, biases, weights)


def by_definition(network: Lpips, one: np.ndarray, other: np.ndarray) -> float:
    total, layers = 0.0, []
    for picture in (one, other):
        now = ((picture * 2 - 1 - np.array(SHIFT)) / np.array(SCALE)).transpose(2, 0, 1)
        kept = []
        for k, (kernel, bias) in enumerate(zip(network.kernels, network.biases)):
            if POOLED[k]:
                windows = np.lib.stride_tricks.sliding_window_view(now, (3, 3), (1, 2))[:, ::2, ::2]
                now = windows.max((-1, -2))
            wide = np.pad(now, ((0, 0), (PADDING[k],) * 2, (PADDING[k],) * 2))
            windows = np.lib.stride_tricks.sliding_window_view(wide, kernel.shape[2:], (1, 2))
            windows = windows[:, :: STRIDES[k], :: STRIDES[k]]
            now = np.einsum("chwij,ocij->ohw", windows, kernel.numpy()) + bias.numpy()[:, None, None]
            now = np.maximum(now, 0)
            kept.append(now / (np.sqrt((now**2).sum(0)) + 1e-10))
        layers.append(kept)
    for a, b, weights in zip(*layers, network.weights):
        total += float(((a - b) ** 2 * weights.numpy()[:, None, None]).sum(0).mean())
    return total


@pytest.fixture(scope="module")
def pictures() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.random((96, 80, 3)), rng.random((96, 80, 3))


def test_it_is_its_definition(network, pictures):
    assert network.distance(*pictures) == pytest.approx(by_definition(network, *pictures), rel=1e-4)


def test_the_same_picture_is_no_distance_away(network, pictures):
    assert network.distance(pictures[0], pictures[0]) == 0


def test_a_mask_looks_where_it_is(network, pictures):
    one, mask = pictures[0], np.zeros((96, 80), bool)
    other = one.copy()
    other[:, 60:] = pictures[1][:, 60:]
    mask[:, :8] = True
    assert network.distance(one, other, mask) < network.distance(one, other, ~mask)
    assert network.distance(one, other, np.ones_like(mask)) == pytest.approx(network.distance(one, other), rel=1e-5)


def test_a_file_that_holds_something_else_is_refused(tmp_path: Path):
    import pickle

    path = tmp_path / "alexnet.ckpt"
    path.write_bytes(pickle.dumps({"AlexNet_0": {}}))
    with pytest.raises(WeightsError, match=r"alexnet\.ckpt"):
        read_lpips(path)


@pytest.fixture(scope="module")
def published() -> Lpips:
    try:
        return read_lpips(path_of(ALEXNET))
    except ModelMissing as missing:
        pytest.skip(str(missing))


def test_the_published_weights_give_what_the_definition_gives(published, pictures):
    assert published.distance(*pictures) == pytest.approx(by_definition(published, *pictures), rel=1e-4)


def test_the_published_weights_judge_as_people_do(published, pictures):
    """Blur is farther than a shift of brightness by the same error."""
    import cv2

    one = np.kron(pictures[0][::4, ::4], np.ones((8, 8, 1))).astype(np.float32)
    blurred = cv2.GaussianBlur(one, (0, 0), 4)
    brighter = one + np.sqrt(np.mean((one - blurred) ** 2))
    assert published.distance(one, blurred) > 3 * published.distance(one, brighter)


def test_black_against_white_is_as_others_print_it(published):
    """0.8140 in the README of common_metrics_on_video_quality (2023), for pictures of this size."""
    black, white = np.zeros((64, 64, 3)), np.ones((64, 64, 3))
    assert published.distance(black, white) == pytest.approx(0.8140147, abs=2e-4)
