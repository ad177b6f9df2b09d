"""What files state about their colour is what they are read by, and what is not known is asked about."""

from __future__ import annotations

import copy
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio
import PyOpenColorIO as ocio
import pytest

from recast_nodes import notices
from recast_nodes.errors import ColourError
from recast_nodes.media import pixels
from recast_nodes.media.colour import colour
from recast_nodes.media.colour.stated import CHROMATICITIES
from recast_nodes.media.decoders.icc import space_of
from recast_nodes.media.images import read_image, with_attributes, write_image
from recast_nodes.models.tracker.still import track_still
from recast_nodes.wires import Attribute

from ..plates import image

STUDIO = """
ocio_profile_version: 1
strictparsing: true
roles: {scene_linear: working, texture_paint: screen, matte_paint: film, compositing_log: film, data: nothing}
displays:
  monitor: [!<View> {name: plain, colorspace: screen}]
colorspaces:
  - !<ColorSpace> {name: working}
  - !<ColorSpace> {name: screen, to_reference: !<ExponentTransform> {value: [2.2, 2.2, 2.2, 1]}}
  - !<ColorSpace> {name: film, to_reference: !<LogTransform> {base: 10, direction: inverse}}
  - !<ColorSpace> {name: nothing, isdata: true}
"""  # like what studios have: none of our names


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCIO", raising=False)
    notices.forget()


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "studio.ocio").write_text(STUDIO)
    monkeypatch.setenv("OCIO", str(tmp_path / "studio.ocio"))


def picture(path: Path, kind: str = "uint16", **attributes: Any) -> Path:
    """A grey picture of 6 by 4 pixels in the format that the suffix names."""
    spec = oiio.ImageSpec(6, 4, 3, kind)
    for name, value in attributes.items():
        spec.attribute(name, *value) if isinstance(value, tuple) else spec.attribute(name, value)
    output = oiio.ImageOutput.create(str(path))
    assert output.open(str(path), spec), output.geterror()
    output.write_image(np.full((4, 6, 3), 0.435, np.float32))  # a film scan's grey: code 445 of 1023
    output.close()
    return path


def dpx(path: Path, transfer: str, bits: int = 10) -> Path:
    return picture(path, **{"dpx:Transfer": transfer, "dpx:Colorimetric": transfer, "oiio:BitsPerSample": bits})


@pytest.mark.parametrize(
    ("transfer", "bits", "space"),
    [
        ("Printing density", 10, "ADX10"),
        ("Logarithmic", 10, "ADX10"),
        ("Logarithmic", 16, "ADX16"),
        ("Linear", 16, "Linear Rec.709 (sRGB)"),
        ("ITU-R 709-4", 10, "Camera Rec.709"),
        ("SMPTE 274M", 10, "Camera Rec.709"),
        ("Unspecified video", 10, "sRGB Encoded Rec.709 (sRGB)"),
        ("User defined", 10, "sRGB Encoded Rec.709 (sRGB)"),
    ],
)
def test_dpx_is_read_by_its_header(transfer: str, bits: int, space: str, tmp_path: Path, caplog: Any) -> None:
    read = read_image(dpx(tmp_path / "a.dpx", transfer, bits), called="a.####.dpx")
    assert read.colorspace == space
    sure = "709" in transfer or "274" in transfer
    assert sure or f'a.####.dpx: dpx:Transfer "{transfer}" is read as {space} (' in caplog.text
    assert read_image(tmp_path / "a.dpx", colorspace="ARRI LogC4").colorspace == "ARRI LogC4"


def test_what_a_dpx_states_and_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(ColourError, match=r'a.dpx: header states dpx:Transfer "Z depth linear".*Set Read.colorspace'):
        read_image(dpx(tmp_path / "a.dpx", "Z depth linear"))


def test_film_is_light_of_film(tmp_path: Path) -> None:
    light = pixels.linear_rgb(read_image(dpx(tmp_path / "a.dpx", "Printing density")), _window(tmp_path / "a.dpx"))
    assert 0.1 < float(light.mean()) < 0.25, "code 445 is a grey card"


def _window(path: Path) -> Any:
    return read_image(path, colorspace="Raw").main.window


