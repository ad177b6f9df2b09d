"""How networks are run: on which device, in which precision, how many frames at once, and what happens when one fails.

Half precision sometimes ends in black or in numbers that are none; such a frame is made again in float32, and that is
said. A batch for which memory does not suffice is halved, and the run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from ...errors import ComputeError, KnobError, OutOfMemory
from ...notices import notice

DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
MEMORY = Path("/proc/meminfo")  # Linux
BLACK = 1 / 510  # half a step of 8 bits: a picture that is nowhere brighter shows nothing
SHARE = 0.7  # of the free memory that a batch may take; the rest is for the plate and for what libraries keep
OUT_OF_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "defaultcpuallocator", "bad_alloc")
UNREAL = "with numbers that are not finite"
CPU = torch.device("cpu")

Results = dict[str, Tensor]
Run = Callable[..., Results]  # run(dtype, *inputs) -> results; the first axis of every tensor is the batch
Keep = Callable[[Results], Results]


def device(name: str) -> torch.device:
    """The device of `Warp.device`. Raises KnobError for one that PyTorch cannot use on this machine.

    auto is CUDA or the CPU; Apple's GPU, on which nothing here was ever run, is taken only by its name.
    """
    if name not in DEVICES:
        raise KnobError(f"Warp.device takes {', '.join(DEVICES)}, not {name!r}.")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = "cuda" if there["cuda"] else "cpu"
    if not there[name]:
        usable = " and ".join(kind for kind in there if there[kind])
        build = f"PyTorch {torch.__version__}"
        raise KnobError(f"Warp.device asks for {name}, which {build} does not have on this machine: take {usable}.")
    return torch.device(name)


def dtype(precision: str, on: torch.device) -> torch.dtype:
    """The type of `Warp.precision`. auto: float16 on CUDA, which keeps more of a picture than bfloat16; else float32.

    Raises KnobError for what the device cannot compute.
    """
    if precision == "auto":
        return torch.float16 if on.type == "cuda" else torch.float32
    if precision not in PRECISIONS:
        raise KnobError(f"Warp.precision takes auto, {', '.join(PRECISIONS)}, not {precision!r}.")
    if precision == "bfloat16" and on.type == "cuda" and not torch.cuda.is_bf16_supported():
        raise KnobError("Warp.precision asks for bfloat16, which this GPU does not compute: take float16 or float32.")
    return PRECISIONS[precision]


def free_memory(on: torch.device) -> int:
    """Bytes that are free on a device; 0 where the system does not say (a CPU on Windows and macOS)."""
    if on.type == "cuda":
        free, _ = torch.cuda.mem_get_info(on)
        return free + torch.cuda.memory_reserved(on) - torch.cuda.memory_allocated(on)
    if on.type == "mps":
        return max(0, torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    if not MEMORY.is_file():
        return 0
    memory = dict(line.split(":") for line in MEMORY.read_text().splitlines() if ":" in line)
    return int(memory.get("MemAvailable", "0 kB").split()[0]) * 1024


def batch_size(most: int, frame: int, on: torch.device) -> int:
    """How many frames to take together: `most`, or fewer where frames of that many bytes would not fit."""
    free = free_memory(on)
    return max(1, min(most, int(free * SHARE) // frame)) if free else most


def as_they_are(results: Results) -> Results:
    """Results, left where they were computed."""
    return results


@dataclass
class Careful:
    """Runs a network over frames, batch by batch, and looks at what comes out.

    `what` names it in messages. `batch` shrinks where memory does not suffice, and stays so. `shown` names the result
    that is a picture and must not be black. `on` is where the network computes, if not where its inputs lie, and
    `frame` the bytes that one frame takes there in float32: with it a batch is no larger than free memory allows.
    """

    what: str
    dtype: torch.dtype = torch.float32
    batch: int = 1
    shown: str | None = None
    on: torch.device | None = None
    frame: int = 0
    retried: list[int] = field(default_factory=list)  # frames that were made again in float32

    def __call__(self, run: Run, inputs: Sequence[Tensor], frames: Sequence[int], keep: Keep = as_they_are) -> Results:
        """The results of all frames, in float32, in their order.

        `run(dtype, *inputs)` takes slices of the inputs along the first axis, which has one entry a frame, and gives
        tensors by name. `keep` takes each batch's results to where they wait for the others. Raises ComputeError,
        naming the frame, where float32 fails too or memory does not suffice for one frame.
        """
        done: list[Results] = []
        start = 0
        while start < len(frames):
            part = slice(start, start + self._size(len(frames) - start))
            tried = self._try(run, self.dtype, [tensor[part] for tensor in inputs], frames[part])
            if tried is None:
                continue  # with a smaller batch
            done.extend(keep(results) for results in self._check(run, inputs, frames, start, *tried))
            start = part.stop
        return join(done)

    def _size(self, frames: int) -> int:
        """How many of the next frames to take together."""
        most = min(self.batch, frames)
        on = self.on or CPU
        width = 4 if on.type == "cpu" else self.dtype.itemsize  # a processor keeps most of a network in float32
        return batch_size(most, self.frame * width // 4, on) if self.frame else most

    def _try(
        self, run: Run, dtype: torch.dtype, inputs: Sequence[Tensor], frames: Sequence[int]
    ) -> tuple[Results, list[str]] | None:
        """The results and what is wrong with each, or none where memory did not suffice; the batch is halved then."""
        try:
            return self._run_and_check(run, dtype, inputs)
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
        # Outside the handler: the error holds on to the frames of the stack, and these to the tensors.
        on = self.on or inputs[0].device
        give_back(on)
        if len(frames) == 1:
            where = on.type
            way = "close other programs" + ("." if where == "cpu" else ", or set Warp.device to cpu.")
            raise OutOfMemory(f"Frame {frames[0]}: memory on the {where} does not suffice for {self.what}: {way}")
        self.batch = (len(frames) + 1) // 2
        notice(f"{self.what}: memory did not suffice for {len(frames)} frames at once; it goes on with {self.batch}.")
        return None

    def _run_and_check(self, run: Run, dtype: torch.dtype, inputs: Sequence[Tensor]) -> tuple[Results, list[str]]:
        results = {name: tensor.float() for name, tensor in run(dtype, *inputs).items()}
        return results, self._faults(results)

    def _check(
        self,
        run: Run,
        inputs: Sequence[Tensor],
        frames: Sequence[int],
        start: int,
        results: Results,
        faults: Sequence[str],
    ) -> list[Results]:
        """The results of one batch; frames that are not sound are made again."""
        if not any(faults):
            return [results]
        checked = []
        for offset, fault in enumerate(faults):
            alone = {name: tensor[offset : offset + 1] for name, tensor in results.items()}
            given = [tensor[start + offset : start + offset + 1] for tensor in inputs]
            checked.append(self._run_again(run, given, frames[start + offset], fault, alone) if fault else alone)
        return checked

    def _run_again(self, run: Run, inputs: Sequence[Tensor], frame: int, fault: str, results: Results) -> Results:
        """One frame in float32. Raises ComputeError where that is not finite either."""
        if self.dtype != torch.float32:
            word = str(self.dtype).removeprefix("torch.")
            notice(f"Frame {frame}: {self.what} came out {fault} in {word}; it was made again in float32.")
            self.retried.append(frame)
            results, (fault,) = self._try(run, torch.float32, inputs, [frame]) or ({}, [""])  # it comes, or raises
        if fault == UNREAL:
            raise ComputeError(f"Frame {frame}: {self.what} came out {fault} in float32; is the input sound?")
        if fault:
            notice(f"Frame {frame}: {self.what} is {fault} in float32; it is kept.")
        return results

    def _faults(self, results: Mapping[str, Tensor]) -> list[str]:
        """What is wrong with each frame of a batch, or nothing. Asks the device once."""
        finite = torch.stack([tensor.isfinite().flatten(1).all(1) for tensor in results.values()]).all(0)
        bright = results[self.shown].flatten(1).amax(1) >= BLACK if self.shown else torch.ones_like(finite)
        frames = torch.stack([finite, bright]).tolist()
        return ["" if real and seen else "black" if real else UNREAL for real, seen in zip(*frames)]


def fetch(results: Results) -> Results:
    """Results in float32 on the CPU. From a graphics card they come by its copy engine, without waiting in between."""
    there = {name: value.float().to(CPU, non_blocking=True) for name, value in results.items()}
    for on in {value.device for value in results.values() if value.device.type == "cuda"}:
        torch.cuda.current_stream(on).synchronize()
    return there


def join(batches: Sequence[Results]) -> Results:
    """The results of several batches as those of one; of one, the tensors themselves."""
    if len(batches) < 2:
        return dict(batches[0]) if batches else {}
    return {name: torch.cat([results[name] for results in batches]) for name in batches[0]}


def out_of_memory(error: BaseException) -> bool:
    """Whether memory did not suffice: each device and allocator says so in its own words."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in OUT_OF_MEMORY)


def give_back(on: torch.device) -> None:
    """Hand memory that PyTorch keeps for later back to the device."""
    if on.type == "cuda":
        torch.cuda.empty_cache()
    elif on.type == "mps":
        torch.mps.empty_cache()
