"""Renders onto disks that are too small, at every size in steps, and then gives them room (Linux, as root).

    python benchmarks/disk_full.py --plate plate.####.exr --driving take.mp4 --steps 20

Whatever write meets the end of the disk, be it a frame, the shot document, the journal, the records, a cache or a
movie: the command must leave with 75 and one clear sentence, every frame that is there must be whole, and once there
is room the same command must end with the frames of a plain render, to the bit. Exits with 1 where any of that fails.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

KINDS = {
    "frames": ("shot.####.exr", ()),
    "cache": ("shot.####.exr", ("--cache", "cache")),
    "review": ("shot.####.png", ()),
    "movie": ("shot.mp4", ()),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--plate", required=True)
    parser.add_argument("--driving", required=True)
    parser.add_argument("--frames", default="")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    given = parser.parse_args()
    faults = []
    with tempfile.TemporaryDirectory(prefix="disk_full.") as folder:
        for kind in given.kinds:
            faults += try_kind(given, kind, Path(folder) / kind)
    print("\n".join(faults) or "every disk that was full was told of, and every render went on once there was room")
    sys.exit(1 if faults else 0)


def try_kind(given: argparse.Namespace, kind: str, folder: Path) -> list[str]:
    whole, small = folder / "whole", folder / "small"
    small.mkdir(parents=True)
    code, text = run(given, kind, whole)
    if code:
        sys.exit(f"the undisturbed render failed: {text}")
    wanted = contents(whole)
    size = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
    faults = []
    for step in range(given.steps):
        room = max(4096, size * (step + 1) // given.steps // 4096 * 4096)
        mount(small, room)
        try:
            faults += [f"{kind}, {room} bytes: {fault}" for fault in try_size(given, kind, small, wanted)]
        finally:
            subprocess.run(["umount", str(small)], check=True)
    print(f"{kind}: {given.steps} sizes up to {size} bytes, {len(faults)} faults", flush=True)
    return faults


def try_size(given: argparse.Namespace, kind: str, small: Path, wanted: dict[str, str]) -> list[str]:
    """What is not as it must be."""
    faults = []
    code, text = run(given, kind, small / "out")
    if code not in (0, 75) or (code and "No space left" not in text and "full" not in text):
        faults.append(f"left with {code}: {text[-300:]}")
    found = contents(small / "out")
    faults += [f"{name} is not whole" for name in found if found[name] != wanted[name]]
    faults += [f"{path.name} is left behind" for path in small.rglob("*.part")]
    subprocess.run(["mount", "-o", "remount,size=1g", str(small)], check=True)
    code, text = run(given, kind, small / "out")
    if code:
        faults.append(f"with room it left with {code}: {text[-300:]}")
    if contents(small / "out") != wanted:
        faults.append("with room the frames are not those of a plain render")
    return faults


def run(given: argparse.Namespace, kind: str, out: Path) -> tuple[int, str]:
    name, words = KINDS[kind]
    command = [sys.executable, "-m", "recast_nodes.hosts.cli", "edit", "--source", given.plate]
    command += ["--driving", given.driving, "--output", str(out / name), "--set", "ExpressionMix.enhance=0.3"]
    command += ["--frames", given.frames] if given.frames else []
    command += [str(out.parent / word) if word == "cache" else word for word in words]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stderr


def mount(folder: Path, room: int) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "recast", str(folder)], check=True)


def contents(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.glob("shot.[0-9m]*"))}


if __name__ == "__main__":
    main()