def test_cineon_is_film(tmp_path: Path, caplog: Any) -> None:
    elements = b"".join(
        struct.pack(">4B2I4f", 0, at + 1 if at < 3 else 0, 10, 0, 6, 4, 0, 0, 1023, 2.046) for at in range(8)
    )
    head = struct.pack(">5Ii8s", 0x802A5FD7, 2048, 1024, 1024, 0, 2048 + 96, b"V4.5").ljust(192, b"\0")
    head = (head + b"\0\3\0\0" + elements).ljust(680, b"\0") + b"\0\5\0\0"
    (tmp_path / "a.cin").write_bytes(head.ljust(2048, b"\0") + struct.pack(">I", 445 << 22 | 445 << 12 | 445 << 2) * 24)
    assert read_image(tmp_path / "a.cin").colorspace == "ADX10"
    assert "camera log footage is often tagged the same way" in caplog.text


def test_what_is_written_of_a_dpx_no_longer_states_film(tmp_path: Path) -> None:
    for space in ("auto", "ACEScg"):
        write_image(read_image(dpx(tmp_path / "a.dpx", "Logarithmic"), colorspace=space), tmp_path / "a.exr")
        again = read_image(tmp_path / "a.exr")
        assert again.colorspace == "ACEScg"
        assert not {"oiio:ColorSpace", "dpx:Transfer", "dpx:Colorimetric"} & {*again.main.attributes}


@pytest.mark.parametrize(
    ("name", "value", "space"),
    [
        ("oiio:ColorSpace", "KodakLog", "ADX10"),
        ("oiio:ColorSpace", "Linear", "ACEScg"),
        ("oiio:ColorSpace", "Rec709", "Camera Rec.709"),
        ("oiio:ColorSpace", "sRGB", "sRGB Encoded Rec.709 (sRGB)"),
        ("colorInteropID", "srgb_p3d65_scene", "sRGB Encoded P3-D65"),
        ("colorInteropID", "g24_rec709_scene", "Gamma 2.4 Encoded Rec.709"),
        ("colorInteropID", "pq_rec2020_display", "Rec.2100-PQ - Display"),
        ("colorInteropID", "hlg_rec2020_display", "Rec.2100-HLG - Display"),
        ("colorInteropID", "data", "Raw"),
        ("colorInteropID", "unknown", "ACEScg"),
    ],
)
def test_names_of_other_programs(name: str, value: str, space: str, tmp_path: Path) -> None:
    write_image(image(**{name: Attribute(value, "string")}), tmp_path / "a.exr")
    assert read_image(tmp_path / "a.exr").colorspace == space


@pytest.mark.parametrize("name", ["oiio:ColorSpace", "colorInteropID"])
def test_an_unknown_name_is_asked_about(name: str, tmp_path: Path) -> None:
    write_image(image(**{name: Attribute("our_show_log", "string")}), tmp_path / "a.exr")
    with pytest.raises(ColourError, match=rf'a.exr: header states {name} "our_show_log".*Set Read.colorspace'):
        read_image(tmp_path / "a.exr")
    assert read_image(tmp_path / "a.exr", colorspace="ACEScct").colorspace == "ACEScct"


def test_an_unknown_name_of_a_still_is_said(portrait: Path, tmp_path: Path, caplog: Any, landmarker_files: Any) -> None:
    """A Still knob names a file and no colour space, so nobody can be asked."""
    write_image(read_image(portrait), tmp_path / "a.exr")
    told = {"oiio:ColorSpace": Attribute("our_show_log", "string")}
    write_image(with_attributes(read_image(tmp_path / "a.exr"), told), tmp_path / "b.exr")
    assert track_still(str(tmp_path / "b.exr")).track.found
    assert 'b.exr: header states oiio:ColorSpace "our_show_log"' in caplog.text


def test_an_aces_container_is_aces(tmp_path: Path) -> None:
    write_image(image(acesImageContainerFlag=Attribute(1, "int")), tmp_path / "a.exr")
    assert read_image(tmp_path / "a.exr").colorspace == "ACES2065-1"


@pytest.mark.parametrize("names", list(CHROMATICITIES))
def test_known_primaries(names: tuple[str, ...], tmp_path: Path) -> None:
    told = tuple(number + 0.0005 for number in CHROMATICITIES[names])
    write_image(image(chromaticities=Attribute(told, "chromaticities")), tmp_path / "a.exr")
    assert read_image(tmp_path / "a.exr").colorspace == names[0]


