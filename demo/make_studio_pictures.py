"""Pictures of Recast Studio for the manual, taken of the real window without a screen.

make demo && .venv/bin/python demo/make_studio_pictures.py docs/pictures
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# Qt's own screen is smaller than the window.
os.environ.setdefault(
    "QT_QPA_PLATFORM", f"offscreen:configfile={Path(__file__).parents[1] / 'tests/hosts/studio/screen.json'}"
)

from PySide6.QtCore import QSettings

from recast_nodes.hosts.studio.app import make_application, make_worker
from recast_nodes.hosts.studio.keys.key_edits import CurveId, KeyId
from recast_nodes.hosts.studio.presets import PRESETS
from recast_nodes.hosts.studio.shot.recovery import Recovery
from recast_nodes.hosts.studio.window import StudioWindow

HERE = Path(__file__).parent
FRAME = 1030


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder = parser.parse_args().folder
    make_application()
    with tempfile.TemporaryDirectory() as scratch:
        settings = QSettings(f"{scratch}/settings.ini", QSettings.Format.IniFormat)
        window = StudioWindow(make_worker(), settings, Recovery(Path(scratch)))
        window.resize(1600, 960)  # whatever the screen is
        window.show()
        take(window, folder)
        window.document.undo.setClean()
        window.worker.stop()


def take(window: StudioWindow, folder: Path) -> None:
    """The driven shot with a wipe, the difference beside its curve, a still that acts by hand."""
    window.import_clip(str(HERE / "out" / "plate.1001.exr"))
    window.import_clip(str(HERE / "driver.mp4"))
    wait(lambda: "Driving" in window.document.graph.nodes)
    window.nodes.select("ExpressionMix")
    for frame, value in ((1001, 0.0), (1020, 1.0), (1060, 1.0), (1072, 0.0)):
        window.document.go_to(frame)
        window.knobs.set_value("replace", value)
        if not window.document.graph.nodes["ExpressionMix"].animation:
            window.knobs.toggle_key("replace")
    wait(lambda: len(window.playback.span) == 72)
    window.viewer.model.set_landmarks(True)
    window.viewer.model.set_wipe_input("plate")
    shoot(window, folder / "studio.jpg")
    window.viewer.model.set_wipe_input("")
    window.viewer.model.set_landmarks(False)
    window.viewer.model.set_input("difference")
    window.docks["Curves"].raise_()
    window.curves.show_curve("ExpressionMix", "replace")
    window.key_model.select([KeyId(CurveId("ExpressionMix", "replace"), 1020.0)])
    window.key_model.set_interpolation("bezier")
    window.document.go_to(1024)
    for name in ("Surprise", "Smile"):
        window.perform(next(preset for preset in PRESETS if preset.name == name))
    window.key_model.select(key for key in window.key_model.list_visible_keys() if 1025 < key.frame < 1045)
    window.curves.plot.fit()
    shoot(window, folder / "studio-curves.jpg")
    window.document.undo.setClean()
    window.files.new()
    window.viewer.model.set_input("result")
    window.docks["Nodes"].raise_()
    window.import_clip(str(HERE / "portrait.jpg"))
    wait(lambda: bool(window.document.graph.at("Plate", 1).file))
    window.set_frames("1-48")
    window.document.go_to(4)
    window.perform(next(preset for preset in PRESETS if preset.name == "Surprise"))
    shoot(window, folder / "studio-still.jpg", frame=12)
    take_poses(window, folder)


def take_poses(window: StudioWindow, folder: Path) -> None:
    """A still face in two poses, with the strip that they come from and the knobs that they are."""
    window.document.undo.setClean()
    window.files.new()
    window.import_clip(str(HERE / "driver.mp4"))
    wait(lambda: bool(window.document.graph.at("Plate", 1).file))
    window.set_frames("1-12")
    window.nodes.select("ExpressionMix")
    window.knobs.folded["shapes"].header.click()
    window.knobs.folded["shapes"].only_used.click()
    window.docks["Poses"].raise_()
    wait(lambda: window.poses.thumbnails.is_busy)
    wait(lambda: not window.poses.thumbnails.is_busy)
    window.poses.key.setChecked(True)
    for frame, pose in ((1, "rest"), (6, "surprise"), (12, "oh")):
        window.document.go_to(frame)
        window.poses.model.set_pose(pose)
    window.document.go_to(6)
    window.poses.model.save("my-surprise")
    wait(lambda: False, 0.5)  # until the rows are laid out
    window.knobs.verticalScrollBar().setValue(window.knobs.verticalScrollBar().maximum())
    wait(lambda: not window.poses.thumbnails.is_busy)
    shoot(window, folder / "studio-poses.jpg", frame=6)


def shoot(window: StudioWindow, path: Path, frame: int = FRAME) -> None:
    """The window as it is once the frame and some after it are there."""
    wait(lambda: frame in window.playback.span)
    window.document.go_to(frame)
    wait(
        lambda: (
            not window.viewer.controller.is_pending()
            and all(window.viewer.controller.is_ready(each) for each in range(frame, frame + 6))
        )
    )
    window.nodes.frame_all()
    wait(lambda: False, 0.5)
    window.statusBar().clearMessage()  # it may name a folder of this machine
    window.grab().toImage().save(str(path), quality=85)


def wait(until: Callable[[], bool], seconds: float = 600.0) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        make_application().processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    main()
