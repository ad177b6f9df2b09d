"""The set-up: every dependency is pinned, one OpenCV only, and the demo's plate is what its page says."""

from __future__ import annotations

import configparser
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent


def normal(name: str) -> str:
    """A distribution's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", name.strip())[0]).lower()


def pins() -> set[str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {normal(line) for line in lines if line and not line.startswith("#")}


def requirements() -> list[str]:
    """Names of all that setup.cfg asks for, extras included."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lists = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    lines = [line.strip() for text in lists for line in text.splitlines()]
    return sorted({normal(line) for line in lines if line and not line.startswith("#")} - {"recast-nodes"})


@pytest.mark.parametrize("name", requirements())
def test_every_dependency_is_pinned(name: str) -> None:
    assert name in pins()


def test_one_opencv_only() -> None:
    assert {name for name in pins() if name.startswith("opencv")} == {"opencv-contrib-python"}


def test_torch_is_pinned_without_a_build() -> None:
    line = next(line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("torch=="))
    assert re.fullmatch(r"torch==[0-9.]+", line)


def test_the_command_is_installed() -> None:
    scripts = importlib.metadata.entry_points(group="console_scripts", name="recast")
    assert {script.value for script in scripts} == {"recast_nodes.hosts.cli:main"}


def test_the_demo_plate_is_scene_linear_with_metadata_and_a_depth_layer(tmp_path) -> None:
    import OpenImageIO as oiio

    command = [sys.executable, ROOT / "demo" / "make_plate.py", "--size", "320x180", "--frames", "1001-1026"]
    subprocess.run([*command, "--output", str(tmp_path / "plate.####.exr")], check=True)
    plate = oiio.ImageInput.open(str(tmp_path / "plate.1026.exr"))
    spec, pixels = plate.spec(), plate.read_image("float")
    assert spec.channelnames == ("R", "G", "B", "depth.Z")
    assert spec.get_string_attribute("smpte:TimeCode") == "01:00:01:01"
    assert spec.getattribute("colorInteropID") == "lin_ap1_scene"
    assert np.isfinite(pixels).all()
    assert pixels[..., :3].max() > 1
