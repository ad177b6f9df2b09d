"""The set-up: every dependency is pinned, one OpenCV only, and the demo's plate is what its page says."""

from __future__ import annotations

import configparser
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from .packages import need_setuptools

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
    assert {name for name in pins() if name.startswith("opencv")} == {"opencv-python-headless"}


def test_torch_is_pinned_without_a_build() -> None:
    line = next(line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("torch=="))
    assert re.fullmatch(r"torch==[0-9.]+", line)


def test_the_command_is_installed() -> None:
    scripts = importlib.metadata.entry_points(group="console_scripts", name="recast")
    assert {script.value for script in scripts} == {"recast_nodes.hosts.cli:main"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The package as a wheel brings it, in a folder of its own. Built from a copy: nothing stays in the clone."""
    need_setuptools()
    copy, wheels, folder = (tmp_path_factory.mktemp(name) for name in ("copy", "wheels", "installed"))
    for name in ("recast_nodes", "icons", "plugins"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, copy)
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(wheels)!r})"
    made = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def of_installed(installed: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Python with the installed package before this one, away from the clone."""
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *map(str, words)], cwd=installed, env=environment, capture_output=True, text=True
    )


def test_a_wheel_brings_the_plugins(installed, tmp_path) -> None:
    from recast_nodes.hosts import plugins

    for host in ("nuke", "blender"):
        made = of_installed(installed, "-m", "recast_nodes.hosts.cli", "plugins", host, tmp_path / host)
        assert made.returncode == 0, made.stderr
    for name, content in plugins.nuke_plugin().items():
        assert (tmp_path / "nuke" / name).read_bytes() == content, name
    assert (tmp_path / "blender" / "recast-blender.zip").read_bytes() == plugins.blender_extension()


def test_a_wheel_brings_an_icon_for_each_node(installed) -> None:
    find = "from recast_nodes.hosts.resources import ICONS"
    code = f"{find}; print(ICONS, *sorted(path.stem for path in ICONS.glob('*.svg')))"
    folder, *names = of_installed(installed, "-c", code).stdout.split()
    from recast_nodes.nodes import NODES

    assert Path(folder).is_relative_to(installed)
    assert names == sorted(NODES), "a node has no drawing in icons/, or a drawing no node"


def test_a_wheel_has_nothing_twice(installed) -> None:
    """What is made from the package is made where it is wanted."""
    shipped = [path for path in (installed / "recast_nodes" / "_shipped").rglob("*") if path.is_file()]
    assert shipped and not any(path.suffix in (".gizmo", ".json") or "hosts" in path.parts[-2] for path in shipped)


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
