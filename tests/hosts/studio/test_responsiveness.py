"""What must not hold the window: work that is done twice, and reading in its own thread."""

from __future__ import annotations

import threading

from recast_nodes.hosts.studio.shot import pictures
from recast_nodes.hosts.studio.shot.picture import PictureRequest, ViewedPicture
from recast_nodes.hosts.studio.timeline.ruler import READY, WAITING, Ruler
from recast_nodes.hosts.studio.viewer import display_cache
from tests.patience import PATIENCE


def test_a_knob_leaves_the_drawn_nodes_alone(window):
    window.nodes.select("ExpressionMix")
    window.nodes.find_node("FaceTrack").set_name("Tracked")  # a name that is not its kind's
    drawn = {name: window.nodes.find_node(name) for name in window.document.graph.nodes}
    assert "Tracked" in drawn
    window.knobs.set_value("smile", 0.5)
    window.nodes.follow()  # also where something else was drawn anew
    assert all(window.nodes.find_node(name) is node for name, node in drawn.items())
    assert window.nodes.find_selection() == ["ExpressionMix"]


def test_undoing_a_wire_or_a_place_is_drawn(window):
    place = window.document.graph.nodes["Warp"].place
    window.nodes.find_node("Warp").set_pos(900, 900)
    window.nodes._read_places()
    assert window.document.graph.nodes["Warp"].place == (900, 900)
    window.document.undo.undo()
    assert tuple(window.nodes.find_node("Warp").pos()) == place


def test_the_playhead_moves_without_asking_for_the_frames_again(qtbot):
    asked = []
    ruler = Ruler()
    qtbot.addWidget(ruler)
    ruler.span, ruler.states = range(1, 1001), lambda frames: asked.extend(frames) or ["ready"] * len(frames)
    ruler.resize(800, 38)
    ruler.show()
    ruler.grab()
    assert len(asked) == 1000
    ruler.frame = 500
    ruler.grab()
    assert len(asked) == 1000
    ruler.redraw()
    ruler.grab()
    assert len(asked) == 2000


def test_narrow_frames_of_one_state_are_one_bar(qtbot):
    ruler = Ruler()
    qtbot.addWidget(ruler)
    ruler.resize(624, 38)
    ruler.span, ruler.states = range(1, 1201), lambda frames: ["ready"] * 600 + ["failed"] + ["waiting"] * 599
    assert ruler._find_bars() == [("ready", (1, 600)), ("failed", (601, 601)), ("waiting", (602, 1200))]
    drawn = ruler._draw_frames().toImage()
    colours = [drawn.pixelColor(x, 27).name() for x in (20, 300, 320, 600)]
    assert colours == [READY.name(), READY.name(), WAITING.name(), WAITING.name()]
    ruler.span, ruler.states = range(1, 11), lambda frames: ["ready"] * 10
    assert len(ruler._find_bars()) == 10, "frames that can be told apart are"


def test_asking_for_states_leaves_the_order_alone_in_which_pictures_go(window):
    window.pictures._cache.store(("", PictureRequest("", 1)), ViewedPicture(None, (0,) * 4, (0,) * 4, ""))
    window.pictures._cache.store(("", PictureRequest("", 2)), ViewedPicture(None, (0,) * 4, (0,) * 4, ""))
    assert window.pictures.find_states([PictureRequest("", 7)], [1, 2, 3]) == ["ready", "ready", "waiting"]
    assert [wanted.frame for _, wanted in window.pictures._cache] == [1, 2]
    window.pictures.get(PictureRequest("", 1))
    assert [wanted.frame for _, wanted in window.pictures._cache] == [2, 1]


def test_what_is_shown_decides_which_frames_are_ready(loaded, qtbot):
    qtbot.waitUntil(lambda: loaded.viewer.controller.find_state(1002) == "ready")
    drawn = loaded.timeline.ruler
    drawn.grab()
    kept = drawn._frames
    assert kept is not None
    loaded.viewer.model.set_input("plate")
    assert drawn._frames is None, "other pictures are there or not"
    drawn.grab()
    loaded.viewer.bar.exposure.setValue(1.0)
    assert drawn._frames is not None, "the same pictures, brighter"


