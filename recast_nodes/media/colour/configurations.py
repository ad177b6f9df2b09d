"""What a colour configuration is known by: its text, the environment variables that it uses, and its LUTs.

A configuration file that stays where it is may give other pixels tomorrow: somebody edits it, replaces a LUT, or
starts the shot with another $SHOT. Frames that were rendered by the old one must then be rendered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import PyOpenColorIO as ocio

from .equivalents import OCIO_ERRORS, load

OWN = "ocio://"  # configurations that are part of the library, and known by their names


@lru_cache(maxsize=4)
def state(config: str) -> str:
    """A path or built-in name, with a digest of what the configuration there holds.

    It is the same on every machine that has the same variables and files. ColourError as `load`.
    """
    if config.startswith(OWN):
        return config
    loaded = load(config)
    context = loaded.getCurrentContext()
    digest = hashlib.sha256(context.resolveStringVar(loaded.serialize()).encode())
    for name in sorted(set(_files(loaded))):
        digest.update(f"\0{context.resolveStringVar(name)}\0".encode() + _content(context, name))
    return f"{config} {digest.hexdigest()[:16]}"


def _files(config: ocio.Config) -> Iterator[str]:
    """The files that colour spaces are made of, as the configuration names them."""
    ways = (ocio.COLORSPACE_DIR_TO_REFERENCE, ocio.COLORSPACE_DIR_FROM_REFERENCE)
    for space in config.getColorSpaces(ocio.SEARCH_REFERENCE_SPACE_ALL, ocio.COLORSPACE_ALL):
        for way in ways:
            yield from _file_names(space.getTransform(way))


def _file_names(transform: ocio.Transform | None) -> Iterator[str]:
    if isinstance(transform, ocio.FileTransform):
        yield transform.getSrc()
    elif isinstance(transform, ocio.GroupTransform):
        for each in transform:
            yield from _file_names(each)


def _content(context: ocio.Context, name: str) -> bytes:
    """A digest of the file's bytes; nothing where it is not there, which is an error where it is used."""
    try:
        return hashlib.sha256(Path(context.resolveFileLocation(name)).read_bytes()).digest()
    except (*OCIO_ERRORS, OSError):
        return b""
