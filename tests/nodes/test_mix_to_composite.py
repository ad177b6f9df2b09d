"""From ExpressionMix to MaskComposite: nothing asked is nothing changed, and what is asked stays inside the hull."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.errors import KnobError
from recast_nodes.nodes import Decode, ExpressionMix, MaskComposite, MotionExtract, Warp
from recast_nodes.stages.grid.shapes import fill_polygon
from recast_nodes.wires import Image

from ..performer import motions, plate, track


def render(image: Image, weights: dict[str, object], driven: bool = True, **last: object) -> Image:
    """One frame through the nodes, driven by an open mouth and a smile."""
    seen, (source,) = track(), motions([track()])
    driving = motions([track({25: 0.7, 44: 0.8, 45: 0.8})])[0] if driven else None
    mix = ExpressionMix(5, **weights)
    analysis = mix.analyse({5: mix.observe(driving)})
    motion = mix.process(source, driving, analysis)
    face = Decode(5).process(Warp(5).process(image, seen, motion))
    return MaskComposite(5, **last).process(image, seen, face)


def same(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two arrays have the same bits."""
    return one.view(f"u{one.itemsize}") == other.view(f"u{other.itemsize}")


@pytest.mark.parametrize(
    ("weights", "last"),
    (({}, {}), ({"replace": 1.0}, {"opacity": 0.0}), ({"replace": 1.0, **dict.fromkeys(
        ("brows", "eyes", "gaze", "mouth", "jaw", "cheeks"), 0.0)}, {}), ({"transfer": "expression-and-pose"}, {})),
)  # fmt: skip
def test_nothing_asked_is_the_plate_itself(weights, last):
    image = plate()
    assert render(image, weights, **last) is image


def test_a_lost_driver_leaves_the_plate():
    image, source = plate(), motions([track()])[0]
    mix = ExpressionMix(0, replace=1.0)
    lost = motions([track(state="lost")])[0]
    assert mix.process(source, lost, mix.analyse({0: mix.observe(lost)})) is source
    field = Warp(0).process(image, track(), source)
    assert MaskComposite(0).process(image, track(), Decode(0).process(field)) is image


@pytest.mark.parametrize("kind", (np.float16, np.float32))
def test_only_the_picture_inside_the_hull_changes(kind):
    image = plate(kind=kind)
    image.main.channels["G"][100, 90:110] = np.nan
    result = render(image, {"replace": 1.0})
    inside = fill_polygon(track().hull, (200, 200))[0].numpy() > 0
    for name, plane in image.main.channels.items():
        new = result.main.channels[name]
        kept = same(np.ascontiguousarray(plane), np.ascontiguousarray(new))
        assert new.dtype == plane.dtype
        assert kept[~inside].all()
        assert kept.all() == (name in ("A", "id.Z"))
    bad = ~np.isfinite(image.main.channels["G"])
    assert (np.isfinite(result.main.channels["G"]) == ~bad).all()
    assert result.path == ""
    assert result.main.attributes["recast:model"].value == "mesh"


def test_weights_keyed_from_nothing_grow_continuously():
    image = plate(kind=np.float32)
    frames = [render(image, {"replace": value}).main.channels["G"] for value in (0.0, 0.001, 0.25, 0.251)]
    step = [float(np.abs(after - before).mean()) for before, after in ((frames[0], frames[1]), (frames[2], frames[3]))]
    assert max(step) < 0.006 * float(np.abs(frames[2] - frames[0]).mean())


def test_sliders_work_without_a_driver():
    image = plate()
    assert render(image, {"jaw_open": 0.6}, driven=False) is not image
    assert render(image, {"replace": 1.0}, driven=False) is image


def test_layers_ride_along():
    image = plate()
    layers = ("face", "matte", "stmap", "landmarks", "difference", "folds")
    result = render(image, {"replace": 1.0}, layers=layers)
    still = render(image, {}, layers=layers)
    assert set(result.main.channels) == set(still.main.channels)
    for name in ("R", "G", "B", "A", "id.Z"):
        assert same(still.main.channels[name], image.main.channels[name]).all()
    planes = {name: plane.astype(np.float32) for name, plane in result.main.channels.items()}
    np.testing.assert_allclose(planes["difference.G"], planes["G"] - image.main.channels["G"], atol=2e-3)
    assert planes["matte.A"].max() == 1 and planes["matte.A"][0, 0] == 0
    assert result.main.channels["stmap.U"].dtype == np.float32
    assert still.main.channels["matte.A"].max() == 0


def test_a_matte_can_be_given():
    image, given = plate(), plate()
    given.main.channels["A"][:, :100] = 0
    seen, source = track(), motions([track()])[0]
    motion = ExpressionMix(0, smile=1.0).process(source, None, None)
    face = Decode(0, inner_mouth="plate").process(Warp(0).process(image, seen, motion))
    result = MaskComposite(0, mask="input").process(image, seen, face, given)
    assert same(result.main.channels["R"], image.main.channels["R"])[:, :100].all()
    assert not same(result.main.channels["R"], image.main.channels["R"])[:, 100:].all()
    with pytest.raises(KnobError, match="matte"):
        MaskComposite(0, mask="input").process(image, seen, face)


def test_motion_extract_reads_no_pixels_for_the_mesh():
    node = MotionExtract(0)
    assert node.used_inputs() == ("track",)
    analysis = node.analyse({0: track()})
    assert node.process(None, track(), analysis).model == "mesh"
    assert [finding.entry for finding in MotionExtract.check([MotionExtract(0, model="performrecast")])] == ["model"]


def test_hold_needs_its_inputs():
    image, seen, source = plate(), track(), motions([track()])[0]
    motion = ExpressionMix(0, jaw_open=1.0).process(source, None, None)
    field = Warp(0).process(image, seen, motion)
    with pytest.raises(KnobError, match="plate"):
        Decode(0, inner_mouth="hold").process(field)
    held = Decode(0, inner_mouth="hold", mouth_frame=3)
    assert list(held.frames(0, "plate")) == [3]
    open_mouth = track({25: 0.9})
    face = held.process(field, plate={3: image}, plate_track={3: open_mouth})
    assert bool(torch.isfinite(face.pixels).all())