def test_primaries_are_those_of_the_configuration() -> None:
    """Each table entry against the matrix of the space it names: what OpenColorIO makes of a primary has its x, y."""
    for names, numbers in CHROMATICITIES.items():
        found = colour.find(*names)
        xyz = np.eye(3, dtype=np.float32)
        processor = colour.config().getProcessor(found, "cie_xyz_d65_interchange").getDefaultCPUProcessor()
        processor.applyRGB(xyz)
        if numbers[6:] != (0.3127, 0.329):
            continue  # adapted to D65, which moves the primaries of other white points; others by 0.0034 at most
        np.testing.assert_allclose(xyz[:, :2] / xyz.sum(1, keepdims=True), np.reshape(numbers[:6], (3, 2)), atol=5e-3)


def test_odd_primaries_are_edited_as_they_are(tmp_path: Path, caplog: Any) -> None:
    told = Attribute((1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3), "chromaticities")
    write_image(image(chromaticities=told), tmp_path / "xyz.exr")
    assert read_image(tmp_path / "xyz.exr").colorspace == "ACEScg"
    assert "xyz.exr: header states chromaticities 1 0 0 1 0 0 0.3333 0.3333" in caplog.text


def png(path: Path, *chunks: tuple[bytes, bytes]) -> Path:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">2I5B", 4, 2, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress((b"\0" + bytes([120] * 12)) * 2)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*each) for each in chunks) + body)
    return path


@pytest.mark.parametrize(
    ("chunk", "space"),
    [
        ((b"sRGB", b"\0"), "sRGB Encoded Rec.709 (sRGB)"),
        ((b"gAMA", struct.pack(">I", 100000)), "Linear Rec.709 (sRGB)"),
        ((b"gAMA", struct.pack(">I", 45455)), "Gamma 2.2 Encoded Rec.709"),
        ((b"cICP", bytes((12, 13, 0, 1))), "sRGB Encoded P3-D65"),
        ((b"cICP", bytes((9, 16, 0, 1))), "Rec.2100-PQ - Display"),
        ((b"cICP", bytes((9, 18, 0, 1))), "Rec.2100-HLG - Display"),
    ],
)
def test_chunks_of_png(chunk: tuple[bytes, bytes], space: str, tmp_path: Path) -> None:
    assert read_image(png(tmp_path / "a.png", chunk)).colorspace == space


def chromaticities(*numbers: float) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(number * 100_000) for number in (0.3127, 0.329, *numbers)))


@pytest.mark.parametrize(
    ("primaries", "space"),
    [
        ((0.64, 0.33, 0.3, 0.6, 0.15, 0.06), "sRGB Encoded Rec.709 (sRGB)"),
        ((0.68, 0.32, 0.265, 0.69, 0.15, 0.06), "sRGB Encoded P3-D65"),
        ((0.64, 0.33, 0.21, 0.71, 0.15, 0.06), "Gamma 2.2 Encoded AdobeRGB"),
        ((0.735, 0.265, 0.274, 0.717, 0.167, 0.009), "sRGB Encoded P3-D65"),  # wide gamut: the closest, said
    ],
)
def test_primaries_of_png(primaries: tuple[float, ...], space: str, tmp_path: Path, caplog: Any) -> None:
    assert read_image(png(tmp_path / "a.png", chromaticities(*primaries))).colorspace == space
    assert ("cHRM chunk is read as" in caplog.text) == (primaries[0] == 0.735)
    whole = png(tmp_path / "b.png", (b"sRGB", b"\0"), chromaticities(*primaries))
    assert read_image(whole).colorspace == "sRGB Encoded Rec.709 (sRGB)", "sRGB goes before cHRM"


