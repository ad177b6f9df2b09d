"""EXR forms come back to the bit, and other files are told apart."""

from __future__ import annotations

import dataclasses
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from recast_nodes.errors import MediaError
from recast_nodes.face.regions import REGIONS
from recast_nodes.media.exr import forms
from recast_nodes.media.exr.form_fields import FORMS
from recast_nodes.media.exr.form_parts import VERSION_NAME, parts_of, stmap
from recast_nodes.media.exr.read import read_exr
from recast_nodes.media.exr.write import write_exr
from recast_nodes.wires import (
    Attribute,
    Computing,
    Face,
    Faces,
    HeadParameters,
    Motion,
    Shading,
    SkinTexture,
    Track,
    WarpField,
    Window,
)

ODD = [float("nan"), float("inf"), float("-inf"), -0.0, 1e-42, 3.4e38]


def odd(*shape: int, seed: int = 0) -> Tensor:
    """Noise with every kind of float strewn in."""
    values = np.random.default_rng(seed).normal(size=shape).astype(np.float32).ravel()
    values[: len(ODD)] = ODD[: len(values)]
    return torch.from_numpy(values.reshape(shape))


def examples() -> list[Any]:
    window = Window(-7, 5, 9, 4)
    turn = torch.eye(3)
    shift = torch.tensor([[1.0, 0, 7], [0, 1, -5], [0, 0, 1]])
    return [
        Faces(odd(2, 478, 3), odd(2, 52), odd(2), odd(5)),
        Faces(torch.zeros(0, 478, 3), torch.zeros(0, 52), torch.zeros(0), None),
        Track(odd(478, 3), odd(52), odd(3, 3), odd(23, 2), 0.1, "tracked", 1 / 3),
        Track(torch.zeros(0, 3), torch.full((52,), torch.nan), turn, torch.zeros(0, 2), 0.0, "lost"),
        Motion("mesh", odd(49, 3), odd(49, 3), turn, odd(1), odd(3), odd(49, 3), odd(52), "held", True),
        Motion("liveportrait", odd(21, 3), odd(21, 3), odd(3, 3), odd(3), odd(3), odd(21, 3), odd(52), "lost", False),
        WarpField(
            "mesh", window, odd(2, 4, 9), odd(1, 4, 9), odd(3, 4, 9), odd(3, 4, 9), odd(49, 3), odd(49, 3), False
        ),
        WarpField("mesh", Window(3, 4, 0, 0), *(torch.zeros(c, 0, 0) for c in (2, 1, 3, 3)), odd(1, 3), odd(1, 3)),
        Motion(
            "performrecast",
            *(odd(49, 3),) * 2,
            odd(3, 3),
            odd(3),
            odd(3),
            odd(49, 3),
            odd(52),
            "tracked",
            True,
            odd(49, len(REGIONS)),
            odd(3),
            True,
        ),
        WarpField(
            "liveportrait",
            window,
            odd(2, 4, 9),
            odd(1, 4, 9),
            odd(3, 4, 9),
            odd(3, 4, 9),
            odd(21, 3),
            odd(21, 3),
            True,
            odd(256, 64, 64),
            odd(3, 3),
            "ACEScg",
            Computing("cuda", "bfloat16", True),
            odd(4, 4, 9),
        ),
        Face(odd(3, 4, 9), odd(1, 4, 9), shift, odd(2, 4, 9), odd(1, 4, 9), odd(49, 3), "mini"),
        Face(odd(3, 5, 5), odd(1, 5, 5), odd(3, 3), odd(2, 5, 5), odd(1, 5, 5), odd(49, 3), "mini", False),
        Faces(odd(2, 478, 3), odd(2, 52), odd(2), odd(5), odd(2, 203, 2)),
        Faces(torch.zeros(0, 478, 3), torch.zeros(0, 52), torch.zeros(0), None, torch.zeros(0, 203, 2)),
        Track(odd(478, 3), odd(52), odd(3, 3), odd(23, 2), 0.1, "held", 1.0, odd(203, 2)),
        Track(odd(478, 3), odd(52), odd(3, 3), odd(23, 2), 0.1, "tracked", head=head(1)),
        Faces(odd(2, 478, 3), odd(2, 52), odd(2), None, None, head(2)),
        Faces(torch.zeros(0, 478, 3), torch.zeros(0, 52), torch.zeros(0), None, None, head(0)),
        Faces(odd(2, 478, 3), odd(2, 52), odd(2), skin=SkinTexture(odd(2, 7, 5).half(), odd(4, 4, 3).half())),
        Track(odd(478, 3), odd(52), odd(3, 3), odd(23, 2), 0.1, "tracked", rest=odd(3, 7, 5)),
        Motion(
            "mesh", *(odd(49, 3),) * 2, turn, odd(1), odd(3), odd(49, 3), odd(52), "held", folds=odd(2, len(REGIONS))
        ),
        WarpField(
            "mesh",
            window,
            *(odd(planes, 4, 9) for planes in (2, 1, 3, 3)),
            *(odd(49, 3),) * 2,
            shading=Shading(odd(3, 7, 5), odd(2, len(REGIONS))),
            folds=odd(1, 7, 5),
        ),
        Face(odd(3, 4, 9), odd(1, 4, 9), shift, odd(2, 4, 9), odd(1, 4, 9), odd(49, 3), "mini", folds=odd(3, 4, 9)),
    ]


def head(faces: int) -> HeadParameters:
    return HeadParameters("toy 1.0", odd(faces, 100), odd(faces, 50), odd(faces, 9))


