"""Jobs of OpenCue, by its own library; skipped where that is not installed (`make test-ray` brings it)."""

from __future__ import annotations

import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from recast_nodes.hosts.cli import exits

from .test_openjd import call


@pytest.fixture
def copy(make_plate, tmp_path) -> Path:
    make_plate(range(1001, 1031), width=8, height=8)
    path = tmp_path / "it's; touch x.recast.yaml"
    path.write_text(
        "recast: 1\nnodes:\n  Plate: {kind: Read, knobs: {file: plate/plate.####.exr}}\n"
        "  Write: {kind: Write, inputs: {image: Plate}, knobs: {file: out/shot.####.exr}}\n"
    )
    return path


def submit(copy: Path, tmp_path: Path, *words: str) -> ElementTree.Element:
    pytest.importorskip("outline")
    done = call("submit", "--opencue", copy, "--output", tmp_path / "job.xml", *words, HOME=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    return ElementTree.fromstring((tmp_path / "job.xml").read_text())


def test_layers_are_chunked_and_depend_on_each_other(copy, tmp_path):
    spec = submit(copy, tmp_path, "--chunk", "7")
    layers = {layer.get("name"): layer for layer in spec.iter("layer")}
    assert list(layers) == ["Analysis", "Frames", "Report"]
    assert (layers["Frames"].findtext("range"), layers["Frames"].findtext("chunk")) == ("1001-1030", "7")
    assert layers["Analysis"].findtext("range") == layers["Report"].findtext("range") == "1001"
    depends = {(each.findtext("deplayer"), each.findtext("onlayer"), each.get("type")) for each in spec.iter("depend")}
    assert depends == {("Frames", "Analysis", "LAYER_ON_LAYER"), ("Report", "Frames", "LAYER_ON_LAYER")}


def test_commands_are_words_to_a_shell_and_run_here(copy, tmp_path):
    """As Cuebot and RQD do: tokens replaced, the line given to a shell."""
    spec = submit(copy, tmp_path, "--set", "Write.compression=zip")
    recast = tmp_path / "bin" / "recast"
    recast.parent.mkdir()
    recast.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m recast_nodes.hosts.cli "$@"\n')
    recast.chmod(0o755)
    line = next(layer for layer in spec.iter("layer") if layer.get("name") == "Frames").findtext("cmd")
    line = line.replace("#FRAME_START#", "1003").replace("#FRAME_END#", "1005")
    done = subprocess.run(f"PATH={shlex.quote(str(recast.parent))}:$PATH; {line}", shell=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").glob("*.exr")) == [
        f"shot.{n}.exr" for n in (1003, 1004, 1005)
    ]


def test_frames_with_gaps_are_not_chunked(copy, tmp_path):
    spec = submit(copy, tmp_path, "--frames", "1001-1009x2")
    layer = next(layer for layer in spec.iter("layer") if layer.get("name") == "Frames")
    assert (layer.findtext("range"), layer.findtext("chunk")) == ("1001,1003,1005,1007,1009", "1")


def test_what_cuebot_would_replace_is_refused(copy, tmp_path):
    pytest.importorskip("outline")
    done = call("submit", "--opencue", copy.rename(tmp_path / "#JOB#.recast.yaml"))
    assert done.returncode == exits.WRONG_REQUEST and "#JOB# would be replaced by Cuebot" in done.stderr


def test_without_the_library_it_is_one_sentence(copy):
    code = "import sys; sys.modules['outline'] = None; from recast_nodes.hosts.cli import main; main()"
    words = [sys.executable, "-c", code, "submit", "--opencue", str(copy)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == exits.WRONG_REQUEST and "recast-nodes[opencue]" in done.stderr, done.stderr
    assert "either --openjd or --opencue" in call("submit", copy).stderr
