"""Networks that fail on purpose: half precision breaks, memory does not suffice, devices are not there."""

from __future__ import annotations

import logging

import pytest
import torch

from recast_nodes import notices
from recast_nodes.errors import ComputeError, KnobError
from recast_nodes.models.neural import runtime
from recast_nodes.models.neural.runtime import Careful
from recast_nodes.nodes import Warp

HALVES = (torch.bfloat16, torch.float16)
FRAMES = range(1001, 1007)


@pytest.fixture(autouse=True)
def told(caplog):
    """What was said, as texts."""
    notices.forget()
    caplog.set_level(logging.WARNING, logger="recast_nodes.notices")
    return lambda: [record.message for record in caplog.records]


@pytest.fixture
def pictures():
    """Six pictures, each of one grey: 0.1, 0.2, ... 0.6."""
    return (torch.arange(1, 7) / 10)[:, None, None, None].expand(6, 3, 4, 4).contiguous()


def grey(picture: torch.Tensor) -> list[float]:
    return [round(value, 2) for value in picture[:, 0, 0, 0].tolist()]


class Network:
    """Gives its input back, except where it is told to fail; keeps the sizes of the batches and their types."""

    def __init__(self, fails=lambda dtype, batch: None):
        self.fails, self.calls = fails, []

    def __call__(self, dtype: torch.dtype, batch: torch.Tensor) -> dict[str, torch.Tensor]:
        self.calls.append((len(batch), dtype))
        made = self.fails(dtype, batch)
        return {"picture": batch.to(dtype) if made is None else made, "other": batch.to(dtype)}


def breaks(value: float):
    """In half precision, the frame of grey 0.3 comes out as `value`, all of it."""

    def fails(dtype, batch):
        broken = (batch - 0.3).abs().amax((1, 2, 3), keepdim=True) < 1e-6
        return batch.to(dtype).masked_fill(broken, value) if dtype in HALVES else None

    return fails


@pytest.mark.parametrize("batch", (1, 2, 4, 6, 64))
def test_batches_are_their_frames(pictures, batch):
    network = Network()
    results = Careful("the face", batch=batch, shown="picture")(network, [pictures], FRAMES)
    torch.testing.assert_close(results["picture"], pictures, rtol=0, atol=0)
    assert sum(count for count, _ in network.calls) == 6 and max(network.calls)[0] == min(batch, 6)


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("value", (float("nan"), float("inf"), -float("inf"), 0.0))
@pytest.mark.parametrize("batch", (1, 4))
def test_a_broken_frame_is_made_again_in_float32_and_named(pictures, told, dtype, value, batch):
    network = Network(breaks(value))
    careful = Careful("the face", dtype, batch, shown="picture")
    results = careful(network, [pictures], FRAMES)
    assert grey(results["picture"]) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert results["picture"].dtype == torch.float32
    assert [call for call in network.calls if call[1] == torch.float32] == [(1, torch.float32)], "that frame alone"
    assert careful.retried == [1003]
    assert len(told()) == 1 and "Frame 1003" in told()[0] and "made again in float32" in told()[0]


def test_one_wrong_number_is_enough(pictures, told):
    def fails(dtype, batch):
        made = batch.to(dtype, copy=True)
        if dtype == torch.float16:
            made[-1, 2, 3, 3] = float("nan")
        return made

    Careful("the face", torch.float16, 3)(Network(fails), [pictures], FRAMES)
    assert [text.split(":")[0] for text in told()] == ["Frame 1003", "Frame 1006"]


def test_what_is_no_picture_may_be_nothing(pictures, told):
    Careful("the motion", torch.float16, 2)(Network(breaks(0.0)), [pictures], FRAMES)
    assert not told()


def test_numbers_that_are_none_in_float32_too_fail_and_name_the_frame(pictures):
    def fails(dtype, batch):
        return torch.full_like(batch, float("nan"))

    for dtype in (torch.float32, torch.float16):
        with pytest.raises(ComputeError, match="^Frame 1001: .*float32"):
            Careful("the face", dtype, 2)(Network(fails), [pictures], FRAMES)


def test_a_picture_that_is_black_in_float32_is_kept_and_said(pictures, told):
    results = Careful("the face", torch.float16, shown="picture")(Network(), [pictures * 0], FRAMES)
    assert not results["picture"].any()
    assert sum("it is kept" in text for text in told()) == 6


SHORT = (
    RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    torch.OutOfMemoryError("CUDA out of memory."),
    RuntimeError("MPS backend out of memory (MPS allocated: 9.06 GB)"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory"),
    RuntimeError("[enforce fail at CPUAllocator.cpp:73] . DefaultCPUAllocator: not enough memory: you tried"),
    RuntimeError("could not create a primitive: std::bad_alloc"),
    MemoryError(),
)


def short_of_memory(most: int, error: BaseException):
    """Memory suffices for `most` frames."""

    def fails(dtype, batch):
        if len(batch) > most:
            raise error

    return fails


@pytest.mark.parametrize("error", SHORT, ids=lambda error: str(error)[:30] or type(error).__name__)
def test_a_batch_that_does_not_fit_is_halved(pictures, told, error):
    network = Network(short_of_memory(1, error))
    careful = Careful("the face", batch=6)
    assert grey(careful(network, [pictures], FRAMES)["picture"]) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert [count for count, _ in network.calls] == [6, 3, 2] + [1] * 6
    assert careful.batch == 1 and len(told()) == 3
    careful(network, [pictures], FRAMES)
    assert network.calls[-6:] == [(1, torch.float32)] * 6, "what was learnt is kept"


def test_a_real_failure_to_allocate_is_known():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 45)
    assert runtime.out_of_memory(caught.value)


