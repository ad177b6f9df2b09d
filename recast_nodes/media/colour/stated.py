"""What a file's header states about its colour, and what that may be called in a configuration.

EXR: `colorInteropID`, `oiio:ColorSpace`, the flag of an ACES container, chromaticities. Others: the transfer
characteristic of DPX, and `oiio:ColorSpace`, in which our decoders put what chunks, tags and ICC profiles say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...wires import Attribute, Part
from ..exr.attributes import for_libraries

SRGB = ("sRGB Encoded Rec.709 (sRGB)", "sRGB - Texture", "srgb_tx", "sRGB", "Utility - sRGB - Texture")
REC709 = ("Linear Rec.709 (sRGB)", "lin_rec709", "lin_srgb", "Linear Rec.709", "Utility - Linear - sRGB")
VIDEO = ("Camera Rec.709", "rec709_camera", "Utility - Rec.709 - Camera", "Rec.709", "rec709")
FILM = ("ADX10", "Input - ADX - ADX10", "Cineon", "Cineon Log")
FILM16 = ("ADX16", "Input - ADX - ADX16", *FILM)  # 16 bits reach further than 10 bits of film density do
NAMES = ("colorInteropID", "oiio:ColorSpace")  # header attributes that name a colour space
ACES = "acesImageContainerFlag"
DPX = ("dpx:Transfer", "dpx:Colorimetric")
INEXACT = "ICCProfile:inexact"  # our decoders': what oiio:ColorSpace only comes close to, in words
SILENT = ("", "unknown", "auto", "default")  # names that state nothing

CHROMATICITIES = {  # red, green, blue, white: x and y
    ("ACES2065-1", "lin_ap0", "aces"): (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    ("ACEScg", "lin_ap1"): (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767),
    REC709: (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
    ("Linear P3-D65", "lin_p3d65"): (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329),
    ("Linear Rec.2020", "lin_rec2020"): (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329),
    ("Linear AdobeRGB", "lin_adobergb"): (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.329),
    ("Linear ARRI Wide Gamut 3", "lin_alexawide"): (0.684, 0.313, 0.221, 0.848, 0.0861, -0.102, 0.3127, 0.329),
    ("Linear ARRI Wide Gamut 4", "lin_awg4"): (0.7347, 0.2653, 0.1424, 0.8576, 0.0991, -0.0308, 0.3127, 0.329),
    ("Linear S-Gamut3", "lin_sgamut3"): (0.73, 0.28, 0.14, 0.855, 0.1, -0.05, 0.3127, 0.329),
    ("Linear S-Gamut3.Cine", "lin_sgamut3cine"): (0.766, 0.275, 0.225, 0.8, 0.089, -0.087, 0.3127, 0.329),
    ("Linear V-Gamut", "lin_vgamut"): (0.73, 0.28, 0.165, 0.84, 0.1, -0.03, 0.3127, 0.329),
    ("Linear REDWideGamutRGB", "lin_rwg"): (0.7803, 0.3043, 0.1216, 1.494, 0.0956, -0.0846, 0.3127, 0.329),
}
NEAR = 2e-3  # of an x or y: how programs round chromaticities
SPELLED = {  # names of colour spaces in other programs and in standards -> what configurations may call them
    **dict.fromkeys(("srgb", "srgb_rec709_scene", "srgb_rec709_display", "srgb_texture", "srgb_display"), SRGB),
    **dict.fromkeys(("lin_rec709_scene", "lin_srgb_scene", "linear rec.709"), REC709),
    **dict.fromkeys(("linear", "lin_scene"), ("scene_linear",)),  # OpenImageIO's older word for the role
    **dict.fromkeys(("kodaklog", "cineon", "adx10", "adx"), FILM),
    **dict.fromkeys(("rec709", "rec.709", "itu-r 709"), VIDEO),
    **dict.fromkeys(("g22_rec709_scene", "g22_rec709_display", "gammacorrected2.2", "gamma2.2"), ("g22_rec709",)),
    **dict.fromkeys(("g24_rec709_scene", "g24_rec709_display", "gammacorrected2.4", "gamma2.4"), ("g24_rec709",)),
    "srgb_p3d65_display": ("srgb_p3d65", "srgb_displayp3"),
    "pq_rec2020_display": ("Rec.2100-PQ - Display", "rec2100_pq_display"),
    "pq_rec2020_scene": ("Rec.2100-PQ - Display", "rec2100_pq_display"),
    "hlg_rec2020_display": ("Rec.2100-HLG - Display", "rec2100_hlg_display"),
    "hlg_rec2020_scene": ("Rec.2100-HLG - Display", "rec2100_hlg_display"),
    "pq_p3d65_display": ("ST2084-P3-D65 - Display", "st2084_p3d65_display"),
    "g26_p3d65_display": ("P3-D65 - Display", "p3d65_display"),
    "raw": ("data",),
}
FILM_WORDS = ("Printing density", "Logarithmic", "ADX")
VIDEO_WORDS = (
    *("ITU-R 709-4", "SMPTE 274M", "ITU-R 601-5 system B or G", "ITU-R 601-5 system M"),
    *("NTSC composite video", "PAL composite video"),
)
VAGUE_WORDS = ("User defined", "Undefined", "Unspecified video")


FILM_DOUBT = "camera log footage is often tagged the same way"


class Statement(NamedTuple):
    """What a header says about the colour of its picture."""

    words: str  # as they stand in the header: 'dpx:Transfer "Printing density"'
    spaces: tuple[str, ...]  # what that may be called in a configuration, the likeliest first
    doubt: str = ""  # why it may not be so; then file rules take precedence, and there is a notice
    otherwise: str = ""  # what is assumed, with a notice, if the configuration has none of them; empty: an error


def read_statement(part: Part, integer: bool) -> Statement | None:
    """The first thing that a header states about its colour; None where it states nothing."""
    if integer and DPX[0] in part.attributes:
        return _dpx(part.attributes)
    for name in NAMES:
        value = for_libraries(part.attributes[name].value) if name in part.attributes else ""
        if value.lower() not in SILENT:
            return _interpret_name(name, value, part.attributes)
    if ACES in part.attributes and part.attributes[ACES].value == 1:
        return Statement(f"{ACES} 1", ("ACES2065-1", "lin_ap0", "aces"))
    return _primaries(part.attributes.get("chromaticities"))


def _interpret_name(name: str, value: str, attributes: Mapping[str, Attribute]) -> Statement:
    spaces = (value, *SPELLED.get(value.lower(), ()))
    if INEXACT in attributes:
        return Statement(str(attributes[INEXACT].value), spaces, "the closest known space")
    doubt = FILM_DOUBT if spaces[1:] == FILM else ""
    return Statement(f'{name} "{value}"', spaces, doubt)


def _dpx(attributes: Mapping[str, Attribute]) -> Statement:
    values = [for_libraries(attributes[name].value) for name in DPX if name in attributes]
    name, value = next(((n, v) for n, v in zip(DPX, values) if v not in VAGUE_WORDS), (DPX[0], values[0]))
    words = f'{name} "{value}"'
    if value in FILM_WORDS:
        bits = attributes.get("oiio:BitsPerSample")
        return Statement(words, FILM16 if bits and bits.value == 16 else FILM, FILM_DOUBT)
    if value in VIDEO_WORDS:
        return Statement(words, VIDEO, otherwise=SRGB[0])
    if value == "Linear":
        return Statement(words, REC709, "many programs write that into every DPX")
    if value in VAGUE_WORDS:
        return Statement(words, SRGB, "which says nothing about its colour")
    return Statement(words, ())


def _primaries(attribute: Attribute | None) -> Statement | None:
    if not attribute or attribute.type != "chromaticities" or not isinstance(attribute.value, tuple):
        return None
    words = "chromaticities " + " ".join(f"{number:.4g}" for number in attribute.value)
    spaces = (names for names, known in CHROMATICITIES.items() if _is_near(attribute.value, known))
    return Statement(words, next(spaces, ()), otherwise="scene_linear")


def _is_near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(here - there) <= NEAR for here, there in zip(one, other))
