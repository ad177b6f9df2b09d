"""What this process may use of the machine: cores and memory, by the system and by the container or service around it.

Linux keeps such limits in control groups, which lie in one another: the tightest of them counts. Docker, Kubernetes,
Slurm and systemd set them; elsewhere there are none.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
CPU = (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us"))  # version 2 of control groups, and version 1
MEMORY = (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))
FORGOTTEN = ("inactive_file", "total_inactive_file")  # what was read from disk counts as used, and gives way


def cores() -> int:
    """The cores that this process may use; a share of one counts as one."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([here, *(math.ceil(min(here, _share(group))) for group in _groups("cpu"))]))


def free_memory() -> int:
    """Bytes that can be used without pushing others out."""
    import psutil

    return max(0, int(min([psutil.virtual_memory().available, *map(_room, _groups("memory"))])))


def _groups(controller: str) -> Iterator[Path]:
    """The folders of the groups that limit this process by a controller, innermost first."""
    try:
        lines = MEMBERSHIP.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, names, inside = line.split(":", 2)
        if names and controller not in names.split(","):
            continue
        root = GROUPS / names  # version 2 has no names: all is in one tree
        group = root / inside.lstrip("/")  # in a container this may be a name of the host's; the root is ours then
        yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(root))


def _share(group: Path) -> float:
    """How many cores' worth of time a group gets."""
    quota, period = _read(group, CPU)
    return quota / period if quota > 0 and period > 0 else math.inf


def _room(group: Path) -> float:
    """The bytes that are left to a group."""
    limit, used = _read(group, MEMORY)
    with suppress(OSError, ValueError):
        facts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        used -= max(int(facts.get(name, 0)) for name in FORGOTTEN)
    return limit - used


def _read(group: Path, forms: tuple[tuple[str, ...], ...]) -> tuple[float, float]:
    """The two numbers that a group states in the first of some forms; none is no limit."""
    for names in forms:
        with suppress(OSError, ValueError):
            limit, other = " ".join((group / name).read_text().strip() for name in names).split()
            return math.inf if limit in ("max", "-1") else float(limit), float(other)
    return math.inf, 1.0