def test_a_form_of_before_a_field_was_there_reads_with_its_default(tmp_path: Path) -> None:
    motion = Motion(
        "mesh", *(torch.zeros(3, 3),) * 3, torch.ones(1), torch.zeros(3), torch.zeros(3, 3), odd(52), "held"
    )
    forms.write_form(motion, tmp_path / "motion.exr")
    read = forms.read_form(tmp_path / "motion.exr")
    assert read.regions is None and read.openings is None and not read.edited


def test_glasses_of_forms_that_called_them_worn_are_read(tmp_path: Path) -> None:
    """The file was written when the field was WarpField.worn, with the channels worn.R to worn.A."""
    earlier = Path(__file__).with_name("warp_field_worn.exr")
    assert b"worn.A" in earlier.read_bytes()
    field = forms.read_form(earlier)
    assert torch.equal(field.glasses, torch.arange(8.0).reshape(4, 1, 2) / 7)
    forms.write_form(field, tmp_path / "now.exr")
    assert b"worn" not in (tmp_path / "now.exr").read_bytes()
    assert all(map(same, forms.read_form(tmp_path / "now.exr"), field))


@pytest.mark.parametrize("value", (examples()[0], examples()[2], examples()[4]), ids=lambda value: type(value).__name__)
def test_forms_of_before_the_published_crop_are_read(value: Any, tmp_path: Path) -> None:
    parts = parts_of(value)
    attributes = {name: told for name, told in parts[0].attributes.items() if name != "recast:published"}
    write_exr(tmp_path / "old.exr", [dataclasses.replace(parts[0], attributes=attributes), *parts[1:]])
    assert forms.read_form(tmp_path / "old.exr").published in (None, False)


def same(one: Any, other: Any) -> bool:
    """Equal to the bit, NaN payloads and the sign of zero included."""
    if isinstance(one, Tensor):
        return (one.dtype, one.shape) == (other.dtype, other.shape) and one.numpy().tobytes() == other.numpy().tobytes()
    if isinstance(one, (HeadParameters, Shading, SkinTexture)):
        return type(other) is type(one) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("value", examples(), ids=lambda value: type(value).__name__)
def test_a_form_comes_back_to_the_bit(value: Any, tmp_path: Path) -> None:
    forms.write_form(value, tmp_path / "form.exr")
    back = forms.read_form(tmp_path / "form.exr")
    assert type(back) is type(value)
    for name in value._fields:
        assert same(getattr(value, name), getattr(back, name)), name
    assert [path.name for path in tmp_path.iterdir()] == ["form.exr"]


@pytest.mark.parametrize("kind", FORMS)
def test_every_field_is_declared(kind: Any) -> None:
    assert set(FORMS[kind]) == set(kind._fields)


@given(st.integers(0, 4), st.integers(1, 60), st.lists(st.floats(width=32), min_size=3, max_size=3))
def test_any_number_of_faces(faces: int, points: int, values: list[float]) -> None:
    parts = parts_of(Faces(torch.full((faces, points, 3), values[0]), torch.full((faces, 52), values[1]), odd(faces)))
    assert len(parts) == (3 if faces else 1)
    for part in parts[1:]:
        assert part.window.height == faces


def test_a_shifted_crop_lies_where_it_belongs_in_the_plate() -> None:
    face = next(value for value in examples() if isinstance(value, Face))
    assert parts_of(face)[0].window == Window(-7, 5, 9, 4)


def test_a_still_stmap_is_the_identity() -> None:
    still = stmap(np.zeros((2, 4), np.float32), np.zeros((2, 4), np.float32))
    np.testing.assert_allclose(still["stmap.R"][0], [0.125, 0.375, 0.625, 0.875])
    np.testing.assert_allclose(still["stmap.G"][:, 0], [0.75, 0.25])


def test_matrices_are_typed_header_attributes(tmp_path: Path) -> None:
    forms.write_form(examples()[4], tmp_path / "motion.exr")
    attributes = read_exr(tmp_path / "motion.exr")[0].attributes
    assert attributes["recast:rotation"].type == "m33f"
    assert attributes["recast:rotation"].value == (1, 0, 0, 0, 1, 0, 0, 0, 1)
    assert attributes["recast:state"].value == "held"


def test_a_picture_is_no_form(make_plate: Any) -> None:
    path = make_plate(range(1, 2)).replace("####", "0001")
    with pytest.raises(MediaError, match="it is a picture, not one of Faces, Track"):
        forms.read_form(path)


def test_another_version_is_refused(tmp_path: Path) -> None:
    parts = parts_of(examples()[2])
    parts[0].attributes[VERSION_NAME] = Attribute(99, "int")  # type: ignore[index]
    write_exr(tmp_path / "new.exr", parts)
    with pytest.raises(MediaError, match="version 99; this program reads 1"):
        forms.read_form(tmp_path / "new.exr")


def test_a_damaged_form_says_so(tmp_path: Path) -> None:
    parts = parts_of(examples()[4])
    write_exr(tmp_path / "lacking.exr", [part for part in parts if part.name != "canonical"])
    with pytest.raises(MediaError, match="this Motion is damaged"):
        forms.read_form(tmp_path / "lacking.exr")


def test_signalling_nan_survives_as_pixels(tmp_path: Path) -> None:
    track = examples()[2]
    track.landmarks[0, 0] = torch.from_numpy(np.frombuffer(struct.pack("<I", 0x7FA00001), np.float32).copy())[0]
    forms.write_form(track, tmp_path / "form.exr")
    assert same(forms.read_form(tmp_path / "form.exr").landmarks, track.landmarks)
