"""Fuzz the readers of what strangers made.

    python -m tests.fuzz.run --minutes 30                 # all targets, one after the other
    python -m tests.fuzz.run --minutes 5 shot header      # some of them
    python -m tests.fuzz.run --minutes 5 shot --atheris   # guided by coverage, where atheris is installed

Each target runs in a process of its own. What is found is kept below --out with the bytes that did it. Leaves with 1
where anything but a refusal came out, or an input took more than ten seconds of the processor's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

SLOW = 10.0  # seconds


def mutated(rng: random.Random, seeds: list[bytes], words: tuple[bytes, ...]) -> bytes:
    """A seed with some bytes changed, cut out, doubled, or replaced by words of the format."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(data) + 1)
        length = min(rng.choice((1, 2, 4, 16, 64)), len(data) - at)
        kind = rng.randrange(6)
        if kind == 0:
            data[at : at + length] = rng.randbytes(length)
        elif kind == 1:
            del data[at : at + length]
        elif kind == 2:
            data[at:at] = data[at : at + length] * rng.choice((1, 2, 40))
        elif kind == 3 and words:
            data[at : at + rng.choice((0, length))] = rng.choice(words)
        elif kind == 4:
            other = rng.choice(seeds)
            data[at:] = other[min(at, len(other)) :]
        elif at < len(data):
            data[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, data[at] ^ 1 << rng.randrange(8)))
    return bytes(data)


def inputs(name: str, seed: int) -> Iterator[bytes]:
    """Endless mutations for a target, the seeds first."""
    from .targets import TARGETS

    target = TARGETS[name]
    seeds = target.seeds()
    yield from seeds
    rng = random.Random(seed)
    while True:
        yield mutated(rng, seeds, target.words)


def attempt(name: str, data: bytes) -> str:
    """What came of one input: '' (taken), 'refused', or the finding in words."""
    from recast_nodes.errors import RecastError

    from .targets import TARGETS

    started = time.process_time()  # a machine may have other work, and the first input brings the libraries
    try:
        TARGETS[name].run(data)
        outcome = ""
    except RecastError:
        outcome = "refused"
    except Exception:
        outcome = traceback.format_exc()
    seconds = time.process_time() - started
    return f"took {seconds:.1f} s" if seconds > SLOW else outcome


def _child(name: str, seconds: float, seed: int, out: Path) -> None:
    end = time.monotonic() + seconds
    counts = {"runs": 0, "taken": 0, "refused": 0, "findings": 0, "slowest": 0.0}
    last = out / f"{name}.last"
    for data in inputs(name, seed):
        if time.monotonic() > end:
            break
        last.write_bytes(data)
        started = time.perf_counter()
        outcome = attempt(name, data)
        counts["slowest"] = max(counts["slowest"], round(time.perf_counter() - started, 3))
        counts["runs"] += 1
        counts[{"": "taken", "refused": "refused"}.get(outcome, "findings")] += 1
        if outcome not in ("", "refused"):
            _keep(out, name, data, outcome)
    last.unlink()
    print(json.dumps(counts), flush=True)


def _keep(out: Path, name: str, data: bytes, outcome: str) -> None:
    place = outcome.strip().splitlines()[-3:]  # one file for each place and error
    stem = f"{name}-{hashlib.sha256(repr(place).encode()).hexdigest()[:8]}"
    (out / f"{stem}.input").write_bytes(data)
    (out / f"{stem}.txt").write_text(outcome)


def _atheris(name: str, seconds: float, out: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["recast_nodes", "fileseq", "yaml"], enable_loader_override=False):
        from .targets import TARGETS, scratch

        TARGETS[name].seeds()
    corpus = scratch() / "corpus"
    corpus.mkdir()
    for at, seed in enumerate(TARGETS[name].seeds()):
        (corpus / str(at)).write_bytes(seed)

    def once(data: bytes) -> None:
        outcome = attempt(name, data)
        if outcome not in ("", "refused"):
            _keep(out, name, data, outcome)

    options = [f"-max_total_time={seconds:.0f}", "-rss_limit_mb=4096", "-timeout=60", f"-artifact_prefix={out}/"]
    atheris.Setup([sys.argv[0], str(corpus), *options], once)
    atheris.Fuzz()


def main() -> None:
    from .targets import TARGETS

    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("targets", nargs="*", choices=[*TARGETS, []])
    words.add_argument("--minutes", type=float, default=1.0, help="for all targets together")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--out", type=Path, default=Path("fuzz-out"))
    words.add_argument("--atheris", action="store_true")
    words.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = words.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    names = given.targets or list(TARGETS)
    seconds = given.minutes * 60 / len(names)
    if given.atheris and given.child:
        _atheris(names[0], seconds, given.out)
    elif given.child:
        _child(names[0], seconds, given.seed, given.out)
    else:
        sys.exit(max([_run(name, seconds, given) for name in names]))


def _run(name: str, seconds: float, given: argparse.Namespace) -> int:
    before = set(given.out.iterdir())
    command = [sys.executable, "-m", "tests.fuzz.run", name, "--child", "--minutes", str(seconds / 60)]
    command += ["--seed", str(given.seed), "--out", str(given.out), *(["--atheris"] if given.atheris else [])]
    ran = subprocess.run(command, capture_output=True, text=True)
    told = (ran.stderr if given.atheris else ran.stdout).strip().splitlines() or [ran.stderr[-500:]]
    found = sorted(path.name for path in set(given.out.iterdir()) - before if path.suffix != ".last")
    print(f"{name}: {told[-1]}", *(f"\n  {path}" for path in found), flush=True)
    if ran.returncode and not given.atheris:
        print(
            f"  the process ended with {ran.returncode}; its last input is {name}.last\n{ran.stderr[-1000:]}",
            flush=True,
        )
    return int(bool(found) or (ran.returncode != 0 and not given.atheris))


if __name__ == "__main__":
    main()
