"""Blinks of a shot: none, the plate's, the driver's, through ExpressionMix."""

from __future__ import annotations

import torch

from recast_nodes.nodes import ExpressionMix
from recast_nodes.stages.features.eyelids import lid_gaps
from recast_nodes.wires import Motion

from ..performer import motions, track

FRAMES, PLATES, DRIVERS = range(24), (8, 9, 10), (16, 17)
_BLINK = {9: 0.95, 10: 0.95}


def acted(blinks: tuple[int, ...], **more: float) -> list[Motion]:
    extra = {int(name[1:]): value for name, value in more.items()}
    return motions([track({**extra, **(_BLINK if frame in blinks else {})}) for frame in FRAMES])


def shot(whose: str, **knobs: float) -> list[Motion]:
    plate, driver = acted(PLATES), acted(DRIVERS, c44=0.6, c45=0.6)
    mix = ExpressionMix(0, blinks=whose, smooth="off", calibrate=0.0, **knobs)
    analysis = mix.analyse({frame: mix.observe(driver[frame], plate[frame]) for frame in FRAMES})
    return [mix.at_frame(frame).process(plate[frame], driver[frame], analysis) for frame in FRAMES]


def shut(result: list[Motion]) -> set[int]:
    """Frames in which eyes are less than half open."""
    gaps = torch.stack([lid_gaps(each.canonical + each.expression).mean() for each in result])
    return {frame for frame, gap in zip(FRAMES, gaps) if gap < 0.5 * gaps.max()}


def test_whose_blinks_a_replaced_performance_has():
    replaced = {"replace": 1.0, "likeness": 0.0}
    assert shut(shot("edited", **replaced)) == set(DRIVERS)
    assert shut(shot("none", **replaced)) == set()
    assert shut(shot("plate", **replaced)) == set(PLATES)
    assert shut(shot("driver", **replaced)) == set(DRIVERS)


def test_whose_blinks_a_plate_has_without_an_edit():
    assert shut(shot("none")) == set()
    assert shut(shot("driver")) == set(DRIVERS)
    plate = acted(PLATES)
    for whose in ("edited", "plate"):
        assert all(torch.equal(one.expression, other.expression) for one, other in zip(shot(whose), plate))


def test_frames_without_a_blink_are_the_plates_own():
    result, plate = shot("none"), acted(PLATES)
    for frame in FRAMES:
        assert result[frame].edited == (frame in PLATES)
        assert frame in PLATES or torch.equal(result[frame].expression, plate[frame].expression)


def test_blinks_by_key_are_left():
    assert shut(shot("none", blink_left=1.0, blink_right=1.0)) == set() and all(
        (lid_gaps(each.canonical + each.expression) < 0.03).all()
        for each in shot("none", blink_left=1.0, blink_right=1.0)
    )


def test_the_plate_is_looked_at_everywhere_where_its_blinks_are_asked_for():
    span = range(1, 101)
    looked = {whose: ExpressionMix(1, blinks=whose).looks_at(2, span, ()) for whose in ("edited", "none")}
    assert looked == {"edited": ("driving",), "none": ("driving", "source")}
    assert ExpressionMix(1).looks_at(2, span, ("blinks",)) == ("driving", "source")
    assert "image" in ExpressionMix(1).looks_at(1, span, ("blinks",)), "whose header says the frame rate"


def test_whose_blinks_can_be_keyed():
    plate, driver = acted(PLATES), acted(DRIVERS, c44=0.6, c45=0.6)
    mix = ExpressionMix(0, smooth="off", calibrate=0.0, replace=1.0, likeness=0.0)
    analysis = mix.analyse({frame: mix.observe(driver[frame], plate[frame]) for frame in FRAMES})

    def at(frame: int, whose: str) -> Motion:
        moment = ExpressionMix(frame, blinks=whose, smooth="off", calibrate=0.0, replace=1.0, likeness=0.0)
        return moment.process(plate[frame], driver[frame], analysis)

    result = [at(frame, "plate" if frame < 12 else "none") for frame in FRAMES]
    assert shut(result) == set(PLATES)
    edited = [at(frame, "edited").expression for frame in FRAMES]
    assert all(
        torch.equal(one, other.expression) for one, other in zip(edited, shot("edited", replace=1.0, likeness=0.0))
    )
