"""Kills nodes of a Ray cluster during renders, and compares every frame with a plain render, bit for bit; or times two
one-core nodes against one.

    python benchmarks/ray_nodes.py --plate plate.####.exr --driving take.mp4 --times 20
    python benchmarks/ray_nodes.py --plate plate.####.exr --driving take.mp4 --speed      # on a quiet machine

The cluster is of this machine: a head without cores, and nodes of one core each. While a shot renders, a node is killed
at a random moment and another one joins. For times each node keeps to a core of its own (Linux), since Ray only counts
cores. Exits with 1 where a frame is missing or another, or something is left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from kill_and_resume import contents, drawn, faults

WORDS = [sys.executable, "-m", "recast_nodes.hosts.cli"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--plate", required=True)
    parser.add_argument("--driving", required=True)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true")
    given = parser.parse_args()
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    with tempfile.TemporaryDirectory(prefix="ray_nodes.") as name:
        folder = Path(name)
        plain(given, folder / "whole")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        try:
            good = speed(cluster, folder) if given.speed else kill(cluster, given, folder)
        finally:
            cluster.shutdown()
    sys.exit(0 if good else 1)


def plain(given: argparse.Namespace, out: Path) -> None:
    """The render that all others must equal; its document is the shot."""
    words = ["edit", "--source", given.plate, "--driving", given.driving, "--output", str(out / "shot.####.exr")]
    subprocess.run([*WORDS, *words, "--set", "ExpressionMix.enhance=0.3"], check=True, stdout=subprocess.DEVNULL)


def begin(cluster: Any, folder: Path, out: Path, told: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    words = ["render", str(folder / "whole" / "shot.recast.yaml"), "--set", f"Write.file={out / 'shot.####.exr'}"]
    words += ["--cluster", "ray", "--cores", "1", "--address", cluster.address, "--json"]
    return subprocess.Popen([*WORDS, *words], stdout=told, stderr=subprocess.PIPE)


def kill(cluster: Any, given: argparse.Namespace, folder: Path) -> bool:
    draw = random.Random(given.seed)
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    length, wanted, good = rendered(cluster, folder, folder / "first"), contents(folder / "whole"), 0
    for number in range(1, given.times + 1):
        out, moment = folder / f"killed{number}", drawn(draw, length, len(wanted))
        process = begin(cluster, folder, out)
        start = time.monotonic()
        moment.wait(process, out)
        wait = time.monotonic() - start
        there = len(list(out.glob("shot.*.exr")))
        cluster.remove_node(nodes.pop(draw.randrange(2)), allow_graceful=False)
        nodes.append(cluster.add_node(num_cpus=1))
        told = process.communicate()[1].decode()
        problems = faults(out, wanted) + ([f"exit code {process.returncode}: {told}"] if process.returncode else [])
        good += not problems
        print(
            f"{number}: a node killed after {wait:.1f} s, {there} frames: {', '.join(problems) or 'whole'}", flush=True
        )
    print(f"{good} of {given.times} whole")
    return good == given.times


def speed(cluster: Any, folder: Path) -> bool:
    """Seconds of one node and of two, as a whole and of each part."""
    pinned_node(cluster, 0)
    one = parts(cluster, folder, folder / "one")
    pinned_node(cluster, 1)
    two = parts(cluster, folder, folder / "two")
    for name in one:
        print(
            f"{name:28} one node {one[name]:6.1f} s, two {two[name]:6.1f} s: {one[name] / two[name]:.2f} times as fast"
        )
    return contents(folder / "one") == contents(folder / "two") == contents(folder / "whole")


def pinned_node(cluster: Any, core: int) -> None:
    """A node whose processes share one core of this machine: they inherit it from us."""
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        cluster.add_node(num_cpus=1)
    finally:
        os.sched_setaffinity(0, ours)


def parts(cluster: Any, folder: Path, out: Path) -> dict[str, float]:
    """How long the parts of a render took: joining and the first models, looking at the shot, making frames."""
    start = time.monotonic()
    looked, made = [], []
    process = begin(cluster, folder, out, subprocess.PIPE)
    for line in process.stdout or ():
        event = json.loads(line)
        now = time.monotonic() - start
        if event["event"] == "progress" and event["what"] != "render":
            looked.append(now)
        elif event["event"] == "frame":
            made.append(now)
    whole = time.monotonic() - start
    if process.wait():
        sys.exit(f"a render on the cluster failed with exit code {process.returncode}")
    times = {"start": looked[0], "looking at the shot": made[0] - looked[0], "frames": made[-1] - made[0]}
    return times | {"end": whole - made[-1], "looking and frames": made[-1] - looked[0], "whole": whole}


def rendered(cluster: Any, folder: Path, out: Path) -> float:
    start = time.monotonic()
    process = begin(cluster, folder, out)
    told = process.communicate()[1].decode()
    if process.returncode:
        sys.exit(f"a render on the cluster failed: {told}")
    return time.monotonic() - start


if __name__ == "__main__":
    main()
