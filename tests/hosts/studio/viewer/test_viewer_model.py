"""The viewer's state, without a window: what changes it, and who is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.hosts.studio.shot.viewer_inputs import VIEWER_INPUTS
from recast_nodes.hosts.studio.viewer.display import CHANNELS, Look
from recast_nodes.hosts.studio.viewer.framing import Framing
from recast_nodes.hosts.studio.viewer.viewer_model import ViewerModel

SIGNALS = ("pictures_changed", "look_changed", "wipe_moved", "framing_changed", "pointer_moved")


@pytest.fixture
def model(qapp) -> ViewerModel:
    return ViewerModel(Look("a view"))


@pytest.fixture
def heard(model) -> list[str]:
    """The signals that were sent, in order."""
    found: list[str] = []
    for name in SIGNALS:
        getattr(model, name).connect(lambda name=name: found.append(name))
    model.selection_changed.connect(lambda before: found.append(f"selection_changed {before}"))
    return found


CHANGES = {  # what a hand does: the attribute it changes, and the signal that says so
    "input": (lambda model: model.set_input("plate"), "pictures_changed"),
    "wipe_input": (lambda model: model.set_wipe_input("matte"), "pictures_changed"),
    "size": (lambda model: model.set_size(480), "pictures_changed"),
    "landmarks": (lambda model: model.set_landmarks(True), "pictures_changed"),
    "look view": (lambda model: model.set_view(""), "look_changed"),
    "look exposure": (lambda model: model.set_exposure(1.5), "look_changed"),
    "look gamma": (lambda model: model.set_gamma(2.2), "look_changed"),
    "look channel": (lambda model: model.set_channel("A"), "look_changed"),
    "wipe": (lambda model: model.open_wipe(True), "wipe_moved"),
    "framing": (lambda model: model.set_framing(Framing(2.0)), "framing_changed"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_once_and_what_is_no_change_is_not(model, heard, name):
    change, signal = CHANGES[name]
    before = {each: getattr(model, each.split()[0]) for each in CHANGES}
    change(model)
    assert heard == [signal]
    changed = {each for each in CHANGES if getattr(model, each.split()[0]) != before[each]}
    assert changed == {each for each in CHANGES if each.split()[0] == name.split()[0]}
    change(model)
    assert heard == [signal]


def test_a_look_changes_one_thing_at_a_time(model):
    model.set_exposure(2.0)
    model.set_gamma(1.8)
    model.set_channel("luminance")
    assert model.look == Look("a view", 2.0, 1.8, "luminance")


@pytest.mark.parametrize("change", ["set_input", "set_wipe_input", "set_channel"])
def test_what_there_is_not_is_refused_by_name(model, heard, change):
    with pytest.raises(ValueError, match="'rubbish'"):
        getattr(model, change)("rubbish")
    assert not heard


def test_the_wipe_comes_back_with_what_it_showed(model):
    model.toggle_wipe()
    assert model.wipe_input == "plate"
    model.set_wipe_input("matte")
    model.toggle_wipe()
    assert model.wipe_input == ""
    model.toggle_wipe()
    assert model.wipe_input == "matte"


def test_a_wipe_that_is_opened_begins_in_the_middle_and_stays_where_it_was_dragged(model):
    model.move_wipe(0.2)
    assert model.wipe is None, "there is no second picture"
    model.open_wipe(True)
    assert model.wipe == 0.5
    model.move_wipe(0.2)
    model.open_wipe(True)
    assert model.wipe == 0.2
    model.open_wipe(False)
    model.open_wipe(True)
    assert model.wipe == 0.5


@given(st.floats(-1e6, 1e6))
def test_a_wipe_stays_on_the_picture(at):
    model = ViewerModel()
    model.open_wipe(True)
    model.move_wipe(at)
    assert 0 <= model.wipe <= 1 and (model.wipe == at or not 0 < at < 1)


@pytest.mark.parametrize("channel", CHANNELS[1:])
def test_a_channel_once_more_is_all_of_them(model, channel):
    model.toggle_channel(channel)
    assert model.look.channel == channel
    model.toggle_channel(channel)
    assert model.look.channel == "RGB"


def test_a_selection_says_which_one_was_before(model, heard):
    model.select("Warp")
    model.select("Decode")
    assert heard == ["selection_changed ", "selection_changed Warp"] and model.selected == "Decode"


def test_the_pointer_comes_and_goes(model, heard):
    model.point_at(3.5, 4.5)
    assert model.pointer == (3.5, 4.5)
    model.clear_pointer()
    assert model.pointer is None and heard == ["pointer_moved"] * 2


@given(st.lists(st.sampled_from([*VIEWER_INPUTS, "wipe"]), max_size=12))
def test_whatever_is_pressed_there_is_something_to_show(presses):
    model = ViewerModel()
    for press in presses:
        model.toggle_wipe() if press == "wipe" else model.set_input(press)
    assert model.input in VIEWER_INPUTS and model.wipe_input in ("", *VIEWER_INPUTS)
