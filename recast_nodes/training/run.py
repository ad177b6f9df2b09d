"""A training run: from its settings to its checkpoints, going on where it was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor

from ..errors import ComputeError, DocumentError
from ..models.neural import runtime
from .checkpoints import checkpoints, read_checkpoint, refuse_changes, save_checkpoint, trained_weights
from .data.pairs import Pairs, PairSampler
from .data.sources import ClipSource, clip_sources, make_all
from .distributed import Place, joined, own_device, wait_for_all
from .record import Record, grid
from .settings import RunSettings
from .settings_file import write_settings
from .trainer import Trainer, edit, reenact

SETTINGS, COMMAND = "settings.yaml", "command.txt"
AHEAD = 3  # batches that are read while another one is taught
HELD_OUT_BATCH = 9_999_999  # a step that no run has: the batches of people who are never trained on
Report = Callable[[str, int, int], None]
Tell = Callable[[str], None]


class ReadAhead:
    """A sampler whose next batches are read on other threads."""

    def __init__(self, sampler: PairSampler, threads: ThreadPoolExecutor, parts: int):
        self._sampler, self._threads, self._parts = sampler, threads, parts
        self._waiting: dict[tuple[int, int, int], Future[Pairs]] = {}

    def batch(self, step: int, part: int = 0, rank: int = 0) -> Pairs:
        first = step * self._parts + part
        for number in range(first, first + 1 + AHEAD):
            key = (*divmod(number, self._parts), rank)
            if key not in self._waiting:
                self._waiting[key] = self._threads.submit(self._sampler.batch, *key)
        return self._waiting.pop((step, part, rank)).result()


def train(
    settings: RunSettings,
    run: Path,
    report: Report = lambda what, done, total: None,
    tell: Tell = print,
    command: str = "",
) -> Trainer:
    """Train until the last step, from the last checkpoint in `run` if there is one. Ctrl-C keeps what was reached.

    `command` is what a card says that the model was trained by.

    Raises DocumentError for a folder that was begun with other settings, ModelMissing where a loss needs a network that
    is not here, ComputeError where a loss is no longer a number.
    """
    device = own_device(torch.device(runtime.device(settings.train.device)))
    with joined(device) as place:
        run.mkdir(parents=True, exist_ok=True)
        teacher = trained_weights(Path(settings.teacher).expanduser()) if settings.teacher else None
        trainer = Trainer(settings, device, place, teacher)
        seconds = _restore(trainer, run)  # what is refused is refused before clips are made, which takes hours
        taught, held_out = _clips(settings, run, place, report)
        if place.first:
            write_settings(settings, run / SETTINGS)
            (run / COMMAND).write_text(command + "\n", encoding="utf-8")
            tell(f"{settings.name}: {_millions(trainer)} million weights on {device}, from step {trainer.step}")
            if left_out := settings.losses.left_out():
                tell(f"Left out by the settings: {', '.join(left_out)}.")
        with _read_ahead(PairSampler(taught, settings), settings) as sampler:
            _teach(trainer, sampler, PairSampler(held_out, settings), run, seconds, report, tell)
        return trainer


def _clips(settings: RunSettings, run: Path, place: Place, report: Report) -> tuple[list[ClipSource], list[ClipSource]]:
    sources = clip_sources(settings, run)
    if place.first and settings.data.ahead:
        make_all(sources, settings.data.processes, lambda done, total: report("Clips", done, total))
    wait_for_all(place)
    count = settings.data.held_out
    if len(sources) <= count:
        raise DocumentError([f"data: {len(sources)} clips leave none to train on beside {count} held out."])
    return sources[: len(sources) - count], sources[len(sources) - count :] or sources


def _restore(trainer: Trainer, run: Path) -> float:
    found = checkpoints(run)
    if not found:
        return 0.0
    content = read_checkpoint(found[-1])
    refuse_changes(content, trainer.settings, run)
    trainer.restore(content["state"])
    return float(content["seconds"])


@contextmanager
def _read_ahead(sampler: PairSampler, settings: RunSettings) -> Iterator[ReadAhead]:
    threads = ThreadPoolExecutor(AHEAD)
    try:
        yield ReadAhead(sampler, threads, settings.train.accumulate)
    finally:
        threads.shutdown(wait=True, cancel_futures=True)


def _teach(
    trainer: Trainer, sampler: ReadAhead, held_out: PairSampler, run: Path, before: float, report: Report, tell: Tell
) -> None:
    settings, first = trainer.settings, trainer.place.first
    record, began = Record(run, trainer.step) if first else None, time.monotonic()

    def save() -> None:
        if first:
            seconds = before + time.monotonic() - began
            save_checkpoint(run, trainer.state(), settings, seconds, settings.log.keep)

    try:
        while trainer.step < settings.train.steps:
            numbers = trainer.teach(sampler)
            if not all(value == value and abs(value) != float("inf") for value in numbers.values()):
                raise ComputeError(f"Step {trainer.step}: a loss is no longer a number: {_text(numbers)}")
            last = trainer.step == settings.train.steps
            if record and (trainer.step % settings.log.every == 0 or last):
                record.numbers(trainer.step, numbers)
                tell(f"step {trainer.step}: {_text(numbers)}")
            if record and (trainer.step % settings.log.pictures == 0 or last):
                _show(trainer, held_out, record, tell)
            if trainer.step % settings.log.checkpoint == 0 or last:
                save()
            if first:
                report("Training", trainer.step, settings.train.steps)
    except KeyboardInterrupt:
        save()
        tell(f"Stopped after step {trainer.step}, which is kept: the same command goes on from there.")
        raise
    finally:
        if record:
            record.close()


def _show(trainer: Trainer, held_out: PairSampler, record: Record, tell: Tell) -> None:
    """What the averaged model makes of people it was never taught: numbers, and a picture."""
    pairs = held_out.batch(HELD_OUT_BATCH).to(trainer.device)
    made, edited = reenact(trainer.average, pairs).picture, edit(trainer.average, pairs).picture
    true, source = pairs.driving.pictures, pairs.source.pictures
    numbers = {"held-out PSNR": _psnr(made, true), "held-out PSNR of the source": _psnr(source, true)}
    numbers["held-out L1"] = float((made - true).abs().mean())
    record.numbers(trainer.step, numbers)
    record.pictures(trainer.step, grid([source, true, made, edited]))
    tell(f"step {trainer.step}: {_text(numbers)}")


def _psnr(one: Tensor, other: Tensor) -> float:
    return float(-10 * (one - other).square().mean().clamp_min(1e-10).log10())


def _text(numbers: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in numbers.items())


def _millions(trainer: Trainer) -> str:
    return f"{sum(each.numel() for each in trainer.model.parameters()) / 1e6:.1f}"
