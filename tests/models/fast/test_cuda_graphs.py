"""Recording and replaying: which batches are recorded, and on an NVIDIA card (`--device cuda`) that nothing changes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from recast_nodes.models import prepare
from recast_nodes.models.fast import cuda_graphs
from recast_nodes.models.fast.cuda_graphs import Graphed

from ..networks.small import SMALL, inputs, network, outputs


class Doubles(nn.Module):
    """Twice what comes in; keeps the sizes of what it is called with."""

    def __init__(self):
        super().__init__()
        self.calls: list[int] = []

    def forward(self, x):
        self.calls.append(len(x))
        return {"twice": 2 * x}


class Tape:
    """Stands in for a recording where there is no card."""

    made: list[int] = []

    def __init__(self, network, given):
        self.network = network
        self.made.append(len(given[0]))

    def __call__(self, *given):
        return cuda_graphs.first(self.network(*given), len(given[0]))


@pytest.fixture
def tape(monkeypatch):
    monkeypatch.setattr(cuda_graphs, "Recording", Tape)
    monkeypatch.setattr(Tape, "made", [])
    return Tape.made


def frames(count: int) -> torch.Tensor:
    return torch.arange(1.0, count + 1)[:, None].expand(count, 3)


def test_a_shape_is_recorded_at_its_second_time(tape):
    module = Graphed(Doubles(), compiled=False, rounding=False)
    for time, recorded in enumerate(([], [4], [4])):
        torch.testing.assert_close(module(frames(4))["twice"], 2 * frames(4)), time
        assert tape == recorded


def test_the_rest_of_a_shot_rides_in_a_larger_batch(tape):
    doubles = Doubles()
    module = Graphed(doubles, compiled=False, rounding=False)
    module(frames(4)), module(frames(4)), module(frames(8)), module(frames(8))
    torch.testing.assert_close(module(frames(3))["twice"], 2 * frames(3))
    assert tape == [4, 8] and doubles.calls[-1] == 4, "the smallest that holds it"
    module(frames(3))
    assert tape == [4, 8, 3], "what comes again is worth a recording of its own"


def test_recordings_are_few(tape):
    module = Graphed(Doubles(), compiled=False, rounding=False)
    for count in range(12, 1, -1):
        for _ in range(2):
            module(frames(count))
    assert len(module._recorded) == cuda_graphs.MOST_RECORDINGS


def test_what_is_too_large_to_record_is_called_as_it_is_and_that_is_said(tape, monkeypatch):
    def tight(network, given):
        if len(given[0]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return Tape(network, given)

    told, doubles = [], Doubles()
    monkeypatch.setattr(cuda_graphs, "Recording", tight)
    monkeypatch.setattr(cuda_graphs, "notice", told.append)
    module = Graphed(doubles, compiled=False, rounding=False)
    for count in (4, 4, 4, 2, 2):
        torch.testing.assert_close(module(frames(count))["twice"], 2 * frames(count))
    assert doubles.calls == [4, 4, 4, 2, 2] and tape == [2], "tried once"
    assert len(told) == 1 and "record 4 frames" in told[0]


def test_what_comes_out_is_kept_by_the_caller(tape):
    module = Graphed(nn.Identity(), compiled=False, rounding=False)
    given = frames(2).contiguous()
    module(given)
    found = module(given)
    given.zero_()
    torch.testing.assert_close(found, frames(2))


def test_rounding_is_set_back():
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    for allowed in (True, False):
        with cuda_graphs.libraries(allowed, search=False):
            assert (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) == (allowed, allowed)
        assert (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) == before


@pytest.mark.parametrize("name", SMALL)
def test_a_card_gives_the_processors_numbers(name, device):
    if device.type != "cuda":
        pytest.skip("needs --device cuda")
    made = prepare(network(name), device)
    with torch.inference_mode():
        for batch in (2, 2, 2, 1, 1, 1):
            given = inputs(name, batch)
            wanted = outputs(network(name), given)
            for key, found in outputs(made, tuple(each.to(device) for each in given)).items():
                torch.testing.assert_close(found.cpu(), wanted[key], rtol=1e-4, atol=2e-5, msg=f"{key} of {batch}")
