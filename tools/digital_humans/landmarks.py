"""Measure recast_nodes/digital_humans/mesh_landmarks.npz: where MediaPipe's landmarks lie on a head, and how they err.

    python -m tools.digital_humans.landmarks draw SET.npz --people 5000-5023     # in several processes, if you like
    python -m tools.digital_humans.landmarks fit SET.npz ... [--write]

People of the small head are rendered with every expression and tracked like any plate; what was true of each picture is
known. A landmark is the point of the surface whose true places in all pictures are nearest to where it was read. The
misreadings are the main components of what is left: of the people's means, and of the rest within people. Needs the
extra `heads`; about half a second a picture.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recast_nodes.digital_humans.human import DigitalHuman
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.interface import EYES
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.performance import to_ict
from recast_nodes.digital_humans.renderer import Stage
from recast_nodes.digital_humans.scene import Camera, HeadPose
from recast_nodes.face import anatomy
from recast_nodes.face.blendshapes import BLENDSHAPES

from .mirror import mirrored_coefficients
from .performance import expression_of, look
from .track_set import tracked

TARGET = Path(__file__).parents[2] / "recast_nodes" / "digital_humans" / "mesh_landmarks.npz"
IRISES = np.array(anatomy.LEFT_IRIS + anatomy.RIGHT_IRIS)
TAKES, RESTING, SIZE, SEED = 12, 2, 384, 77
BY_PERSON, BY_FRAME = 24, 32  # misreadings that are kept
ROUNDS, FAR, FURTHEST, LEAST = 3, 4.0, 0.6, 0.015  # of the fit; the last two in centimetres
STRONGEST = 3.0  # gain of a coefficient


class Seen(NamedTuple):
    """N pictures."""

    people: np.ndarray  # (N,)
    read: np.ndarray  # (N, 478, 2) landmarks in centimetres at the face's distance, y down
    true: np.ndarray  # (N, V, 2) vertices of the head there
    turns: np.ndarray  # (N, 3, 3) of the head against the camera
    coefficients: np.ndarray  # (N, 51) as read
    acted: np.ndarray  # (N, 51)


def draw(people: range, output: Path) -> None:
    """Render and track, and keep what was seen and what was true."""
    head, rows = small_head(), []
    for number in people:
        rng = np.random.default_rng([SEED, number])
        who, room = draw_person(number), draw_room(number)
        stage = Stage(DigitalHuman(head, who), room)
        for take in range(TAKES):
            weights: dict[str, float] = {}
            if take >= RESTING:
                weights = expression_of(rng)
                look(weights, rng, 0.35)
            weights = {name: float(amount) for name, amount in weights.items() if name in head.expressions}
            angles = rng.normal(0, (16, 8, 6)) / (3 if take < RESTING else 1)
            pose = HeadPose(*angles.tolist(), tuple(rng.normal(0, 0.7, 3).tolist()))
            camera = room.camera_at(rng.random(), SIZE)
            landmarks, coefficients = tracked(stage.film(weights, pose, camera, grain=take).beauty)
            expression = np.array([weights.get(name, 0.0) for name in head.expressions], np.float32)
            view = np.array([*camera.place, *camera.look_at, camera.field, camera.size], np.float32)
            stance = np.array([*angles, *pose.shift], np.float32)
            given = (number, expression, stance, view, landmarks, coefficients, who.identity)
            rows.append(dict(zip(("seed", "w", "pose", "cam", "lm", "co", "identity"), given, strict=True)))
        np.savez(output, **{name: np.stack([row[name] for row in rows]) for name in rows[0]})
        print(f"person {number}", flush=True)


def seen_in(paths: list[Path]) -> Seen:
    """All pictures in which the face was found."""
    rows = [row for path in paths for row in _rows(path)]
    return Seen(*(np.stack(each) for each in zip(*rows, strict=True)))


def _rows(path: Path) -> Iterator[tuple]:
    head, names = small_head(), list(small_head().expressions)
    with np.load(path) as data:
        table = dict(data)
    for k in range(len(table["seed"])):
        if not np.isfinite(table["lm"][k]).all():
            continue
        weights = dict(zip(names, table["w"][k].tolist(), strict=True))
        yaw, pitch, roll, *shift = table["pose"][k].tolist()
        pose = HeadPose(yaw, pitch, roll, (shift[0], shift[1], shift[2]))
        x, y, z, *rest = table["cam"][k].tolist()
        camera = Camera((x, y, z), (rest[0], rest[1], rest[2]), rest[3], int(rest[4]))
        placed = pose.place(head.posed(head.neutral(table["identity"][k]), weights))
        places = camera.project(placed)
        pixels = camera.size / 2 / camera.reach / np.median(places[head.topology.landmarks, 2])
        turn = camera.axes * np.array([[1], [1], [-1]]) @ pose.matrix
        acted = [min(weights[own] / full, 1.0) for own, full in (_strongest(name) for name in BLENDSHAPES[1:])]
        landmarks = table["lm"][k][:, :2] / pixels
        yield table["seed"][k], landmarks, places[:, :2] / pixels, turn, table["co"][k][1:], np.array(acted)


def _strongest(name: str) -> tuple[str, float]:
    return next(iter(to_ict({name: 1.0}).items()))


def find_points(seen: Seen, landmarks: np.ndarray, parts: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(L, 3) corners, (L, 3) weights and (N, L) squared misses of some landmarks on some parts of the head."""
    topology = small_head().topology
    rows = topology.rows(*parts)
    triangles = topology.faces[np.isin(topology.faces, rows).all(1)]
    trust, found = np.ones((len(seen.read), len(landmarks))), []
    for _ in range(ROUNDS):
        found = [_best_point(seen, number, rows, triangles, trust[:, k]) for k, number in enumerate(landmarks.tolist())]
        misses = np.stack([each[2] for each in found], 1)
        trust = 1 / (1 + misses / (FAR * np.median(misses, 0))) ** 2
    return np.stack([each[0] for each in found]), np.stack([each[1] for each in found]), misses


