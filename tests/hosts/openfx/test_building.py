"""The bundle: compiled without a warning, where hosts look, and clean under the compiler's sanitizers."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from recast_nodes.hosts.cli.plugins import command
from recast_nodes.hosts.openfx.build import BUNDLE, SOURCE, architecture, compile_into, find_compiler
from recast_nodes.hosts.openfx.header import quote_c

from .conftest import ROOT

PLUGIN = Path(BUNDLE) / "Contents" / architecture() / "Recast.ofx"
SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer")

needs_compiler = pytest.mark.skipif(not find_compiler(), reason="there is no C compiler here")


@needs_compiler
def test_is_built_where_hosts_look(tmp_path, monkeypatch):
    monkeypatch.setenv("OFX_PLUGIN_PATH", os.pathsep.join((str(tmp_path / "one"), str(tmp_path / "two"))))
    done = CliRunner().invoke(command, ["openfx"])
    assert done.exit_code == 0 and str(tmp_path / "one" / BUNDLE) in done.output, done.output
    library = ctypes.CDLL(str(tmp_path / "one" / PLUGIN))
    assert library.OfxGetNumberOfPlugins() == 4 and library.OfxGetPlugin(4) == 0
    note = tmp_path / "one" / BUNDLE / "Contents" / "Resources" / "python.txt"
    assert note.read_text().strip() == sys.executable
    again = CliRunner().invoke(command, ["openfx"])
    assert again.exit_code == 0 and "had been changed" not in again.output


def test_without_a_compiler_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    done = CliRunner().invoke(command, ["openfx", str(tmp_path / "plugins")])
    assert done.exit_code != 0 and "no C compiler" in str(done.exception or done.output)
    assert not (tmp_path / "plugins").exists()


def test_nuke_still_needs_a_folder():
    assert "needs a FOLDER" in CliRunner().invoke(command, ["nuke"]).output


def test_is_no_code_of_others():
    """The names of the standard's ABI alone: its header says where they are from."""
    for path in SOURCE.glob("*.[ch]"):
        assert "Copyright" not in path.read_text(encoding="utf-8"), path
        assert path.name == "declared.h" or len(path.read_text(encoding="utf-8").splitlines()) <= 270, path


@pytest.mark.parametrize("text", ('"', "\\", "a\nb", "é", "??/", "\0x", "%s"))
def test_any_text_is_one_string_of_c(text, tmp_path):
    if not find_compiler():
        pytest.skip("there is no C compiler here")
    program = tmp_path / "text.c"
    length = len(text.encode())
    program.write_text(f"#include <stdio.h>\nint main(void) {{ fwrite({quote_c(text)}, 1, {length}, stdout); }}\n")
    subprocess.run([find_compiler(), "-std=c11", str(program), "-o", str(tmp_path / "text")], check=True)
    assert subprocess.run([tmp_path / "text"], capture_output=True, check=True).stdout == text.encode()


@pytest.fixture(scope="module")
def sanitizer() -> str:
    """The address sanitizer's own library, which has to be there before Python."""
    compiler = find_compiler()
    if not compiler or sys.platform != "linux":
        pytest.skip("sanitizers are tried on Linux")
    found = subprocess.run([compiler, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    path = Path(found.stdout.strip())
    if not path.is_absolute():
        pytest.skip(f"{compiler} brings no address sanitizer")
    return str(path)


def test_is_clean_under_the_sanitizers(tmp_path, sanitizer):
    library = compile_into(tmp_path, SANITIZERS)
    environment = os.environ | {"LD_PRELOAD": sanitizer, "ASAN_OPTIONS": "detect_leaks=0:handle_segv=0"}
    (tmp_path / "worker").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.hosts.openfx.in_sanitizers", str(library), str(tmp_path / "worker")],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0 and done.stdout.strip().endswith("clean"), done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("cmake"), reason="there is no CMake here")
@needs_compiler
def test_cmake_makes_the_same_bundle(tmp_path):
    build = tmp_path / "build"
    subprocess.run(["cmake", "-S", str(SOURCE), "-B", str(build)], capture_output=True, check=True)
    subprocess.run(["cmake", "--build", str(build)], capture_output=True, check=True)
    assert (build / PLUGIN).is_file() and (build / BUNDLE / "Contents" / "Info.plist").is_file()
    assert ctypes.CDLL(str(build / PLUGIN)).OfxGetNumberOfPlugins() == 4
