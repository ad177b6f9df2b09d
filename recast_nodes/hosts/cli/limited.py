"""Commands under a limit on memory (`ulimit -v`): however they run out of it, a sentence and exit code 137 are the end.

Python says when memory is short, and so do our libraries, most of the time. Their native code also aborts, reads where
nothing could be reserved, or leaves by itself (libgomp, with code 1). So where there is a limit, the command runs in a
child process, and this one says how it ended.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

import click

from ... import natives
from .exits import NO_MEMORY, SOME_FAILED

# How native code ends where it was given no memory; by SIGKILL the system ends a process for it.
NATIVE = tuple(getattr(signal, name, 0) for name in ("SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGKILL"))
STOPPING = (signal.SIGINT, signal.SIGTERM)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl
_orderly = -1  # where a child says that it ended by itself


def is_limited() -> bool:
    """Whether this process may have so much address space only."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY and hasattr(os, "fork")


def load_ahead() -> None:
    """Let PyTorch load while the shot is read and checked. Where memory is limited one thing is done at a time, so that
    whoever runs out of it knows at what.
    """
    if not is_limited():
        natives.load_ahead()


def run(command: Callable[[], None]) -> None:
    """Run a command; where memory is limited, in a child process whose exit code is reported and passed on."""
    if not is_limited():
        return command()
    os.environ.update(natives.NO_BLAS_THREADS)  # whatever the user set: memory for those threads may not be there
    hearing, telling = os.pipe()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # until it is clear who takes them
    try:
        child = os.fork()
    except OSError:  # not even that
        end_without_memory()
    if child == 0:
        os.close(hearing)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        _begin(telling)
        return command()
    os.close(telling)
    signal.signal(signal.SIGINT, lambda number, frame: None)  # Ctrl-C reaches the child by itself
    signal.signal(signal.SIGTERM, lambda number, frame: os.kill(child, number))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    orderly = os.read(hearing, 1)
    if -code in NATIVE or (code == SOME_FAILED and not orderly):
        end_without_memory()
    os._exit(code if code >= 0 else 128 - code)


def report_end() -> None:
    """Say that this process ends by itself, and not in the middle of a library."""
    global _orderly
    channel, _orderly = _orderly, -1
    if channel >= 0:
        with suppress(OSError):
            os.write(channel, b".")


def end_without_memory() -> NoReturn:
    """Say so, and end."""
    report_end()
    with suppress(OSError, ValueError):
        click.echo("Error: not enough memory. Frames already written are complete.", err=True)
        sys.stderr.flush()
    os._exit(NO_MEMORY)


def _begin(telling: int) -> None:
    global _orderly
    _orderly = telling
    atexit.register(report_end)
    sys.unraisablehook = lambda problem: None  # objects that were left half made complain when they go
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
