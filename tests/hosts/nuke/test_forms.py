"""The forms for who agreed and for poses, in a stand-in for Nuke."""

from __future__ import annotations

import pytest

from recast_nodes.face.blendshapes import SHAPES
from recast_nodes.graph.consent import FIELDS, read_consent
from recast_nodes.graph.poses import shipped_poses

from .conftest import document, needs_tclsh, plugin

pytestmark = needs_tclsh


class Undo:
    """One step of it."""

    steps: list = []

    def begin(self, name):
        self.steps.append([name])

    def end(self):
        self.steps[-1].append("end")


@pytest.fixture
def fill(nuke, monkeypatch):
    """Answer the next form: a text for each field, or None to cancel."""
    answers = []

    class Panel:
        def __init__(self, title):
            self.names = []

        def addSingleLineInput(self, name, value):
            self.names.append(name)

        def addEnumerationPulldown(self, name, options):
            assert (name, options) == ("role", "plate driver") or "happiness" in options.split()
            self.names.append(name)

        def addBooleanCheckBox(self, name, value):
            self.names.append(name)

        def show(self):
            assert self.names in (list(FIELDS), ["pose", "amount", "key at this frame"])
            return answers[0] is not None

        def value(self, name):
            return answers[0].get(name)

    monkeypatch.setattr(nuke, "Panel", Panel, raising=False)
    monkeypatch.setattr(nuke, "Undo", Undo, raising=False)
    return lambda answer: answers.__setitem__(slice(None), [answer])


def test_who_agreed_is_asked_and_travels_with_the_shot(recast, nuke, fill, tmp_path):
    write, ask = recast.node("Write"), plugin("actions").consent
    fill(None)
    ask(write)
    assert not write["consent"].value() and not nuke.said
    fill({"performer": "Jane", "role": "plate", "agreement": "7"})
    ask(write)
    fill({"performer": "Sam", "role": "driver", "until": "tomorrow"})
    ask(write)
    path = str(tmp_path / "out" / "shot.consent.yaml")
    assert write["consent"].value() == path and "names 1" in nuke.said[0] and "tomorrow" in nuke.said[1]
    fill({"performer": "Sam", "role": "driver"})
    ask(write)
    assert [(each.performer, each.role) for each in read_consent(path)] == [("Jane", "plate"), ("Sam", "driver")]
    (tmp_path / "plate").mkdir()
    (tmp_path / "plate" / "plate.1001.exr").touch()
    (output,) = document(recast).outputs()
    assert document(recast).nodes[output].constants["consent"].endswith("shot.consent.yaml")


def test_an_output_is_needed_first(recast, nuke, fill):
    recast.node("Write")["file"].setValue("")
    fill({"performer": "Jane"})
    plugin("actions").consent(recast.node("Write"))
    assert "set the output file" in nuke.said[0]


def test_a_file_that_is_named_is_the_one_that_the_shot_reads(recast, nuke, fill, tmp_path):
    write, ask = recast.node("Write"), plugin("actions").consent
    write["consent"].setValue("agreed.yaml")
    fill({"performer": "Jane"})
    ask(write)
    assert read_consent(str(tmp_path / "out" / "agreed.yaml")) and write["consent"].value() == "agreed.yaml"
    write["consent"].setValue("[getenv SHOT]/agreed.yaml")
    ask(write)
    assert "in brackets" in nuke.said[-1]


def test_a_pose_becomes_the_shapes(recast, nuke, fill):
    mix, pose = recast.node("ExpressionMix"), plugin("actions").pose
    mix["mouthLeft"].setValue(0.4)
    fill({"pose": "aa", "amount": "0.5", "key at this frame": False})
    pose(mix)
    wanted = shipped_poses()["aa"].shapes
    assert all(mix[name].value() == pytest.approx(0.5 * wanted.get(name, 0.0)) for name in SHAPES)
    assert Undo.steps[-1] == ["Recast pose", "end"]
    fill({"pose": "rest", "amount": "1", "key at this frame": True})
    pose(mix)
    assert mix["jawOpen"].isAnimated() and not mix["mouthLeft"].isAnimated()
    assert [(key.x, key.y) for key in mix["jawOpen"].animation(0)._keys] == [(nuke.frame(), 0.0)]
    fill({"pose": "aa", "amount": "half", "key at this frame": False})
    pose(mix)
    assert "'half' is not a number" in nuke.said[-1]
