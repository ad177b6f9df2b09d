"""Whether a process lives, by a token that names one and never another of the same number."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import psutil
import pytest

from recast_nodes import processes
from recast_nodes.processes import Process
from tests.patience import wait_until


@pytest.fixture(params=["this system", "psutil"])
def source(request, monkeypatch) -> str:
    """Where start times come from: this system's own answer, or psutil's, as on macOS."""
    if request.param == "psutil":
        monkeypatch.setattr(processes, "sys", SimpleNamespace(platform="darwin"))
        monkeypatch.setattr(processes, "SLACK", 60_000)
    processes._this.cache_clear()
    yield request.param
    processes._this.cache_clear()


@pytest.fixture
def child() -> Iterator[subprocess.Popen]:
    """A process that does nothing until it is ended."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()


def process_of(child: subprocess.Popen) -> Process:
    return Process(processes.machine(), child.pid, processes._start_time(child.pid) or 0)


def test_this_process_lives_and_says_when_it_started(source):
    this = processes.this()
    assert this.started > 0 and this.here and not this.gone
    assert processes.parse(this.token) == this


def test_a_process_is_gone_once_it_has_ended(source, child):
    process = process_of(child)
    assert process.started > 0 and not process.gone
    child.kill()
    child.wait()
    assert process.gone


def test_a_process_that_nobody_waited_for_is_gone(source, child):
    process = process_of(child)
    os.kill(child.pid, signal.SIGKILL)
    assert wait_until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert process.gone and process._replace(started=0).gone


def test_another_process_of_the_same_number_is_not_the_one_that_was_named(source, child):
    assert process_of(child)._replace(started=1).gone


def test_psutil_may_follow_a_clock_that_is_set_by_some_seconds(monkeypatch, child):
    monkeypatch.setattr(processes, "sys", SimpleNamespace(platform="darwin"))
    monkeypatch.setattr(processes, "SLACK", 60_000)
    process = process_of(child)
    assert not process._replace(started=process.started + 5_000).gone
    assert process._replace(started=process.started - 120_000).gone


def test_a_token_without_a_start_time_is_read_as_the_number_alone(source, child):
    """As earlier versions wrote them on macOS and Windows."""
    written = processes.parse(f"{processes.machine()}-{child.pid}-0")
    assert not written.gone
    assert processes.parse(f"{processes.machine()}-{2**22 + 1}-0").gone


@pytest.mark.skipif(sys.platform != "linux", reason="ticks are Linux's")
def test_a_token_on_linux_is_what_it_always_was():
    with open("/proc/self/stat") as file:
        ticks = file.read().rpartition(")")[2].split()[19]
    assert processes.this().token == f"{processes.machine()}-{os.getpid()}-{ticks}"


def test_windows_is_asked_without_a_signal(child, monkeypatch):
    """os.kill(pid, 0) would end the process there."""
    monkeypatch.setattr(processes, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(processes.os, "kill", lambda pid, number: pytest.fail("no process is signalled"))
    monkeypatch.setattr(psutil, "pid_exists", lambda pid: pid == child.pid)  # which signals nobody on Windows
    process = process_of(child)
    assert not process.gone
    assert process._replace(pid=2**22 + 1).gone and process._replace(started=process.started - 1).gone


def test_nothing_is_known_of_another_machine():
    assert not Process("0badcafe", 2**22 + 1, 5).gone
    assert Process(processes.machine(), 2**70, 5).gone, "a number that no process has"
