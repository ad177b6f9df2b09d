"""The Ray cluster that a crew renders on: joined where one runs, else started on this machine."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ...errors import RecastError, StorageError
from ...notices import notice
from ..worker.protocol import short_folder

NEEDED = "A cluster of Ray needs Ray, which is not installed here: pip install 'recast-nodes[ray]'."
STORE_BYTES = 80 << 20  # of a cluster of our own: events are all that travels
LONGEST_TEMPORARY = 24  # characters; below it lie Unix sockets, whose paths are short


class Cluster:
    """A connection to Ray: to the cluster at `address` or $RAY_ADDRESS, or to one that is started here and ends with
    us. `cores` are the cores of a renderer where no GPU is used; 0: four, or all of a machine that has fewer. Raises
    RecastError, StorageError where there is a cluster and it does not answer.
    """

    def __init__(self, address: str = "", cores: int = 0, gpus: bool = False):
        self.cores, self.gpus = cores, gpus
        self._temporary = ""
        address = address or os.environ.get("RAY_ADDRESS", "")
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is sent to anybody
        if not address:  # Ray looks at this when it is imported
            os.environ["RAY_AUTH_MODE"], os.environ["RAY_AUTH_TOKEN"] = "token", secrets.token_hex(32)
        try:
            import ray
        except ImportError:
            raise RecastError(NEEDED) from None
        self.ray: Any = ray
        try:
            self._join(address) if address else self._start()
        except BaseException as error:
            self.close()
            raise self._explain(error, address) from None

    def _explain(self, error: BaseException, address: str) -> BaseException:
        where = f"The Ray cluster at {address or 'this machine'}"
        if isinstance(error, (ConnectionError, TimeoutError, self.ray.exceptions.RayError)):
            return StorageError(f"{where} does not answer: {last_line(error)}")
        if isinstance(error, (RuntimeError, ValueError)):  # another version of Ray or Python, no address
            return RecastError(f"{where} cannot be used: {last_line(error)}")
        return error

    def _join(self, address: str) -> None:
        self.ray.init(address=address, log_to_driver=False, logging_level="CRITICAL")
        nodes = [node for node in self.ray.nodes() if node["Alive"]]
        notice(f"Joined the Ray cluster at {address}: {len(nodes)} machines.")

    def _start(self) -> None:
        """A cluster of this machine alone. Whoever may use it could run anything as this user, so it asks for a token
        that nobody else has, and its sockets lie where nobody else may look.
        """
        try:
            self._temporary = short_folder(LONGEST_TEMPORARY)
        except OSError as error:
            raise RecastError(f"A Ray cluster cannot be started here: {error}") from None
        self.ray.init(
            address="local",
            include_dashboard=False,
            log_to_driver=False,
            logging_level="CRITICAL",
            object_store_memory=STORE_BYTES,
            _temp_dir=self._temporary,
        )
        notice("No Ray cluster was named (--address, RAY_ADDRESS): one of this machine alone was started.")

    def close(self) -> None:
        """Leave; a cluster that was started here ends, and leaves nothing behind."""
        with suppress(Exception):
            self.ray.shutdown()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def seats(self) -> Iterator[tuple[str, str, dict[str, float]]]:
        """(node, machine, what one renderer takes) for every renderer that there is room for."""
        for node in self.ray.nodes():
            if node["Alive"]:
                yield from ((node["NodeID"], node["NodeManagerHostname"], each) for each in self._of(node["Resources"]))

    def _of(self, there: Mapping[str, float]) -> list[dict[str, float]]:
        cpus, gpus = int(there.get("CPU", 0)), int(there.get("GPU", 0))
        if self.gpus and gpus:
            return [{"num_gpus": 1, "num_cpus": max(1, cpus // gpus)}] * gpus
        cores = min(self.cores or 4, cpus)
        return [{"num_gpus": 0, "num_cpus": cores}] * (cpus // cores) if cores else []


def last_line(error: BaseException) -> str:
    """What a library says of an error at the end of a long story."""
    return str(error).strip().splitlines()[-1][:300]
