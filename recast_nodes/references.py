"""References such as "package.module:attribute" that declarations hold: resolved, and what the code behind one is."""

from __future__ import annotations

import hashlib
import importlib
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from typing import Any


def resolve(reference: str) -> Any:
    """The object that "module:attribute" or "module:class.attribute" names. Raises what importing it raises."""
    module, _, attribute = reference.partition(":")
    return attrgetter(attribute)(importlib.import_module(module))


def describe_error(error: BaseException) -> str:
    """A stranger's error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")


def hash_of_sources(reference: str) -> str:
    """The sha256 (hex) of the Python sources of the package that the module of "module:attribute" lies in, or of that
    module alone where it lies in none; '' where its sources cannot be read.
    """
    module = reference.partition(":")[0]
    spec = find_spec(module.rpartition(".")[0] or module)
    if spec is None or not spec.origin:
        return ""
    origin = Path(spec.origin)
    sources = sorted(origin.parent.rglob("*.py")) if spec.submodule_search_locations else [origin]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.relative_to(origin.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
