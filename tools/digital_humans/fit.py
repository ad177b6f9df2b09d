"""Fit recast_nodes/models/expression_basis.npz: how far each coefficient moves each landmark, on people in
general.

    python -m tools.digital_humans.fit SET.npz ... --judge HELD.npz [--write]

Reads what `track_set` kept. Shapes are put into the head frame as the package does it, coefficients and shapes are
measured from the person's own rest, and one ridge regression over all people and their mirror images gives the table.
Brows do not pull at the jaw: where the landmarker's own drift says so, a much stronger ridge says otherwise.
Other people, each holding one expression through a shot (`track_set --held`), tell how near the package's own estimate
of the face at rest comes to the resting pictures. Over a wide range of ridges it hardly matters: the weakest is taken
that is within a standard error of the best, since a stronger one carries less of an expression.

    movements   (52, 478, 3) float16   centimetres, head frame, in MediaPipe's order of coefficients
    resting     (52,)        float16   what the coefficients of a resting face are read as, on average
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from recast_nodes.face import anatomy
from recast_nodes.face.blendshapes import BLENDSHAPES
from recast_nodes.face.regions import REGIONS
from recast_nodes.models.canonical import canonical_face
from recast_nodes.stages.expression.head_pose import head_poses
from recast_nodes.stages.expression.neutral import estimate_neutral
from recast_nodes.stages.membership import region_weights, share_of

from .mirror import mirrored_coefficients, mirrored_landmarks
from .performance import NEUTRAL_TAKES

TARGET = Path(__file__).parents[2] / "recast_nodes" / "models" / "expression_basis.npz"
UPPER_HALF, LOWER_HALF = ("brows", "eyes", "gaze"), ("mouth", "jaw", "cheeks")
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # of the ridge: squared coefficients for every hundred people
ELSEWHERE = 100.0  # times stronger is the ridge on what eyes and brows do to the lower face, and the other way round
LEAST_TAKES = 8  # found faces without which a person is left out


class Person(NamedTuple):
    """What the landmarker saw of one person, head frame."""

    shapes: np.ndarray  # (T, 478, 3), the first of them at rest
    coefficients: np.ndarray  # (T, 52)
    resting: int  # how many takes rest

    @property
    def neutral(self) -> np.ndarray:
        return self.shapes[: self.resting].mean(0)

    @property
    def rest(self) -> np.ndarray:
        """The coefficients at rest (52,)."""
        return self.coefficients[: self.resting].mean(0)

    def mirrored(self) -> Person:
        shapes = self.shapes[:, mirrored_landmarks()] * (-1, 1, 1)
        return self._replace(shapes=shapes, coefficients=self.coefficients[:, mirrored_coefficients()])


class Basis(NamedTuple):
    """The table, in float32."""

    movements: np.ndarray  # (52, 478, 3)
    resting: np.ndarray  # (52,)


Estimate = Callable[[np.ndarray, np.ndarray], np.ndarray]  # shapes and coefficients of a shot to its face at rest


def people(paths: list[Path]) -> list[Person]:
    """Everyone in the tables whose face was found often enough, at rest too."""
    found = []
    for path in paths:
        with np.load(path) as table:
            rows = [table[name] for name in ("landmarks", "coefficients")]
        for landmarks, coefficients in zip(*rows, strict=True):
            seen = np.isfinite(landmarks).all((1, 2))
            resting = int(seen[:NEUTRAL_TAKES].sum())
            if resting and seen.sum() - resting >= LEAST_TAKES:
                shapes = in_head_frame(landmarks[seen])
                found.append(Person(shapes, coefficients[seen].astype(np.float64), resting))
    return found


def in_head_frame(landmarks: np.ndarray) -> np.ndarray:
    """One person's landmarks (T, 478, 3), pixels, as shapes in the head frame."""
    _, shapes = head_poses(torch.from_numpy(landmarks), canonical_face().vertices, torch.tensor(anatomy.RIGID))
    return shapes.double().numpy()


