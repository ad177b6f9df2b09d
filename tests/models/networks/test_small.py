"""The networks at small sizes, everywhere: their numbers, their batches, and what must be true of their parts."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from recast_nodes.models.networks import warping
from recast_nodes.models.networks.decoder import SpectralConv2d
from recast_nodes.models.networks.vit import resample_positions

from .make_goldens import GOLDEN, sample
from .small import SMALL, inputs, network, numbers, outputs

SIZE = torch.Size((4, 6, 8))


@pytest.mark.parametrize("name", SMALL)
def test_numbers_stay(name):
    with np.load(GOLDEN) as golden:
        wanted = {key.removeprefix(f"{name}/"): golden[key] for key in golden if key.startswith(f"{name}/")}
    found = outputs(network(name), inputs(name))
    assert set(found) == set(wanted)
    for key, output in found.items():
        np.testing.assert_allclose(sample(output), wanted[key], rtol=1e-4, atol=2e-5, err_msg=key)


@pytest.mark.parametrize("name", SMALL)
def test_a_batch_equals_its_frames_one_by_one(name):
    made, batch = network(name), inputs(name, batch=3)
    together = outputs(made, batch)
    for frame in range(3):
        alone = outputs(made, tuple(given[frame : frame + 1] for given in batch))
        for key, output in alone.items():
            torch.testing.assert_close(together[key][frame : frame + 1], output, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SMALL)
def test_nothing_that_goes_in_is_changed(name):
    given = inputs(name)
    kept = copy.deepcopy(given)
    outputs(network(name), given)
    torch.testing.assert_close(given, kept, rtol=0, atol=0)


@pytest.mark.parametrize("name", SMALL)
def test_loading_is_strict(name):
    made = network(name)
    state = made.state_dict()
    first = next(iter(state))
    wrong = {
        "Missing": {key: value for key, value in state.items() if key != first},
        "Unexpected": state | {"another.weight": torch.zeros(1)},
        "size mismatch": state | {first: torch.zeros(*state[first].shape, 2)},
    }
    for fault, tensors in wrong.items():
        with pytest.raises(RuntimeError, match=fault):
            made.load_state_dict(tensors, strict=True)
    made.load_state_dict(state, strict=True)


def test_resampling_a_position_table_to_its_own_size_changes_nothing():
    table = numbers("table", (1, 1 + 5 * 5, 6))
    torch.testing.assert_close(resample_positions(table, 5, 5), table, rtol=0, atol=1e-6)


def test_position_tables_of_pictures_that_are_not_square():
    table = numbers("table", (1, 1 + 5 * 5, 6))
    assert resample_positions(table, 3, 8).shape == (1, 1 + 3 * 8, 6)


def test_the_grid_runs_from_corner_to_corner():
    grid = warping.identity_grid(SIZE, torch.zeros(()))
    torch.testing.assert_close(grid[0, 0, 0], -torch.ones(3))
    torch.testing.assert_close(grid[-1, -1, -1], torch.ones(3))
    torch.testing.assert_close(grid[0, 0, -1], torch.tensor([1.0, -1.0, -1.0]))  # x comes first, and runs right


def test_slot_0_stays_and_every_other_slot_goes_with_its_keypoint():
    x_s, x_d = numbers("x_s", (2, 3, 3)), numbers("x_d", (2, 3, 3))
    motions = warping.sparse_motions(x_s, x_d, SIZE)
    grid = warping.identity_grid(SIZE, x_s)
    torch.testing.assert_close(motions[:, 0], grid.expand_as(motions[:, 0]))
    torch.testing.assert_close(motions[1, 2, 0, 0, 0], grid[0, 0, 0] - x_d[1, 1] + x_s[1, 1])


def test_a_heat_map_is_1_at_its_keypoint_and_nothing_moves_without_motion():
    corner = torch.tensor([[[-1.0, 1.0, -1.0]]])
    heat = warping.gaussians(corner, SIZE)
    assert heat[0, 0, 0, -1, 0] == 1 and heat.argmax() == (SIZE[1] - 1) * SIZE[2]
    assert not warping.heat_differences(corner, corner, SIZE).any()
    assert not warping.heat_differences(corner, -corner, SIZE)[:, 0].any()


def test_a_flat_volume_is_flat_wherever_it_is_seen_whole():
    volume = torch.ones(1, 2, *SIZE)
    motions = 0.5 * warping.sparse_motions(torch.zeros(1, 1, 3), torch.zeros(1, 1, 3), SIZE)
    torch.testing.assert_close(warping.move_volumes(volume, motions), torch.ones(1, 2, 2, *SIZE))


@pytest.mark.parametrize("training", (False, True))
def test_spectral_norm_is_torchs_own(training):
    ours = SpectralConv2d(3, 5, 3)
    theirs = nn.utils.spectral_norm(nn.Conv2d(3, 5, 3, padding=1))
    theirs.load_state_dict(ours.state_dict(), strict=True)
    ours.train(training), theirs.train(training)
    x = numbers("x", (2, 3, 6, 6))
    torch.testing.assert_close(ours(x), theirs(x))
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict())


def test_a_new_kernel_has_norm_1():
    kernel = SpectralConv2d(16, 8, 3)
    largest = torch.linalg.matrix_norm(kernel.weight().flatten(1), ord=2)
    assert largest == pytest.approx(1.0, abs=0.1)
