"""What the kernels are given: people, lamps, cameras and walls as their structures. Needs `warp-lang`."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import NotInstalled
from ..natives import quiet
from .canopy import gather
from .environment import LAMPS, Environment
from .human import DigitalHuman
from .interface import floats
from .people import Person, Room
from .scene import Camera, unit


class Uploaded(NamedTuple):
    """What of a person does not change from frame to frame, on the device that draws."""

    surface: Any  # `surface.Surface`
    uv: Any
    faces: Any  # (3 F) triangles without hair
    around: tuple[Any, Any]  # triangles at each vertex: where a vertex's begin, and all of them
    bonds: tuple[Any, Any, Any]  # skin's vertices, where their neighbours begin, and all of these


def load_warp() -> Any:
    """The ray caster's library. Raises NotInstalled where it is absent."""
    try:
        import warp as wp
    except ImportError as error:
        raise NotInstalled("Rendering digital humans needs warp-lang: pip install 'recast-nodes[heads]'.") from error
    _start(wp)
    return wp


@cache
def _start(wp: Any) -> None:
    """Started once, without a word about graphics cards that are not there."""
    wp.config.log_level = wp.LOG_ERROR
    with quiet():
        wp.init()


def array(values: NDArray, kind: Any, device: str) -> Any:
    """Values as an array of the library's, on a device."""
    return load_warp().array(np.ascontiguousarray(values), dtype=kind, device=device)


def upload(human: DigitalHuman, device: str) -> Uploaded:
    """A person's surface with its paint, still without a pose and without light."""
    from .surface import Surface

    wp, fields, faces, hair = load_warp(), human.fields, human.faces, human.hair
    count, surface = len(fields.rest), Surface()
    surface.faces = array(faces.ravel(), wp.int32, device)
    for name, kind in (("rest", wp.vec3), ("material", wp.int32), ("albedo", wp.vec3), ("detail", wp.vec4)):
        setattr(surface, name, array(getattr(fields, name), kind, device))
    surface.brow, surface.crease = array(fields.brow, wp.vec4, device), array(fields.crease, wp.float32, device)
    for name in ("light", "red", "green", "blue", "normals"):
        setattr(surface, name, wp.zeros(count, dtype=wp.vec3, device=device))
    surface.open = wp.zeros(count, dtype=wp.vec4, device=device)
    surface.first_lock, surface.first_ribbon = human.bare, len(faces) - len(hair.faces)
    canopy = gather(hair)
    surface.density, surface.canopy = array(canopy.density, wp.float32, device), wp.vec3(*canopy.corner.tolist())
    bare = faces[: surface.first_ribbon].ravel()
    first, around = _group(bare, np.arange(bare.size) // 3, human.bare)
    pair = array(first, wp.int32, device), array(around, wp.int32, device)
    uv = array(fields.uv, wp.vec2, device)
    return Uploaded(surface, uv, array(bare, wp.int32, device), pair, _bonds(human, device))


def _bonds(human: DigitalHuman, device: str) -> tuple[Any, Any, Any]:
    wp, faces, skin = load_warp(), human.faces, human.skin
    corners = faces[np.isin(faces, skin).all(1)]
    ends = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    ends = np.unique(np.concatenate([ends, ends[:, ::-1]]), axis=0)
    first, beside = _group(ends[:, 0], ends[:, 1], len(human.fields.rest))
    starts = np.append(first[skin], first[skin[-1] + 1])
    return array(skin, wp.int32, device), array(starts, wp.int32, device), array(beside, wp.int32, device)


def _group(keys: NDArray, values: NDArray, count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Values grouped by their key: where each group starts (count + 1), and all values, group by group."""
    order = np.argsort(keys, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=count))])
    return first.astype(np.int32), values[order].astype(np.int32)


def lights(environment: Environment, person: Person) -> Any:
    """The lamps, and what of a person is not a field."""
    from .surface import Lights

    wp, looks, made = load_warp(), person.looks, Lights()
    ways, colours, radius = np.zeros((3, 3)), np.zeros((3, 3)), np.full(3, 0.1)
    ways[:] = (0, 0, 1)
    for k, lamp in enumerate(environment.lamps[:LAMPS]):
        ways[k], colours[k], radius[k] = unit(np.array(lamp.way)), lamp.colour, np.sin(np.radians(lamp.radius))
    made.ways, made.colours = wp.mat33(*ways.ravel().tolist()), wp.mat33(*colours.ravel().tolist())
    made.radius = wp.vec3(*radius.tolist())
    made.room = wp.vec3(*(float(max(v, 0)) for v in environment.harmonics[0] * 0.282095))
    made.skin_hair, made.iris, made.stubble = (wp.vec3(*each) for each in (looks.brows, looks.iris, looks.hair))
    made.age, made.shine, made.freckles = looks.age, looks.shine, looks.freckles
    made.seed = person.seed + 11
    return made


def view(camera: Camera) -> Any:
    """The camera."""
    from .surface import View

    wp, made = load_warp(), View()
    made.place = wp.vec3(*camera.place)
    made.right, made.up, made.forward = (wp.vec3(*axis.tolist()) for axis in camera.axes)
    made.reach, made.size = camera.reach, camera.size
    away = float(np.linalg.norm(floats(camera.place) - floats([0, 0, 9])))
    made.sharpness = camera.size / (2 * camera.reach * away)
    return made


def backdrop(room: Room, person: Person) -> Any:
    """The wall."""
    from .surface import Backdrop

    wp, made = load_warp(), Backdrop()
    made.first, made.second, made.shift = (wp.vec3(*each) for each in (room.first, room.second, room.shift))
    made.depth, made.seed = room.depth, person.seed + 5
    return made
