"""A worker for each test session, in a runtime folder of its own, running this very tree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recast_nodes.hosts.worker.client import Worker
from tests.hosts.worker.conftest import write_python


@pytest.fixture(scope="session")
def worker_place(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment of one worker for the whole session, which loads PyTorch and the trackers once."""
    folder = tmp_path_factory.mktemp("worker")
    place = {"RECAST_RUNTIME": str(folder / "run"), "RECAST_PYTHON": str(write_python(folder / "python"))}
    yield place
    with pytest.MonkeyPatch.context() as patch:
        _enter(patch, place)
        Worker().stop()


@pytest.fixture(scope="module")
def worker(worker_place) -> Iterator[Worker]:
    """A client whose worker is this tree's; it is the same one in every module that does not end it."""
    with pytest.MonkeyPatch.context() as patch:
        _enter(patch, worker_place)
        yield Worker(idle=600)


def _enter(patch: pytest.MonkeyPatch, place: dict[str, str]) -> None:
    for name, value in place.items():
        patch.setenv(name, value)
