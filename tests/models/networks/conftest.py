"""Fixtures of the networks' tests. `RECAST_PARITY=all` runs every case, however long it takes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from .parity import Parity

BUDGET = 60.0  # seconds of this folder's tests, after which no further slow case is begun
_spent = 0.0


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: further cases of large networks, which run last and while there is time")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(scope="session")
def parity(shared: Path) -> Parity:
    """The golden numbers of the published networks; skips where they are not at hand."""
    return Parity(shared / "parity")


@pytest.fixture(autouse=True)
def within_budget(request: pytest.FixtureRequest) -> Iterator[None]:
    """Slow cases run while there is time."""
    global _spent
    hurried = request.node.get_closest_marker("slow") and os.environ.get("RECAST_PARITY") != "all"
    if hurried and _spent > BUDGET:
        pytest.skip(f"the cases before took {_spent:.0f} s; RECAST_PARITY=all runs them all")
    start = time.monotonic()
    yield
    _spent += time.monotonic() - start


@pytest.fixture(autouse=True)
def plain_torch() -> Iterator[None]:
    """Two threads, no gradients, subnormals as they are: the conditions that the golden numbers were made under."""
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    torch.set_flush_denormal(False)
    with torch.inference_mode():
        yield
    torch.set_num_threads(threads)
