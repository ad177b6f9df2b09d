"""A reader process: requests in, pixels out, until the render that started it is gone."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from ...errors import RecastError
from ..files import limits
from ..readers.exchange import BrokenExchange, Pipes

HARD = limits.address_space(hard=True)  # what the user's own limit leaves all processes
SPARE = 1 << 30  # bytes of address space beyond two copies of the largest image


def main() -> None:
    """Serve until the other side closes. The arguments are the package's folder and the socket's descriptor, if any."""
    channel = _channel(sys.argv[2])
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the render says when to end
    while True:
        try:
            request, _ = channel.receive()
            _answer(channel, request)
        except (BrokenExchange, OSError):
            return


def _channel(descriptor: str) -> Pipes:
    """Our way to the render. What decoders print goes nowhere, and what they read is empty."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return Pipes(incoming, outgoing, socket.socket(fileno=int(descriptor)) if descriptor else None)


def _answer(channel: Pipes, request: Any) -> None:
    path = request["with"]["path"]
    operation = _operation(request["do"])
    _bound_memory()
    _alarm(int(request["seconds"]) + 5)  # if the render has died, nothing else would end a hang
    try:
        value, arrays = operation(**request["with"])
    except RecastError as refusal:
        channel.send({"refused": str(refusal)})
    except MemoryError:
        if limits.address_space() and not _own_bound_applies():
            return channel.send({"lacking": True})
        channel.send({"refused": f"{path}: cannot be read: it needs more memory than {limits.IMAGE.variable} allows."})
    except Exception as problem:
        kind = type(problem).__name__
        channel.send({"refused": f"{path}: cannot be read: unexpected content ({kind}: {problem})."})
    else:
        channel.send({"value": value}, arrays)
    finally:
        _alarm(0)


def _operation(name: str) -> Callable[..., Any]:
    """Decoders are imported when they are first used."""
    if name == "exr.read":
        from . import exr

        return exr.read
    if name == "raster.read":
        from . import raster

        return raster.read
    if name == "usd.read":
        from . import usd

        return usd.read
    if name in ("movie.start", "movie.frame"):
        from . import movie

        return movie.start if name == "movie.start" else movie.frame
    raise BrokenExchange(f"there is no operation {name!r}")


def _alarm(seconds: int) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _bound_memory() -> None:
    """Where the system can do that, let no allocation go beyond what the limits allow."""
    try:
        import resource

        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return
    allowed = used + 2 * (limits.most(limits.IMAGE) << 20) + SPARE
    if HARD is None or allowed < HARD:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, HARD or resource.RLIM_INFINITY))


def _own_bound_applies() -> bool:
    """Whether our own bound is in force, and not the one that the user gave all processes."""
    return HARD is None or (limits.address_space() or HARD) < HARD
