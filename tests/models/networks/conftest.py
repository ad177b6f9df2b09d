"""Fixtures of the networks' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from .parity import Parity


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", 'slow: further cases of large networks; left out by -m "not slow"')


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
