"""Results do not depend on where in memory a tensor lies: not on what a process did before it makes a frame.

Of what the stages are made of, a library's matrix product depends on it in its last bits, and so may others one day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from recast_nodes.media.journal.record_bytes import LEAD, decode_record, encode_record
from recast_nodes.stages.expression.calibration import learn_rule, predict_missing
from recast_nodes.stages.expression.head_pose import robust_similarity
from recast_nodes.stages.finish.composite import colour_gain
from recast_nodes.stages.lenders.fit import miss_of_lips
from recast_nodes.wires import DrivenFrame, Trial

PLACES = range(0, 64, 8)  # bytes behind an address that is a multiple of 64


def put(tensor: Tensor, place: int) -> Tensor:
    """The same tensor at another place in memory."""
    room = torch.empty(tensor.numel() + 64, dtype=tensor.dtype)
    start = place // tensor.element_size()
    there = room[start : start + tensor.numel()].view(tensor.shape)
    there.copy_(tensor)
    return there


def bits(value: Any) -> bytes:
    if isinstance(value, Tensor):
        return value.contiguous().numpy().tobytes()
    return b"".join(map(bits, value))


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def gain(face: Tensor, plate: Tensor, matte: Tensor) -> Tensor:
    return colour_gain(face.abs(), plate.abs(), matte.sigmoid())


def rule(driver: Tensor, plate: Tensor, result: Tensor) -> Any:
    learned = learn_rule([Trial(*each) for each in zip(driver, plate, result, strict=True)])
    assert learned
    return *learned, predict_missing(learned, driver[0], plate[1])


@pytest.mark.parametrize(
    ("stage", "shapes"),
    [
        (gain, [(3, 301, 203), (3, 301, 203), (1, 301, 203)]),
        (rule, [(11, 52)] * 3),
        (robust_similarity, [(60, 3), (60, 3)]),
        (miss_of_lips, [(9, 478, 3), (21, 478, 3)]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_stage_gives_the_same_bits_wherever_its_inputs_lie(stage: Callable[..., Any], shapes):
    given = [normal(*shape, seed=seed) for seed, shape in enumerate(shapes)]
    assert len({bits(stage(*(put(each, place) for each in given))) for place in PLACES}) == 1


def test_a_record_lies_as_a_new_tensor_does():
    trial = Trial(*(normal(52, seed=seed) for seed in range(3)))
    data = encode_record("k", DrivenFrame(None, trial))
    for before in range(0, 300, 37):
        rubbish = bytearray(before)
        read = decode_record(bytes(data), LEAD.unpack_from(data)[1])
        assert all(part.data_ptr() % 64 == 0 for part in read.trial) and len(rubbish) == before
