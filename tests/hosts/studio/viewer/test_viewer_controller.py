"""What the viewer brings to the screen, with a stand-in for each of its widgets and no window."""

from __future__ import annotations

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QObject, Signal

from recast_nodes.hosts.studio.shot.document import Document
from recast_nodes.hosts.studio.shot.picture import ViewedPicture
from recast_nodes.hosts.studio.viewer.viewer_controller import WAIT, ViewerController
from recast_nodes.hosts.studio.viewer.viewer_model import ViewerModel

WINDOW = (0, 0, 4, 2)


class Pictures(QObject):
    """Pictures that are there once a test puts them there."""

    arrived = Signal(object)
    failed = Signal(object, str)
    settled = Signal()

    def __init__(self, parent):
        super().__init__(parent)
        self.there, self.reasons, self.asked, self.recent = {}, {}, [], {}

    def request(self, requests):
        self.asked = list(requests)

    def get(self, request):
        return self.there.get(request)

    def get_recent(self, request):
        return self.recent.get(request)

    def why_failed(self, request):
        return self.reasons.get(request, "")

    def find_states(self, requests, frames):
        def state(frame):
            there = [each.at(frame) for each in requests]
            if any(each in self.reasons for each in there):
                return "failed"
            if not there or not all(each in self.there for each in there):
                return "waiting"
            return "provisional" if any(self.there[each].provisional for each in there) else "ready"

        return [state(frame) for frame in frames]

    def bring(self, value=0.5, provisional=False):
        """Give everything that was asked for, as one grey."""
        for request in self.asked:
            points = {"landmarks": np.ones((5, 2), np.float32), "odd": np.ones((1, 2), np.float32)}
            pixels = np.full((2, 4, 3), value, np.float32)
            self.there[request] = ViewedPicture(pixels, WINDOW, WINDOW, "ACEScg", points, provisional=provisional)
        for request in list(self.asked):
            self.arrived.emit(request)


class View:
    """What a canvas and a readout are told last."""

    def __init__(self):
        self.first = self.second = None
        self.message, self.points, self.values, self.right = "", {}, None, False

    def show_pictures(self, first, second, window, display):
        self.first, self.second, self.display = first, second, display

    def clear_pictures(self):
        self.first = self.second = None

    def show_points(self, points):
        self.points = points

    def show_message(self, text):
        self.message = text

    def is_right_of_wipe(self, x):
        return self.right

    def show_values(self, name, pictures):
        self.values = name, [picture and picture.pixels[0, 0, 0] for picture in pictures]


class Boxes:
    """No box is to be drawn, unless a test names the node to draw it on."""

    def __init__(self):
        self.to_draw_on, self.shown = "", []

    def find_source(self, selected, frame):
        return self.to_draw_on if selected == "FaceTrack" else ""

    def show_box(self, selected, name, frame):
        self.shown.append((selected, name, frame))


@pytest.fixture
def owner(qapp):
    """What Qt takes apart with all that belongs to it, while the test still runs."""
    made = QObject()
    yield made
    shiboken6.delete(made)


@pytest.fixture
def viewer(owner):
    """A controller of a shot with a plate; everything around it is a stand-in."""
    document, pictures, model = Document(owner), Pictures(owner), ViewerModel(parent=owner)
    view, boxes = View(), Boxes()
    controller = ViewerController(document, pictures, model, view, view, boxes, owner)
    controller.document, controller.pictures, controller.model = document, pictures, model
    controller.view, controller.boxes = view, boxes
    document.apply("plate", lambda graph: graph.with_knob("Plate", "file", "p.####.exr"))
    return controller


def wait_for_picture(viewer, qtbot):
    viewer.pictures.bring()
    qtbot.waitUntil(lambda: not viewer.is_pending())


def test_a_shot_without_a_plate_says_what_to_do(owner):
    document, pictures, model, view = Document(owner), Pictures(owner), ViewerModel(parent=owner), View()
    ViewerController(document, pictures, model, view, view, Boxes(), owner).refresh()
    assert "Drop the plate here" in view.message and view.first is None


