"""Eyes of a digital human that look at a fixed point while the head turns, beside where its eyes and the point are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("warp", reason="rendering digital humans needs the extra `heads`")

from recast_nodes.digital_humans.human import DigitalHuman
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.renderer import Stage
from recast_nodes.digital_humans.scene import Camera, HeadPose
from recast_nodes.face.anatomy import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from recast_nodes.graph.edit import edit_graph, without_driver
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.stages.expression.head_pose import compose
from recast_nodes.stages.features.eyeball import outline_eye
from recast_nodes.stages.features.find_iris import find_iris
from recast_nodes.wires import Face, Motion

from ..conftest import _write_exr

PERSON, SIZE, FIRST = 14, 384, 1001
POSES = (HeadPose(-16.0, 2.0), HeadPose(-5.0, 0.0), HeadPose(6.0, -3.0), HeadPose(17.0, 4.0))
POINT = np.array([-6.0, 2.0, 50.0], np.float32)  # centimetres, in the room
TO_IRIS = 1.41  # centimetres from the middle of the average eyeball of ICT-FaceKit to its iris
EYES = ((RIGHT_EYE, RIGHT_IRIS), (LEFT_EYE, LEFT_IRIS))  # the person's left one, and the right one


@pytest.fixture(scope="module")
def shot(tmp_path_factory, landmarker_files) -> tuple[Evaluator, DigitalHuman, Camera]:
    """The shot with eyes on POINT, without an expression, and who is in it."""
    human, room = DigitalHuman(small_head(), draw_person(PERSON)), draw_room(PERSON)
    stage, camera = Stage(human, room), room.camera_at(0.0, SIZE)
    folder: Path = tmp_path_factory.mktemp("human")
    for number, pose in enumerate(POSES):
        picture = stage.film({}, pose, camera, grain=number).beauty
        _write_exr(str(folder / f"p.{FIRST + number}.exr"), picture, ("R", "G", "B"), "half", (0, 0), {})
    x, y, deep = camera.project(POINT[None])[0].tolist()
    knobs = {"look_at": 1.0, "target": "point", "target_x": x, "target_y": y, "field_of_view": camera.field}
    knobs |= {"target_depth": 1 - deep / float(camera.project(human.posed({}, HeadPose()).eyes)[:, 2].mean())}
    knobs |= {"converge": 1.0}
    graph = without_driver(edit_graph(str(folder / "p.####.exr"), "", str(folder / "r.####.exr")))
    for name, value in {**knobs, "eye_size": 1.12}.items():
        graph = graph.with_knob("ExpressionMix", name, value)
    evaluator = Evaluator(graph, range(FIRST, FIRST + len(POSES)))
    for name in graph.topological_order(["Decode"]):
        evaluator.prepare(name)
    return evaluator, human, camera


def wanted_irises(human: DigitalHuman, camera: Camera, pose: HeadPose) -> np.ndarray:
    """(2, 2) pixels where irises are that look at the point; and (2,) pixels of a degree."""
    eyes = human.posed({}, pose).eyes
    ways = (POINT - eyes) / np.linalg.norm(POINT - eyes, axis=1, keepdims=True)
    return camera.project(eyes + TO_IRIS * ways)[:, :2]


def a_degree(camera: Camera) -> float:
    """Pixels that an iris moves by for it."""
    away = np.linalg.norm(np.subtract(camera.place, (0, 3.6, 8)))
    return float(np.radians(1) * TO_IRIS * SIZE / 2 / camera.reach / away)


def placed_irises(motion: Motion) -> torch.Tensor:
    posed = compose(motion.canonical, motion.expression, motion.rotation, motion.scale, motion.translation)
    return posed[:, :2]


def seen_irises(face: Face, keypoints: torch.Tensor) -> np.ndarray:
    """(2, 2) pixels of the plate where the result shows irises."""
    found = []
    points = keypoints + face.crop[:2, 2]
    for contour, iris in EYES:
        disc, opening = points[list(iris)], points[list(contour)]
        radius = float((disc[1:] - disc[0]).norm(dim=1).mean())
        corner = (disc[0] - 4 * radius).floor()
        left, top = (int(value) for value in corner)
        here = face.pixels[:, top : top + int(8 * radius), left : left + int(8 * radius)]
        size = (here.shape[2], here.shape[1])
        sure = outline_eye(opening - corner, disc[0] - corner, radius, size).sure
        off, _, _ = find_iris(here, sure, disc[0] - corner, radius)
        found.append((disc[0] + off - face.crop[:2, 2]).numpy())
    return np.stack(found)


def test_irises_stay_on_the_point_while_the_head_turns(shot):
    evaluator, human, camera = shot
    misses, shown = [], []
    for number, pose in enumerate(POSES):
        keypoints = placed_irises(evaluator.pull("ExpressionMix", FIRST + number))
        placed = keypoints[[iris[0] for _, iris in EYES]].numpy()
        misses.append((placed - wanted_irises(human, camera, pose)) / a_degree(camera))
        seen = seen_irises(evaluator.pull("Decode", FIRST + number), keypoints)
        shown.append((seen - placed) / a_degree(camera))
    across, down = np.abs(misses).mean((0, 1))
    assert across < 3 and down < 3  # degrees; the truth of the renderer, by tracked corners of eyes
    assert np.abs(shown).mean() < 2  # and the pixels are where they were placed


def test_a_frame_alone_is_the_same(shot):
    evaluator, *_ = shot
    again = Evaluator(evaluator.graph, evaluator.span, shared_analyses=evaluator.shared_analyses)
    for name in again.graph.topological_order(["MaskComposite"]):
        again.prepare(name)
    together = evaluator.beside(evaluator.graph, evaluator.span)
    for name in together.graph.topological_order(["MaskComposite"]):
        together.prepare(name)
    batch = together.pull_batch("MaskComposite", list(evaluator.span))
    alone = again.pull("MaskComposite", FIRST + 2)
    for name, plane in alone.main.channels.items():
        assert np.array_equal(plane, batch[2].main.channels[name])
