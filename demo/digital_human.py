"""A digital human for the demo's driving performance: the ICT-FaceKit head, posed, coloured and lit.

Needs `warp-lang` for its ray caster. It is a tool of this folder, not a part of the package.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import warp as wp

# What is drawn; the sheets of tear fluid and the lash cards would need transparency and are left away.
SKIN = ("Face", "Head and Neck")
EYES = ("Eyeball left", "Eyeball right")
WET = ("Mouth socket", "Gums and tongue")
DRAWN = (*SKIN, "Eye socket left", "Eye socket right", *EYES, *WET, "Teeth")
EYE_CENTRES = {"Eyeball left": (3.1, 3.61, 8.0), "Eyeball right": (-3.1, 3.61, 8.0)}
LOOK_DEGREES = 28.0  # how far a coefficient of 1 turns an eye
LOWER_BROWS = 0.4  # centimetres below the head's own brow landmarks, which read as raised


class Head:
    """Vertices in centimetres, y up, the face towards +z; expressions by their ARKit names."""

    def __init__(self, folder: Path, identity: dict[int, float]):
        data = np.load(folder / "ict_facekit.npz")
        about = json.loads((folder / "parts.json").read_text())
        self.parts = about["parts"]["Face Model Topology"]
        self.neutral = data["V"] + sum(amount * data["ID"][k].astype(np.float32) for k, amount in identity.items())
        self.expressions = dict(zip(data["names"].tolist(), data["EX"].astype(np.float32), strict=True))
        self.landmarks = data["V"][about["landmark_vertices_68"]]
        self.rest = data["V"]  # colours are painted here, so that they stick to the skin
        self.part_of = np.full(len(self.rest), -1, np.int32)
        for number, name in enumerate(DRAWN):
            self.part_of[self.vertices(name)] = number
        self.faces = data["F"][self.part_of[data["F"][:, 0]] >= 0]

    def vertices(self, part: str) -> slice:
        """The rows of one part."""
        first, last = self.parts[part]["vertices"]
        return slice(first, last + 1)

    def posed(self, weights: dict[str, float]) -> np.ndarray:
        """Vertices with this expression; the eyeballs turn with the eyeLook coefficients."""
        points = self.neutral + sum(weight * self.expressions[name] for name, weight in weights.items())
        for part, side in zip(EYES, "LR", strict=True):
            look = {way: weights.get(f"eyeLook{way}_{side}", 0.0) for way in ("In", "Out", "Up", "Down")}
            yaw = (look["Out"] - look["In"]) * (1 if side == "L" else -1)
            turn = rotation(LOOK_DEGREES * yaw, LOOK_DEGREES * (look["Down"] - look["Up"]), 0)
            rows, centre = self.vertices(part), np.array(EYE_CENTRES[part], np.float32)
            points[rows] = (points[rows] - centre) @ turn.T + centre
        return points


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """A rotation in degrees: yaw turns towards +x, pitch downwards, roll counter-clockwise."""
    (cy, cp, cr), (sy, sp, sr) = np.cos(np.radians([yaw, pitch, roll])), np.sin(np.radians([yaw, pitch, roll]))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return (about_y @ about_x @ about_z).astype(np.float32)


# --- colour, painted on the head at rest ---------------------------------------------------------------------------


def smooth(low: float, high: float, x: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between (and the other way round where low > high)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def noise(points: np.ndarray, scale: float | tuple[float, float, float]) -> np.ndarray:
    """Value noise 0..1 at (N, 3) points; `scale` is how many bumps there are in a centimetre."""
    at = points * np.asarray(scale, np.float32) + 1000
    cell = np.floor(at).astype(np.int64)
    part = at - cell
    part = part * part * (3 - 2 * part)
    total = np.zeros(len(points), np.float32)
    for corner in np.ndindex(2, 2, 2):
        mixed = (cell + corner) * np.array([73856093, 19349663, 83492791])
        number = mixed[:, 0] ^ mixed[:, 1] ^ mixed[:, 2]
        number = (number ^ (number >> 13)) * 1274126177 & 0xFFFFFF
        total += np.prod(np.where(corner, part, 1 - part), axis=1) * (number / 0xFFFFFF)
    return total


def to_line(points: np.ndarray, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance of (N, 2) points to a polyline, and how far along it (0..1) the nearest place lies."""
    best, along = np.full(len(points), np.inf), np.zeros(len(points))
    for k, (a, b) in enumerate(zip(line[:-1], line[1:], strict=True)):
        t = np.clip(((points - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
        distance = np.linalg.norm(points - a - t[:, None] * (b - a), axis=1)
        nearer = distance < best
        best[nearer], along[nearer] = distance[nearer], (k + t[nearer]) / (len(line) - 1)
    return best, along


def inside(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Which (N, 2) points lie inside a polygon."""
    crossed = np.zeros(len(points), bool)
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        spans = (a[1] > points[:, 1]) != (b[1] > points[:, 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            x = a[0] + (points[:, 1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        crossed ^= spans & (points[:, 0] < x)
    return crossed


def blend(colour: np.ndarray, other: tuple[float, float, float], amount: np.ndarray) -> np.ndarray:
    return colour + amount[:, None] * (np.array(other, np.float32) - colour)


def skin(p: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Linear colour of skin, lips, brows and cropped hair at rest positions (N, 3)."""
    colour = np.tile(np.float32([0.50, 0.27, 0.175]), (len(p), 1))
    colour *= (0.93 + 0.1 * noise(p, 1.2) + 0.07 * noise(p, 9))[:, None]
    for x in (-4.6, 4.6):
        cheek = np.linalg.norm((p - (x, -0.2, 8.4)) / (2.4, 2.2, 3), axis=1)
        colour = blend(colour, (0.50, 0.20, 0.13), 0.45 * smooth(1.1, 0.1, cheek))
    nose = np.linalg.norm((p - (0, 0.4, 12.8)) / (1.6, 1.4, 2), axis=1)
    colour = blend(colour, (0.50, 0.20, 0.14), 0.35 * smooth(1.1, 0.1, nose))
    socket = np.minimum(*(np.linalg.norm((p - (x, 3.2, 9.2)) / (2.2, 1.5, 2), axis=1) for x in (-3.1, 3.1)))
    colour = blend(colour, (0.30, 0.15, 0.11), 0.4 * smooth(1.0, 0.5, socket))
    return shirt(hair(brows(lids(lips(colour, p, landmarks), p, landmarks), p, landmarks), p), p)


def lips(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    outline = landmarks[48:60, :2]
    distance, _ = to_line(p[:, :2], np.vstack([outline, outline[:1]]))
    distance = np.where(inside(p[:, :2], outline), -distance, distance)
    return blend(colour, (0.36, 0.115, 0.095), 0.85 * smooth(0.1, -0.14, distance) * smooth(8.5, 9.5, p[:, 2]))


def lids(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The dark line where upper lashes grow."""
    for eye in ((36, 37, 38, 39), (42, 43, 44, 45)):
        distance, _ = to_line(p[:, :2], landmarks[list(eye), :2])
        colour = blend(colour, (0.05, 0.03, 0.025), 0.8 * smooth(0.16, 0.05, distance) * smooth(8.3, 8.8, p[:, 2]))
    return colour


def brows(colour: np.ndarray, p: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    for line in (landmarks[17:22, :2], landmarks[26:21:-1, :2]):
        distance, along = to_line(p[:, :2], line - (0, LOWER_BROWS))
        width = 0.16 + 0.26 * smooth(0.0, 0.7, along) * smooth(1.4, 0.7, along)
        lean = -35 if line[0, 0] < 0 else 35
        strands = noise(p @ rotation(0, 0, lean), (11, 2.5, 4))
        near = distance / width + 0.5 * (strands - 0.5)
        amount = (0.55 + 0.45 * strands) * smooth(1.25, 0.45, near) * smooth(1.05, 0.7, along) * smooth(5, 7, p[:, 2])
        colour = blend(colour, (0.05, 0.03, 0.021), amount)
    return colour


def hair(colour: np.ndarray, p: np.ndarray) -> np.ndarray:
    edge = p[:, 1] - (9.2 - 0.95 * (8.0 - p[:, 2])) + 0.7 * (noise(p, 2) - 0.5)
    ear = smooth(8.6, 8.1, np.abs(p[:, 0]) + 0.25 * np.maximum(0, -p[:, 1]))
    return blend(colour, (0.035, 0.022, 0.016), 0.9 * smooth(-0.5, 0.9, edge) * ear * (0.75 + 0.25 * noise(p, 14)))


def shirt(colour: np.ndarray, p: np.ndarray) -> np.ndarray:
    hem = p[:, 1] + 12.6 + 0.16 * (p[:, 2] - 2)
    weave = 0.85 + 0.3 * noise(p, (12, 5, 12))
    covered = smooth(0.12, -0.12, hem)[:, None]
    return colour + covered * (np.float32([0.035, 0.05, 0.075]) * weave[:, None] - colour)


def eye(p: np.ndarray, centre: tuple[float, float, float]) -> np.ndarray:
    """Sclera, limbus, iris and pupil by the angle from the eye's axis (+z at rest)."""
    d = (p - np.float32(centre)) / np.linalg.norm(p - np.float32(centre), axis=1, keepdims=True)
    angle = np.degrees(np.arccos(np.clip(d[:, 2], -1, 1)))
    spoke = np.arctan2(d[:, 1], d[:, 0])[:, None] * [1, 0, 0] * 5
    colour = np.tile(np.float32([0.62, 0.57, 0.54]), (len(p), 1))
    colour = blend(colour, (0.60, 0.40, 0.36), 0.6 * smooth(28, 70, angle))
    iris = np.float32([0.12, 0.17, 0.19]) * (0.6 + 0.8 * noise(spoke + angle[:, None] * 0.03, 1))[:, None]
    colour += smooth(24.5, 22.5, angle)[:, None] * (iris - colour)
    colour = blend(colour, (0.02, 0.02, 0.025), smooth(20, 23, angle) * smooth(25.5, 23.5, angle) * 0.8)
    return blend(colour, (0.004, 0.004, 0.004), smooth(10, 9, angle))


def colours(part: np.ndarray, rest: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Linear colour of hits in these parts (indices into DRAWN) at these rest positions."""
    colour = np.zeros_like(rest)
    for number, name in enumerate(DRAWN):
        here = part == number
        p = rest[here]
        if name in EYES:
            colour[here] = eye(p, EYE_CENTRES[name])
        elif name == "Teeth":
            colour[here] = np.float32([0.78, 0.72, 0.62]) * smooth(4.0, 8.5, p[:, 2])[:, None]
        elif name in WET:
            colour[here] = np.float32([0.30, 0.07, 0.065]) * smooth(1.0, 10.5, p[:, 2])[:, None] ** 2
        elif name in SKIN:
            colour[here] = skin(p, landmarks)
        else:
            colour[here] = (0.35, 0.16, 0.12)
    return colour


# --- rays ----------------------------------------------------------------------------------------------------------


@wp.kernel
def _first_hits(
    mesh: wp.uint64,
    origins: wp.array(dtype=wp.vec3),
    ways: wp.array(dtype=wp.vec3),
    reach: float,
    face: wp.array(dtype=wp.int32),
    where: wp.array(dtype=wp.vec3),
):
    i = wp.tid()
    hit = wp.mesh_query_ray(mesh, origins[i], ways[i], reach)
    face[i] = -1
    if hit.result:
        face[i] = hit.face
        where[i] = wp.vec3(hit.u, hit.v, 1.0 - hit.u - hit.v)


class Rays:
    """Casts rays against one posed head."""

    def __init__(self, points: np.ndarray, faces: np.ndarray):
        self.mesh = wp.Mesh(wp.array(points, dtype=wp.vec3), wp.array(faces.ravel(), dtype=wp.int32))

    def cast(self, origins: np.ndarray, ways: np.ndarray, reach: float = 1e3) -> tuple[np.ndarray, np.ndarray]:
        """Face index (-1 where nothing is hit) and barycentric weights of the first hit of each ray."""
        count = len(origins)
        face, where = wp.zeros(count, dtype=wp.int32), wp.zeros(count, dtype=wp.vec3)
        inputs = [self.mesh.id, wp.array(origins, dtype=wp.vec3), wp.array(ways, dtype=wp.vec3), reach, face, where]
        wp.launch(_first_hits, dim=count, inputs=inputs)
        return face.numpy(), where.numpy()


def normals(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Smooth vertex normals."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    flat = np.cross(b - a, c - a)
    total = np.stack(
        [sum(np.bincount(faces[:, k], flat[:, axis], len(points)) for k in range(3)) for axis in range(3)], axis=1
    )
    return (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)).astype(np.float32)


# --- light ---------------------------------------------------------------------------------------------------------

# Direction, linear colour; the key's light casts soft shadows.
KEY = (np.float32([-0.50, 0.55, 0.75]), np.float32([2.5, 2.35, 2.15]))
FILL = (np.float32([0.9, 0.1, 0.6]), np.float32([0.45, 0.52, 0.65]))
RIM = (np.float32([0.75, 0.45, -0.6]), np.float32([1.3, 1.35, 1.5]))
AMBIENT = np.float32([0.42, 0.44, 0.48])
BLEED = np.float32([0.35, 0.12, 0.07])  # how far light creeps round into the shadow side of skin, by colour


def unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def shade(
    colour: np.ndarray, part: np.ndarray, point: np.ndarray, normal: np.ndarray, view: np.ndarray, rays: Rays, seed: int
) -> np.ndarray:
    """Linear light that leaves each hit towards the camera; `view` points to the camera."""
    rng = np.random.default_rng(seed)
    is_skin = np.isin(part, [DRAWN.index(name) for name in SKIN])
    lifted = point + normal * 0.03
    bleed = np.where(is_skin[:, None], BLEED, np.float32([0.02, 0.02, 0.02]))
    light = AMBIENT * (0.75 + 0.25 * normal[:, 1:2]) * open_sky(lifted, normal, rays, rng)[:, None]
    shine = np.zeros((len(point), 1), np.float32)
    eyes = np.isin(part, [DRAWN.index(name) for name in EYES])
    wet = np.isin(part, [DRAWN.index(name) for name in (*WET, "Teeth")])
    power = np.select([eyes, wet], [400.0, 60.0], 18.0)
    strength = np.select([eyes, wet], [1.6, 0.12], 0.075)
    for number, (way, brightness) in enumerate((KEY, FILL, RIM)):
        soft = unit(unit(way) + rng.normal(0, 0.045 if number == 0 else 0.02, point.shape).astype(np.float32))
        lit = (rays.cast(lifted, soft, 40.0)[0] < 0).astype(np.float32)[:, None]
        lit = lit if number != 1 else 0.5 + 0.5 * lit
        cosine = (normal @ unit(way))[:, None]
        light += brightness * lit * np.maximum(0, (cosine + bleed) / (1 + bleed)) ** (1 + bleed)
        half = unit(view + unit(way))
        gleam = np.maximum(0, (normal * half).sum(1)) ** power * strength
        shine += gleam[:, None] * lit * brightness.mean() * (cosine > 0)
    return colour * light * 0.62 + shine


def open_sky(point: np.ndarray, normal: np.ndarray, rays: Rays, rng: np.random.Generator, count: int = 3) -> np.ndarray:
    """How much of the surroundings each point sees, 0..1 (ambient occlusion with noise)."""
    seen = np.zeros(len(point), np.float32)
    for _ in range(count):
        way = unit(normal + unit(rng.normal(size=point.shape)) * 0.98).astype(np.float32)
        seen += rays.cast(point, way, 8.0)[0] < 0
    return seen / count
