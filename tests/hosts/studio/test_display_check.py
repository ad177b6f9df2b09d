"""Whether Qt can open a window, told before it tries."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from recast_nodes.hosts.studio import display_check
from recast_nodes.hosts.studio.display_check import (
    PACKAGES,
    ask_loader,
    explain_missing,
    explain_no_window,
    find_qt_platform,
    write_install_lines,
)
from tests.hosts.test_cli_render import call

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux's loader")


def test_the_platform_that_qt_takes():
    assert find_qt_platform({"DISPLAY": ":0"}) == "xcb"
    assert find_qt_platform({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}) == "wayland"
    assert find_qt_platform({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}) == "offscreen"
    assert find_qt_platform({}) == ""


@linux
def test_no_display_at_all_is_said():
    fault = explain_no_window({"PATH": os.environ["PATH"]})
    assert fault and "no display" in fault.text and "recast render" in fault.to_do


@linux
def test_a_display_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(display_check, "ask_loader", lambda *_: {"faults": {}, "missing": [], "answers": False})
    fault = explain_no_window({"DISPLAY": ":4711"})
    assert fault and ":4711" in fault.text


@linux
@pytest.mark.skipif(importlib.util.find_spec("PySide6") is None, reason="Studio needs PySide6")
def test_the_library_that_is_missing_is_the_one_that_is_named(tmp_path):
    """Qt's own library for X11, made to want another library than there is."""
    library = Path(importlib.util.find_spec("PySide6").origin).parent / "Qt" / "lib"
    name = "libQt6XcbQpa.so.6"
    broken = tmp_path / name
    broken.write_bytes((library / name).read_bytes().replace(b"libxcb-cursor.so.0", b"libxcb-cvrsor.so.0"))
    answer = ask_loader([str(broken)], False, dict(os.environ, LD_LIBRARY_PATH=str(library)))
    words = answer["faults"][str(broken)]
    fault = explain_missing([display_check._find_library_name(words)], words)
    assert "libxcb-" in fault.text and "does not have" in fault.text
    assert ask_loader([str(tmp_path / "none.so")], False, os.environ)["faults"][str(tmp_path / "none.so")]


def test_the_package_line_of_each_distribution(monkeypatch):
    for kin, words in (
        ({"debian"}, "apt install libxcb-cursor0 libxcb-icccm4"),
        ({"rocky", "rhel"}, "dnf install xcb-util-cursor"),
    ):
        monkeypatch.setattr(display_check, "_find_distribution", lambda kin=kin: kin)
        fault = explain_missing(["libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-cursor.so.0"], "")
        assert words in fault.to_do and fault.text.count("libxcb-cursor.so.0") == 1
    monkeypatch.setattr(display_check, "_find_distribution", set)
    (line,) = write_install_lines(list(PACKAGES.values()))
    assert "apt install" in line and "dnf install" in line and line.count(" libxcb ") == 1


def test_a_library_that_nobody_knows_is_named_all_the_same():
    assert "libnew.so.9" in explain_missing(["libnew.so.9"], "").to_do
    assert "pip install" in explain_missing(["/a/b/libQt6Gui.so.6"], "/a/b/libQt6Gui.so.6: invalid ELF header").to_do


@linux
def test_studio_says_so_and_ends(monkeypatch):
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    done = call("studio")
    assert done.returncode == 2 and "no display" in done.stderr + done.stdout
    told = call("doctor").stdout
    assert "Studio: There is no display" in told


def test_the_page_has_the_package_lines():
    page = (Path(__file__).parents[3] / "docs" / "install.md").read_text(encoding="utf-8")
    for debian, fedora in PACKAGES.values():
        if "xcb" in debian:
            assert debian in page and fedora in page
