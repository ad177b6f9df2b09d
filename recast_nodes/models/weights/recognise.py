"""What a file of weights is, known by the names and shapes of its tensors and not by the name of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .checkpoints import NetworkPart, parts, structure

ALIKE = 0.5  # share of tensors that must agree for a file to be called a damaged or older form of a network
DEEPEST = 4  # dicts in dicts


class Known(NamedTuple):
    """A dict of tensors that fits networks exactly. The decoders of both models have one structure."""

    fits: tuple[NetworkPart, ...]
    tensors: dict[str, Tensor]  # as the file has them, by names without the file's prefix

    def named_tensors(self, part: NetworkPart) -> dict[str, Tensor]:
        """The tensors by the network's own names, in its types."""
        wanted = structure(*part)
        prefix = _prefix(wanted)
        return {name: self.tensors[name.removeprefix(prefix)].to(like.dtype) for name, like in wanted.items()}


class Unknown(NamedTuple):
    """A dict of tensors that fits nothing; `why` says in words what it comes nearest to."""

    why: str


def recognise(content: Any) -> list[Known | Unknown]:
    """What is in a file: one entry for each dict of tensors in it."""
    return [_recognise(tensors) for tensors in _dicts(content, 0)]


def _dicts(content: Any, depth: int) -> Iterator[dict[str, Tensor]]:
    """Every dict that holds tensors, however it is wrapped: as it is, under 'state_dict', several side by side."""
    if not isinstance(content, Mapping) or depth > DEEPEST:
        return
    tensors = {str(name): entry for name, entry in content.items() if isinstance(entry, Tensor)}
    if tensors:
        yield tensors
    for entry in content.values():
        yield from _dicts(entry, depth + 1)


def _recognise(tensors: dict[str, Tensor]) -> Known | Unknown:
    prefix = _prefix(tensors)
    core = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    fits = tuple(part for part in parts() if not _differences(core, _core(part)))
    if not fits:
        return Unknown(_nearest(tensors, core))
    unreal = next((name for name, tensor in core.items() if not _finite(tensor)), None)
    if unreal is not None:
        return Unknown(f"it is {_names_of(fits)}, but its tensor {unreal} holds numbers that are not finite")
    return Known(fits, core)


def _core(part: NetworkPart) -> dict[str, Tensor]:
    wanted = structure(*part)
    prefix = _prefix(wanted)
    return {name.removeprefix(prefix): tensor for name, tensor in wanted.items()}


def _prefix(names: Mapping[str, Any]) -> str:
    """The words that all names begin with, as `module.detector.`; files and networks may be wrapped differently."""
    split = [name.split(".")[:-1] for name in names]
    shared = []
    for words in zip(*split):
        if len(set(words)) > 1:
            break
        shared.append(words[0] + ".")
    return "".join(shared)


def _differences(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> list[str]:
    """In words, what keeps tensors from being a network's."""
    differences = []
    if missing := [name for name in wanted if name not in found]:
        differences.append(f"{len(missing)} of its tensors are missing (the first is {missing[0]})")
    if extra := [name for name in found if name not in wanted]:
        differences.append(f"{len(extra)} tensors do not belong there (the first is {extra[0][:80]})")
    for name in (name for name in wanted if name in found):
        if found[name].shape != wanted[name].shape:
            shapes = f"{list(found[name].shape)}, not {list(wanted[name].shape)}"
            differences.append(f"its tensor {name} has the shape {shapes}")
            break
        if not _of_kind(found[name], wanted[name]):
            differences.append(f"its tensor {name} holds {str(found[name].dtype).removeprefix('torch.')}")
            break
    return differences


def _of_kind(found: Tensor, wanted: Tensor) -> bool:
    """Floats of any precision for floats, whole numbers for whole numbers, and dense both."""
    if found.layout != torch.strided or found.is_quantized or found.is_complex():
        return False
    return found.is_floating_point() == wanted.is_floating_point()


def _nearest(tensors: Mapping[str, Tensor], core: Mapping[str, Tensor]) -> str:
    plain = {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    pairs = [
        (part, found, wanted) for part in parts() for found, wanted in ((core, _core(part)), (plain, structure(*part)))
    ]
    part, found, wanted = max(pairs, key=lambda pair: _agreement(*pair[1:]))
    if _agreement(found, wanted) < ALIKE:
        return f"it holds {len(tensors)} tensors of something else (the first is {next(iter(tensors))[:80]})"
    return f"it looks like {_names_of((part,))}, but {'; '.join(_differences(found, wanted))}"


def _agreement(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> float:
    """The share of all names that are in both, those of another shape counting half."""
    both = found.keys() & wanted.keys()
    same = sum(1.0 if found[name].shape == wanted[name].shape else 0.5 for name in both)
    return same / len(found.keys() | wanted.keys())


def _names_of(fits: tuple[NetworkPart, ...]) -> str:
    return " or ".join(f"{part.model}'s {part.part}" for part in fits)


def _finite(tensor: Tensor) -> bool:
    return not tensor.is_floating_point() or bool(tensor.isfinite().all())
