"""A plate that is driven by numbers follows them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from recast_nodes.face.columns import COLUMNS
from recast_nodes.graph.edit import edit_graph
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.media.performances.formats import write_performance
from recast_nodes.media.performances.performance import FacePerformance
from recast_nodes.models.by_numbers import performance_of

from .conftest import FRAMES, Shot
from .footage import read_exr

ACTED = {"jawOpen": (1.0, 0.4), "mouthSmileLeft": (0.5, 0.6), "mouthSmileRight": (0.5, 0.6), "browInnerUp": (0.25, 0.7)}


def write_take(path: Path) -> np.ndarray:
    """Jaw, smile and brows, each at its own pace: turns over the shot, and how far."""
    numbers = np.zeros((len(FRAMES), len(COLUMNS)), np.float32)
    along = np.linspace(0, 2 * np.pi, len(FRAMES))
    for name, (turns, most) in ACTED.items():
        numbers[:, COLUMNS.index(name)] = most * (0.5 - 0.5 * np.cos(2 * turns * along))
    write_performance(FacePerformance(tuple(FRAMES), numbers, Fraction(24), numbered=True), path)
    return numbers


def test_a_plate_follows_numbers(plate, tmp_path, landmarker_files):
    take = tmp_path / "take.arkit.csv"
    asked = write_take(take)
    shot = Shot(plate, str(take), tmp_path / "out")
    shot.render(shot.graph())
    found = Evaluator(edit_graph(shot.result, str(take), ""), FRAMES)
    found.prepare("MotionExtract")
    read = performance_of({frame: found.pull("MotionExtract", frame) for frame in FRAMES}, None)
    for name in ACTED:
        column = COLUMNS.index(name)
        assert np.corrcoef(asked[:, column], read.numbers[:, column])[0, 1] > 0.8, name


def test_a_frame_alone_is_the_shots(plate, tmp_path, landmarker_files):
    take = tmp_path / "take.arkit.csv"
    write_take(take)
    whole, alone = (Shot(plate, str(take), tmp_path / name) for name in ("whole", "alone"))
    whole.render(whole.graph())
    alone.render(alone.graph(), range(FRAMES[2], FRAMES[2] + 1))
    one, other = (read_exr(shot.result, FRAMES[2])[0] for shot in (whole, alone))
    np.testing.assert_array_equal(one, other)
