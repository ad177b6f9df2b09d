"""Memory that runs out under `ulimit -v` ends a command with a sentence and exit code 137, wherever it happens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from recast_nodes.errors import OutOfMemory, RecastError
from recast_nodes.graph.faults import as_recast_error, no_memory
from recast_nodes.hosts.cli import exits

pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this limit is kept by Linux alone")
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_AS, ({0} << 20, {0} << 20))\n"


def ended(code: str, megabytes: int = 2000) -> tuple[int, str]:
    """Exit code and words of a process that runs `code` under a limit."""
    start = (
        LIMIT.format(megabytes) + "import os, sys, ctypes, signal\nfrom recast_nodes.hosts.cli import limited\n" + code
    )
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr


@pytest.mark.parametrize("megabytes", [130, 150, 600])
def test_an_edit_without_memory_for_its_libraries_says_so(make_plate, tmp_path, megabytes):
    plate = make_plate(range(1001, 1003))
    words = ["recast", "edit", "--source", plate, "--driving", plate, "--output", str(tmp_path / "o.####.exr")]
    code, told = ended(f"sys.argv = {words!r}\nfrom recast_nodes.hosts.cli import main\nmain()", megabytes)
    assert code == exits.NO_MEMORY and "not enough memory" in told and "Traceback" not in told


def test_numpy_starts_no_threads_that_memory_may_not_suffice_for():
    """Where OpenBLAS is refused a thread it sends SIGINT, and a command that nobody stopped would say "Cancelled."."""
    code = "limited.run(lambda: print(os.environ['OPENBLAS_NUM_THREADS'], file=sys.stderr))"
    assert ended("os.environ['OPENBLAS_NUM_THREADS'] = '8'\n" + code) == (0, "1\n")


@pytest.mark.parametrize(
    "death",
    ["os.abort()", "ctypes.string_at(0)", "os.kill(os.getpid(), signal.SIGBUS)", "ctypes.CDLL(None).exit(1)"],
    ids=["abort", "null", "SIGBUS", "libgomp's exit"],
)
def test_native_code_that_dies_without_memory_is_told(death):
    code, told = ended(f"limited.run(lambda: {death})")
    assert code == exits.NO_MEMORY and "not enough memory" in told


@pytest.mark.parametrize("code", [0, 1, 2, 75, 130])
def test_other_ends_stay_what_they_are(code):
    assert ended(f"limited.run(lambda: sys.exit({code}))") == (code, "")
    orderly = f"limited.run(lambda: (limited.report_end(), os._exit({code})))"
    assert ended(orderly) == (code, "")


def test_a_signal_reaches_the_command():
    code = (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(130)); os.kill(os.getppid(), signal.SIGTERM); signal.pause()"
    )
    assert ended(f"def work():\n    {code}\nlimited.run(work)")[0] == 130


def test_without_a_limit_there_is_no_second_process():
    code = "from recast_nodes.hosts.cli import limited; import os; me = os.getpid()\n"
    code += "limited.run(lambda: print(os.getpid() == me))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "True\n"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        ImportError("cv2.abi3.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
        RuntimeError("std::bad_alloc"),
        SystemError("error return without exception set"),
    ],
    ids=str,
)
def test_the_systems_words_for_no_memory_are_known(error):
    assert isinstance(as_recast_error(error), OutOfMemory)
    wrapped = ValueError("while it was loaded")
    wrapped.__cause__ = error
    assert no_memory(wrapped)
    assert not no_memory(OSError(2, "No such file"))
    assert not no_memory(RecastError("the disk is full"))
