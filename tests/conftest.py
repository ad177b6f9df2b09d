"""What every test may ask for: the shared folder, the model files, a device, and small plates made on the spot."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import torch

ROOT = Path(__file__).resolve().parent.parent
# One screen for all windows, whichever test opens the first: Qt's own is 800 pixels wide, and Studio keeps to it.
os.environ.setdefault("QT_QPA_PLATFORM", f"offscreen:configfile={ROOT / 'tests' / 'hosts' / 'studio' / 'screen.json'}")

# Where Python is told to leave no compiled files beside the sources, it would compile every module again in each of the
# hundreds of processes that tests start, and every test in each worker: they are kept with pytest's own cache instead.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".pytest_cache" / "compiled"))
    sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]

# Examples are few by default, the same in every CI run, and many where one asks for them: HYPOTHESIS_PROFILE=thorough.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("fast", max_examples=20, **_COMMON)
settings.register_profile("ci", max_examples=30, derandomize=True, print_blob=True, **_COMMON)
settings.register_profile("thorough", max_examples=500, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "fast"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--device", default="cpu", help="where the tensor tests compute: cpu, cuda, cuda:1, mps")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by what they are, not by what is in them: an archive holds the time at which it was packed, and
    two workers that collect tests in different seconds must find the same names.
    """
    return argname if isinstance(val, bytes) else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tests compute as frames are made, on one thread each: xdist keeps the cores at work, and threads inside a test
    would spin while they wait for one another, at half of all processor time.
    """
    if "torch" in sys.modules:
        from recast_nodes.natives import one_thread_each

        one_thread_each()


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """Nothing waits until a disk has what was written: no test cuts the power, and a busy disk would hold each file up
    for tens of milliseconds. That files are synced, and when, is `tests/media/test_whole_files.py`'s to see.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def device(request: pytest.FixtureRequest) -> torch.device:
    """The device of `pytest --device`."""
    import torch

    return torch.device(request.config.getoption("--device"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of footage, broken EXR files and parity numbers beside the checkout; it is never a part of it."""
    folder = Path(os.environ.get("RECAST_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("no shared folder; RECAST_SHARED says where it is")
    return folder


@pytest.fixture(scope="session")
def landmarker_files() -> dict[str, Path]:
    """The model files without which no face can be tracked, by name."""
    from recast_nodes.errors import ModelMissing
    from recast_nodes.models.weights import downloads as files

    try:
        return {name: files.path_of(name) for name in files.required_files()}
    except ModelMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def portrait() -> Path:
    """A real face that may be shown to anyone: the demo's portrait of Eileen Collins (NASA, public domain)."""
    return ROOT / "demo" / "portrait.jpg"


@pytest.fixture
def make_plate(tmp_path: Path) -> Callable[..., str]:
    """A function that writes an EXR sequence of noise and returns its pattern.

    It uses OpenImageIO directly and nothing of this package, so that a test of reading does not rest on our writing.
    """

    def make(
        frames: range = range(1001, 1004),
        width: int = 32,
        height: int = 24,
        channels: tuple[str, ...] = ("R", "G", "B", "A", "id.Z"),
        kind: str = "half",
        name: str = "plate",
        origin: tuple[int, int] = (0, 0),
        **attributes: object,
    ) -> str:
        pattern = tmp_path / name / f"{name}.####.exr"
        pattern.parent.mkdir(parents=True, exist_ok=True)
        for frame in frames:
            pixels = np.random.default_rng(frame).random((height, width, len(channels)), np.float32)
            _write_exr(str(pattern).replace("####", f"{frame:04d}"), pixels, channels, kind, origin, attributes)
        return str(pattern)

    return make


def _write_exr(
    path: str,
    pixels: np.ndarray,
    channels: tuple[str, ...],
    kind: str,
    origin: tuple[int, int],
    attributes: dict[str, object],
) -> None:
    import OpenImageIO as oiio

    height, width, count = pixels.shape
    spec = oiio.ImageSpec(width, height, count, kind)
    spec.channelnames = channels
    spec.x, spec.y = origin
    spec.full_width, spec.full_height = width, height
    spec.attribute("compression", "zip")
    for name, value in attributes.items():
        spec.attribute(name, value)
    output = oiio.ImageOutput.create("openexr")
    assert output.open(path, spec), output.geterror()
    assert output.write_image(pixels), output.geterror()
    assert output.close(), output.geterror()
