"""Read every file of a folder of odd and broken images, one process each, and say what became of it.

    python tools/read_anything.py ../shared/exr

Per file: right (the pixels that `INDEX.csv` knows), read (nothing is known of its pixels), refused (one clear
sentence), wrong, crashed, hung. Seconds are wall time, memory is the peak of the reading process and of its reader
processes above what both take for a sound file of one pixel. Leaves with 1 where anything is wrong, crashed, hung
(over 10 s) or took more than 1 GB.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

SLOWEST, LARGEST = 10.0, 1024.0  # seconds, MB


class Found(NamedTuple):
    """What became of one file."""

    file: str
    state: str
    text: str
    seconds: float
    megabytes: float


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path)
    words.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.child:
        print(json.dumps(_read(str(given.folder))))
        return
    known = _known(given.folder)
    base = _baseline()
    found = [_look(path, known, base) for path in sorted(given.folder.rglob("*")) if _an_image(path)]
    sys.exit(_report(found))


def _an_image(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".md", ".csv")


def _known(folder: Path) -> dict[str, tuple[str, str]]:
    """By file: how OpenImageIO 3.2.2 reads it, and the sums of its pixels, of each part."""
    index = folder / "INDEX.csv"
    if not index.is_file():
        return {}
    with index.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    return {
        str(folder / row["file"]): (row["oiio_3.2.2_read"], row["float32_pixels_sha12_per_part(oiio)"]) for row in rows
    }


def _baseline() -> float:
    """Megabytes that reading takes where there is nothing to read, through the reader process too."""
    import OpenEXR

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dot.exr"
        OpenEXR.File({}, {name: np.zeros((1, 1), np.float16) for name in "RGB"}).write(str(path))
        path.write_bytes(path.read_bytes()[:-1])
        return _look(path, {}, 0.0).megabytes


def _look(path: Path, known: dict[str, tuple[str, str]], base: float) -> Found:
    started = time.perf_counter()
    command = [sys.executable, __file__, "--child", str(path)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return Found(str(path), "hung", "", 60, 0)
    seconds = time.perf_counter() - started
    if ran.returncode or not ran.stdout:
        return Found(str(path), "crashed", f"exit code {ran.returncode} {ran.stderr[-300:]}", seconds, 0)
    answer = json.loads(ran.stdout.splitlines()[-1])
    state = answer["state"]
    if state == "read" and str(path) in known and known[str(path)][1]:
        sums = known[str(path)][1].split()
        state = "right" if answer["sums"] == sums else "read" if known[str(path)][0] != "ok" else "wrong"
    if answer["seconds"] > SLOWEST:
        state = "hung"
    return Found(str(path), state, answer["text"], answer["seconds"], answer["megabytes"] - base)


def _read(path: str) -> dict[str, object]:
    """Read one file in this process, as a render does."""
    import resource

    from recast_nodes.errors import MediaError
    from recast_nodes.media.images import read_parts
    from recast_nodes.media.readers import processes

    state, text, parts = "read", "", ()
    started = time.perf_counter()
    try:
        parts = read_parts(path)
    except MediaError as problem:
        state, text = "refused", str(problem)
    seconds = time.perf_counter() - started
    processes.stop()
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    sums = [_sum(path, at, part.channels) for at, part in enumerate(parts)]
    return {"state": state, "text": text, "sums": sums, "seconds": seconds, "megabytes": peak}


def _sum(path: str, index: int, planes: Mapping[str, np.ndarray]) -> str:
    """The sum that INDEX.csv holds of a part: all channels as float32, interleaved, in OpenImageIO's order."""
    import OpenImageIO as oiio

    oiio.attribute("openexr:core", 0)
    names = oiio.ImageInput.open(path).spec(index, 0).channelnames
    if set(names) != set(planes):
        return "other channels"
    pixels = np.stack([_float(planes[name]) for name in names], -1)
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()[:12]


def _float(plane: np.ndarray) -> np.ndarray:
    """As OpenImageIO makes float32 of it: integers become 0..1."""
    top = np.iinfo(plane.dtype).max if plane.dtype.kind == "u" else 1
    return (plane / np.float64(top)).astype(np.float32) if top != 1 else plane.astype(np.float32)


def _report(found: list[Found]) -> int:
    counts = Counter(each.state for each in found)
    slowest, largest = max(found, key=lambda each: each.seconds), max(found, key=lambda each: each.megabytes)
    for each in found:
        print(f"{each.state:8} {each.seconds:6.2f} s {each.megabytes:7.0f} MB  {each.file}  {each.text}")
    print(", ".join(f"{count} {state}" for state, count in counts.most_common()), f"of {len(found)} files")
    print(f"slowest {slowest.seconds:.2f} s: {slowest.file}")
    print(f"largest {largest.megabytes:.0f} MB above the baseline: {largest.file}")
    bad = sum(counts[state] for state in ("wrong", "crashed", "hung")) or largest.megabytes > LARGEST
    return 1 if bad else 0


if __name__ == "__main__":
    main()
