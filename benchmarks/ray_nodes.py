"""Kills nodes of a Ray cluster during renders, and compares every frame with a plain render, bit for bit; or times two
one-core nodes against one.

    python benchmarks/ray_nodes.py --plate plate.####.exr --driving take.mp4 --times 20
    python benchmarks/ray_nodes.py --plate plate.####.exr --driving take.mp4 --speed      # on a quiet machine

The cluster is of this machine: a head without cores, and nodes of one core each. While a shot renders, a node is killed
at a random moment and another one joins. Exits with 1 where a frame is missing or another, or something is left behind.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from kill_and_resume import contents, faults

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


def begin(cluster: Any, folder: Path, out: Path) -> subprocess.Popen[bytes]:
    words = ["render", str(folder / "whole" / "shot.recast.yaml"), "--set", f"Write.file={out / 'shot.####.exr'}"]
    words += ["--cluster", "ray", "--cores", "1", "--address", cluster.address]
    return subprocess.Popen([*WORDS, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def kill(cluster: Any, given: argparse.Namespace, folder: Path) -> bool:
    draw = random.Random(given.seed)
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    length, wanted, good = rendered(cluster, folder, folder / "first"), contents(folder / "whole"), 0
    for number in range(1, given.times + 1):
        out, wait = folder / f"killed{number}", draw.uniform(0.2, 0.9) * length
        process = begin(cluster, folder, out)
        time.sleep(wait)
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
    """Seconds from the first thing that a renderer does to the end, of one node and of two."""
    cluster.add_node(num_cpus=1)
    one = rendered(cluster, folder, folder / "one")
    cluster.add_node(num_cpus=1)
    two = rendered(cluster, folder, folder / "two")
    print(f"one node {one:.1f} s, two nodes {two:.1f} s: {one / two:.2f} times as fast")
    return contents(folder / "one") == contents(folder / "two") == contents(folder / "whole")


def rendered(cluster: Any, folder: Path, out: Path) -> float:
    start = time.monotonic()
    process = begin(cluster, folder, out)
    told = process.communicate()[1].decode()
    if process.returncode:
        sys.exit(f"a render on the cluster failed: {told}")
    return time.monotonic() - start


if __name__ == "__main__":
    main()
