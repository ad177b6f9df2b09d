"""The strip in the window: faces of the plate, a click, the menu of a pose."""

from __future__ import annotations

from PySide6.QtCore import Qt

from recast_nodes.graph.pose_block import own_poses, poses_of
from recast_nodes.graph.pose_keys import shapes_at
from recast_nodes.hosts.studio.poses.pose_menu import make_menu
from tests.hosts.studio.conftest import LONG

MIX = "ExpressionMix"


def click(strip, qtbot, name, modifier=Qt.KeyboardModifier.NoModifier):
    (item,) = strip.list.findItems(name, Qt.MatchFlag.MatchExactly)
    at = strip.list.visualItemRect(item).center()
    qtbot.mouseClick(strip.list.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def test_a_click_sets_a_pose_and_with_shift_adds_one(window, qtbot):
    strip = window.poses
    window.docks["Poses"].raise_()
    qtbot.waitUntil(lambda: strip._is_seen)
    click(strip, qtbot, "PP")
    assert shapes_at(window.document.graph.nodes[MIX], 1) == poses_of(window.document.graph)["PP"]
    click(strip, qtbot, "FF", Qt.KeyboardModifier.ShiftModifier)
    assert shapes_at(window.document.graph.nodes[MIX], 1)["mouthUpperUpLeft"] == 0.3
    strip.search.setText("brow")
    shown = [strip.list.item(row).text() for row in range(strip.list.count()) if not strip.list.item(row).isHidden()]
    assert "surprise" in shown and "PP" not in shown


def test_faces_come_while_the_strip_is_looked_at_and_not_before(loaded, qtbot):
    strip = loaded.poses
    assert not strip.thumbnails._wanted
    strip.search.setText("PP")
    loaded.docks["Poses"].raise_()

    def there():
        (item,) = strip.list.findItems("PP", Qt.MatchFlag.MatchExactly)
        return not item.icon().isNull()

    qtbot.waitUntil(there, timeout=LONG)
    loaded.docks["Nodes"].raise_()
    qtbot.waitUntil(lambda: not strip._is_seen)
    assert not strip.thumbnails._wanted and strip.thumbnails._current is None


def test_the_menu_of_a_pose(window, monkeypatch):
    strip, model = window.poses, window.poses.model
    entry = next(each for each in model.entries if each.name == "contempt")
    menu = make_menu(strip, model, entry, lambda title, name: name)
    texts = {action.text(): action for action in menu.actions() if action.text()}
    assert "Delete" not in texts, "what ships stays"
    texts["Save its mirror image…"].trigger()
    assert own_poses(window.document.graph)["contempt-mirrored"]["mouthSmileRight"] == 0.35
    own = {action.text(): action for action in make_menu(strip, model, model.entries[0], lambda *_: "").actions()}
    own["Delete"].trigger()
    assert not own_poses(window.document.graph)
