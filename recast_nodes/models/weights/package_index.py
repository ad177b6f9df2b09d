"""Source archives from the package index that pip is set to use, had without pip, which would run their set-up code.

The index is asked by PEP 503's simple API. Which index it is, pip says: its configuration files and environment count,
addresses with a user's name and password among them.
"""

from __future__ import annotations

import ast
import base64
import os
import re
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

TIMEOUT = 15.0  # seconds without an answer, as pip is given for wheels
SECTIONS = ("global", "download", ":env:")  # of pip's configuration; the later count for more
LARGEST_PAGE = 64 << 20  # bytes of a package's list of files


class NotCarried(Exception):
    """A source answered, but not with the bytes that are wanted."""


class IndexSettings(NamedTuple):
    """Where pip looks for packages."""

    indexes: tuple[str, ...]  # addresses of simple APIs, in order
    folders: tuple[Path, ...]  # local folders of packages, looked into first
    certificates: str | None  # a file of them, where pip has its own


@contextmanager
def open_source_archive(pin: str) -> Iterator[IO[bytes]]:
    """The bytes of the source archive (.tar.gz) of a pinned package, `name==version`, as they come.

    Raises NotCarried where no index has it, OSError where none answers.
    """
    settings = read_settings()
    for folder in settings.folders:
        for path in sorted(folder.glob("*.tar.gz")):
            if _is_archive(path.name, pin):
                with path.open("rb") as opened:
                    yield opened
                return
    with _open(_find_address(settings, pin), settings) as opened:
        yield opened


def read_settings() -> IndexSettings:
    """What pip is set to. Raises NotCarried where pip does not say."""
    found: dict[str, str] = {}
    values = _configuration()
    for section in SECTIONS:
        found |= {name.removeprefix(f"{section}."): value for name, value in values if name.startswith(f"{section}.")}
    folders = tuple(Path(unquote(each.removeprefix("file://"))) for each in found.get("find-links", "").split())
    indexes: tuple[str, ...] = ()
    if found.get("no-index", "").lower() not in ("1", "true", "yes", "on"):
        indexes = (found.get("index-url") or _default_index(), *found.get("extra-index-url", "").split())
    return IndexSettings(indexes, tuple(folder for folder in folders if folder.is_dir()), found.get("cert"))


def _configuration() -> list[tuple[str, str]]:
    """pip's configuration, such as ("global.index-url", address)."""
    pairs = []
    for line in _ask_pip("config", "list").splitlines():
        name, sign, value = line.partition("=")
        if sign and value[:1] in ("'", '"'):
            pairs.append((name, str(ast.literal_eval(value))))
    return pairs


def _default_index() -> str:
    """The index that pip uses where nothing is configured. No command tells it but its help."""
    words = re.search(r"--index-url\s.*?\(default\s+(\S+?)\)", _ask_pip("download", "--help"), re.DOTALL)
    if not words:
        raise NotCarried("pip does not say which package index it uses; PIP_INDEX_URL may name one")
    return words[1]


def _ask_pip(*words: str) -> str:
    command = [sys.executable, "-m", "pip", *words, "--disable-pip-version-check"]
    wide = os.environ | {"COLUMNS": "200"}  # else addresses are broken over lines
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=wide)
    except subprocess.TimeoutExpired:
        raise NotCarried("pip does not say what it is set to within a minute") from None
    if done.returncode:
        raise NotCarried(f"pip does not say what it is set to: {(done.stderr.strip() or 'no word').splitlines()[-1]}")
    return done.stdout


class _Links(HTMLParser):
    """The addresses on a page of the simple API."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _find_address(settings: IndexSettings, pin: str) -> str:
    """Where the archive lies, by the first index that lists it."""
    failures = ["no package index is set"]
    for index in settings.indexes:
        page = f"{index.rstrip('/')}/{_normalise(pin.partition('==')[0])}/"
        try:
            with _open(page, settings) as answer:
                links = _Links(answer.read(LARGEST_PAGE).decode("utf-8", "replace")).found
        except OSError as error:
            failures.append(f"{_without_login(page)}: {error}")
            continue
        for link in links:
            address = urljoin(page, link)
            if _is_archive(unquote(urlsplit(address).path).rpartition("/")[2], pin):
                return address
        failures.append(f"{_without_login(page)} does not list it")
    raise NotCarried("; ".join(failures[1:] or failures))


def _is_archive(name: str, pin: str) -> bool:
    """Whether a file's name is that of the pinned package's source archive; names are spelled in several ways."""
    return name.endswith(".tar.gz") and _normalise(name[:-7]) == _normalise(pin.replace("==", "-"))


def _normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _open(address: str, settings: IndexSettings) -> IO[bytes]:
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http", "file"):
        raise NotCarried(f"{_without_login(address)} is no address to fetch from")
    if parts.scheme == "file":
        path = Path(unquote(parts.path))
        return (path / "index.html" if path.is_dir() else path).open("rb")
    request = urllib.request.Request(_without_login(address), headers={"Accept": "text/html, */*;q=0.1"})
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        word = base64.b64encode(login.encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {word}")  # for this host alone
    trusted = ssl.create_default_context(cafile=settings.certificates)
    return urllib.request.urlopen(request, timeout=TIMEOUT, context=trusted)


def _without_login(address: str) -> str:
    """An address without its fragment, and without a user's name and password: for requests and for messages."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
