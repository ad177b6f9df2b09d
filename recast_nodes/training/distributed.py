"""Several processes that train one model, each on its own pairs, as `torchrun` starts them.

Gradients and the running statistics of batch norms are averaged before a step is taken, in one piece; so weights,
buffers and what the optimisers know are the same bits in every process. Torch's own wrapper would begin to send while
gradients are still computed; but a step here asks one network twice, and others for their features alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, distributed, nn

RUNNING = ("running_mean", "running_var")


class Place(NamedTuple):
    """Which of so many processes this is."""

    rank: int = 0
    processes: int = 1

    @property
    def first(self) -> bool:
        return self.rank == 0


ALONE = Place()


@contextmanager
def joined(device: torch.device) -> Iterator[Place]:
    """The group of processes, if `torchrun` started this one; else this one alone."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Place(distributed.get_rank(), count)
    finally:
        distributed.destroy_process_group()


def own_device(device: torch.device) -> torch.device:
    """The graphics card of this process, where there is one for each."""
    if device.type != "cuda":
        return device
    own = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(own)
    return own


def wait_for_all(place: Place) -> None:
    """Go on when every process has come here."""
    if place.processes > 1:
        distributed.barrier()


def average(module: nn.Module, place: Place) -> None:
    """Replace gradients and running statistics by their means over all processes."""
    if place.processes == 1:
        return
    gradients = [each.grad for each in module.parameters() if each.grad is not None]
    running = [each for name, each in module.named_buffers() if name.rsplit(".", 1)[-1] in RUNNING]
    _average([*gradients, *running], place)


def mean_of(values: dict[str, float], place: Place) -> dict[str, float]:
    """Numbers that every process has, as their means."""
    if place.processes == 1:
        return values
    together = torch.tensor(list(values.values()), dtype=torch.float64)
    if distributed.get_backend() == "nccl":
        together = together.cuda()
    distributed.all_reduce(together)
    return dict(zip(values, (together / place.processes).tolist(), strict=True))


def _average(tensors: Iterable[Tensor], place: Place) -> None:
    by_type: dict[torch.dtype, list[Tensor]] = {}
    for each in tensors:
        by_type.setdefault(each.dtype, []).append(each)
    for group in by_type.values():
        flat = torch.cat([each.detach().flatten() for each in group])
        distributed.all_reduce(flat)
        flat /= place.processes
        for each, mean in zip(group, flat.split([each.numel() for each in group]), strict=True):
            each.detach().copy_(mean.view_as(each))