def test_one_frame_that_does_not_fit_is_named(pictures):
    with pytest.raises(ComputeError, match="^Frame 1001: memory on the cpu does not suffice"):
        Careful("the face", batch=4)(Network(short_of_memory(0, SHORT[0])), [pictures], FRAMES)


def test_other_errors_are_not_taken_for_memory(pictures):
    with pytest.raises(RuntimeError, match="shapes"):
        Careful("the face", batch=4)(Network(short_of_memory(0, RuntimeError("shapes"))), [pictures], FRAMES)


def test_memory_and_precision_may_fail_together(pictures, told):
    def fails(dtype, batch):
        short_of_memory(2, MemoryError())(dtype, batch)
        return breaks(float("nan"))(dtype, batch)

    results = Careful("the face", torch.float16, 4, "picture")(Network(fails), [pictures], FRAMES)
    assert grey(results["picture"]) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert len(told()) == 2


def test_devices_that_are_not_there_are_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert runtime.device("auto") == runtime.device("cpu") == torch.device("cpu")
    for name in ("cuda", "mps"):
        with pytest.raises(KnobError, match=f"Warp.device asks for {name}.*take cpu\\.$"):
            runtime.device(name)
    with pytest.raises(KnobError, match="tpu"):
        runtime.device("tpu")


def test_auto_takes_cuda_and_never_what_was_not_tried(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert runtime.device("auto").type == "cpu" and runtime.device("mps").type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert runtime.device("auto").type == "cuda"


@pytest.mark.parametrize(("device", "precision", "entry"), (("cuda", "auto", "device"), ("mps", "float16", "device")))
def test_a_device_that_is_not_there_is_found_before_rendering(monkeypatch, device, precision, entry):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert not list(Warp.check([Warp(), Warp(precision="bfloat16")]))
    (found,) = Warp.check([Warp(), Warp(device=device, precision=precision), Warp(device=device, precision=precision)])
    assert found.entry == entry and found.severe and f"asks for {device}" in found.text


def test_precisions(monkeypatch):
    cpu, cuda = torch.device("cpu"), torch.device("cuda")
    assert runtime.dtype("auto", cpu) == torch.float32 and runtime.dtype("auto", cuda) == torch.float16
    assert [runtime.dtype(name, cpu) for name in runtime.PRECISIONS] == list(runtime.PRECISIONS.values())
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    with pytest.raises(KnobError, match="bfloat16"):
        runtime.dtype("bfloat16", cuda)
    with pytest.raises(KnobError, match="int8"):
        runtime.dtype("int8", cpu)


def test_batches_follow_free_memory(pictures, monkeypatch):
    monkeypatch.setattr(runtime, "free_memory", lambda on: 10_000)
    cpu, cuda = torch.device("cpu"), torch.device("cuda")
    for dtype, on, sizes in (
        (torch.float32, cpu, [3, 3]),
        (torch.bfloat16, cpu, [3, 3]),
        (torch.float16, cuda, [6]),
    ):
        network = Network()
        results = Careful("the face", dtype, 64, on=on, frame=2_000)(network, [pictures], FRAMES)
        assert [count for count, _ in network.calls] == sizes and len(results["picture"]) == 6


def test_memory_is_given_back_where_the_network_computes(pictures, monkeypatch):
    asked = []
    monkeypatch.setattr(runtime, "give_back", asked.append)
    cuda = torch.device("cuda")
    with pytest.raises(ComputeError, match="memory on the cuda.*Warp.device to cpu"):
        Careful("the face", batch=2, on=cuda)(Network(short_of_memory(0, SHORT[0])), [pictures], FRAMES)
    assert asked == [cuda, cuda]


def test_each_batch_is_taken_where_it_shall_wait_before_the_next(pictures):
    network, waiting = Network(), []

    def kept(results):
        waiting.append(len(network.calls))
        return {name: -tensor for name, tensor in results.items()}

    found = Careful("the face", batch=2)(network, [pictures], FRAMES, kept)
    plain = Careful("the face", batch=2)(Network(), [pictures], FRAMES)
    assert waiting == [1, 2, 3] and torch.equal(found["picture"], -plain["picture"])


def test_a_batch_is_as_large_as_memory_allows(monkeypatch):
    cpu = torch.device("cpu")
    monkeypatch.setattr(runtime, "free_memory", lambda on: 10_000)
    assert runtime.batch_size(16, 1_000, cpu) == 7
    assert runtime.batch_size(4, 1_000, cpu) == 4
    assert runtime.batch_size(4, 1_000_000, cpu) == 1
    monkeypatch.setattr(runtime, "free_memory", lambda on: 0)
    assert runtime.batch_size(4, 1_000, cpu) == 4, "where nothing is known, trying tells"
