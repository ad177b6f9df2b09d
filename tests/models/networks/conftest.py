"""Fixtures of the networks' tests. `RECAST_PARITY=all` runs every case, however long it takes."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from recast_nodes.models.fast.scratch import forget_rooms
from recast_nodes.natives import return_memory

from .parity import EVERY_CASE, Parity


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: further cases of large networks, run where RECAST_PARITY=all")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the slow cases out, unless all are asked for: CI asks for them."""
    if EVERY_CASE:
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="RECAST_PARITY=all runs the further cases"))


@pytest.fixture(scope="session")
def parity(shared: Path) -> Parity:
    """The golden numbers of the published networks; skips where they are not at hand."""
    return Parity(shared / "parity")


@pytest.fixture(scope="module", autouse=True)
def sparing() -> Iterator[None]:
    """Engines compute on one thread: two would spend most of their time waiting for one another beside another worker
    of the tests. And the published networks, with their room to compute in, are gigabytes: they end with the module.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OMP_NUM_THREADS", "1")
        yield
    forget_rooms()
    gc.collect()
    return_memory()


@pytest.fixture(autouse=True)
def plain_torch() -> Iterator[None]:
    """No gradients, subnormals as they are: the conditions that the golden numbers were made under. On two threads, for
    which their tolerances hold as for one.
    """
    torch.set_flush_denormal(False)
    with torch.inference_mode():
        yield
