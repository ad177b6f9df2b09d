"""Fixtures of the networks' tests. `RECAST_PARITY=all` runs every case, however long it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from .parity import Parity


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: further cases of large networks, run where RECAST_PARITY=all")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the slow cases out, unless all are asked for: CI asks for them."""
    if os.environ.get("RECAST_PARITY") == "all":
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="RECAST_PARITY=all runs the further cases"))


@pytest.fixture(scope="session")
def parity(shared: Path) -> Parity:
    """The golden numbers of the published networks; skips where they are not at hand."""
    return Parity(shared / "parity")


@pytest.fixture(autouse=True)
def plain_torch() -> Iterator[None]:
    """Two threads, no gradients, subnormals as they are: the conditions that the golden numbers were made under."""
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    torch.set_flush_denormal(False)
    with torch.inference_mode():
        yield
    torch.set_num_threads(threads)
