"""The cores and the memory that a process may use: of the machine, and of the groups that it is in."""

from __future__ import annotations

import os

import pytest

from recast_nodes import machine

GB = 1 << 30


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """Control groups in a folder. Call it with the lines of /proc/self/cgroup, and the files of groups."""
    monkeypatch.setattr(machine, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(machine, "MEMBERSHIP", tmp_path / "self")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)

    def make(membership: str, files: dict[str, str]) -> None:
        (tmp_path / "self").write_text(membership)
        for name, text in files.items():
            path = tmp_path / "groups" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return make


TWO, ONE = "0::/job/step\n", "3:cpu,cpuacct:/job\n2:memory:/job\n1:pids:/elsewhere\n"


@pytest.mark.parametrize(
    ("membership", "files", "cores"),
    [
        ("", {}, 8),
        (TWO, {"job/step/cpu.max": "max 100000"}, 8),
        (TWO, {"job/step/cpu.max": "max 100000", "job/cpu.max": "150000 100000"}, 2),
        (TWO, {"cpu.max": "20000 100000"}, 1),
        (TWO, {"cpu.max": "9000000 100000"}, 8),
        (TWO, {"job/cpu.max": "nonsense"}, 8),
        (ONE, {"cpu,cpuacct/job/cpu.cfs_quota_us": "-1", "cpu,cpuacct/job/cpu.cfs_period_us": "100000"}, 8),
        (ONE, {"cpu,cpuacct/cpu.cfs_quota_us": "300000", "cpu,cpuacct/cpu.cfs_period_us": "100000"}, 3),
        (ONE, {"pids/cpu.cfs_quota_us": "100000", "pids/cpu.cfs_period_us": "100000"}, 8),
    ],
)
def test_the_tightest_group_says_how_many_cores_there_are(membership, files, cores, groups):
    groups(membership, files)
    assert machine.cores() == cores


def test_a_groups_limit_counts_and_what_it_read_from_disk_does_not(groups):
    groups("", {})
    whole = machine.free_memory()
    groups(TWO, {"job/memory.max": "max", "job/memory.current": "5000"})
    assert machine.free_memory() == pytest.approx(whole, rel=0.2), "without a limit"
    groups(TWO, {"job/memory.max": "6000", "job/memory.stat": "anon 3000\ninactive_file 1500\n"})
    assert machine.free_memory() == 2500
    groups(TWO, {"job/memory.max": "4000", "job/memory.stat": "anon 5000\n"})
    assert machine.free_memory() == 0
    stat = {"memory/job/memory.stat": "inactive_file 100\ntotal_inactive_file 1000\n"}
    groups(ONE, {"memory/job/memory.limit_in_bytes": "6000", "memory/job/memory.usage_in_bytes": "5000"} | stat)
    assert machine.free_memory() == 2000


def test_this_machine_answers():
    assert 1 <= machine.cores() <= (os.cpu_count() or 1) and machine.free_memory() > 0
