"""PyTorch's files (.pth, .pt, .ckpt, .bin) read as tensors and plain data, and as nothing else.

What a file asks for is looked at first, by a machine that can call nothing (see `pickles`), so that a refusal can name
it. Then PyTorch reads it with `weights_only`, which refuses on its own.
"""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import IO, Any

import torch

from ...errors import WeightsError
from .pickles import PickleRefused, Restricted, StandIn, Table
from .plain_pickles import PLAIN

ZIP = b"PK\x03\x04"
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C  # begins a file of PyTorch before 1.6
LARGEST_INDEX = 64 << 20  # bytes of the part that lists the tensors; of the published files it takes 50 KB
MOST_MEMBERS = 100_000
# What a download leaves behind when it did not work.
OTHER = {
    b"version https://git-lfs": "it is a Git LFS pointer, not the file itself: run `git lfs pull` where it came from",
    b"<!DOCTYPE": "it is a web page: the download did not work",
    b"<!doctype": "it is a web page: the download did not work",
    b"<html": "it is a web page: the download did not work",
}


class Anything(StandIn):
    """Takes the place of a tensor, a storage, a type: taken note of, and never made."""

    def __init__(self, *_: Any, **__: Any):
        pass

    def settle(self, state: Any) -> None:
        pass


STORAGES = ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool", "Untyped", "Typed")
TYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")
TENSORS: Table = {
    ("collections", "OrderedDict"): PLAIN["collections", "OrderedDict"],
    ("_codecs", "encode"): PLAIN["_codecs", "encode"],
    **{("torch", f"{kind}Storage"): Anything for kind in STORAGES},
    **{("torch.storage", f"{kind}Storage"): Anything for kind in ("Untyped", "Typed")},
    **{("torch", kind): Anything for kind in (*TYPES, "Size", "Tensor", "device")},
    **{
        ("torch._utils", name): Anything
        for name in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_parameter", "_rebuild_parameter_with_state")
    },
}


class _Tensors(Restricted):
    def persistent_load(self, key: Any) -> Any:
        return Anything()


def read_torch(path: Path) -> Any:
    """What a file of PyTorch holds: tensors, mapped into memory where the format allows, in dicts and lists.

    Raises WeightsError in one sentence: for what asks for anything else, is cut short, or is no such file.
    """
    try:
        zipped = _inspect(path)
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except PickleRefused as refused:
        raise WeightsError(f"{path} was refused: {refused}. Nothing of it was run.") from refused
    except (EOFError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{path} is damaged or cut short: it is no whole file of PyTorch.") from error
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"{path} was refused by PyTorch's own check for files that hold more than tensors."
        ) from error
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # broken files fail in as many ways as there are bytes
        raise WeightsError(f"{path} is damaged: it is no sound file of PyTorch.") from error


def _inspect(path: Path) -> bool:
    """Whether the file is a zip archive, as PyTorch writes since 1.6. Raises Refused for what no weights need."""
    if not path.is_file():
        raise PickleRefused("it is not a file")
    with path.open("rb") as opened:
        start = opened.read(32)
        if not start:
            raise PickleRefused("it is empty")
        for mark, words in OTHER.items():
            if start.lstrip().startswith(mark):
                raise PickleRefused(words)
        if start.startswith(ZIP):
            _inspect_zip(path)
            return True
        opened.seek(0)
        _inspect_legacy(opened)
        return False


def _inspect_zip(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        names = [member.filename.lower() for member in members]
        if len(members) > MOST_MEMBERS or len(set(names)) != len(names):
            raise PickleRefused("its archive holds too many members, or two of one name")
        if any(name.endswith("constants.pkl") or "/code/" in name for name in names):
            raise PickleRefused("it holds a program (TorchScript), where weights alone are wanted")
        # PyTorch packs nothing; what unpacks to more than the file holds is a bomb.
        stored = all(member.compress_type == zipfile.ZIP_STORED for member in members)
        if not stored or sum(member.file_size for member in members) > path.stat().st_size:
            raise PickleRefused("its archive is packed, which PyTorch never does")
        indices = [member for member in members if member.filename.endswith("/data.pkl")]
        if len(indices) != 1:
            raise PickleRefused("it is an archive, but not one of PyTorch")
        if indices[0].file_size > LARGEST_INDEX:
            raise PickleRefused(f"its list of tensors is larger than {LARGEST_INDEX >> 20} MB")
        with archive.open(indices[0]) as index:
            _Tensors(index, TENSORS).load()


def _inspect_legacy(opened: IO[bytes]) -> None:
    """Five pickles one after the other: a magic number, the protocol, the machine, the content, the storages' names."""
    if _Tensors(opened, TENSORS).load() != LEGACY_MAGIC:
        raise PickleRefused("PyTorch did not write it")
    for _ in range(4):
        _Tensors(opened, TENSORS).load()
