"""Pictures and passes of a digital human, by `warp-lang`, on a CPU or a graphics card. Needs the extra `heads`.

A pixel is what its middle shows; where that is hair or an outline, it gets more samples, and their mean. What a frame
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
from .scene import Camera, HeadPose
from .upload import array, backdrop, lights, load_warp, upload, view

MIDDLE = ((0.5, 0.5),)  # of a pixel: its first sample, which passes are of
EXTRA = ((0.25, 0.125), (0.875, 0.375), (0.375, 0.875))  # more of them
CONTRAST = 0.35  # between neighbours in hair, of their brightness, that is worth more samples
JUMP = 0.9  # centimetres of depth between neighbours that make an outline
_ALL, _LATER, _EARLIER = slice(None), slice(1, None), slice(None, -1)
NEIGHBOURS = (((_ALL, _LATER), (_ALL, _EARLIER)), ((_LATER, _ALL), (_EARLIER, _ALL)))  # of a picture's pixels
DIFFUSION = (5, (0.72, 0.36, 0.20))  # steps, and what leaves for the neighbours in each, by colour


class Picture(NamedTuple):
    """One frame, (H, W, ...), scene-linear; passes are of each pixel's middle."""

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
        wp, light = load_warp(), sample(room.environment)
        self._rays = self.send(light.ways, wp.vec3), self.send(light.colours, wp.vec3), self.send(light.lamp, wp.int32)
        self._given = upload(human, device)
        self._lights, self._backdrop = lights(room.environment, human.person), backdrop(room, human.person)
        self._mesh: Any = None
        first = human.faces[:, 0]
        self._material = np.append(human.fields.material[first], -1).astype(np.int32)  # of a triangle; of none
        self._face = np.append(human.fields.face[human.faces].all(1), False)

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
        self._place(posed)
        drawing = _Drawing(self, camera)
        self._light_up(drawing.marked(), camera)
        drawing.draw()
        last = (self.human.posed(*before[:2]).points, before[2]) if before else (posed.points, camera)
        return drawing.finish(posed, last, self._grain(camera.size, grain))

    def _grain(self, size: int, number: int) -> NDArray[np.float32]:
        rng = generator(self.human.person.seed, 4, number)
        return rng.standard_normal((size, size, 3), np.float32) * floats(self.room.grain)

    def send(self, values: NDArray, kind: Any) -> Any:
        """An array where the kernels are."""
        return array(values, kind, self.device)

    def launch(self, kernel: Any, count: int | tuple[int, int], *inputs: Any) -> None:
        """Runs a kernel over so many elements."""
        load_warp().launch(kernel, dim=count, inputs=list(inputs), device=self.device)

    def _place(self, posed: Posed) -> None:
        """Puts the frame's vertices and normals onto the surface."""
        from . import kernels

        wp, surface, bare = load_warp(), self._given.surface, self.human.bare
        surface.points = self.send(posed.points, wp.vec3)
        if self._mesh is None:
            self._mesh = wp.Mesh(self.send(posed.points[:bare], wp.vec3), self._given.faces)
            surface.mesh = self._mesh.id
        else:
            wp.copy(self._mesh.points, surface.points, count=bare)
            self._mesh.refit()
        self.launch(kernels.average_normals, bare, *self._given.around, surface.faces, surface.points, surface.normals)
        hair = self.send(posed.hair_normals, wp.vec3)
        wp.copy(surface.normals, hair, dest_offset=bare, count=len(posed.hair_normals))
        surface.strands, surface.folds = self.send(posed.strands, wp.vec3), self.send(posed.folds, wp.vec4)
        surface.turn = wp.mat33(*posed.pose.matrix.ravel().tolist())
        surface.shift = wp.vec3(*posed.pose.place(np.zeros((1, 3), np.float32))[0].tolist())
        surface.left_eye, surface.right_eye = (wp.vec3(*each.tolist()) for each in posed.eyes)

    def _light_up(self, marked: Any, camera: Camera) -> None:
        """Puts light onto the vertices that are marked: what reaches them, and what bleeds through skin."""
        from . import kernels

        wp, surface, bare = load_warp(), self._given.surface, self.human.bare
        per = wp.vec4(1 / ON_A_LAMP, 1 / ON_A_LAMP, 1 / ON_A_LAMP, 2 / AROUND)
        lit = wp.empty(bare, dtype=wp.uint8, device=self.device)
        self.launch(kernels.reach_vertices, bare, surface, wp.vec3(*camera.place), marked, *self._rays, per, lit)
        steps, share = DIFFUSION
        for _ in range(steps):
            out, count = wp.clone(surface.light), len(self.human.skin)
            self.launch(kernels.bleed, count, *self._given.bonds, wp.vec3(*share), lit, surface.light, out)
            surface.light = out


