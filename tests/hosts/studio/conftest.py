"""A window without a screen, over a worker of this tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6", reason="Studio needs PySide6")
pytest.importorskip("pytestqt", reason="Studio's tests need pytest-qt")

from PySide6.QtCore import QEvent, QSettings
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from recast_nodes.hosts.studio.app import make_application
from recast_nodes.hosts.studio.garbage_collection import GarbageCollector
from recast_nodes.hosts.studio.shot.recovery import Recovery
from recast_nodes.hosts.studio.window import StudioWindow
from tests.hosts.worker.conftest import FRAMES, ROOT
from tests.shots.footage import write_clip

LONG = 80_000  # milliseconds; a first request loads the libraries. Two of them fit into the time that a test may take


@pytest.fixture(scope="session")
def qapp():
    return make_application()


class PatientBot(QtBot):
    """Waits as long as a busy machine may need, where pytest-qt's own gives up after five seconds."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = LONG) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = LONG, **how: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **how)


@pytest.fixture
def qtbot(qapp, request) -> PatientBot:
    return PatientBot(request)


@pytest.fixture(scope="module", autouse=True)
def collector(qapp) -> Iterator[None]:
    """As in Studio itself: windows that are done with are taken apart by the thread that made them."""
    made = GarbageCollector()
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # Qt deletes closed windows in order; Python's gc may not
    made.stop()


@pytest.fixture
def window(qtbot, tmp_path, worker) -> Iterator[StudioWindow]:
    """An open window with a new shot."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    made = StudioWindow(worker, settings, Recovery(tmp_path / "recovery"))
    made.told = []
    made.files.warn = made.told.append  # instead of a message box
    made.files.ask = lambda question: True
    made.files.ask_unsaved = lambda: "discard"
    qtbot.addWidget(made, before_close_func=lambda each: each.document.undo.setClean())
    made.show()
    yield made
    made.pictures.stop()


@pytest.fixture(scope="module")
def plate(tmp_path_factory) -> Path:
    """Six frames of a real face; the pattern."""
    folder = tmp_path_factory.mktemp("studio")
    return Path(write_clip(ROOT / "demo" / "portrait.jpg", folder / "plate.####.exr", FRAMES))


@pytest.fixture
def loaded(window, qtbot, plate, landmarker_files):
    """A window with the plate in it, its first frame on the screen."""
    window.import_clip(str(plate).replace("####", "1001"))
    qtbot.waitUntil(lambda: len(window.playback.span) == 6, timeout=LONG)
    qtbot.waitUntil(lambda: not window.viewer.controller.is_pending(), timeout=LONG)
    return window
