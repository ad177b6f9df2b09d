"""Jitter goes, acting stays, and nothing lags."""

from __future__ import annotations

from itertools import islice

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recast_nodes.stages.track.smoothing import _reaches, jitter, settle, steady

NOISE = torch.tensor([0.2])


def noisy(signal: torch.Tensor, seed: int = 0) -> torch.Tensor:
    """(T, 40, 1) forty noisy readings of a signal (T,)."""
    generator = torch.Generator().manual_seed(seed)
    return signal[:, None, None] + 0.2 * torch.randn(len(signal), 40, 1, generator=generator)


def test_jitter_of_a_still_face_drops_to_less_than_half():
    still = noisy(torch.zeros(100))
    assert steady(still, 2.0, NOISE)[8:-8].std() < 0.5 * still.std()


def test_even_motion_is_kept_exactly():
    moving = torch.linspace(0, 300, 60)[:, None, None].expand(60, 3, 2)
    torch.testing.assert_close(steady(moving, 3.0, NOISE), moving)


def test_a_step_is_neither_delayed_nor_softened():
    step = torch.where(torch.arange(60) < 30, 0.0, 10.0)
    result = steady(noisy(step), 2.0, NOISE).mean(1)[:, 0]
    assert (result[:30].abs() < 0.3).all()
    assert ((result[30:] - 10).abs() < 0.3).all()


def test_a_blink_of_three_frames_keeps_its_depth_and_its_frame():
    blink = torch.zeros(60)
    blink[28:31] = torch.tensor([4.0, 8.0, 5.0])
    result = steady(noisy(blink), 2.0, NOISE).mean(1)[:, 0]
    assert result.argmax() == 29
    assert result.max() > 7.7


@given(st.integers(1, 30), st.floats(0.5, 6), st.integers(0, 100))
def test_reversed_time_gives_the_reversed_result(length, frames, seed):
    values = torch.randn(length, 3, 2, generator=torch.Generator().manual_seed(seed))
    forward, back = steady(values, frames, NOISE), steady(values.flip(0), frames, NOISE).flip(0)
    torch.testing.assert_close(forward, back, atol=1e-5, rtol=1e-5)


def test_zero_frames_change_nothing():
    values = noisy(torch.zeros(10))
    assert torch.equal(steady(values, 0.0, NOISE), values)


@pytest.mark.parametrize("frames", [1e-6, 0.009])
def test_hardly_any_frames_change_nothing(frames):
    values = noisy(torch.zeros(10))
    assert torch.equal(steady(values, frames, NOISE), values) and torch.equal(
        settle(values[..., 0], frames), values[..., 0]
    )


def test_a_second_to_either_side_is_looked_at():
    """With a `steady` of 2: half a second leaves 0.24 of the jitter, and two seconds 0.18."""
    still = noisy(torch.zeros(200))
    assert 0.19 < steady(still, 2.0, NOISE)[60:-60].std() / 0.2 < 0.21


def test_stretches_are_longer_and_longer():
    assert list(islice(_reaches(24), 20)) == [1, 2, 3, 5, 7, 10, 14, 20, 24]


def test_measured_jitter_is_the_noise_and_not_the_motion():
    moving = noisy(torch.linspace(0, 500, 400))
    assert jitter(moving).median().item() == pytest.approx(0.2, rel=0.1)


@given(st.integers(1, 40), st.floats(0, 20))
def test_settle_keeps_even_motion_to_both_ends(length, frames):
    values = torch.linspace(-3, 8, length, dtype=torch.float64)[:, None]
    torch.testing.assert_close(settle(values, frames), values)


def test_settle_takes_shaking_off():
    values = noisy(torch.zeros(200))[:, :, 0]
    assert settle(values, 3.0)[10:-10].std() < 0.35 * values.std()


def test_a_face_that_holds_still_stands_still():
    """A frame's step to the next is what flickers: the line that is left over a second is a drift nobody sees."""
    still = noisy(torch.zeros(24))
    steps = steady(still, 2.0, NOISE).diff(dim=0).abs().mean() / still.diff(dim=0).abs().mean()
    assert steps < 0.1


@pytest.mark.parametrize("acted", [10.0, -10.0])
def test_what_holds_still_before_and_after_a_blink_stands_still_too(acted):
    lids = torch.zeros(80)
    lids[38:43] = acted * torch.tensor([0.4, 0.9, 1.0, 0.7, 0.3])
    result = steady(noisy(lids), 2.0, NOISE)
    assert result[:30].diff(dim=0).abs().mean() < 0.1 * 0.2
    assert (result[:38].abs().mean(1) < 0.2).all() and (result[43:].abs().mean(1) < 0.2).all()


def test_speech_keeps_its_extent_and_its_frames():
    """Lips that open and shut four times a second, at 24 frames a second, a hundredth of the face to either side."""
    speech = 12 * 0.2 * torch.sin(torch.arange(96) * (2 * torch.pi / 6))
    result = steady(noisy(speech), 2.0, NOISE).mean(1)[:, 0]
    along = (result * speech).sum() / speech.square().sum()
    assert along > 0.93
    for late in (-1, 1):
        assert (result.roll(late) * speech).sum() < (result * speech).sum()


def test_what_one_point_acts_is_not_lost_on_the_next():
    lids = noisy(torch.zeros(40))
    lids[20, 0] += 10.0
    result = steady(lids, 2.0, NOISE)
    assert result[20, 0] > 9.0 and result[20, 1:].abs().max() < 0.4


def test_points_are_taken_a_few_at_a_time_with_the_same_result():
    values = torch.randn(20, 150, 2, generator=torch.Generator().manual_seed(3))
    together = steady(values, 2.0, torch.tensor(1.0))
    assert torch.equal(together[:, 70:140], steady(values[:, 70:140].contiguous(), 2.0, torch.tensor(1.0)))


def test_the_ends_of_a_shot_lose_their_jitter_too():
    noise = torch.randn(30, 200, 2, generator=torch.Generator().manual_seed(2))
    settled = steady(noise, 2.0, torch.tensor(1.0))
    assert float(settled[0].std()) < 0.6 and float(settled[-1].std()) < 0.6
    assert float(settled[15].std()) < 0.4


def test_a_blink_in_the_first_frame_keeps_its_speed():
    lids = torch.zeros(20, 1, 2)
    lids[0] = 30.0
    settled = steady(lids, 2.0, torch.tensor(1.0))
    assert torch.equal(settled[0], lids[0])
    assert float(settled[1:].abs().max()) < 1.0  # what others take of it is less than their own noise
