"""How fast the networks of a model are: every stage in its plain and its fast form, in turns in the same run.

Weights are random (`random_weights`), so no model files are needed. Plain forms are in float32, as published.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from ..model_registry import MODELS
from ..models import build, get, prepare
from ..models.fast.target import at_hand
from ..models.neural.engine import OUT, Engine
from ..wires import Computing
from .random_weights import fill_randomly
from .timing import Way, seconds

STAGES = {"M": 2, "F": 1, "W": 1, "G": 1}  # how often a frame needs each: M looks at plate and driver


@dataclass(frozen=True)
class Timing:
    """One stage of a model, or all of a frame."""

    model: str
    stage: str  # M, F, W, G, frame (their sum) or whole (one after the other, with the transfers)
    batch: int
    plain: float  # seconds a frame; 0 where it was not run
    fast: float  # seconds a frame
    work: float  # operations a frame, as the plain form counts them
    peak: float  # operations a second that the machine was seen to do in the fast form's type
    error: float | None = None  # from the plain form on the CPU: root mean square, over that of the plain form

    @property
    def ratio(self) -> float | None:
        """Time of the fast form in times of the plain one."""
        return self.fast / self.plain if self.plain else None

    @property
    def rate(self) -> float:
        """Operations a second. By less arithmetic the fast form can be above the machine's peak."""
        return self.work / self.fast

    def __str__(self) -> str:
        plain = f"{self.plain * 1000:9.1f} {self.ratio:6.2f}" if self.plain else f"{'':9} {'':6}"
        error = "" if self.error is None else f"{self.error:9.1e}"
        share = self.rate / self.peak
        return (
            f"{self.model:14} {self.stage:5} {self.batch:5} {plain} {self.fast * 1000:9.1f} {1 / self.fast:9.2f}"
            f" {self.rate / 1e9:9.0f} {share:6.0%} {error}"
        )

    def record(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self) | {"ratio": self.ratio, "rate": self.rate, "frames_per_second": 1 / self.fast}


HEADER = (
    f"{'model':14} {'stage':5} {'batch':>5} {'plain ms':>9} {'ratio':>6} {'fast ms':>9} {'frames/s':>9}"
    f" {'GFLOP/s':>9} {'peak':>6} {'off by':>9}"
)


def measure(model: str, way: Way, batches: tuple[int, ...]) -> Iterator[Timing]:
    """Every stage at every batch, then the frame as the sum of its stages, and on a card the frame as it is made.

    Forms take turns and the median counts, so what else the machine does meets both. Results at the first batch are
    compared with the plain form's in float32 on the CPU.
    """
    best = peak(way)
    for batch in batches:
        stages = []
        for stage in STAGES:
            stages.append(_stage(model, stage, batch, way, best, compare=batch == batches[0]))
            yield stages[-1]
        sums = {
            name: sum(getattr(stage, name) * STAGES[stage.stage] for stage in stages)
            for name in ("plain", "fast", "work")
        }
        yield Timing(model, "frame", batch, **sums, peak=best)
        if way.device != "cpu":
            yield Timing(model, "whole", batch, 0.0, _whole(model, batch, way), sums["work"], best)


@torch.inference_mode()
def _stage(model: str, stage: str, batch: int, way: Way, best: float, compare: bool) -> Timing:
    network = fill_randomly(build(model, stage))
    given = inputs(model, stage, batch)
    wanted = _outputs(network(*(each[:1] for each in given))) if compare else []
    work = operations(model, stage)
    there = [each.to(way.device) for each in given]
    forms = {"fast": prepare(network, way.device, way.dtype, way.compiled)}
    if way.plain:
        forms["plain"] = network.to(way.device)
    times = seconds({name: partial(form, *there) for name, form in forms.items()}, way)
    error = None
    if compare:
        found = _outputs(forms["fast"](*there))
        error = max(_difference(a[:1].float().cpu(), b) for a, b in zip(found, wanted))
    return Timing(model, stage, batch, times.get("plain", 0.0) / batch, times["fast"] / batch, work, best, error)


