"""A motion template drives as a clip does."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from recast_nodes.errors import MediaError, MissingFrame
from recast_nodes.graph.edit import edit_graph
from recast_nodes.models import templates
from recast_nodes.models.liveportrait.model import LivePortrait
from recast_nodes.models.template_source import open_template
from recast_nodes.nodes import Read
from recast_nodes.wires import Motion

from .stand_in import stand_in


def template(frames: int = 4, keypoints: int = 21, scales: int = 1) -> templates.MotionTemplate:
    expression = torch.linspace(0, 1, frames)[:, None, None] * torch.ones(frames, keypoints, 3)
    turn = torch.eye(3).expand(frames, 3, 3)
    one = torch.ones(frames, scales)
    eyes, lips = torch.full((frames, 2), 0.3), torch.full((frames, 1), 0.1)
    return templates.MotionTemplate(24.0, expression, turn, one, torch.zeros(frames, 3), eyes=eyes, lips=lips)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "take.safetensors"
    templates.write(path, template())
    return str(path)


def test_its_frames_are_motions(file):
    source = open_template(file)
    assert (source.frames, source.rate) == ((1, 2, 3, 4), Fraction(24))
    motion = source.motion(3)
    assert motion.model == "liveportrait" and motion.state == "tracked"
    torch.testing.assert_close(motion.expression, torch.full((21, 3), 2 / 3))
    torch.testing.assert_close(motion.openings, torch.tensor([0.3, 0.3, 0.1]))
    assert torch.equal(LivePortrait.driven(stand_in("liveportrait"), motion), motion.source)
    with pytest.raises(MissingFrame, match="the file has 1-4"):
        source.motion(5)


def test_read_gives_them(file):
    read = Read(2, file=file, wire="motion")
    assert isinstance(read.process(), Motion) and read.span() == range(1, 5)
    assert not list(Read.check([read])) and "frame 2" in read.stamp()


def test_a_template_of_performrecast(tmp_path):
    templates.write(tmp_path / "a.safetensors", template(keypoints=49, scales=3))
    assert open_template(str(tmp_path / "a.safetensors")).motion(1).model == "performrecast"


def test_keypoints_of_no_model_are_refused(tmp_path):
    templates.write(tmp_path / "a.safetensors", template(keypoints=7))
    with pytest.raises(MediaError, match="7 keypoints"):
        open_template(str(tmp_path / "a.safetensors"))


def test_an_edit_driven_by_a_template(file):
    graph = edit_graph("plate.####.exr", file, "out.####.exr", model="liveportrait")
    assert "DrivingTrack" not in graph.nodes and graph.nodes["ExpressionMix"].wires["driving"] == "Driving"
    assert graph.nodes["Driving"].gives is Motion
    mesh = edit_graph("plate.####.exr", "take.mov", "out.####.exr")
    assert mesh.nodes["ExpressionMix"].wires["driving"] == "DrivingMotion"
