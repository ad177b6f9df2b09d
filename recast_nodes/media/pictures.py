"""Which three channels of a file are the picture: layers, views, parts, and files that have fewer than three."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import MediaError
from .layer_names import is_matte, is_utility, likelihood

TRIPLES = (("r", "g", "b"), ("red", "green", "blue"))


class ChannelGroup(NamedTuple):
    """The channels of one part, with what its header says about it."""

    part: str  # its name; empty in a file of one part
    channels: Sequence[str]
    view: str = ""
    views: Sequence[str] = ()  # views that channels of this part are named after, the default one first
    mattes: Sequence[str] = ()  # layers that are cryptomattes, without the number of their rank


class PictureChannels(NamedTuple):
    """Three channels of one part that can be looked at."""

    part: int
    rgb: tuple[str, str, str]
    names: tuple[str, ...]  # what the layer is called: 'diffuse', or its part's name
    view: str
    matte: bool = False  # a cryptomatte

    @property
    def grey(self) -> bool:
        return self.rgb[0] == self.rgb[1]

    @property
    def utility(self) -> bool:
        """Whether these channels are data, a matte or a surface's colour, and no picture."""
        return self.matte or any(map(is_utility, self.names if not self.grey else (*self.names, self.rgb[0])))

    @property
    def likelihood(self) -> tuple[int, ...]:
        return min(map(likelihood, self.names))


class ChosenPicture(NamedTuple):
    """The picture that was taken, and what an artist should know about it where there was a choice."""

    picture: PictureChannels
    remarks: tuple[str, ...] = ()


def choose(path: str, groups: Sequence[ChannelGroup], layer: str = "", view: str = "") -> ChosenPicture:
    """The picture that is looked at.

    Without `layer` it is the RGB without a prefix, then the layer whose name says that it is the picture (rgba,
    combined, beauty), then the first that is not data or a matte. Without any RGB it is Y, or the file's only channel,
    shown thrice. `layer` may also be the full name of one channel. Without `view` it is the default one, that of the
    first part or the first of `multiView`. Raises MediaError naming what there is.
    """
    found = [picture for part, group in enumerate(groups) for picture in _pictures(part, group)]
    views = list(dict.fromkeys(picture.view for picture in found if picture.view))
    if view and view not in views:
        there = ", ".join(views) or "none"
        raise MediaError(f"{path}: no view {view!r}; the file has {there}.{_suggest(view, views)}")
    seen = [picture for picture in found if picture.view in (view or (views or [""])[0], "")]
    if layer:
        taken = _find_layer(path, groups, seen if view else seen + found, layer)
        return ChosenPicture(taken, _stereo(taken, views, view))
    taken = _first(path, groups, seen)
    return ChosenPicture(taken, _stereo(taken, views, view) + _others(taken, seen))


def _stereo(taken: PictureChannels, views: Sequence[str], asked: str) -> tuple[str, ...]:
    if asked or len(views) < 2 or not taken.view:
        return ()
    others = _some([view for view in views if view != taken.view])
    return (f"editing view {taken.view}; {others} passes through unchanged (choose another with Read.view)",)


def _others(taken: PictureChannels, found: Sequence[PictureChannels]) -> tuple[str, ...]:
    others = [picture for picture in found if picture is not taken and not picture.grey]
    if taken.likelihood[0] == 0 or taken.grey or not others:
        return ()  # RGB without a prefix is what everyone takes
    names = _some(list(dict.fromkeys(_name_of(picture) for picture in others)), 6)
    return (f"editing layer {_name_of(taken)}; the file also has {names} (choose another with Read.layer)",)


def _name_of(picture: PictureChannels) -> str:
    return next(filter(None, picture.names), picture.rgb[0])


def _find_layer(
    path: str, groups: Sequence[ChannelGroup], found: Sequence[PictureChannels], layer: str
) -> PictureChannels:
    for same in (str, str.lower):
        for picture in found:
            if same(layer) in map(same, picture.names):
                return picture
    ends = [picture for picture in found if any(name.lower().endswith("." + layer.lower()) for name in picture.names)]
    if len(set(ends)) == 1:
        return ends[0]
    for part, group in enumerate(groups):
        if layer in group.channels:
            return PictureChannels(part, (layer,) * 3, (layer,), group.view)
    known = list(dict.fromkeys(name for picture in found for name in picture.names if name))
    channels = [name for group in groups for name in group.channels]
    there = f"layers {_some(known)}" if known else f"channels {_some(channels)}"
    raise MediaError(f"{path}: no layer {layer!r}; the file has {there}.{_suggest(layer, known + channels)}")


def _first(path: str, groups: Sequence[ChannelGroup], found: Sequence[PictureChannels]) -> PictureChannels:
    pictures = [picture for picture in found if not picture.utility]
    colour = [picture for picture in pictures if not picture.grey]
    if colour:
        return min(colour, key=lambda picture: picture.likelihood)
    grey = [picture for picture in pictures if picture.rgb[0].lower().rpartition(".")[2] == "y"]
    channels = [name for group in groups for name in group.channels]
    if grey:
        return grey[0]
    if len(channels) == 1 and (pictures or is_matte(channels[0])):  # a matte by itself is read for MaskComposite
        return found[0]
    if found and not pictures:
        names = _some(list(dict.fromkeys(map(_name_of, found))))
        raise MediaError(f"{path}: no beauty layer, only the passes {names}. Choose one with Read.layer.")
    raise MediaError(f"{path}: no picture found (no RGB and no Y); the channels are {_some(channels)}.")


def _pictures(part: int, group: ChannelGroup) -> list[PictureChannels]:
    prefixes = dict.fromkeys(name.rpartition(".")[0] for name in group.channels)
    made = []
    for prefix in prefixes:
        ends = {name.rpartition(".")[2].lower(): name for name in group.channels if name.rpartition(".")[0] == prefix}
        triples = [(ends[r], ends[g], ends[b]) for r, g, b in TRIPLES if r in ends and g in ends and b in ends]
        single = ends.get("y") or (next(iter(ends.values())) if len(ends) == 1 else "")
        rgb = triples[0] if triples else (single, single, single)
        if rgb[0]:
            names, view = _names(group, prefix)
            matte = any(name.rstrip("0123456789") in group.mattes for name in (prefix, *names) if name)
            made.append(PictureChannels(part, rgb, names, view, matte))
    return made


def _names(group: ChannelGroup, prefix: str) -> tuple[tuple[str, ...], str]:
    """What a layer may be called, and its view: 'left.diffuse' in one part, part 'diffuse.left', part attribute
    `view`.
    """
    words = prefix.split(".")
    named = next((word for word in words if word in group.views), "")
    view = group.view or named or (group.views[0] if group.views else "")
    bare = ".".join(word for word in words if word != view)
    part = "" if group.part == view else group.part.removesuffix("." + view).removesuffix("_" + view)
    part = part if view else group.part
    names = dict.fromkeys((bare, prefix) if prefix else (part, group.part))
    return tuple(names), view


def _suggest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=2, cutoff=0.5)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _some(names: Sequence[str], most: int = 24) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "") or "none"
