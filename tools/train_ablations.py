"""Train a preset whole and with each of the paper's ablations, teacher and then student, and put them into one table.

    python -m tools.train_ablations FOLDER --preset mini --steps 40000 --seed 0 --seed 1

Every run resumes where it was stopped, so the same command goes on; `--set NAME=VALUE` changes a setting of all. Nobody
has timed `mini` on a graphics card yet: begin with `--steps 200` in another folder to see how long it will be. Without
teacher and student, the teacher is trained for as many steps as both. The benchmark is made where it is not there (20
people, 30 frames of 256 pixels), of people that no run was taught; `--bench FOLDER` names one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

VARIANTS: dict[str, tuple[str, ...]] = {
    "whole": (),
    "equation-1": ("equation=1",),
    "no-flame": ("losses.flame=0",),
    "no-student": (),
}
STUDENT = 0.5  # of the teacher's steps
RECAST = [sys.executable, "-m", "recast_nodes.hosts.cli"]


def main() -> None:
    options = _options()
    place = options.folder.absolute()
    place.mkdir(parents=True, exist_ok=True)
    exported = {}
    for seed in options.seed or [0]:
        for variant in options.variant or VARIANTS:
            name = f"{variant}-{seed}"
            run = _train(place, options, variant, seed)
            exported[name] = place / "exported" / name
            _recast("train", "export", run, name, "--to", exported[name])
    bench = options.bench or place / "bench"
    if not (bench / "benchmark.json").is_file():
        _recast("bench", "quality", "--make", bench, "--identities", 20, "--frames", 30, "--size", 256)
    named = [text for name, folder in exported.items() for text in ("--weights", f"{name}={folder}")]
    _recast("bench", "quality", "--folder", bench, "--model", "unedited", "--model", "mesh", *named)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", default="mini")
    parser.add_argument("--steps", type=int, default=40_000, help="of a teacher")
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--variant", choices=VARIANTS, action="append", help="Default: all.")
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--set", dest="sets", action="append", default=[])
    return parser.parse_args()


def _train(place: Path, options: argparse.Namespace, variant: str, seed: int) -> Path:
    """Train a variant's teacher, and its student where it has one; the folder of the last run."""
    settings = place / f"{options.preset}.yaml"
    if not settings.is_file():
        _recast("train", "new", options.preset, settings)
    common = [f"data.folder={place / 'humans'}", f"train.seed={seed}", *VARIANTS[variant], *options.sets]
    alone = variant == "no-student"
    steps = options.steps + round(STUDENT * options.steps) * alone
    teacher = place / f"{variant}-{seed}-teacher"
    _run(settings, teacher, [*common, f"train.steps={steps}"])
    if alone:
        return teacher
    student = place / f"{variant}-{seed}-student"
    given = [
        "stage=student",
        f"teacher={teacher}",
        f"train.steps={round(STUDENT * steps)}",
        "losses.adversarial_from=0",
    ]
    _run(settings, student, [*common, *given])
    return student


def _run(settings: Path, folder: Path, sets: list[str]) -> None:
    _recast("train", "run", settings, "--folder", folder, *(f"--set={each}" for each in sets))


def _recast(*arguments: object) -> None:
    print("recast", *arguments, flush=True)
    subprocess.run([*RECAST, *map(str, arguments)], check=True, env=os.environ)


if __name__ == "__main__":
    main()