def _best_point(
    seen: Seen, number: int, rows: np.ndarray, triangles: np.ndarray, trust: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    read = seen.read[:, number]
    cost = trust @ np.square(seen.true[:, rows] - read[:, None]).sum(-1)
    near = rows[np.argsort(cost)[:6]]
    best = None
    for corners in triangles[np.isin(triangles, near).any(1)]:
        for weights in _candidates(seen.true[:, corners], read, np.sqrt(trust)):
            misses = np.square(np.einsum("nkc,k->nc", seen.true[:, corners], weights) - read).sum(-1)
            if weights.min() >= -1e-9 and (best is None or trust @ misses < best[0]):
                best = (trust @ misses, corners, weights.clip(0, 1), misses)
    assert best is not None
    return best[1], best[2], best[3]


def _candidates(corners: np.ndarray, read: np.ndarray, trust: np.ndarray) -> Iterator[np.ndarray]:
    """The best weights (3,) inside a triangle, and on each of its edges; those outside may be negative."""
    sides = (corners[:, :2] - corners[:, 2:]) * trust[:, None, None]
    inside = np.linalg.lstsq(
        sides.transpose(0, 2, 1).reshape(-1, 2), ((read - corners[:, 2]) * trust[:, None]).ravel(), rcond=None
    )[0]
    yield np.array([*inside, 1 - inside.sum()])
    for one, other in ((0, 1), (1, 2), (2, 0)):
        side = ((corners[:, one] - corners[:, other]) * trust[:, None]).ravel()
        share = float(np.clip(side @ ((read - corners[:, other]) * trust[:, None]).ravel() / (side @ side), 0, 1))
        weights = np.zeros(3)
        weights[one], weights[other] = share, 1 - share
        yield weights


def misreadings_of(seen: Seen, corners: np.ndarray, weights: np.ndarray, misses: np.ndarray) -> dict[str, np.ndarray]:
    """The main components of what is read elsewhere, in the head's frame: between people, and within them."""
    true = np.einsum("nkvc,kv->nkc", seen.true[:, corners], weights)
    errors = ((seen.read - true) * (1, -1)) @ seen.turns[:, :2, :2]
    errors = errors.clip(-FURTHEST, FURTHEST)
    people, place = np.unique(seen.people, return_inverse=True)
    means = np.stack([errors[place == k].mean(0) for k in range(len(people))])
    within = errors - means[place]
    by_person = _components(means - errors.mean(0), BY_PERSON, len(people) - 1)
    by_frame = _components(within, BY_FRAME, len(within) - len(people))
    flat = by_frame.reshape(BY_FRAME, -1)
    left = within - (np.linalg.lstsq(flat.T, within.reshape(len(within), -1).T, rcond=None)[0].T @ flat).reshape(
        within.shape
    )
    noise = np.sqrt(np.median(np.square(left).sum(-1), 0))
    by_frame[:, IRISES] = 0  # a gaze is no misreading
    noise[IRISES] = np.sqrt(np.median(misses, 0))[IRISES]
    return {"person": by_person, "frame": by_frame, "noise": noise.clip(LEAST)}


def _components(values: np.ndarray, count: int, freedom: int) -> np.ndarray:
    _, sizes, ways = np.linalg.svd(values.reshape(len(values), -1), full_matrices=False)
    return (sizes[:count, None] / np.sqrt(freedom) * ways[:count]).reshape(count, *values.shape[1:])


def readings_of(seen: Seen) -> dict[str, np.ndarray]:
    """What coefficients say of expressions, the same for left and right: gains, and twice what they are wrong by, for
    acting is stronger than these mixtures.
    """
    other = mirrored_coefficients()[1:] - 1
    read, acted = (np.concatenate([each, each[:, other]]) for each in (seen.coefficients, seen.acted))
    away = read - read.mean(0)
    gain = (away * (acted - acted.mean(0))).mean(0) / (read.var(0) + 1e-4)
    gain = gain.clip(0, STRONGEST)
    wrong = np.clip(acted.mean(0) + gain * away, 0, 1) - acted
    return {"gain": gain, "doubt": 2 * np.sqrt(np.square(wrong).mean(0))}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("what", choices=("draw", "fit"))
    words.add_argument("sets", type=Path, nargs="+")
    words.add_argument("--people", default="5000-5047")
    words.add_argument("--write", action="store_true", help="put the table into the package")
    asked = words.parse_args()
    if asked.what == "draw":
        first, last = (int(word) for word in asked.people.split("-"))
        draw(range(first, last + 1), asked.sets[0])
        return
    seen = seen_in(asked.sets)
    mesh = np.setdiff1d(np.arange(anatomy.LANDMARKS), IRISES)
    corners, weights = np.zeros((anatomy.LANDMARKS, 3), np.int64), np.zeros((anatomy.LANDMARKS, 3))
    misses = np.zeros((len(seen.read), anatomy.LANDMARKS))
    for rows, parts in ((mesh, ("Face",)), (IRISES, EYES)):
        corners[rows], weights[rows], misses[:, rows] = find_points(seen, rows, parts)
    table = misreadings_of(seen, corners, weights, misses) | readings_of(seen)
    print(f"{len(seen.read)} pictures, {np.sqrt(np.median(misses)):.3f} cm between a landmark and its point, mostly")
    if asked.write:
        exact = {
            "weights": weights / weights.sum(1, keepdims=True),
            **{k: table[k] for k in ("noise", "gain", "doubt")},
        }
        small = {name: table[name].astype(np.float16) for name in ("person", "frame")}
        exact = {name: values.astype(np.float32) for name, values in exact.items()}
        np.savez_compressed(TARGET, corners=corners.astype(np.uint16), **exact, **small)
        print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
