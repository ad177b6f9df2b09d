"""Which three channels of a file are the picture: layers, views, parts, and files that have fewer than three."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import MediaError

TRIPLES = (("r", "g", "b"), ("red", "green", "blue"))
USUAL = ("", "rgba", "rgb", "beauty", "combined", "main", "c")  # names of the layer that is shown first


class Group(NamedTuple):
    """The channels of one part, with what its header says about it."""

    part: str  # its name; empty in a file of one part
    channels: Sequence[str]
    view: str = ""
    views: Sequence[str] = ()  # views that channels of this part are named after


class Picture(NamedTuple):
    """Three channels of one part that can be looked at."""

    part: int
    rgb: tuple[str, str, str]
    names: tuple[str, ...]  # what the layer is called: 'diffuse', or its part's name
    view: str


def choose(path: str, groups: Sequence[Group], layer: str = "", view: str = "") -> Picture:
    """The picture that is looked at.

    Without `layer` it is the RGB without a prefix, then one with a usual name, then the first. Without any RGB it is
    Y, or the file's only channel, shown thrice. `layer` may also be the full name of one channel. Raises MediaError
    naming what there is.
    """
    found = [picture for part, group in enumerate(groups) for picture in _pictures(part, group)]
    if view:
        known = sorted({picture.view for picture in found if picture.view})
        found = [picture for picture in found if picture.view == view]
        if not found:
            raise MediaError(
                f"{path}: there is no view {view!r}; the file has {', '.join(known) or 'none'}.{_near(view, known)}"
            )
    return _named(path, groups, found, layer) if layer else _first(path, groups, found)


def _named(path: str, groups: Sequence[Group], found: Sequence[Picture], layer: str) -> Picture:
    for same in (str, str.lower):
        for picture in found:
            if same(layer) in map(same, picture.names):
                return picture
    for part, group in enumerate(groups):
        if layer in group.channels:
            return Picture(part, (layer,) * 3, (layer,), group.view)
    known = list(dict.fromkeys(name for picture in found for name in picture.names if name))
    channels = [name for group in groups for name in group.channels]
    there = f"layers {_some(known)}" if known else f"channels {_some(channels)}"
    raise MediaError(f"{path}: there is no layer {layer!r}; the file has {there}.{_near(layer, known + channels)}")


def _first(path: str, groups: Sequence[Group], found: Sequence[Picture]) -> Picture:
    colour = [picture for picture in found if picture.rgb[0] != picture.rgb[1]]
    for usual in USUAL:
        for picture in colour:
            if usual in (name.lower() for name in picture.names):
                return picture
    if colour:
        return colour[0]
    grey = [picture for picture in found if picture.rgb[0].lower().rpartition(".")[2] == "y"]
    channels = [name for group in groups for name in group.channels]
    if grey or (len(channels) == 1 and found):
        return (grey or found)[0]
    raise MediaError(f"{path}: there is no picture in it (no R, G and B, no Y); its channels are {_some(channels)}.")


def _pictures(part: int, group: Group) -> list[Picture]:
    prefixes = dict.fromkeys(name.rpartition(".")[0] for name in group.channels)
    made = []
    for prefix in prefixes:
        ends = {name.rpartition(".")[2].lower(): name for name in group.channels if name.rpartition(".")[0] == prefix}
        triples = [(ends[r], ends[g], ends[b]) for r, g, b in TRIPLES if r in ends and g in ends and b in ends]
        single = ends.get("y") or (next(iter(ends.values())) if len(ends) == 1 else "")
        rgb = triples[0] if triples else (single, single, single)
        if rgb[0]:
            made.append(Picture(part, rgb, *_names(group, prefix)))
    return made


def _names(group: Group, prefix: str) -> tuple[tuple[str, ...], str]:
    """What a layer may be called, and its view: 'left.diffuse' in one part, part 'diffuse.left', part attribute
    `view`.
    """
    words = prefix.split(".")
    view = group.view or next((word for word in words if word in group.views), "")
    bare = ".".join(word for word in words if word != view)
    part = group.part.removesuffix("." + view).removesuffix("_" + view) if view else group.part
    names = dict.fromkeys((bare, prefix) if prefix else (part, group.part))
    return tuple(names), view


def _near(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=2, cutoff=0.5)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:24]) + (f" and {len(names) - 24} more" if len(names) > 24 else "") if names else "none"
