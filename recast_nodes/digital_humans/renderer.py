"""Pictures and passes of a digital human: rays by `warp-lang`, on a CPU or a graphics card. Needs the extra `heads`.

A pixel gets one ray through its middle; where that meets hair or an outline, it gets more, and their mean. What a frame
looks like depends on its arguments only: not on other frames, on threads or on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .environment import AROUND, ON_A_LAMP, sample
from .human import MATERIALS, DigitalHuman, Posed
from .interface import floats
from .people import Room, generator
from .scene import Camera, HeadPose, unit
from .upload import array, backdrop, lights, load_warp, upload, view

EXTRA = ((0.25, 0.125), (0.875, 0.375), (0.375, 0.875))  # of a pixel
CONTRAST = 0.35  # between neighbours in hair, of their brightness, that is worth more rays
JUMP = 0.9  # centimetres of depth between neighbours that make an outline
_ALL, _LATER, _EARLIER = slice(None), slice(1, None), slice(None, -1)
NEIGHBOURS = (((_ALL, _LATER), (_ALL, _EARLIER)), ((_LATER, _ALL), (_EARLIER, _ALL)))  # of a picture's pixels
DIFFUSION = (5, (0.72, 0.36, 0.20))  # steps, and what leaves for the neighbours in each, by colour


class Picture(NamedTuple):
    """One frame, (H, W, ...), scene-linear; passes are of the ray through each pixel's middle."""

    beauty: NDArray[np.float32]  # (H, W, 3) with grain
    face: NDArray[np.float32]  # (H, W) share of the face: skin, eyes, mouth; not hair, ears' back, neck or glasses
    depth: NDArray[np.float32]  # (H, W) centimetres along the view; 0 where nothing is
    normal: NDArray[np.float32]  # (H, W, 3) in the camera's frame: right, up, towards the camera
    uv: NDArray[np.float32]  # (H, W, 2) of the head's own layout
    motion: NDArray[np.float32]  # (H, W, 2) pixels from the frame before, right and down
    folds: NDArray[np.float32]  # (H, W) depth of the deepest family of folds, 0..1
    material: NDArray[np.int32]  # (H, W) index into MATERIALS; -1 where nothing is
    landmarks: NDArray[np.float32]  # (68, 3) pixels and depth


class Stage:
    """A person in a room, ready to be filmed; keeps what does not change from frame to frame."""

    def __init__(self, human: DigitalHuman, room: Room, device: str = "cpu"):
        self.human, self.room, self.device = human, room, device
        self._light = sample(room.environment)
        self._given = upload(human, device)
        self._lights, self._backdrop = lights(room.environment, human.person), backdrop(room, human.person)
        self._mesh: Any = None

    def film(
        self,
        expression: Mapping[str, float],
        pose: HeadPose,
        camera: Camera,
        before: tuple[Mapping[str, float], HeadPose, Camera] | None = None,
        grain: int = 0,
    ) -> Picture:
        """One frame; `before` is the expression, pose and camera that motion is measured from (None: it stands still).

        `grain` is the number that decides the frame's grain: shots of one person that differ in expression only have
        the same.
        """
        posed = self.human.posed(expression, pose)
        self._light_up(posed, camera)
        drawn = _Drawing(self, camera)
        last = (self.human.posed(*before[:2]).points, before[2]) if before else (posed.points, camera)
        return drawn.finish(posed, last, self._grain(camera.size, grain))

    def _grain(self, size: int, number: int) -> NDArray[np.float32]:
        rng = generator(self.human.person.seed, 4, number)
        return rng.standard_normal((size, size, 3), np.float32) * floats(self.room.grain)

    def _light_up(self, posed: Posed, camera: Camera) -> None:
        """Puts the frame's vertices, normals and light onto the surface."""
        from . import kernels

        wp, surface, bare = load_warp(), self._given.surface, self.human.bare

        def sent(values: NDArray, kind: Any = wp.vec3) -> Any:
            return array(values, kind, self.device)

        def launch(kernel: Any, count: int, *inputs: Any) -> None:
            wp.launch(kernel, dim=count, inputs=list(inputs), device=self.device)

        surface.points = sent(posed.points)
        if self._mesh is None:
            self._mesh = wp.Mesh(sent(posed.points[:bare]), self._given.faces)
            surface.mesh = self._mesh.id
        else:
            wp.copy(self._mesh.points, sent(posed.points[:bare]))
            self._mesh.refit()
        launch(kernels.average_normals, bare, *self._given.around, surface.faces, surface.points, surface.normals)
        wp.copy(surface.normals, sent(posed.hair_normals), dest_offset=bare, count=len(posed.hair_normals))
        surface.strands, surface.folds = sent(posed.strands), sent(posed.folds, wp.vec4)
        surface.turn = wp.mat33(*posed.pose.matrix.ravel().tolist())
        surface.shift = wp.vec3(*posed.pose.place(np.zeros((1, 3), np.float32))[0].tolist())
        surface.left_eye, surface.right_eye = (wp.vec3(*each.tolist()) for each in posed.eyes)
        per = wp.vec4(1 / ON_A_LAMP, 1 / ON_A_LAMP, 1 / ON_A_LAMP, 2 / AROUND)
        found = [sent(self._light.ways), sent(self._light.colours), sent(self._light.lamp, wp.int32)]
        launch(kernels.reach_vertices, bare, surface, wp.vec3(*camera.place), *found, per)
        steps, share = DIFFUSION
        for _ in range(steps):
            out = wp.clone(surface.light)
            launch(kernels.bleed, len(self.human.skin), *self._given.bonds, wp.vec3(*share), surface.light, out)
            surface.light = out