def test_a_picture_is_read_beside_the_window(loaded, qtbot, monkeypatch):
    began, go_on = threading.Event(), threading.Event()
    read = pictures.read_picture

    def slow(event):
        began.set()
        assert go_on.wait(PATIENCE)
        return read(event)

    monkeypatch.setattr(pictures, "read_picture", slow)
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.set_value("jaw_open", 0.7)
    qtbot.waitUntil(began.is_set)
    loaded.nodes.select("Warp")  # the window goes on
    assert loaded.viewer.controller.find_state(1001) == "waiting"
    go_on.set()
    qtbot.waitUntil(lambda: loaded.viewer.controller.is_ready(1001))


def test_a_picture_that_cannot_be_read_is_told(loaded, qtbot, monkeypatch):
    def gone(event):
        raise FileNotFoundError("/dev/shm/gone")

    monkeypatch.setattr(pictures, "read_picture", gone)
    loaded.nodes.select("ExpressionMix")
    loaded.knobs.set_value("jaw_open", 0.7)
    qtbot.waitUntil(lambda: loaded.viewer.controller.find_state(1001) == "failed")
    assert "/dev/shm/gone" in loaded.viewer.canvas.text
    monkeypatch.undo()
    loaded.reload()
    qtbot.waitUntil(lambda: loaded.viewer.controller.is_ready(1001))


def test_colours_are_made_for_the_screen_beside_the_window(loaded, qtbot, monkeypatch):
    go_on, made = threading.Event(), []
    make = display_cache._make_image

    def slow(seen):
        made.append(seen.look.exposure)
        assert go_on.wait(PATIENCE)
        return make(seen)

    monkeypatch.setattr(display_cache, "_make_image", slow)
    before = loaded.viewer.canvas.first.copy()
    loaded.viewer.bar.exposure.setValue(1.0)
    loaded.viewer.bar.exposure.setValue(2.0)
    loaded.viewer.bar.exposure.setValue(3.0)  # the window goes on
    assert loaded.viewer.canvas.first == before and loaded.viewer.controller.is_pending()
    loaded.playback.play()
    qtbot.wait(100)
    assert loaded.document.frame == 1001, "a frame that comes is waited for"
    loaded.playback.stop()
    go_on.set()
    qtbot.waitUntil(lambda: not loaded.viewer.controller.is_pending())
    assert made == [1.0, 3.0], "what nobody wants any more is not made"
    assert brightness(loaded.viewer.canvas.first) > brightness(before)


def test_a_frame_that_the_playhead_has_left_is_seen_in_passing(loaded, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: all(loaded.viewer.controller.is_ready(frame) for frame in range(1001, 1007)))
    seen, go_on = [], threading.Event()
    make, put = display_cache._make_image, loaded.viewer.controller._show_pictures

    def slow(each):
        assert go_on.wait(PATIENCE)
        return make(each)

    monkeypatch.setattr(display_cache, "_make_image", slow)
    monkeypatch.setattr(
        loaded.viewer.controller, "_show_pictures", lambda each, images: (seen.append(each), put(each, images))
    )
    loaded.document.go_to(1003)
    loaded.document.go_to(1004)
    loaded.document.go_to(1005)
    go_on.set()
    qtbot.waitUntil(lambda: not loaded.viewer.controller.is_pending())
    node = loaded.document.graph.nodes["Write"].wires["image"]
    serials = [loaded.pictures.get(PictureRequest(node, frame)).serial for frame in (1003, 1005)]
    assert [each[0].pictures[0].serial for each in seen] == serials


def brightness(image) -> float:
    return sum(image.pixelColor(x, image.height() // 2).lightness() for x in range(image.width()))