def fitted(known: list[Person], strength: float) -> Basis:
    """The table by ridge regression on differences from each person's own rest, the same for left and right."""
    gram, moved, rest = np.zeros((52, 52)), np.zeros((52, 478 * 3)), np.zeros(52)
    for one in (*known, *(one.mirrored() for one in known)):
        coefficients = one.coefficients - one.rest
        gram += coefficients.T @ coefficients
        moved += coefficients.T @ (one.shapes - one.neutral).reshape(len(coefficients), -1)
        rest += one.rest
    ridge = strength * len(known) / 100 * (1 + ELSEWHERE * _elsewhere())
    penalised = gram + ridge[:, :, None] * np.eye(52)  # one system for each landmark
    movements = np.linalg.solve(penalised, moved.reshape(52, 478, 3).transpose(1, 0, 2)).transpose(1, 0, 2)
    return Basis(movements.astype(np.float32), (rest / (2 * len(known))).astype(np.float32))


def _elsewhere() -> np.ndarray:
    """(478, 52) how far a landmark lies outside the half of the face that a coefficient's muscles move, 0..1."""
    membership = region_weights(canonical_face().vertices)
    upper, lower = (share_of(membership, *half).numpy() for half in (UPPER_HALF, LOWER_HALF))
    moves_upper = np.array([name.startswith(("brow", "eye")) for name in BLENDSHAPES])
    return np.where(moves_upper, 1 - upper[:, None], 1 - lower[:, None])


def by_table(basis: Basis) -> Estimate:
    """The package's own estimate of the face at rest with this table."""
    movements, resting = torch.from_numpy(basis.movements).double(), torch.from_numpy(basis.resting).double()

    def estimate(shapes: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
        return estimate_neutral(torch.from_numpy(shapes), torch.from_numpy(coefficients), movements, resting).numpy()

    return estimate


def by_median(shapes: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    return np.median(shapes, 0)


def misses(estimate: Estimate, judges: list[Person]) -> np.ndarray:
    """(judges, 6) mean distance in the picture's plane from the true face at rest, millimetres, by region."""
    membership, missed = region_weights(canonical_face().vertices).numpy(), []
    for one in judges:
        away = estimate(one.shapes[one.resting :], one.coefficients[one.resting :]) - one.neutral
        missed.append(membership @ np.linalg.norm(10 * away[:, :2], axis=1) / membership.sum(1))
    return np.array(missed)


def weakest_as_good(scores: dict[float, np.ndarray]) -> float:
    """The least strength whose `misses` are within a standard error (over people) of the best one's."""
    means = {strength: missed.mean(1) for strength, missed in scores.items()}
    best = min(means.values(), key=np.mean)
    for strength in sorted(means):
        worse = means[strength] - best
        if worse.mean() <= worse.std() / np.sqrt(len(worse)):
            return strength
    raise ValueError("No scores to choose by.")


def shipped() -> Basis:
    with np.load(TARGET) as table:
        return Basis(table["movements"].astype(np.float32), table["resting"].astype(np.float32))


def report(name: str, missed: np.ndarray) -> None:
    print(f"{name:24}" + "".join(f"{value:9.2f}" for value in (*missed.mean(0), missed.mean())), flush=True)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("sets", type=Path, nargs="+")
    words.add_argument("--judge", type=Path, required=True, help="people who are not in the sets, each holding a mood")
    words.add_argument("--write", action="store_true", help="put the table into the package")
    asked = words.parse_args()
    known, judges = people(asked.sets), people([asked.judge])
    print(f"{len(known)} people, {sum(len(one.shapes) for one in known)} pictures; millimetres from rest:")
    print(" " * 24 + "".join(f"{name:>9}" for name in (*REGIONS, "mean")))
    report("median of the shot", misses(by_median, judges))
    report("the table as it is", misses(by_table(shipped()), judges))
    bases = {strength: fitted(known, strength) for strength in STRENGTHS}
    scores = {strength: misses(by_table(basis), judges) for strength, basis in bases.items()}
    for strength, missed in scores.items():
        report(f"fitted, ridge {strength:g}", missed)
    chosen = weakest_as_good(scores)
    print(f"chosen: ridge {chosen:g}")
    if asked.write:
        rounded = {name: value.astype(np.float16) for name, value in bases[chosen]._asdict().items()}
        np.savez_compressed(TARGET, **rounded)
        print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
