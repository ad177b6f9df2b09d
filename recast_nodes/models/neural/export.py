"""The whole edit written as one file that other programs run: TorchScript, or ONNX. Checked after writing.

What is written is the plain form of the networks in float32, joined by `models.neural.whole_edit`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from ...errors import ComputeError, ModelMissing
from ...media.files.atomic import whole_file
from ..networks.vit import VisionTransformer, resample_positions
from .whole_edit import MOTION, PATCH, Edit, script

Report = Callable[[str], None]
Network = TypeVar("Network", bound=nn.Module)
Format = Literal["torchscript", "onnx"]
Check = Callable[[Tensor, "Weights"], Tensor]

KNOBS = ("replace", "enhance", "pose", "protect")
TOLERANCE = 1e-3  # of 1: a quarter of a step of 8 bits
OPSET = 20  # the first of ONNX that samples volumes


class Weights(NamedTuple):
    """The floats of an Edit."""

    replace: float
    enhance: float
    pose: float
    protect: float


CHECKED = (Weights(1, 0, 0, 1), Weights(0.4, 0.7, 0.5, 0.3))


def edit_of(model: str, matte: bool = False) -> Edit:
    """The whole edit of a model on its installed weights. Raises ModelMissing where it has none, or no such form."""
    from .. import get
    from ..weights import installed

    networks = {part: installed.load(model, part) for part in installed.weights_of(model).parts}
    form = getattr(get(model), "edit_form", None)
    if form is None:
        raise ModelMissing(f"The {model} model cannot be written as one network.")
    return Edit(form(), networks.__getitem__, matte)


def export(edit: Edit, path: Path, format: Format, size: int = PATCH, report: Report = print) -> None:
    """Write an edit, and compare what the file computes with what the edit does, on pictures of `size` (S, S).

    Raises ComputeError, and leaves no file, where they differ by more than TOLERANCE; ModelMissing where the packages
    that ONNX needs are not installed.
    """
    edit = with_settled_positions(edit.eval().requires_grad_(False), edit.seen)
    if size < PATCH or size % PATCH:
        raise ComputeError(f"--size takes a multiple of {PATCH}, not {size}.")
    with torch.no_grad(), whole_file(path, renaming=True) as temporary:
        check = write_torchscript(edit, temporary) if format == "torchscript" else write_onnx(edit, temporary, size)
        for weights in CHECKED:
            pictures = _pictures(size)
            wanted = edit.edit_pictures(pictures, *weights)
            away = float((check(pictures, weights) - wanted).abs().max())
            words = ", ".join(f"{name} {value:g}" for name, value in weights._asdict().items())
            report(f"{path.name} against the networks themselves ({words}): {away:.2e} apart at most, of 1")
            if not away <= TOLERANCE:
                raise ComputeError(
                    f"{path} would not give the networks' numbers: {away:.2e} apart. It was not written."
                )
    report(f"{path}: {path.stat().st_size / 1e6:,.0f} MB, {_shapes(edit, size)}")


def with_settled_positions(network: Network, size: int) -> Network:
    """The network, with the position tables of its transformers resampled once, to pictures of `size`.

    Its numbers stay as they are. Neither ONNX nor half precision on a CPU knows that resampling.
    """
    for part in network.modules():
        if isinstance(part, VisionTransformer):
            rows = size // part.params.patch
            part.pos_embed = nn.Parameter(resample_positions(part.pos_embed, rows, rows), requires_grad=False)
    return network


def resting(model: str, path: Path) -> Tensor:
    """The expression (K, 3) of a picture of the driver at rest. Raises NoFace, MediaError, ModelMissing."""
    from .. import get
    from ..tracker.still import track_still

    return get(model).expression_of(track_still(str(path)), torch.empty(0))


def write_torchscript(edit: Edit, path: Path) -> Check:
    """Write TorchScript: the networks traced, what joins them scripted, the floats attributes that can be set."""
    with warnings.catch_warnings():
        # Traces hold for the one size that is used; TorchScript itself is past its prime, but what Nuke reads.
        warnings.simplefilter("ignore")
        traces = {name: torch.jit.trace(part, given, check_trace=False) for name, part, given in _networks(edit)}
        torch.jit.save(script(edit, traces), path)
        loaded = torch.jit.load(path, map_location="cpu")

    def check(pictures: Tensor, weights: Weights) -> Tensor:
        for name, value in weights._asdict().items():
            setattr(loaded, name, float(value))
        return loaded(pictures)

    return check


def write_onnx(edit: Edit, path: Path, size: int) -> Check:
    """Write ONNX: the pictures and, since ONNX has no attributes, the four floats are inputs."""
    try:
        import onnxruntime
        import onnxscript  # noqa: F401  # what PyTorch writes ONNX with
    except ImportError as error:
        raise ModelMissing(
            f"ONNX needs {error.name}, which is not installed: `pip install recast-nodes[export]`."
        ) from error
    given = (_pictures(size), *(torch.tensor(value) for value in CHECKED[1]))
    onnx_of(_WithInputs(edit), given, str(path), ["pictures", *KNOBS], ["face"])
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def check(pictures: Tensor, weights: Weights) -> Tensor:
        floats = {name: torch.tensor(float(value)).numpy() for name, value in weights._asdict().items()}
        return torch.from_numpy(session.run(None, {"pictures": pictures.numpy(), **floats})[0])

    return check


def onnx_of(network: nn.Module, given: tuple[Tensor, ...], path: str, inputs: list[str], outputs: list[str]) -> None:
    """Write a network as one ONNX file. Runtimes optimise on their own, and in less time than PyTorch's exporter."""
    torch.onnx.export(
        network.eval(),
        given,
        path,
        input_names=inputs,
        output_names=outputs,
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        optimize=False,
        verbose=False,
    )


class _WithInputs(nn.Module):
    """An Edit whose floats are inputs."""

    def __init__(self, edit: Edit):
        super().__init__()
        self.edit = edit

    def forward(self, pictures: Tensor, replace: Any, enhance: Any, pose: Any, protect: Any) -> Tensor:
        return self.edit.edit_pictures(pictures, replace, enhance, pose, protect)


def _networks(edit: Edit) -> Iterator[tuple[str, nn.Module, tuple[Tensor, ...]]]:
    """The networks of an edit, each with what it is traced on."""
    pictures = _pictures(PATCH)
    seen = torch.nn.functional.avg_pool2d(pictures[:, :3], PATCH // edit.seen)
    small = torch.nn.functional.avg_pool2d(pictures[:, :3], PATCH // MOTION)
    source, driving = edit.keypoints(edit.M(small), edit.M(small.flip(3)), *CHECKED[0])
    volume = edit.F(seen)
    yield "F", edit.F, (seen,)
    yield "M", edit.M, (small,)
    yield "W", edit.W, (volume, source, driving)
    yield "G", edit.G, (edit.W(volume, source, driving),)
    if edit.stitches:
        yield "S", edit.S, (torch.cat([source, driving], 1).flatten(1),)


def _pictures(size: int) -> Tensor:
    """Two pictures side by side (1, 6, size, size): soft shapes that are the same on every machine."""
    generator = torch.Generator().manual_seed(size)
    cells = torch.rand(1, 6, 9, 9, generator=generator)
    return torch.nn.functional.interpolate(cells, (size, size), mode="bicubic").clamp(0, 1)


def _shapes(edit: Edit, size: int) -> str:
    return f"1x6x{size}x{size} to 1x{4 if edit.matte else 3}x{size}x{size}"