def icc(primaries: Any, curve: bytes, name: str, *more: tuple[bytes, bytes]) -> bytes:
    """A profile of three primaries (XYZ, D50) and one curve."""
    numbers = [b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(n * 65536) for n in each)) for each in primaries]
    tags = [(b"desc", b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name.encode() + b"\0" * 79)]
    tags += [*zip((b"rXYZ", b"gXYZ", b"bXYZ"), numbers), *((n, curve) for n in (b"rTRC", b"gTRC", b"bTRC")), *more]
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for tag, data in tags:
        data += b"\0" * (-len(data) % 4)
        table, body = table + tag + struct.pack(">2I", at + len(body), len(data)), body + data
    head = struct.pack(">I4s4B", at + len(body), b"none", 4, 0, 0, 0) + b"mntrRGB XYZ " + b"\0" * 12 + b"acsp"
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


SRGB = ((0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139))
P3 = ((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841))
ADOBE = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
PROPHOTO = ((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249))
GAMMA = b"curv\0\0\0\0" + struct.pack(">IH", 1, 563)
STRAIGHT = b"curv" + b"\0" * 8


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize(
    ("primaries", "curve", "space"),
    [
        (SRGB, GAMMA, "sRGB Encoded Rec.709 (sRGB)"),
        (SRGB, STRAIGHT, "Linear Rec.709 (sRGB)"),
        (P3, GAMMA, "sRGB Encoded P3-D65"),
        (ADOBE, GAMMA, "Gamma 2.2 Encoded AdobeRGB"),
    ],
)
def test_icc_profiles(primaries: Any, curve: bytes, space: str, suffix: str, tmp_path: Path, caplog: Any) -> None:
    profile = np.frombuffer(icc(primaries, curve, "of a phone"), np.uint8)
    told = (oiio.TypeDesc(f"uint8[{len(profile)}]"), profile)
    assert read_image(picture(tmp_path / f"a{suffix}", "uint8", ICCProfile=told)).colorspace == space
    assert not caplog.text


def test_the_closest_to_an_odd_profile_is_taken_and_said(tmp_path: Path, caplog: Any) -> None:
    profile = np.frombuffer(icc(PROPHOTO, GAMMA, "wide"), np.uint8)
    told = (oiio.TypeDesc(f"uint8[{len(profile)}]"), profile)
    read = read_image(picture(tmp_path / "a.tif", "uint8", ICCProfile=told))
    assert f'a.tif: the ICC profile "wide" is read as {read.colorspace} (the closest' in caplog.text


@pytest.mark.parametrize("end", [0, 40, 130, 140, 250])
def test_a_damaged_profile_is_inexact(end: int) -> None:
    assert space_of(icc(P3, GAMMA, "cut")[:end]) == ("srgb_rec709_scene", False)


def test_a_profile_with_code_points_goes_by_them() -> None:
    assert space_of(icc(P3, GAMMA, "HDR", (b"cicp", b"cicp\0\0\0\0" + bytes((9, 16, 0, 1))))) == (
        "pq_rec2020_display", True,
    )  # fmt: skip


def test_a_studio_without_our_names(studio: None, tmp_path: Path, make_plate: Any, caplog: Any) -> None:
    assert (colour.scene_linear(), colour.srgb(), colour.rec709()) == ("working", "screen", "working")
    assert [colour.encoding(name) for name in colour.colorspaces()] == ["scene-linear", "sdr-video", "log", "data"]
    plate = read_image(make_plate(range(1, 2)).replace("####", "0001"))
    assert plate.colorspace == "working"
    assert pixels.display_rgb(plate, plate.main.window).any()
    assert read_image(picture(tmp_path / "a.png", "uint8")).colorspace == "screen"
    assert read_image(dpx(tmp_path / "a.dpx", "Printing density")).colorspace == "film"


def test_what_a_studio_lacks_is_named(studio: None, tmp_path: Path) -> None:
    write_image(image(colorInteropID=Attribute("lin_p3d65_scene", "string"))._replace(colorspace="working"),
                tmp_path / "a.exr")  # fmt: skip
    with pytest.raises(ColourError, match=r'"lin_p3d65_scene", for which .*studio.ocio has no colour space.*working'):
        read_image(tmp_path / "a.exr")


def test_a_role_that_is_a_log_is_not_taken_for_srgb(monkeypatch: Any, tmp_path: Path) -> None:
    lacking = STUDIO.replace("texture_paint: screen, ", "").replace("colorspace: screen", "colorspace: film")
    (tmp_path / "lacking.ocio").write_text(lacking)
    monkeypatch.setenv("OCIO", str(tmp_path / "lacking.ocio"))
    with pytest.raises(ColourError, match=r"lacking.ocio has no colour space for sRGB .*texture_paint"):
        colour.srgb()


