"""Whose work a shot document is: a command's, made from its options, or a person's, who has changed it since.

A command signs the document that it makes (`origin`). One that is still as it was signed may be replaced when
the options change; one that is not holds somebody's work, and is never overwritten without a copy.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from dataclasses import replace
from pathlib import Path

from ..errors import DocumentError, StorageError
from .document import dump, load, save
from .graph import Graph

DIGITS = 16  # of a SHA-256, enough to tell documents apart


def sign(graph: Graph, writer: str) -> Graph:
    """The graph with its origin: who made it, and of which content."""
    content = dump(replace(graph, origin="")).encode("utf-8", "surrogatepass")
    return replace(graph, origin=f"{writer} {hashlib.sha256(content).hexdigest()[:DIGITS]}")


def is_untouched(graph: Graph) -> bool:
    """Whether a graph is still what its origin says."""
    return bool(graph.origin) and sign(graph, graph.origin.rpartition(" ")[0]).origin == graph.origin


def read_document(path: Path) -> Graph | None:
    """The shot document at `path`; None where there is none, or none that can be read."""
    try:
        return load(path)
    except DocumentError:
        return None


def replace_document(graph: Graph, path: Path) -> Path | None:
    """Save a signed graph over whatever lies at `path`. Returns the copy that was kept of that, if
    somebody had changed it.

    Raises DocumentError, StorageError.
    """
    there = read_document(path)
    if there is not None and dump(there) == dump(graph):
        return None
    ours = there is not None and (is_untouched(there) or is_same_shot(there, graph))
    copy = keep_copy(path) if os.path.lexists(path) and not ours else None
    save(graph, path)
    return copy


def replace_text(path: Path, text: str, writer: str) -> Path | None:
    """Write a file that a command made (YAML, whose comments begin with #). Returns where a copy of what lay there was
    kept, if that was not what a command had made. Raises MediaError.
    """
    from ..media.files.atomic import whole_file

    there = _content(path) if path.is_file() else b""
    first, _, rest = there.partition(b"\n")
    ours = first == _mark(writer, rest)
    signed = _mark(writer, text.encode("utf-8")) + b"\n" + text.encode("utf-8")
    copy = keep_copy(path) if there and not ours and there != signed else None
    with whole_file(path) as temporary:
        temporary.write_bytes(signed)
    return copy


def _mark(writer: str, content: bytes) -> bytes:
    return f"# {writer} {hashlib.sha256(content).hexdigest()[:DIGITS]}".encode()


def is_same_shot(one: Graph, other: Graph) -> bool:
    """Whether two graphs ask for the same, whoever made them."""
    return dump(replace(one, origin="")) == dump(replace(other, origin=""))


def keep_copy(path: Path) -> Path:
    """A copy of a document under the first free number beside it: shot.recast.1.yaml. A link stays a link, so nothing
    is copied that others put where it leads. Raises DocumentError for what is no file, StorageError.
    """
    if not path.is_symlink() and not path.is_file():
        raise DocumentError([f"{path}: it is not a plain file, so no document can take its place."])
    for number in itertools.count(1):
        copy = path.with_name(f"{path.stem}.{number}{path.suffix}")
        try:
            _copy(path, copy)
        except FileExistsError:
            continue
        except OSError as error:
            raise StorageError(f"{path}: no copy of it can be kept: {error.strerror or error}.") from None
        return copy
    raise AssertionError  # there are more numbers than files


def _content(path: Path) -> bytes:
    """What a file holds that a document is about to take the place of. DocumentError where it is too long for one."""
    from ..media.files import limits

    with open(path, "rb") as file:
        content = file.read((limits.most(limits.DOCUMENT) << 20) + 1)
    if len(content) > limits.most(limits.DOCUMENT) << 20:
        raise DocumentError([f"{path}: is too long for a document, so none can take its place; move it away."])
    return content


def _copy(path: Path, copy: Path) -> None:
    """A new file, never through a link and never over another copy: FileExistsError where there is one."""
    if path.is_symlink():
        copy.symlink_to(os.readlink(path))
        return
    content = _content(path)
    with open(copy, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