def test_a_frame_is_asked_for_and_shown_once_it_is_there(viewer, qtbot):
    shown = []
    viewer.frame_shown.connect(shown.append)
    assert viewer.view.message == WAIT and viewer.is_pending() and not shown
    assert [(each.node, each.frame) for each in viewer.pictures.asked] == [("MaskComposite", 1)]
    wait_for_picture(viewer, qtbot)
    assert viewer.view.message == "" and viewer.view.first.width() == 4 and viewer.view.second is None
    assert shown[-1] == 1 and viewer.is_ready(1) and viewer.find_states([1, 2]) == ["ready", "waiting"]


def test_what_the_model_says_decides_what_is_asked_for(viewer, qtbot):
    switched = []
    viewer.switched.connect(lambda: switched.append(viewer.model.input))
    wait_for_picture(viewer, qtbot)
    viewer.model.set_input("plate")
    viewer.model.set_size(480)
    viewer.model.set_landmarks(True)
    assert [(each.node, each.size) for each in viewer.pictures.asked] == [("Plate", 480), ("FaceTrack", 0)]
    assert switched == ["plate"] * 3
    viewer.model.set_exposure(1.0)
    assert len(switched) == 3, "the same pictures, brighter"


def test_a_look_is_made_anew_of_the_pictures_that_are_there(viewer, qtbot):
    wait_for_picture(viewer, qtbot)
    before = viewer.view.first.pixelColor(0, 0).lightness()
    viewer.model.set_exposure(-2.0)
    qtbot.waitUntil(lambda: not viewer.is_pending())
    assert viewer.view.first.pixelColor(0, 0).lightness() < before and not viewer.view.message


def test_a_wipe_has_two_pictures_and_each_side_its_values(viewer, qtbot):
    viewer.model.set_wipe_input("plate")
    wait_for_picture(viewer, qtbot)
    assert viewer.view.second is not None and viewer.model.wipe == 0.5
    viewer.model.point_at(1, 1)
    assert viewer.view.values[0] == "result"
    viewer.view.right = True
    viewer.model.point_at(2, 1)
    assert viewer.view.values == ("plate", [0.5])
    viewer.model.clear_pointer()
    assert viewer.view.values == ("", [])
    viewer.model.toggle_wipe()
    assert viewer.model.wipe is None and viewer.view.second is None


def test_only_landmarks_that_have_a_colour_are_drawn_and_only_if_wanted(viewer, qtbot):
    wait_for_picture(viewer, qtbot)
    assert viewer.view.points == {}
    viewer.model.toggle_landmarks()
    wait_for_picture(viewer, qtbot)
    assert viewer.view.points.keys() == {"landmarks"}


def test_a_reason_takes_the_picture_away(viewer, qtbot):
    wait_for_picture(viewer, qtbot)
    viewer.document.go_to(2)
    request = viewer.pictures.asked[0]
    assert viewer.view.first is not None, "the last frame stays until there is another"
    viewer.pictures.reasons[request] = "no face was found"
    viewer.pictures.failed.emit(request, "no face was found")
    assert viewer.view.message == "no face was found" and viewer.view.first is None
    assert viewer.find_state(2) == "failed" and not viewer.is_pending()


def test_a_provisional_picture_is_marked_until_it_settles(viewer, qtbot):
    shown = []
    viewer.frame_shown.connect(shown.append)
    viewer.pictures.bring(provisional=True)
    qtbot.waitUntil(lambda: viewer.view.first is not None)
    assert viewer.model.provisional and shown == [1] and not viewer.is_pending()
    assert viewer.find_state(1) == "provisional" and not viewer.is_ready(1)
    viewer.pictures.asked = []
    viewer.pictures.settled.emit()
    assert [each.frame for each in viewer.pictures.asked] == [1], "it is asked for once more"
    assert viewer.model.provisional, "the final one is not there yet"
    wait_for_picture(viewer, qtbot)
    qtbot.waitUntil(lambda: not viewer.model.provisional)
    assert viewer.is_ready(1)


