"""Shot documents that a host writes: their names, paths that survive a move, and changes that are not overwritten.

A document says under `origin` what it was when the host wrote it. One that is no longer that was changed by somebody
else (keys set by hand, in Studio or an editor): it is kept under a number before another takes its place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from typing import Any

ENDING = ".recast.yaml"
NUMBER = re.compile(r"[._]*(#+|@+|%\d*d|\$F\d*).*")  # the place for the frame number, and what follows it
DIGITS = 16  # of a SHA-256, enough to tell documents apart
LONGEST = 64 << 20  # bytes; 4 MB are read as a document


def document_beside(output: str) -> str:
    """The document that belongs to an output: out/sh010.####.exr -> out/sh010.recast.yaml"""
    folder, name = os.path.split(os.path.abspath(output))
    word = NUMBER.sub("", name)
    if word == name:
        word = os.path.splitext(name)[0]
    return os.path.join(folder, (word or os.path.basename(folder)) + ENDING)


def relative(path: str, folder: str) -> str:
    """A file beside or beneath `folder` as seen from there; others, and what is no absolute path, as they are."""
    parts = path.replace("\\", "/").split("/") if os.name == "nt" else path.split("/")
    beneath = os.path.join(os.path.abspath(folder), "")
    if ".." in parts or not os.path.isabs(path) or not path.startswith(beneath) or path == beneath:
        return path
    return path[len(beneath) :].replace(os.sep, "/").lstrip("/")


def with_relative_paths(
    nodes: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, Mapping[str, Any]], folder: str
) -> dict[str, dict[str, Any]]:
    """The nodes of a document in `folder`, files beside or beneath it named from there."""
    result = {}
    for name, node in nodes.items():
        knobs = dict(node.get("knobs", {}))
        for knob in kinds[node["kind"]]["knobs"]:
            value = knobs.get(knob["name"])
            if knob["kind"] in ("File", "Still") and isinstance(value, str):
                short = relative(value, folder)
                knobs[knob["name"]] = "./" + short if short != value and is_word(knob, short) else short
        result[name] = dict(node, knobs=knobs)
    return result


def is_word(knob: Mapping[str, Any], text: str) -> bool:
    """Whether a knob that also takes words and frame numbers would take this file name for one of them."""
    return knob["kind"] == "Still" and (text in knob["words"] or bool(re.match(r"-?\d+\Z", text)))


def save_document(path: str, text: str, writer: str) -> str:
    """Write a document (JSON) that `writer` made, whole or not at all. Returns what the artist should know, or ''.

    Raises OSError.
    """
    data = json.loads(text)
    signed = _sign(data, writer)
    before = _content(path)
    copy = keep(path, before) if before and before != signed and not _is_as_written(before) else ""
    write_whole(path, signed)
    return (
        f"{path} had been changed since it was last saved from here; the changed version is now {copy}." if copy else ""
    )


def write_whole(path: str, content: bytes) -> None:
    """Write a file, whole or not at all, into a folder that is made where there is none. Raises OSError."""
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        os.makedirs(folder)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def keep(path: str, content: bytes) -> str:
    """A copy of what was found at `path` under the first free number beside it: shot.recast.1.yaml. A link stays a
    link. Raises OSError.
    """
    stem, ending = os.path.splitext(path)
    number = 1
    while True:
        copy = f"{stem}.{number}{ending}"
        try:
            if os.path.islink(path):
                os.link(path, copy, follow_symlinks=False)  # another name for the link, not for what it leads to
                return copy
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            number += 1
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return copy


def _sign(data: dict[str, Any], writer: str) -> bytes:
    """The document's text with its origin."""
    plain = {key: value for key, value in data.items() if key != "origin"}
    origin = f"{writer} {hashlib.sha256(_bytes(plain)).hexdigest()[:DIGITS]}"
    first = {key: plain.pop(key) for key in ("recast",) if key in plain}
    return _bytes(dict(first, origin=origin, **plain))


def _is_as_written(content: bytes) -> bool:
    """Whether a document is still what a host wrote."""
    try:
        data = json.loads(content.decode("utf-8"))
        return content == _sign(data, str(data["origin"]).rpartition(" ")[0])
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _bytes(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _content(path: str) -> bytes:
    """What a document holds that is there; b"" where there is none. OSError for what is none: a pipe would keep the
    host waiting for ever.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return b""
    if not stat.S_ISREG(found.st_mode) or found.st_size > LONGEST:
        raise OSError(f"{path}: is not a shot document and will not be overwritten; move it away.")
    with open(path, "rb") as file:
        return file.read()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
