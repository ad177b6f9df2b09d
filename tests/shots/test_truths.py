"""What must be true of every rendered shot, from EXR to EXR on a real face."""

from __future__ import annotations

import filecmp
from dataclasses import replace

import cv2
import numpy as np
import pytest

from recast_nodes.curves import Curve, Key
from recast_nodes.graph.evaluate import Evaluator
from recast_nodes.graph.graph import Placed
from recast_nodes.nodes import NODES

from .conftest import FRAMES, KNOWN
from .footage import bits, read_exr

MIDDLE = 1005


def difference(shot, frame: int) -> np.ndarray:
    """(H, W) largest change of the picture's channels."""
    before, after = read_exr(shot.plate, frame)[0], read_exr(shot.result, frame)[0]
    return np.abs(after[..., :3].astype(np.float32) - before[..., :3].astype(np.float32)).max(-1)


def hull_mask(graph, frame: int, grow: float) -> np.ndarray:
    """(H, W) inside the boundary hull, grown by some pixels."""
    evaluator = Evaluator(graph, FRAMES, shared_analyses=KNOWN)
    evaluator.prepare("FaceTrack")
    hull = evaluator.pull("FaceTrack", frame).hull.numpy()
    mask = np.zeros(read_exr(graph.nodes["Plate"].constants["file"], frame)[0].shape[:2], np.uint8)
    middle = hull.mean(0)
    outward = hull - middle
    grown = hull + outward / np.linalg.norm(outward, axis=1, keepdims=True) * grow
    cv2.fillPoly(mask, [np.round(grown).astype(np.int32)], 1)
    return mask > 0


def test_zero_weights_return_the_plates_own_files(shot):
    shot.render(shot.graph(ExpressionMix__replace=0.0))
    for frame in FRAMES:
        source, result = (pattern.replace("####", str(frame)) for pattern in (shot.plate, shot.result))
        assert filecmp.cmp(source, result, shallow=False)


def test_zero_weights_written_anew_are_the_plate_bit_for_bit(shot):
    shot.render(shot.graph(ExpressionMix__replace=0.0, Write__compression="piz"))
    for frame in FRAMES:
        (before, names, header), (after, kept, told) = read_exr(shot.plate, frame), read_exr(shot.result, frame)
        assert names == kept and np.array_equal(bits(before), bits(after))
        assert told["studio/shot"] == header["studio/shot"] and "recast:model" not in told


def test_zero_opacity_is_the_plate(shot):
    shot.render(shot.graph(MaskComposite__opacity=0.0), range(MIDDLE, MIDDLE + 1))
    assert np.array_equal(bits(read_exr(shot.plate, MIDDLE)[0]), bits(read_exr(shot.result, MIDDLE)[0]))


def test_an_edit_changes_the_face_and_nothing_else(shot):
    graph = shot.graph()
    assert not shot.render(graph).failed
    for frame in FRAMES:
        (before, names, _), (after, kept, header) = read_exr(shot.plate, frame), read_exr(shot.result, frame)
        inside = hull_mask(graph, frame, grow=1.5)
        assert names == kept
        assert np.array_equal(bits(before[~inside]), bits(after[~inside])), "outside the hull every bit stays"
        assert np.array_equal(bits(before[..., 3:]), bits(after[..., 3:])), "other channels stay"
        assert header["studio/shot"] == "sh010"
    assert max(difference(shot, frame).max() for frame in FRAMES) > 0.05, "the expression changed"


def test_trials_change_what_is_asked_for_and_only_where_they_count(shot):
    made = []
    for amount in (0.0, 1.0):
        shot.render(shot.graph(ExpressionMix__calibrate=amount), range(MIDDLE, MIDDLE + 1))
        made.append(read_exr(shot.result, MIDDLE)[0])
    inside = hull_mask(shot.graph(), MIDDLE, grow=1.5)
    changed = (bits(made[0]) != bits(made[1])).any(-1)
    assert changed[inside].mean() > 0.05 and not changed[~inside].any()


def test_an_edited_frame_says_so(shot):
    shot.render(shot.graph(), range(MIDDLE, MIDDLE + 1))
    header = read_exr(shot.result, MIDDLE)[2]
    assert header["recast:model"] == "mesh" and header["recast:weights"] and len(header["recast:shot"]) == 64
    assert header["Iptc4xmpExt:DigitalSourceType"].startswith("http://cv.iptc.org/newscodes/digitalsourcetype/")