class _Drawing:
    """One frame's rays: what they met and what they saw."""

    def __init__(self, stage: Stage, camera: Camera):
        self.stage, self.camera, size = stage, camera, camera.size
        self.arguments = [stage._given.surface, stage._lights, view(camera), stage._backdrop]
        y, x = np.mgrid[:size, :size].astype(np.float32)
        middles = np.stack([x, y], -1).reshape(-1, 2) + floats(0.5)
        self.colour, self.hit, self.where = self._rays(middles)
        faces, fields = stage.human.faces, stage.human.fields
        met = self.hit >= 0
        self.corners = faces[np.where(met, self.hit, 0)]
        self.material = np.where(met, fields.material[self.corners[:, 0]], -1).reshape(size, size)
        self.mask = (met & fields.face[self.corners].all(1)).astype(np.float32)
        self._smooth_outlines(middles)

    def _rays(self, places: NDArray) -> tuple[NDArray, NDArray, NDArray]:
        from .kernels import draw

        wp, device, count = load_warp(), self.stage.device, len(places)
        made = [wp.empty(count, dtype=kind, device=device) for kind in (wp.vec3, wp.int32, wp.vec3)]
        wp.launch(draw, dim=count, inputs=[*self.arguments, array(places, wp.vec2, device), *made], device=device)
        return made[0].numpy(), made[1].numpy(), made[2].numpy()

    def _smooth_outlines(self, middles: NDArray) -> None:
        rough = np.flatnonzero(self._outlines())
        if not len(rough):
            return
        offsets = floats(EXTRA) - floats(0.5)
        places = (middles[rough] + offsets[:, None]).reshape(-1, 2)
        colour, hit, _ = self._rays(places)
        corners = self.stage.human.faces[np.maximum(hit, 0)]
        face = ((hit >= 0) & self.stage.human.fields.face[corners].all(1)).reshape(len(offsets), -1)
        count = len(offsets) + 1
        self.colour[rough] = (self.colour[rough] + colour.reshape(len(offsets), -1, 3).sum(0)) / count
        self.mask[rough] = (self.mask[rough] + face.sum(0)) / count

    def _outlines(self) -> NDArray[np.bool_]:
        """(H, W) pixels beside which there is something else or something farther, or in hair something brighter."""
        size = self.camera.size
        depth = self.where[:, 0].reshape(size, size)
        bright = self.colour.mean(1).reshape(size, size)
        hair = self.material == MATERIALS.index("hair")
        found = np.zeros((size, size), bool)
        for one, other in NEIGHBOURS:
            step = (self.material[one] != self.material[other]) | (np.abs(depth[one] - depth[other]) > JUMP)
            level = CONTRAST * (bright[one] + bright[other] + 0.01)
            step |= hair[one] & hair[other] & (np.abs(bright[one] - bright[other]) > level)
            found[one] |= step
            found[other] |= step
        return found

    def finish(self, posed: Posed, last: tuple[NDArray, Camera], grain: NDArray) -> Picture:
        """The frame with its passes."""
        size, camera, met = self.camera.size, self.camera, self.hit >= 0
        fields, corners = self.stage.human.fields, self.corners
        weights = np.stack([self.where[:, 1], self.where[:, 2], 1 - self.where[:, 1] - self.where[:, 2]], -1)
        weights = weights.astype(np.float32)
        right, up, forward = camera.axes
        normals = self.stage._given.surface.normals.numpy() @ np.stack([right, up, -forward]).T
        now, then = camera.project(posed.points)[:, :2], last[1].project(last[0])[:, :2]
        deep = np.zeros((len(now), 1), np.float32)
        deep[: len(posed.folds), 0] = posed.folds.max(1)
        values = np.concatenate([normals, fields.uv, now - then, deep], 1).astype(np.float32)
        flat = np.zeros((size * size, values.shape[1]), np.float32)
        rows = np.flatnonzero(met)
        flat[rows] = np.einsum("nkc,nk->nc", values[corners[rows]], weights[rows])
        carried = flat.reshape(size, size, -1)
        colour = self.colour.reshape(size, size, 3)
        noise = grain * np.sqrt(np.maximum(colour, 0) / 0.18 + 0.1)
        return Picture(
            np.maximum(colour + noise, 0).astype(np.float32),
            self.mask.reshape(size, size),
            self.where[:, 0].reshape(size, size),
            unit(carried[..., :3]).astype(np.float32),
            carried[..., 3:5],
            carried[..., 5:7],
            carried[..., 7],
            self.material,
            camera.project(posed.landmarks),
        )
