"""The model of docs/a-model-of-your-own.md, installed as that page says and rendered with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.errors import DocumentError
from recast_nodes.graph.document import dump, load
from recast_nodes.graph.edit import edit_graph
from recast_nodes.model_registry import GROUP, MODELS
from recast_nodes.models import get, provenance
from recast_nodes.nodes import Read

from ..packages import install, need_setuptools, use
from ..shots.footage import bits, read_exr, write_clip, write_exr

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "a-model-of-your-own.md"
Call = Callable[..., subprocess.CompletedProcess[str]]


def files() -> dict[str, str]:
    """The page's files, by their names: each stands in backquotes before its text."""
    text = PAGE.read_text(encoding="utf-8")
    return dict(re.findall(r"^`([\w/.]+)`[^\n]*(?:\n[^`\n]+)*\n\n```\w+\n(.*?)```", text, re.M | re.S))


def installed(folder: Path, version: str = "1.0", **changed: str) -> Path:
    """The package as pip installs it; `changed` files have other text."""
    modules = {name: text for name, text in files().items() if name.endswith(".py")} | changed
    install(folder, "brighten", modules, {GROUP: {"brighten": "brighten:BRIGHTEN"}}, version)
    return folder


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The package, in this process."""
    folder = installed(tmp_path / "site")
    use(folder, monkeypatch)
    MODELS.reload()
    yield folder
    monkeypatch.undo()
    MODELS.reload()


@pytest.fixture
def recast(tmp_path) -> Call:
    """The command, in a process of its own that has the package."""
    folder = installed(tmp_path / "packages")

    def call(*words: object, module: str = "recast_nodes.hosts.cli") -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(folder)}
        command = [sys.executable, "-m", module, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)

    return call


def test_the_page_is_a_package_of_thirty_lines():
    texts = files()
    assert set(texts) == {"brighten/__init__.py", "brighten/model.py", "pyproject.toml"}
    code = [line for name in texts if name.endswith(".py") for line in texts[name].splitlines() if line.strip()]
    assert len(code) <= 30
    assert f'[project.entry-points."{GROUP}"]\nbrighten = "brighten:BRIGHTEN"' in texts["pyproject.toml"]


def test_pip_installs_it_with_its_entry_point(tmp_path):
    pytest.importorskip("pip")
    need_setuptools()
    for name, text in files().items():
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_text(text)
    words = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", tmp_path / "there"]
    done = subprocess.run([sys.executable, "-m", "pip", *words, tmp_path / "source"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (notes,) = (tmp_path / "there").glob("brighten-*.dist-info/entry_points.txt")
    assert f"[{GROUP}]\nbrighten = brighten:BRIGHTEN" in notes.read_text()


def test_it_keeps_the_promises_of_every_model(recast):
    done = recast("-q", "-k", "brighten", "tests/models/test_promises.py", "-p", "no:xdist", module="pytest")
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d\d passed", done.stdout)


def test_it_is_listed_with_its_package(recast):
    listed = recast("models", "list").stdout
    assert "brighten (package brighten 1.0): brightens the face, by one stop where replace is 1." in listed
    entries = json.loads(recast("models", "list", "--json").stdout)
    (entry,) = (entry for entry in entries if entry["name"] == "models/brighten")
    assert entry["package"] == "brighten 1.0" and entry["state"] == "whole"
    assert "one of mesh, performrecast, liveportrait, brighten" in recast("nodes", "MotionExtract").stdout
    assert recast("nodes", "--markdown").stdout == (ROOT / "docs" / "nodes.md").read_text(encoding="utf-8")


def test_edit_brightens_the_face_and_nothing_else(recast, portrait, landmarker_files, tmp_path):
    plate = write_clip(portrait, tmp_path / "plate" / "plate.####.exr", range(1001, 1003))
    out = tmp_path / "out" / "shot.####.exr"
    words = ["--source", plate, "--driving", plate, "--output", out, "--model", "brighten"]
    done = recast("edit", *words, "--set", "MaskComposite.layers=matte", "--set", "ExpressionMix.replace=1.0")
    assert done.returncode == 0, done.stderr
    for frame in (1001, 1002):
        before, _, _ = read_exr(plate, frame)
        after, names, header = read_exr(out, frame)
        matte = after[..., names.index("matte.A")]
        changed = (bits(before[..., :3]) != bits(after[..., :3])).any(-1)
        assert 0.05 < changed.mean() < 0.5 and not changed[matte == 0].any()
        assert np.array_equal(bits(before[..., 3:5]), bits(after[..., 3:5])), "alpha and IDs"
        whole = matte == 1
        assert whole.any()
        np.testing.assert_allclose(after[whole][:, :3], 2.0 * before[whole][:, :3], rtol=2e-3, atol=1e-3)
        assert header["recast:model"] == "brighten" and header["recast:weights"].startswith("brighten 1.0 ")


def test_without_an_amount_it_is_the_plate_and_without_the_package_a_sentence(
    recast, portrait, landmarker_files, tmp_path
):
    plate = write_clip(portrait, tmp_path / "plate" / "plate.####.exr", range(1001, 1002))
    graph = edit_graph(plate, plate, str(tmp_path / "out" / "shot.####.exr"))
    text = dump(graph).replace(f"model: {MODELS.default}", "model: brighten")
    document = tmp_path / "out" / "shot.recast.yaml"
    document.parent.mkdir()
    document.write_text(text)
    done = recast("render", document, "--set", "ExpressionMix.replace=0")
    assert done.returncode == 0, done.stderr
    before, after = (read_exr(pattern, 1001)[0] for pattern in (plate, tmp_path / "out" / "shot.####.exr"))
    assert np.array_equal(bits(before), bits(after))
    with pytest.raises(DocumentError, match="model takes one of mesh.*, not 'brighten'. A model of another package"):
        load(document)
    assert document.read_text() == text


def test_its_results_are_known_by_its_code_and_its_version(package, tmp_path, monkeypatch):
    motion = str(tmp_path / "motion.####.exr")
    write_exr(motion.replace("####", "1001"), np.zeros((4, 4, 3)), {})
    assert "brighten 1.0 " in Read(1001, file=motion, wire="motion").stamp(), "whatever it holds goes through the model"
    assert "brighten" not in Read(1001, file=motion).stamp()
    first = provenance.stamp("brighten")
    assert first.startswith("brighten 1.0 ") and provenance.stamp("mesh") == ""
    model = package / "brighten" / "model.py"
    model.write_text(model.read_text().replace("STOPS = 1.0", "STOPS = 2.0"))
    MODELS.reload()
    second = provenance.stamp("brighten")
    (package / "brighten-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: brighten\nVersion: 1.1\n"
    )
    MODELS.reload()
    assert len({first, second, provenance.stamp("brighten")}) == 3


@pytest.mark.parametrize(
    ("changed", "words"),
    (
        ("class Brighten: pass", r"has no traits \(the ones that it is declared with\), analyse, extract_batch"),
        ("import no_such_library", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_library'"),
        ("def Brighten(): raise OSError('no disk')", "fails: OSError: no disk"),
    ),
)
def test_an_implementation_at_fault_names_its_package(changed, words, tmp_path, monkeypatch):
    from recast_nodes.errors import NotInstalled

    use(installed(tmp_path / "site", "2.3", **{"brighten/model.py": changed}), monkeypatch)
    MODELS.reload()
    try:
        with pytest.raises(NotInstalled, match=f"model 'brighten' of the package brighten 2.3: .*{words}"):
            get("brighten")
        assert get("mesh").traits.name == "mesh"
    finally:
        monkeypatch.undo()
        MODELS.reload()


def test_plugins_carry_it_into_the_menus_of_hosts(package):
    from recast_nodes.hosts import plugins

    gizmo = plugins.nuke_plugin()["gizmos/RecastMotionExtract.gizmo"].decode()
    assert 'M {"mesh" "performrecast" "liveportrait" "brighten"}' in gizmo
    shown = json.loads(plugins.generate_for_blender()["hosts/properties.json"])["MotionExtract"]
    items = next(each for each in shown if each["attribute"] == "model")["arguments"]["items"]
    assert [item[0] for item in items] == ["mesh", "performrecast", "liveportrait", "brighten"]
    assert [item[3] for item in items[:3]] == [0, 1, 2], "as Blender numbers them without it"
    assert items[3][3] > 1000
