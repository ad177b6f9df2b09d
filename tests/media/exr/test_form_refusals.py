"""Whatever is written reads back identical, or is refused with the field and the file; on every wire."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from recast_nodes.errors import MediaError
from recast_nodes.face.regions import REGIONS
from recast_nodes.media.exr import forms
from recast_nodes.media.exr.form_fields import FORMS, Columns, HeaderValue
from recast_nodes.media.exr.form_parts import parts_of
from recast_nodes.media.exr.form_values import same
from recast_nodes.media.exr.write import write_exr
from recast_nodes.wires import Computing, Motion, Part, Window

from .test_forms import examples

EXAMPLES = {type(value): value for value in examples()}  # the last of each wire
MOTION = next(value for value in examples() if isinstance(value, Motion) and value.regions is not None)
DTYPES = (torch.float32, torch.float32, torch.float32, torch.float64, torch.float16, torch.int32, torch.bool)
# Bit patterns, so that every float is among them: NaN with any payload, both zeros, denormals.
BITS = st.integers(0, 2**32 - 1)


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    bits = np.array(draw(st.lists(BITS, min_size=4, max_size=4)), np.uint32)
    values = np.resize(bits, int(np.prod(shape))).view(np.float32).reshape(shape)
    kind = draw(st.sampled_from(DTYPES))
    tensor = torch.from_numpy(values.copy())
    return tensor if kind == torch.float32 else torch.nan_to_num(tensor).clamp(-9, 9).to(kind)


ANYTHING = st.one_of(
    tensors(),
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.text(max_size=9),
    st.text(st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF), max_size=3),  # bytes of names that are no text
    st.binary(max_size=9),
    st.builds(Window, *(st.integers(-(2**33), 2**33),) * 4),
    st.builds(Computing, st.text(max_size=4), st.text(max_size=4), st.booleans()),
)


def read_again(value: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        forms.write_form(value, Path(folder) / "form.exr")
        return forms.read_form(Path(folder) / "form.exr")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(list(EXAMPLES)), st.data())
def test_what_is_written_reads_back_or_is_refused(kind: type[Any], data: st.DataObject) -> None:
    """Any value in any field of any wire."""
    name = data.draw(st.sampled_from(kind._fields))
    value = EXAMPLES[kind]._replace(**{name: data.draw(ANYTHING)})
    try:
        read = read_again(value)
    except MediaError as problem:
        assert f"{kind.__name__}." in str(problem) and "form.exr" in str(problem)
        return
    for each in kind._fields:
        assert same(getattr(value, each), getattr(read, each)), each


@pytest.mark.parametrize("kind", FORMS)
def test_a_tensor_with_a_row_and_a_column_more_is_refused_or_kept(kind: Any) -> None:
    """A seventh region was dropped in silence, and the file called damaged."""
    for name, item in EXAMPLES[kind]._asdict().items():
        if isinstance(item, Tensor) and item.ndim > 1:
            wider = EXAMPLES[kind]._replace(**{name: torch.cat([item, item[..., :1]], -1)})
            try:
                assert same(getattr(read_again(wider), name), getattr(wider, name))
            except MediaError as problem:
                assert f"{kind.__name__}." in str(problem)


def test_a_refusal_names_file_and_field_and_leaves_nothing(tmp_path: Path) -> None:
    motion = EXAMPLES[Motion]
    wide = motion._replace(regions=torch.zeros(49, len(REGIONS) + 1))
    with pytest.raises(MediaError, match=r"motion\.exr: Motion\.regions .*its shape is \(49, .*brows, eyes, gaze"):
        forms.write_form(wide, tmp_path / "motion.exr")
    with pytest.raises(MediaError, match=r"Motion\.coefficients .*float64"):
        forms.write_form(motion._replace(coefficients=torch.zeros(52).double()), tmp_path / "motion.exr")
    with pytest.raises(MediaError, match=r"Motion\.state .*it is None"):
        forms.write_form(motion._replace(state=None), tmp_path / "motion.exr")
    with pytest.raises(MediaError, match="A Window has no EXR form"):
        forms.write_form(Window(0, 0, 1, 1), tmp_path / "motion.exr")
    assert not list(tmp_path.iterdir())


def test_what_is_larger_than_is_read_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECAST_IMAGE_SIDE", "40")
    with pytest.raises(MediaError, match=r"motion\.exr: 49 pixels on a side exceed the limit of 40"):
        forms.write_form(EXAMPLES[Motion], tmp_path / "motion.exr")
    assert not list(tmp_path.iterdir())


def with_regions(path: Path, change: Any) -> None:
    """A motion's form with other columns of regions than this program has."""
    parts = parts_of(MOTION)
    columns = next(part for part in parts if part.name == "regions")
    planes = change(dict(columns.channels))
    first = parts[0]
    shapes = first.attributes["recast:shapes"]
    text = tuple(f"regions 49x{len(planes)}" if word.startswith("regions") else word for word in shapes.value)
    first = dataclasses.replace(
        first, attributes={**first.attributes, "recast:shapes": dataclasses.replace(shapes, value=text)}
    )
    others = [part for part in parts[1:] if part is not columns]
    write_exr(path, [first, Part("regions", planes, columns.window, columns.display, columns.attributes), *others])


def test_a_region_that_a_file_lacks_reads_as_nothing(tmp_path: Path) -> None:
    """It was written before the region was declared."""
    with_regions(tmp_path / "old.exr", lambda planes: {name: planes[name] for name in planes if name != "jaw"})
    regions = forms.read_form(tmp_path / "old.exr").regions
    how = FORMS[Motion]["regions"]
    assert isinstance(how, Columns)
    jaw = how.channels.index("jaw")
    assert regions.shape == MOTION.regions.shape and not bool(regions[:, jaw].any())
    others = [column for column in range(len(how.channels)) if column != jaw]
    assert same(regions[:, others], MOTION.regions[:, others])


def test_a_region_that_only_the_file_has_is_no_silent_loss(tmp_path: Path) -> None:
    with_regions(tmp_path / "new.exr", lambda planes: planes | {"ears": planes["jaw"]})
    with pytest.raises(MediaError, match="regions: this program has no ears"):
        forms.read_form(tmp_path / "new.exr")


def test_every_header_field_says_its_type() -> None:
    assert all(how.type for fields in FORMS.values() for how in fields.values() if isinstance(how, HeaderValue))
