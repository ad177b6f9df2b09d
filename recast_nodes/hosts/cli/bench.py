"""`recast bench`: how fast the models are on this machine, stage by stage, beside their plain form."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import bench_quality

if TYPE_CHECKING:
    from ...evaluation.network_speed import Timing
    from ...evaluation.plate_speed import PlateTiming
    from ...evaluation.timing import Way

TYPES = ("float32", "bfloat16", "float16")
ALL = "all"  # models with networks
PORTRAIT = Path(__file__).resolve().parents[3] / "demo" / "portrait.jpg"  # in a clone


def _batches(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(size) for size in text.split(","))
    except ValueError:
        raise click.BadParameter(f"takes whole numbers with commas between, not {text!r}.") from None
    if min(sizes) < 1:
        raise click.BadParameter("takes numbers from 1 on.")
    return sizes


def _sizes(_context: click.Context, _option: click.Parameter, text: str) -> tuple[tuple[int, int], ...]:
    found = [re.fullmatch(r"([0-9]{2,5})x([0-9]{2,5})", size) for size in text.split(",")]
    if not all(found):
        raise click.BadParameter(f"takes sizes such as 1920x1080 with commas between, not {text!r}.")
    return tuple((int(size[1]), int(size[2])) for size in found if size)


def _model(_context: click.Context, _option: click.Parameter, name: str) -> str:
    from ...errors import NotInstalled
    from ...model_registry import MODELS

    try:
        return name if name == ALL else MODELS.get(name).name
    except NotInstalled as error:
        raise click.BadParameter(str(error)) from None


@click.group("bench", invoke_without_command=True)
@click.pass_context
@click.option("--model", callback=_model, default=ALL, help="One of `recast models list`, or all that have networks.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or mps.")
@click.option("--dtype", type=click.Choice(TYPES), default="float32", show_default=True, help="Of the fast form.")
@click.option("--batch", callback=_batches, default="1", show_default=True, help="Frames at once, such as 1,2,4,8,16.")
@click.option("--size", callback=_sizes, default="1920x1080,3840x2160", show_default=True, help="Of the plates.")
@click.option("--picture", type=click.Path(path_type=Path), default=PORTRAIT, help="A face for the plates.")
@click.option("--repeat", type=click.IntRange(1), default=3, show_default=True, help="Runs; the median counts.")
@click.option("--plain/--no-plain", default=True, show_default=True, help="Run the plain form too, taking turns.")
@click.option("--compile", "compiled", is_flag=True, help="Fast forms by torch.compile, as with Warp.compile.")
@click.option(
    "--clock",
    type=click.Choice(("wall", "processor")),
    default="wall",
    show_default=True,
    help="processor: the time of all cores together, for a CPU that has other work too.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    context: click.Context,
    model: str,
    device: str,
    dtype: str,
    batch: tuple[int, ...],
    size: tuple[tuple[int, int], ...],
    picture: Path,
    repeat: int,
    plain: bool,
    compiled: bool,
    clock: str,
    as_json: bool,
) -> None:
    """Time every stage of a model, and the whole frame, beside its plain form; or measure quality.

    A model without networks: the stages of a frame of each --size that is read, on one thread; warp's plain form draws
    its field at every pixel of the plate.

    A model with networks: every network, at the size that it has for any plate. Their plain form is in float32.
    Networks are filled with random weights, so no model files are needed. GFLOP/s counts the plain form's operations;
    peak is their share of what a product of matrices or a convolution reached here; off by is how far the outputs are
    from the plain form on the CPU. frame is the sum of its stages; on a graphics card, whole is a frame made stage
    by stage, from and to the processor's memory. For the whole of `recast edit`, from EXR to EXR:
    benchmarks/edit_speed.py.
    """
    if context.invoked_subcommand:
        return
    way = _choose(device, dtype, repeat, plain, compiled, clock)
    machine = _machine(way.device) | {"dtype": dtype, "compiled": compiled, "clock": clock}
    click.echo(json.dumps(machine) if as_json else f"{', '.join(f'{key} {value}' for key, value in machine.items())}")
    _time(model, batch, picture, size, way, as_json)


command.add_command(bench_quality.quality)


def _choose(device: str, dtype: str, repeat: int, plain: bool, compiled: bool, clock: str) -> Way:
    import torch

    from ...evaluation.timing import Way
    from ...models.neural import runtime

    return Way(str(runtime.device(device)), getattr(torch, dtype), repeat, plain, compiled, clock)


def _time(
    model: str, batches: tuple[int, ...], picture: Path, sizes: tuple[tuple[int, int], ...], way: Way, as_json: bool
) -> None:
    from ...models.networks.build import with_networks

    models = with_networks() if model == ALL else [model]
    if models[0] in with_networks():
        _networks(models, batches, way, as_json)
    else:
        _plates(model, picture, sizes, way, as_json)


def _machine(device: str) -> dict[str, object]:
    """What the times are of."""
    import torch

    on_card = device.startswith("cuda")
    name = torch.cuda.get_device_name(device) if on_card else platform.processor() or platform.machine()
    return {"device": device, "name": name, "cores": os.cpu_count(), "torch": torch.__version__}


def _networks(models: Sequence[str], batches: tuple[int, ...], way: Way, as_json: bool) -> None:
    from ...evaluation.network_speed import HEADER, measure
    from ...natives import every_core

    if not as_json:
        click.echo(HEADER)
    with every_core():
        for model in models:
            _show(measure(model, way, batches), as_json)


def _plates(model: str, picture: Path, sizes: tuple[tuple[int, int], ...], way: Way, as_json: bool) -> None:
    from ...evaluation.plate_speed import HEADER, measure_plates
    from ...natives import one_thread_each

    if not picture.is_file():
        raise click.UsageError(f"--picture: {picture} is not there; name a picture that shows a face.")
    one_thread_each()
    if not as_json:
        click.echo(HEADER)
    _show(measure_plates(model, picture, sizes, way), as_json)


def _show(rows: Iterable[Timing | PlateTiming], as_json: bool) -> None:
    for row in rows:
        click.echo(json.dumps(row.record()) if as_json else str(row))
