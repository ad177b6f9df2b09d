"""The plugin in the Pythons of Nuke 13.2 (3.7), 14 (3.9), 15 (3.10) and 16 (3.11), and what 3.7 does not have."""

from __future__ import annotations

import ast
import builtins
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from recast_nodes import __version__
from recast_nodes.graph.document import parse
from tests.hosts.worker.conftest import FRAMES

from .conftest import PLUGIN, needs_tclsh

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FILES = sorted(PLUGIN.glob("**/*.py"))
# What later Pythons brought to modules and types that the plugin uses: "What's New" of 3.8 to 3.11.
NEWER = """
    removeprefix removesuffix cached_property singledispatchmethod bit_count pairwise batched is_relative_to readlink
    hardlink_to with_stem to_thread TaskGroup aclosing prod dist isqrt comb perm lcm nextafter cbrt exp2 unparse
    create_server has_dualstack_ipv6 send_fds recv_fds excepthook get_native_id waitstatus_to_exitcode Protocol
    Literal Final TypedDict TypeAlias ParamSpec Self override zoneinfo tomllib
"""
KEYWORDS = {"missing_ok", "dirs_exist_ok", "strict", "slots", "kw_only", "cancel_futures", "ignore_cleanup_errors"}


def pythons(version: str) -> Iterator[Path]:
    """Where a Python of this version may be: on the PATH, or one of pyenv's."""
    found = shutil.which(f"python{version}")
    yield from [Path(found)] if found else []
    yield from sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))


def answers(python: Path, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    result = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return result.returncode == 0 and result.stdout.strip() == version


@needs_tclsh
@pytest.mark.parametrize("version", ["3.7", "3.9", "3.10", "3.11"])
def test_the_plugin_runs_in_the_pythons_of_nuke(version, worker, tmp_path):
    python = next((each for each in pythons(version) if answers(each, version)), None)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    words = [python, HERE / "in_old_python.py", ROOT, PLUGIN, tmp_path, f"{FRAMES[0]}-{FRAMES[-1]}"]
    result = subprocess.run(list(map(str, words)), capture_output=True, text=True, env=environment, timeout=100)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["panel"] == "RecastPanel" and told["version"] == __version__
    assert told["seen"] == ["Recast.Write.Result", "plate"]
    graph = parse(json.dumps(told["document"]))
    assert not graph.problems() and graph.nodes["Recast_ExpressionMix"].animation["replace"].at(FRAMES[-1]) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PLUGIN)))
def test_nothing_is_newer_than_python_3_7(path):
    """A net for machines without old Pythons: syntax, names and keywords of later ones, and types in brackets."""
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))
    annotations = {id(each) for note in _annotations(tree) for each in ast.walk(note)}
    for node in ast.walk(tree):
        names = node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []
        words = {getattr(node, "attr", ""), *(word for alias in names for word in alias.name.split("."))}
        assert not words & set(NEWER.split()), ast.unparse(node)
        if isinstance(node, ast.Call):
            assert not KEYWORDS & {word.arg for word in node.keywords}, ast.unparse(node)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and id(node) not in annotations:
            assert not isinstance(getattr(builtins, node.value.id, None), type), f"{ast.unparse(node)}: since 3.9"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            assert not isinstance(node.left, ast.Dict) and not isinstance(node.right, ast.Dict), "since 3.9"


def _annotations(tree: ast.AST) -> Iterator[ast.AST]:
    """What is not evaluated, by `from __future__ import annotations`."""
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None:
                yield getattr(node, name)


def test_the_net_holds(tmp_path):
    for line in ("x = text.removeprefix('a')", "from typing import Protocol", "y = dict[str, int]()", "z = a | {1: 2}"):
        path = tmp_path / "new.py"
        path.write_text("from __future__ import annotations\n" + line + "\n")
        with pytest.raises(AssertionError):
            test_nothing_is_newer_than_python_3_7(path)
    path.write_text("from __future__ import annotations\ndef f(a: dict[str, int] | None) -> list[int]: ...\n")
    test_nothing_is_newer_than_python_3_7(path)
