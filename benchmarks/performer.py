"""How near a performer comes to frames that it was not learned from, beside the mesh model with its borrowed frames.

    python benchmarks/performer.py CLIP... [--pairs 96] [--targets 16] [--step 1] [--output FOLDER]

Each clip is cut into stretches. A performer is learned from most of them; frames of the others are the truth. The mesh
model moves a frame of the former to the expression and pose of each of the latter, with mouths from all frames that the
performer was learned from, and the performer finishes that. LPIPS and PSNR are inside the face, at 256 to 400 pixels of
its size, sharpness is the gradient energy in times of the true frame's. With --output, sheets of pictures: from the
left the mesh model, the performer, the truth. Time is the processor's, of learning alone.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch

from recast_nodes.graph.check import shot_span
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.graph import Graph, Placed
from recast_nodes.models.performer.file import Performer
from recast_nodes.models.performer.finish import finish_face
from recast_nodes.nodes import NODES
from recast_nodes.performer.footage import APART, ActorFootage, gather_footage
from recast_nodes.performer.judge import Fidelity, judge, mean_fidelity
from recast_nodes.performer.learn import LearnSettings, Lesson, learn
from recast_nodes.performer.pairs import Pair, draw_source, make_pair
from recast_nodes.performer.preview import write_preview
from recast_nodes.stages.features.donor import Lender
from recast_nodes.wires import Image, Track

CUT, HELD = 8, (2, 5)  # stretches, and which of them are held out


class Outcome(NamedTuple):
    """What a clip's performer reached on stretches that it has not seen."""

    mesh: Fidelity
    finished: Fidelity
    seconds: float
    rows: tuple[tuple[torch.Tensor, ...], ...]
    lesson: Lesson


def track_clip(file: str, step: int) -> tuple[dict[Lender, Track], Callable[[Lender], Image]]:
    """The tracks of every `step`th frame of a clip, and how its pictures are had."""
    reads = Placed("Plate", NODES["Read"]).with_knob("file", file)
    graph = Graph({"Plate": reads, "FaceTrack": Placed("FaceTrack", NODES["FaceTrack"], wires={"image": "Plate"})})
    span = shot_span(graph, "FaceTrack")
    evaluator = Evaluator(graph, span, workers=1)
    evaluator.prepare("FaceTrack")
    tracks = {Lender(frame): evaluator.pull("FaceTrack", frame) for frame in span[::step]}
    return tracks, lambda name: evaluator.pull("Plate", name.frame)


def measure(
    tracks: dict[Lender, Track],
    open_image: Callable[[Lender], Image],
    settings: LearnSettings,
    targets: int,
    seed: int = 5,
) -> Outcome:
    """Learn from most stretches of a clip, and measure on the others."""
    names = [name for name, track in tracks.items() if track.state == "tracked"]
    held = {name for at, name in enumerate(names) if at * CUT // len(names) in HELD}
    near = {name for name in names if min(abs(name.frame - other.frame) for other in held) <= APART}
    started = time.process_time()
    footage = gather_footage({name: tracks[name] for name in names if name not in near}, open_image)
    lesson = learn(footage, settings)
    seconds = time.process_time() - started
    whole = gather_footage(tracks, open_image)
    pairs = held_pairs(whole, near, held, targets, seed)
    faces = [(pair, finish(pair, lesson.performer)) for pair in pairs]
    finished = [judge(face, pair.truth, pair.mask) for pair, face in faces]
    mesh = [judge(pair.pixels, pair.truth, pair.mask) for pair in pairs]
    rows = tuple((pair.pixels, face, pair.truth) for pair, face in faces)
    return Outcome(mean_fidelity(mesh), mean_fidelity(finished), seconds, rows, lesson)


def held_pairs(whole: ActorFootage, near: set[Lender], held: set[Lender], count: int, seed: int) -> list[Pair]:
    """Frames of what was learned from, moved to held-out ones."""
    taught = [row for row, name in enumerate(whole.names) if name not in near]
    goals = [row for row, name in enumerate(whole.names) if name in held]
    goals = goals[:: max(1, len(goals) // count)][:count]
    chance = random.Random(seed)
    pairs = []
    for target in goals:
        source = draw_source(whole, target, taught, chance)
        pairs.append(make_pair(whole, source, target, lambda row: row in taught))
    return pairs


def finish(pair: Pair, performer: Performer) -> torch.Tensor:
    """A pair's target as Decode would finish it."""
    face, matte = finish_face(pair.pixels, pair.start, pair.driven, performer, lower_only=False)
    return torch.lerp(pair.pixels, face, matte)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("clips", nargs="+")
    options.add_argument("--pairs", type=int, default=LearnSettings().pairs)
    options.add_argument("--targets", type=int, default=16)
    options.add_argument("--step", type=int, default=1)
    options.add_argument("--output", type=Path)
    given = options.parse_args()
    for clip in given.clips:
        found = measure(*track_clip(clip, given.step), LearnSettings(given.pairs), given.targets)
        print_outcome(Path(clip).stem, found)
        if given.output:
            given.output.mkdir(parents=True, exist_ok=True)
            write_preview(given.output / f"{Path(clip).stem}.png", found.rows)


def print_outcome(name: str, found: Outcome) -> None:
    """One line: the mesh model's numbers, and the performer's."""
    change = 100 * (found.finished.lpips / found.mesh.lpips - 1)
    numbers = [f"LPIPS {each.lpips:.4f} PSNR {each.psnr:.2f} sharpness {each.sharpness:.2f}" for each in found[:2]]
    print(
        f"{name}: mesh {numbers[0]}; performer {numbers[1]}; LPIPS {change:+.0f} %; {found.seconds:.0f} s", flush=True
    )


if __name__ == "__main__":
    main()