def test_the_mark_goes_with_the_picture(viewer, qtbot):
    viewer.pictures.bring(provisional=True)
    qtbot.waitUntil(lambda: viewer.model.provisional)
    viewer.document.go_to(2)
    assert viewer.model.provisional, "the last frame stays until there is another"
    viewer.pictures.reasons[viewer.pictures.asked[0]] = "no face was found"
    viewer.refresh()
    assert not viewer.model.provisional


def drag(viewer, *values):
    for value in values:
        viewer.document.apply("smile", lambda graph, to=value: graph.with_knob("ExpressionMix", "smile", to), "smile")


def test_a_proxy_is_asked_for_while_a_value_is_dragged(viewer, qtbot):
    wait_for_picture(viewer, qtbot)
    drag(viewer, 0.1)
    assert viewer.pictures.asked[0].size == 0, "one step may have been typed"
    drag(viewer, 0.2)
    assert viewer.pictures.asked[0].size == 2, "half of a plate of four pixels"
    viewer.model.set_size(1)
    assert viewer.pictures.asked[0].size == 1, "no larger than the viewer's pictures"
    viewer.model.set_size(0)
    viewer.document.end_drag()
    assert viewer.pictures.asked[0].size == 0
    drag(viewer, 0.3)
    assert viewer.pictures.asked[0].size == 0, "another drag begins anew"


def test_proxies_of_large_plates_are_quarters(viewer, qtbot, monkeypatch):
    monkeypatch.setattr("recast_nodes.hosts.studio.viewer.viewer_controller.LARGE", 3)
    wait_for_picture(viewer, qtbot)
    drag(viewer, 0.1, 0.2)
    assert viewer.pictures.asked[0].size == 1


def test_a_value_that_is_held_still_counts_as_let_go(viewer, qtbot):
    wait_for_picture(viewer, qtbot)
    drag(viewer, 0.1, 0.2)
    qtbot.waitUntil(lambda: viewer.pictures.asked[0].size == 0)


def test_a_value_that_was_passed_is_shown_while_it_is_dragged(viewer, qtbot):
    wait_for_picture(viewer, qtbot)
    drag(viewer, 0.1, 0.2)
    pixels = np.full((1, 2, 3), 0.9, np.float32)
    viewer.pictures.recent[viewer.pictures.asked[0]] = ViewedPicture(pixels, WINDOW, WINDOW, "ACEScg")
    drag(viewer, 0.3)
    qtbot.waitUntil(lambda: viewer.view.first.width() == 2)
    assert viewer.is_pending(), "it is not the frame as it is now"


def test_the_selected_node_is_shown_where_that_is_the_input(viewer):
    switched = []
    viewer.switched.connect(lambda: switched.append(viewer.model.selected))
    viewer.model.select("Decode")
    assert not switched and viewer.boxes.shown[-1] == ("Decode", "result", 1)
    viewer.model.set_input("selected node")
    viewer.model.select("Plate")
    assert switched == ["Decode", "Plate"] and viewer.pictures.asked[0].node == "Plate"


def test_a_first_box_is_drawn_on_the_picture_that_it_is_to_be_of(viewer):
    viewer.boxes.to_draw_on = "Plate"
    viewer.model.set_wipe_input("matte")
    viewer.model.select("FaceTrack")
    assert [each.node for each in viewer.pictures.asked] == ["Plate"] and viewer.model.wipe is None
    viewer.model.select("Warp")
    assert {each.node for each in viewer.pictures.asked} == {"MaskComposite"}


def test_a_picture_that_is_not_shown_leaves_the_screen_alone(viewer, qtbot):
    wait_for_picture(viewer, qtbot)
    asked = viewer.pictures.asked
    viewer.pictures.asked = []
    viewer.pictures.arrived.emit(asked[0].at(7))
    assert viewer.pictures.asked == []