def own_names(*names: str) -> str:
    """A configuration of some of OpenColorIO's own spaces, under other names and without their aliases."""
    made = copy.deepcopy(ocio.Config.CreateRaw())
    made.setVersion(2, 0)
    for number, name in enumerate(names):
        theirs = colour.config().getColorSpace(name)
        space = ocio.ColorSpace(name=f"space {number}", encoding=theirs.getEncoding())
        for direction in ocio.ColorSpaceDirection.__members__.values():
            if theirs.getTransform(direction):
                space.setTransform(theirs.getTransform(direction), direction)
        made.addColorSpace(space)
    made.setRole("aces_interchange", "space 0")
    made.setRole("scene_linear", "space 1")
    return made.serialize()


def test_spaces_are_known_by_what_they_compute(monkeypatch: Any, tmp_path: Path) -> None:
    config = own_names("ACES2065-1", "ACEScg", "Linear Rec.709 (sRGB)", "sRGB Encoded Rec.709 (sRGB)")
    (tmp_path / "renamed.ocio").write_text(config)
    monkeypatch.setenv("OCIO", str(tmp_path / "renamed.ocio"))
    assert (colour.rec709(), colour.srgb()) == ("space 2", "space 3")
    assert colour.find("lin_ap0") == "space 0"
    assert colour.find("Rec.2100-PQ - Display") == ""


def test_what_screens_need_is_borrowed(monkeypatch: Any, tmp_path: Path, make_plate: Any) -> None:
    """A studio that works in ACEScg and has no space with the primaries of a screen."""
    plate = read_image(make_plate(range(1, 2)).replace("####", "0001"))
    shown = pixels.display_rgb(plate, plate.main.window)
    network = pixels.network_rgb(pixels.linear_rgb(plate, plate.main.window), plate.colorspace)
    still = read_image(picture(tmp_path / "a.png", "uint8"))
    light = pixels.linear_rgb(still, still.main.window)
    (tmp_path / "aces.ocio").write_text(own_names("ACES2065-1", "ACEScg"))
    monkeypatch.setenv("OCIO", str(tmp_path / "aces.ocio"))
    plate = read_image(plate.path)
    assert plate.colorspace == "space 1"
    assert np.abs(pixels.display_rgb(plate, plate.main.window).astype(int) - shown).max() <= 1
    again = pixels.linear_rgb(plate, plate.main.window)
    np.testing.assert_allclose(pixels.network_rgb(again, plate.colorspace), network, atol=1e-4)
    back = pixels.from_network(network, plate.colorspace)
    np.testing.assert_allclose(back, again, atol=1e-3)
    still = read_image(tmp_path / "a.png")
    np.testing.assert_allclose(pixels.linear_rgb(still, still.main.window), light, atol=1e-5)
    assert read_image(dpx(tmp_path / "a.dpx", "Printing density")).colorspace == "ADX10"


def test_file_rules_go_before_a_doubtful_header(monkeypatch: Any, tmp_path: Path, caplog: Any) -> None:
    config = copy.deepcopy(colour.config())
    rules = config.getFileRules()
    rules.insertRule(0, "scans", "ARRI LogC4", "*", "dpx")
    config.setFileRules(rules)
    (tmp_path / "rules.ocio").write_text(config.serialize())
    monkeypatch.setenv("OCIO", str(tmp_path / "rules.ocio"))
    assert read_image(dpx(tmp_path / "a.dpx", "Logarithmic")).colorspace == "ARRI LogC4"
    assert not caplog.text


def test_the_configuration_of_the_cases(shared: Path, monkeypatch: Any, make_plate: Any) -> None:
    config = shared / "cases" / "nukelike.ocio"
    if not config.is_file():
        pytest.skip("no case nukelike.ocio")
    monkeypatch.setenv("OCIO", str(config))
    plate = read_image(make_plate(range(1, 2)).replace("####", "0001"))
    assert (plate.colorspace, colour.srgb(), colour.rec709()) == ("linear", "sRGB", "linear")
    assert colour.encoding("Cineon") == "log"
    assert pixels.display_rgb(plate, plate.main.window).any()
