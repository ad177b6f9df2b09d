"""A rendered person frowns, also with an open mouth, and the curves of the track say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("warp", reason="rendering digital humans needs the extra `heads`")

from recast_nodes.digital_humans.human import DigitalHuman
from recast_nodes.digital_humans.ict import small_head
from recast_nodes.digital_humans.people import draw_person, draw_room
from recast_nodes.digital_humans.performance import to_ict
from recast_nodes.digital_humans.renderer import Stage
from recast_nodes.digital_humans.scene import HeadPose
from recast_nodes.evaluation.benchmark.frames import PICTURE, write_frame
from recast_nodes.face.columns import COLUMNS
from recast_nodes.media.sequences import open_source
from recast_nodes.models import get
from recast_nodes.models.by_numbers import performance_of
from recast_nodes.models.interface import TrackedFrame
from recast_nodes.models.mesh import MESH
from recast_nodes.nodes import FaceTrack

PERSON, SIZE = 9102, 256  # hardly 0.02 of this person's frowns were read by coefficients alone
FROWNS = (0.0, 0.0, 0.5, 1.0, 0.9, 0.4, 0.0, 0.0, 0.0, 0.7)
JAWS = (0.0, 0.0, 0.0, 0.1, 0.5, 0.4, 0.5, 0.2, 0.0, 0.3)
RAISED = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 0.0)


@pytest.fixture(scope="module")
def curves(landmarker_files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """(10, 61) what the tracked person does, in numbers."""
    folder, room = tmp_path_factory.mktemp("frowns"), draw_room(PERSON)
    stage = Stage(DigitalHuman(small_head(), draw_person(PERSON)), room)
    for number, (frown, jaw, raised) in enumerate(zip(FROWNS, JAWS, RAISED)):
        acted = {"browDownLeft": frown, "browDownRight": frown, "jawOpen": jaw, "browInnerUp": raised}
        pose = HeadPose(3.0 * number - 13, 2.0, 1.0)
        picture = stage.film(to_ict(acted), pose, room.camera_at(0.0, SIZE), None, grain=number)
        write_frame(folder, number, picture, passes=False)
    source = open_source(folder / PICTURE)
    tracker = FaceTrack()
    analysis = tracker.analyse({frame: tracker.observe(source.read(frame)) for frame in source.frames})
    tracks = {frame: FaceTrack(frame).process(analysis) for frame in source.frames}
    model = get(MESH.name)
    sights = [TrackedFrame(frame, track, None) for frame, track in tracks.items()]
    motions = model.extract_batch(sights, model.analyse(tracks, None))
    return performance_of(dict(zip(tracks, motions)), None).numbers


def curve(numbers: np.ndarray, *names: str) -> np.ndarray:
    return numbers[:, [COLUMNS.index(name) for name in names]].mean(1)


def test_frowns_are_told_in_time_and_in_size(curves: np.ndarray) -> None:
    told = curve(curves, "browDownLeft", "browDownRight")
    assert np.corrcoef(told, FROWNS)[0, 1] > 0.85
    assert np.polyfit(FROWNS, told, 1)[0] > 0.15
    raised = curve(curves, "browInnerUp")
    assert raised.argmax() == RAISED.index(0.8) and np.corrcoef(raised, RAISED)[0, 1] > 0.9
    assert np.corrcoef(curve(curves, "jawOpen"), JAWS)[0, 1] > 0.9