class _Drawing:
    """One frame's samples: what they met and what they saw."""

    def __init__(self, stage: Stage, camera: Camera):
        from . import visibility

        wp, surface = load_warp(), stage._given.surface
        self.stage, self.camera, self.view, self._pixels = stage, camera, view(camera), camera.size**2
        self.seen = wp.empty(len(surface.points), dtype=wp.vec3, device=stage.device)
        stage.launch(visibility.project, len(surface.points), surface.points, self.view, self.seen)
        self._middles = self._cover(MIDDLE, np.ones(self._pixels, np.uint8))

    def _cover(self, offsets: tuple[tuple[float, float], ...], wanted: NDArray[np.uint8]) -> tuple[Any, Any]:
        """The nearest triangle under each sample of the wanted pixels, and where the samples lie."""
        from . import visibility

        wp, stage = load_warp(), self.stage
        nearest = wp.zeros(len(offsets) * self._pixels, dtype=wp.int64, device=stage.device)
        where = stage.send(floats(offsets), wp.vec2)
        inputs = (stage._given.surface.faces, self.seen, self.camera.size, where, stage.send(wanted, wp.uint8), nearest)
        stage.launch(visibility.cover, len(stage.human.faces), *inputs)
        return nearest, where

    def marked(self) -> Any:
        """Which vertices are seen, or lie beside one that is; hair apart."""
        from . import visibility

        wp, stage, faces, bare = load_warp(), self.stage, self.stage._given.surface.faces, self.stage.human.bare
        seen, more = (wp.zeros(bare, dtype=wp.uint8, device=stage.device) for _ in range(2))
        stage.launch(visibility.mark, self._pixels, faces, bare, self._middles[0], seen)
        stage.launch(visibility.spread, len(stage._given.faces) // 3, faces, seen, more)
        return more

    def draw(self) -> None:
        """Colour, triangle and mask of every pixel, with more samples where they are needed."""
        size, everything = self.camera.size, np.arange(self._pixels, dtype=np.int32)
        self.colour, self.hit, self.where = self._shade(self._middles, MIDDLE, everything)
        self.material = self.stage._material[self.hit].reshape(size, size)
        self.mask = self.stage._face[self.hit].astype(np.float32)
        rough = np.flatnonzero(self._outlines()).astype(np.int32)
        if not len(rough):
            return
        wanted = np.zeros(self._pixels, np.uint8)
        wanted[rough] = 1
        colour, hit, _ = self._shade(self._cover(EXTRA, wanted), EXTRA, rough)
        face, count = self.stage._face[hit].reshape(len(EXTRA), -1), len(EXTRA) + 1
        self.colour[rough] = (self.colour[rough] + colour.reshape(len(EXTRA), -1, 3).sum(0)) / count
        self.mask[rough] = (self.mask[rough] + face.sum(0)) / count

    def _shade(
        self, covered: tuple[Any, Any], offsets: tuple[tuple[float, float], ...], pixels: NDArray[np.int32]
    ) -> tuple[NDArray, NDArray, NDArray]:
        """Colour, triangle, and (depth, weights) of the samples of these pixels, offset by offset."""
        from .kernels import draw

        wp, stage, shape = load_warp(), self.stage, (len(offsets), len(pixels))
        made = [wp.empty(shape[0] * shape[1], dtype=kind, device=stage.device) for kind in (wp.vec3, wp.int32, wp.vec3)]
        given = (stage._given.surface, stage._lights, self.view, stage._backdrop)
        stage.launch(draw, shape, *given, self.seen, *covered, stage.send(pixels, wp.int32), *made)
        return made[0].numpy(), made[1].numpy(), made[2].numpy()

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
        size, camera = self.camera.size, self.camera
        carried = self._carried(*last).reshape(size, size, -1)
        colour = self.colour.reshape(size, size, 3)
        noise = grain * np.sqrt(np.maximum(colour, 0) / 0.18 + 0.1)
        return Picture(
            np.maximum(colour + noise, 0).astype(np.float32),
            self.mask.reshape(size, size),
            self.where[:, 0].reshape(size, size),
            carried[..., :3],
            carried[..., 3:5],
            carried[..., 5:7],
            carried[..., 7],
            self.material,
            camera.project(posed.landmarks),
        )

    def _carried(self, points: NDArray, camera: Camera) -> NDArray[np.float32]:
        """(pixels, 8) normals, uv, motion and folds; `points` and `camera` are those of the frame before."""
        from . import visibility

        wp, stage = load_warp(), self.stage
        before = wp.empty(len(points), dtype=wp.vec3, device=stage.device)
        stage.launch(visibility.project, len(points), stage.send(points, wp.vec3), view(camera), before)
        out = wp.zeros((self._pixels, 8), dtype=wp.float32, device=stage.device)
        met, where = stage.send(self.hit, wp.int32), stage.send(self.where, wp.vec3)
        given = (stage._given.surface, self.view, stage._given.uv, self.seen, before)
        stage.launch(visibility.carry, self._pixels, *given, met, where, out)
        return out.numpy()
