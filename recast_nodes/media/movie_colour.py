"""What a movie's tags say of its colours, as a colour space of the OpenColorIO configuration.

The numbers are those of ITU-T H.273, which MP4, Matroska and the codecs share. A display's encoding is undone and
nothing else: scene light is what the screen shows (OpenColorIO calls it un-tone-mapped), with 1.0 at 100 nits. The
inverse of a rendering (an ACES output transform) would only be right for movies that were graded through it, and no
tag says so.
"""

from __future__ import annotations

from typing import NamedTuple

from ..errors import ColourError
from ..notices import notice
from .colour import colour, equivalents

UNSAID = (0, 2)  # reserved and unspecified
VIDEO = {
    1: "BT.709",
    6: "BT.601",
    7: "SMPTE 240M",
    11: "xvYCC",
    12: "BT.1361",
    13: "sRGB",
    14: "BT.2020",
    15: "BT.2020",
}
TRANSFERS = {
    **VIDEO,
    **{4: "gamma 2.2", 5: "gamma 2.8", 8: "linear", 9: "logarithmic (100:1)", 10: "logarithmic (316:1)"},
    **{16: "PQ (SMPTE ST 2084)", 17: "SMPTE ST 428", 18: "HLG (ARIB STD-B67)"},
}
PRIMARIES = {
    **{1: "Rec. 709", 4: "BT.470 M", 5: "BT.601 (625 lines)", 6: "BT.601 (525 lines)", 7: "SMPTE 240M", 8: "film"},
    **{9: "BT.2020", 10: "XYZ", 11: "DCI-P3", 12: "P3-D65", 22: "EBU 3213"},
}
SD = (5, 6, 7, 22)  # of old television: the same white as Rec. 709 and nearly the same red, green and blue
REC709, REC2020, P3_DCI, P3_D65 = 1, 9, 11, 12
LINEAR, PQ, HLG, CINEMA, GAMMA22 = 8, 16, 18, 17, 4
BT2020_MATRICES = (9, 10)

# The spaces by the names and aliases of OpenColorIO's own configurations.
SPACES: dict[tuple[int, int], tuple[str, ...]] = {
    (LINEAR, REC709): ("Linear Rec.709 (sRGB)", "lin_rec709_scene", "lin_rec709", "Utility - Linear - sRGB"),
    (LINEAR, REC2020): ("Linear Rec.2020", "lin_rec2020_scene", "lin_rec2020", "Utility - Linear - Rec.2020"),
    (LINEAR, P3_D65): ("Linear P3-D65", "lin_p3d65_scene", "lin_p3d65", "Utility - Linear - P3-D65"),
    (GAMMA22, REC709): ("Gamma 2.2 Encoded Rec.709", "g22_rec709_scene", "g22_rec709"),
    (PQ, REC2020): ("Rec.2100-PQ - Display", "rec2100_pq_display", "pq_rec2020_display"),
    (PQ, P3_D65): ("ST2084-P3-D65 - Display", "st2084_p3d65_display", "pq_p3d65_display"),
    (HLG, REC2020): ("Rec.2100-HLG - Display", "rec2100_hlg_display", "hlg_rec2020_display"),
    (CINEMA, P3_D65): ("P3-D65 - Display", "p3d65_display", "g26_p3d65_display"),
    (CINEMA, P3_DCI): ("P3-DCI - Display", "p3_dci_display"),
    **{(video, P3_D65): ("Display P3 - Display", "displayp3_display", "srgb_p3d65_display") for video in VIDEO},
    **{(video, REC2020): ("Rec.1886 Rec.2020 - Display", "rec1886_rec2020_display") for video in VIDEO},
}


class Tags(NamedTuple):
    """What a movie says, by H.273's numbers; 2 where it says nothing."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2


def space_of(path: str, tags: Tags) -> str:
    """The colour space that the tags stand for, the configuration's or one that it borrows; '' where they say no more
    than a picture for a computer's screen: sRGB, or what $OCIO's file rules say.

    Rec. 709 video is among those: players on computers show its code values as they are, and so do networks see it.
    ColourError naming Read.colorspace for tags that neither the configuration nor OpenColorIO's own ones know.
    """
    tags = _complete(path, tags)
    if tags.primaries == REC709 and tags.transfer in (*VIDEO, *UNSAID):
        return ""
    names = SPACES.get((tags.transfer, tags.primaries))
    if not names:
        raise _unknown(path, tags, "no colour space matches that")
    known = colour.find(*names) or equivalents.borrow(colour.config_name(), names)
    if not known:
        raise _unknown(path, tags, f"{colour.config_name()} has no matching colour space")
    return known


def _complete(path: str, tags: Tags) -> Tags:
    """The tags with what other tags imply, with a notice if that is uncertain."""
    primaries = tags.primaries
    if primaries in SD:
        if tags.transfer not in UNSAID:
            notice(f"{path}: primaries are {PRIMARIES[primaries]}; read as Rec. 709, which is close.")
        return tags._replace(primaries=REC709)
    if primaries not in UNSAID:
        return tags
    if tags.transfer in (PQ, HLG):
        notice(f"{path}: it is {TRANSFERS[tags.transfer]} and does not state its primaries; BT.2020 is assumed.")
        return tags._replace(primaries=REC2020)
    if tags.matrix in BT2020_MATRICES or tags.transfer in (14, 15):
        return tags._replace(primaries=REC2020)
    return tags._replace(primaries=REC709)


def _unknown(path: str, tags: Tags, why: str) -> ColourError:
    transfer = TRANSFERS.get(tags.transfer, "no transfer curve" if tags.transfer in UNSAID else f"{tags.transfer}")
    primaries = PRIMARIES.get(tags.primaries, f"number {tags.primaries}")
    return ColourError(
        f"{path}: tagged as {transfer} with {primaries} primaries, but {why}. "
        f"Set Read.colorspace to the space it is encoded in."
    )
