"""`recast worker`: the process beside the hosts that renders for them."""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import shutil
import signal
import sys
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

import click

from ... import __version__

if TYPE_CHECKING:
    from ..worker.client import Worker

LOG_BYTES = 1_000_000


@click.command("worker")
@click.option("--name", help="The worker's name, as hosts set it. Default: made from this Python and its settings.")
@click.option(
    "--idle", type=click.FloatRange(0.1), default=900.0, show_default=True, help="End after this many idle seconds."
)
@click.option("--memory", type=click.IntRange(0), default=1024, show_default=True, help="Memory for cached images, MB.")
@click.option("--tcp", is_flag=True, help="Listen on a local port instead of a Unix socket, as on Windows.")
@click.option("--start", is_flag=True, help="Start it in the background, and return once it responds.")
@click.option("--contact", is_flag=True, hidden=True, help="Start it, and print how it is reached: for OpenFX.")
@click.option("--stop", is_flag=True, help="Stop the running worker.")
def command(name: str | None, idle: float, memory: int, tcp: bool, start: bool, contact: bool, stop: bool) -> None:
    """Render for Nuke, Blender, Studio and `recast render --worker`, keeping models and tracks loaded.

    Hosts start it when they need it; you need not start it yourself. Only the current user can connect to it
    (docs/worker.md, which also says where its log is).
    """
    from ..worker.client import Worker
    from ..worker.protocol import runtime_file, worker_name
    from ..worker.server import AlreadyRunning, Server

    if start:
        for _ in Worker(command=own_command()).start("describe"):
            pass
        click.echo("The worker is ready.")
        return
    if contact:
        click.echo(_contact(Worker(command=own_command(), idle=None)))
        return
    if stop:
        stopped = Worker(command=own_command()).stop()
        click.echo("The worker has been stopped." if stopped else "No worker is running.")
        return
    name = name or worker_name(sys.executable, os.environ)
    _log_to(runtime_file(name, "log"))
    server = Server(name, idle, memory << 20, tcp)
    signal.signal(signal.SIGTERM, lambda number, frame: server.quit())
    signal.signal(signal.SIGINT, lambda number, frame: server.quit())
    try:
        server.serve()
    except AlreadyRunning as error:  # a host that started us finds the other one
        click.echo(str(error), err=True)
    logging.shutdown()
    sys.stderr.flush()
    os._exit(0)  # a network in the middle of a frame would hold us up; what is written is whole


def _contact(worker: Worker) -> str:
    """How the worker is reached, in one line of JSON. Raises ClickException."""
    from ..worker.client import WorkerError
    from ..worker.protocol import read_contact, worker_name
    from ..worker.views import picture_folder

    try:
        worker.open().close()
    except (WorkerError, OSError) as error:
        raise click.ClickException(str(error)) from None
    found = read_contact(worker_name(sys.executable, os.environ)) or {}
    return json.dumps({**found, "version": __version__, "memory": str(picture_folder())})


def own_command() -> list[str]:
    """The command line of this very Python, for a client in the same environment."""
    return [sys.executable, "-m", "recast_nodes.hosts.cli"]


def _log_to(path: str) -> None:
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.rotator = _copy_and_empty
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("recast_nodes")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    faulthandler.enable()  # to standard error, which is the same file where a host started us


def _copy_and_empty(source: str, target: str) -> None:
    """Restart the log without renaming it: standard error goes there too, and Windows renames no open file."""
    shutil.copyfile(source, target)
    os.truncate(source, 0)
