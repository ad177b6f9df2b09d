"""Render people, let the project's landmarker look at them, keep what it saw.

    RECAST_SHARED=... python -m tools.digital_humans.track_set OUTPUT.npz --people 0-39 [--takes 24] [--held]

Person number N is the same on every machine, so that several processes can share the work: each writes a table of its
own, and `fit` reads them all. About a quarter of a second a picture on one core.

    landmarks     (P, T, 478, 3) float32   pixels; NaN where no face was found
    coefficients  (P, T, 52)     float32   as the landmarker reads them
    people        (P,)           int32     the number of the person
    acted         (P, T, 57)     float32   the head's true expression weights, less those of the resting face
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np

from recast_nodes.models.tracker.landmarker import observe_faces
from recast_nodes.wires import Image, Part, Window

from .head import Head
from .performance import NEUTRAL_TAKES, Person, Take, person, takes, worn
from .renderer import display, render

SEED = 20260


def scene(number: int, count: int, size: int, held: bool = False) -> tuple[Person, list[Take]]:
    """Person `number` and `count` takes of them."""
    rng = np.random.default_rng([SEED, number])
    return person(rng), takes(rng, count, size, held)


def picture(head: Head, who: Person, take: Take, seed: int) -> np.ndarray:
    """One take, (size, size, 3) scene-linear."""
    weights = worn(who.resting, take.expression)
    return render(head, weights, take.turn, take.camera, who.looks, who.lighting, seed)


def tracked(linear: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Landmarks (478, 3) and coefficients (52,) of the face in a picture; NaN where there is none."""
    height, width = linear.shape[:2]
    window = Window(0, 0, width, height)
    shown = display(linear)
    channels = {name: np.ascontiguousarray(shown[..., k]) for k, name in enumerate("RGB")}
    faces = observe_faces(Image((Part("", channels, window, window),), ("R", "G", "B"), "sRGB - Texture"))
    if not len(faces.landmarks):
        return np.full((478, 3), np.nan, np.float32), np.full(52, np.nan, np.float32)
    return faces.landmarks[0].numpy(), faces.coefficients[0].numpy()


def observed(folder: Path, number: int, count: int, size: int, held: bool) -> dict[str, np.ndarray]:
    """The rows of one person."""
    who, made = scene(number, count, size, held)
    head = Head(folder, who.identity)
    seen = [tracked(picture(head, who, take, number * 1000 + k)) for k, take in enumerate(made)]
    acted = np.array([[take.expression.get(name, 0.0) for name in head.expressions] for take in made], np.float32)
    return {
        "landmarks": np.stack([landmarks for landmarks, _ in seen]).astype(np.float32),
        "coefficients": np.stack([coefficients for _, coefficients in seen]).astype(np.float32),
        "people": np.int32(number),
        "acted": acted,
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("output", type=Path)
    words.add_argument("--people", default="0-39")
    words.add_argument("--takes", type=int, default=24)
    words.add_argument("--size", type=int, default=288)
    words.add_argument("--held", action="store_true", help="one expression lasts through each person's takes")
    asked = words.parse_args()
    folder = Path(os.environ["RECAST_SHARED"]) / "digital_humans"
    first, last = (int(word) for word in asked.people.split("-"))
    rows: list[dict[str, np.ndarray]] = []
    start = time.monotonic()
    for number in range(first, last + 1):
        rows.append(observed(folder, number, max(asked.takes, NEUTRAL_TAKES), asked.size, asked.held))
        # Written after every person: a run that is ended early leaves what it has.
        partial = asked.output.with_suffix(".part.npz")
        np.savez(partial, **{name: np.stack([row[name] for row in rows]) for name in rows[0]})
        partial.replace(asked.output)
        print(f"person {number}: {(time.monotonic() - start) / len(rows):.1f} s each", flush=True)


if __name__ == "__main__":
    main()
