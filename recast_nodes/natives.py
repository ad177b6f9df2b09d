"""Native libraries that we use, kept from changing the process that they are loaded into."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import ModuleType

from .machine import cores

# OpenCV's wheels with windows point Qt at their own plugins when imported, which breaks PySide6 in the same process.
# Ours is without, but whoever installs another OpenCV gets it in this one's place.
_TOUCHED_BY_OPENCV = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
# NumPy's OpenBLAS starts a thread for each core as soon as it is imported. In each of many processes that is too many,
# and where a thread cannot be had it sends its own process the signal of Ctrl-C.
NO_BLAS_THREADS = {"OPENBLAS_NUM_THREADS": "1"}
_CHATTER = re.compile(
    rb"^([WI]\d{4} \d|INFO: |WARNING: Logging before|\[ WARN:\d+@[\d.]+\] global net_impl|Warp CUDA warning: )"
)
LOADING = "load ahead"
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
_importing = threading.RLock()
_redirecting = threading.Lock()
_computing = threading.RLock()


def opencv() -> ModuleType:
    """The `cv2` module, imported without its change to the environment of Qt."""
    with _importing, _keep_environment(_TOUCHED_BY_OPENCV):
        import cv2
    return cv2


def load_ahead() -> None:
    """Start to load the libraries that compute, on a thread named LOADING, and return at once.

    PyTorch takes a second to load; meanwhile a command can read its shot and wait for files. Whoever imports them
    waits for the rest, and meets what went wrong. The thread is no daemon: a process must not end inside them.
    """
    threading.Thread(target=_load, name=LOADING).start()


def _load() -> None:
    with suppress(Exception):
        import torch  # noqa: F401

        opencv()


def is_loading() -> bool:
    """Whether libraries are still being loaded ahead."""
    return any(thread.name == LOADING for thread in threading.enumerate())


def one_thread_each() -> None:
    """Let torch and OpenCV compute on the thread that calls them, and on no others.

    Frames are worked on side by side, so threads inside a frame would only be in each other's way. And a sum that is
    split over threads differs in its last bits, while a frame has to be the same on every machine.
    """
    import torch

    torch.set_num_threads(1)
    opencv().setNumThreads(1)


@contextmanager
def every_core() -> Iterator[None]:
    """Inside it torch computes on all cores, and no other thread is inside: for networks that fill a machine alone.

    The threads around it go on reading, writing and compositing on a core each. OMP_NUM_THREADS says how many cores.
    """
    import torch

    with _computing:
        before = torch.get_num_threads()
        torch.set_num_threads(_computing_cores())
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _computing_cores() -> int:
    setting = os.environ.get("OMP_NUM_THREADS", "")
    return int(setting) if setting.isdigit() and int(setting) else cores()


def return_memory() -> None:
    """Hand freed memory back to the system, where the C library (glibc) keeps it otherwise.

    Small records that outlive a frame lie between the large buffers of frames that are gone, so the heap would grow
    with the length of a shot. Called every few dozen frames; it costs about a millisecond.
    """
    trim = _malloc_trim()
    if trim:
        trim(0)


@cache
def keep_memory() -> None:
    """Let freed memory stay with the process until `return_memory`, where the C library (glibc) gives it back at once.

    Each frame frees what the next one takes again, in pieces of megabytes: fetching their pages anew took a tenth of a
    frame's processor time. Two numbers, because setting one of them makes the other stand still at 128 KB.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option:
        set_option(_MMAP_THRESHOLD, 32 << 20)  # the most that glibc takes
        set_option(_TRIM_THRESHOLD, 128 << 20)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


@contextmanager
def _keep_environment(names: tuple[str, ...]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            elif os.environ.get(name) != value:
                os.environ[name] = value


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what native code prints on standard error; anything but its usual chatter is passed on afterwards.

    Networks log from C++ before anything can turn the log down, so the file descriptor itself is redirected. Use it
    around starting a network, not around a render: output of other threads is delayed for as long as it lasts.
    """
    with _redirecting, tempfile.TemporaryFile() as captured:
        sys.stderr.flush()
        stderr_copy = os.dup(2)
        os.dup2(captured.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr_copy, 2)
            os.close(stderr_copy)
            captured.seek(0)
            _pass_on(captured.read())


def _pass_on(text: bytes) -> None:
    words = b"".join(line for line in text.splitlines(keepends=True) if not _CHATTER.match(line))
    if words:
        os.write(2, words)