def _whole(model: str, batch: int, way: Way) -> float:
    """Seconds a frame from pictures in the processor's memory to painted pictures there, as an edit goes its way.

    Plate and driver go through M together.
    """
    engine = Engine(model, lambda part: fill_randomly(build(model, part)))
    computing = Computing(way.device, str(way.dtype).removeprefix("torch."), way.compiled)
    given = {stage: inputs(model, stage, batch) for stage in "FW"} | {"M": inputs(model, "M", 2 * batch)}
    frames = range(batch)

    def edit() -> None:
        engine.run("M", computing, given["M"], range(2 * batch))
        seen = engine.run("F", computing, given["F"], frames, stays=True)
        warped = engine.run("W", computing, [seen[OUT], *given["W"][1:]], frames)
        engine.run("G", computing, [warped[OUT]], frames)

    return seconds({"whole": edit}, way)["whole"] / batch


def _outputs(given: Tensor | dict[str, Tensor]) -> list[Tensor]:
    return [given] if isinstance(given, Tensor) else list(given.values())


def _difference(found: Tensor, wanted: Tensor) -> float:
    return float((found - wanted).square().mean().sqrt() / wanted.square().mean().sqrt())


@torch.inference_mode()
def peak(way: Way) -> float:
    """Operations a second of the faster of a product of matrices and a convolution, in what the fast form computes."""
    device, dtype = way.device, at_hand(way.device, way.dtype)
    size = 8192 if torch.device(device).type == "cuda" else 2048
    a, b = torch.randn(2, size, size, device=device).to(dtype)
    layout = torch.channels_last
    picture = torch.randn(max(1, size // 2048), 512, 64, 64, device=device).to(dtype).contiguous(memory_format=layout)
    kernel = torch.randn(512, 512, 3, 3, device=device).to(dtype).contiguous(memory_format=layout)
    calls = {"product": lambda: a @ b, "convolution": lambda: F.conv2d(picture, kernel, padding=1)}
    times = seconds(calls, replace(way, repeat=5))
    work = {"product": 2 * size**3, "convolution": 2 * len(picture) * 64 * 64 * kernel.numel()}
    return max(work[name] / times[name] for name in work)


def operations(model: str, stage: str) -> float:
    """Operations of a network's plain form a frame, additions and multiplications: counted, nothing is computed."""
    with torch.device("meta"):
        network = build(model, stage)
        given = [torch.empty(shape) for shape in shapes(model, stage, 1)]
        counter = FlopCounterMode(display=False)
        with counter:
            network(*given)
    return counter.get_total_flops()


def shapes(model: str, stage: str, batch: int) -> list[tuple[int, ...]]:
    """What a network takes: pictures, feature volumes, keypoints."""
    keypoints = (MODELS.get(model).keypoints, 3)
    picture = get(model).appearance  # type: ignore[attr-defined]  # of every model with these four networks
    frame: dict[str, list[tuple[int, ...]]] = {
        "M": [(3, 256, 256)],
        "F": [(3, picture, picture)],
        "W": [(32, 16, 64, 64), keypoints, keypoints],
        "G": [(256, 64, 64)],
    }
    return [(batch, *shape) for shape in frame[stage]]


def inputs(model: str, stage: str, batch: int) -> list[Tensor]:
    """Pictures in 0..1; volumes and features of variance 1; keypoints within the picture that move a little."""
    rng = torch.Generator().manual_seed(zlib.crc32(stage.encode()))
    if stage in "MF":
        return [torch.rand(shape, generator=rng) for shape in shapes(model, stage, batch)]
    first, *points = (torch.randn(shape, generator=rng) for shape in shapes(model, stage, batch))
    if not points:
        return [first]
    x_s = 0.45 * points[0]
    return [first, x_s, x_s + 0.06 * points[1]]