def test_keyed_weights_ease_in_and_out_and_end_at_the_plate(shot):
    keys = Curve([Key(FRAMES[0], 0, "smooth"), Key(MIDDLE, 1, "smooth"), Key(FRAMES[-1], 0)])
    still = Curve([Key(FRAMES[0], 40.0)])  # one expression of the driver, held: what changes is the weight alone
    shot.render(shot.graph(ExpressionMix__replace=keys, Driving__time=still))
    change = [difference(shot, frame).mean() for frame in FRAMES]
    assert change[0] == 0 and change[-1] == 0
    assert np.argmax(change) == FRAMES.index(MIDDLE)
    assert np.diff(change[: FRAMES.index(MIDDLE) + 1]).min() > 0 > np.diff(change[FRAMES.index(MIDDLE) :]).max()


def test_small_weights_make_small_changes(shot):
    moved = []
    for weight in (0.02, 0.5, 1.0):
        shot.render(shot.graph(ExpressionMix__replace=weight), range(MIDDLE, MIDDLE + 1))
        moved.append(difference(shot, MIDDLE).mean())
    assert 0 < moved[0] < 0.2 * moved[2] and moved[0] < moved[1] < moved[2]


def test_any_frames_by_any_number_of_workers_come_out_the_same(shot, tmp_path):
    shot.render(shot.graph(), workers=1, shared_analyses={})
    again = shot._replace(folder=tmp_path / "again")
    again.render(again.graph(), range(1003, 1008, 2), workers=3, shared_analyses={})
    for frame in range(1003, 1008, 2):
        assert np.array_equal(bits(read_exr(shot.result, frame)[0]), bits(read_exr(again.result, frame)[0]))


@pytest.mark.parametrize("mode", ["enhance", "animate"])
def test_other_modes_edit_too(shot, mode):
    assert not shot.render(shot.graph(mode), range(MIDDLE, MIDDLE + 1)).failed
    assert difference(shot, MIDDLE).max() > 0.01


def test_layers_ride_along(shot):
    names = ("face", "matte", "stmap", "landmarks", "difference", "folds")
    shot.render(shot.graph(MaskComposite__layers=names), range(MIDDLE, MIDDLE + 1))
    pixels, channels, _ = read_exr(shot.result, MIDDLE)
    assert {channel.split(".")[0] for channel in channels} >= set(names)
    matte = pixels[..., next(index for index, name in enumerate(channels) if name.startswith("matte"))]
    assert matte.min() == 0 and 0.9 < matte.max() <= 1


def test_the_disk_cache_gives_the_same_pixels(shot, tmp_path):
    from recast_nodes.graph.cache import DiskCache, MemoryCache
    from recast_nodes.media.exr.forms import read_form, write_form

    cache = DiskCache(tmp_path / "cache", write_form, read_form)
    one = range(MIDDLE, MIDDLE + 1)
    shot.render(shot.graph(), one)
    plain = read_exr(shot.result, MIDDLE)[0]
    for _ in range(2):  # filling, then reading
        outcome = shot.render(shot.graph(), one, disk=cache, memory=MemoryCache(0), shared_analyses={})
        assert not outcome.failed and np.array_equal(bits(plain), bits(read_exr(shot.result, MIDDLE)[0]))
    assert len(list((tmp_path / "cache").rglob("*.exr"))) >= 5


@pytest.mark.parametrize(
    ("stage", "wire"),
    [("FaceTrack", "track"), ("ExpressionMix", "motion"), ("Warp", "warp field"), ("Decode", "face")],
)
def test_any_stage_can_be_written_and_fed_back(shot, tmp_path, stage, wire):
    one = range(MIDDLE, MIDDLE + 1)
    graph = shot.graph()
    shot.render(graph, one)
    form, again = str(tmp_path / "form.####.exr"), str(tmp_path / "again.####.exr")
    shot.render(rewired(graph, "Write", image=stage).with_knob("Write", "file", form))
    read = Placed("Form", NODES["Read"]).with_knob("file", form).with_knob("wire", wire)
    graph = replace(graph, nodes={**graph.nodes, "Form": read})
    for name, placed in graph.nodes.items():
        graph = rewired(graph, name, **{entry: "Form" for entry, source in placed.wires.items() if source == stage})
    shot.render(graph.with_knob("Write", "file", again), one)
    first, second = read_exr(shot.result, MIDDLE)[0], read_exr(again, MIDDLE)[0]
    assert np.array_equal(bits(first), bits(second))
    assert not np.array_equal(bits(second), bits(read_exr(shot.plate, MIDDLE)[0]))


def rewired(graph, name, **wires):
    placed = graph.nodes[name]
    return replace(graph, nodes={**graph.nodes, name: replace(placed, wires={**placed.wires, **wires})})
