"""The bar and the model it shows are one, whichever of them is changed."""

from __future__ import annotations

import pytest

from recast_nodes.hosts.studio.viewer.display import Look, list_views
from recast_nodes.hosts.studio.viewer.viewer_bar import NO_VIEW, NO_WIPE, ViewerBar
from recast_nodes.hosts.studio.viewer.viewer_model import ViewerModel


@pytest.fixture
def model(qapp):
    return ViewerModel(Look(list_views()[0]))


@pytest.fixture
def bar(model, qtbot):
    made = ViewerBar(model)
    qtbot.addWidget(made)
    return made


def shown(bar):
    boxes = (bar.input_box, bar.wipe_box, bar.view_box, bar.channel_box, bar.size_box)
    return [box.currentText() for box in boxes] + [bar.exposure.value(), bar.gamma.value(), bar.landmarks.isChecked()]


def test_it_shows_the_model(bar, model):
    assert shown(bar) == ["result", NO_WIPE, list_views()[0], "RGB", "full", 0, 1, False]
    model.set_input("matte")
    model.toggle_wipe()
    model.set_view("")
    model.toggle_channel("luminance")
    model.set_size(960)
    model.set_exposure(1.25)
    model.set_gamma(2.0)
    model.toggle_landmarks()
    assert shown(bar) == ["matte", "plate", NO_VIEW, "luminance", "1/2 HD", 1.25, 2.0, True]


def test_what_hands_do_in_it_is_in_the_model(bar, model):
    bar.input_box.setCurrentText("difference")
    bar.wipe_box.setCurrentText("result")
    bar.view_box.setCurrentText(NO_VIEW)
    bar.channel_box.setCurrentText("G")
    bar.size_box.setCurrentText("1/4 HD")
    bar.exposure.setValue(-1.5)
    bar.gamma.setValue(0.5)
    bar.landmarks.click()
    assert (model.input, model.wipe_input, model.size, model.landmarks) == ("difference", "result", 480, True)
    assert model.look == Look("", -1.5, 0.5, "G")
    bar.wipe_box.setCurrentText(NO_WIPE)
    assert model.wipe_input == ""
