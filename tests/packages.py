"""Packages of other people, installed for one test: a folder on sys.path with modules and the notes that pip leaves."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest


def install(
    folder: Path, name: str, modules: Mapping[str, str], entries: Mapping[str, Mapping[str, str]], version: str = "1.0"
) -> None:
    """Write a package into `folder`: `modules` by their paths, `entries` by group, name and reference."""
    for path, text in modules.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    notes = folder / f"{name}-{version}.dist-info"
    notes.mkdir(parents=True)
    (notes / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    groups = (
        "\n".join([f"[{group}]", *(f"{key} = {value}" for key, value in points.items())])
        for group, points in entries.items()
    )
    (notes / "entry_points.txt").write_text("\n".join(groups) + "\n", encoding="utf-8")


def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process see what is installed in `folder`, until the test ends: modules of it are forgotten again."""
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    for path in folder.rglob("*.py"):
        module = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        monkeypatch.setitem(sys.modules, module, None)  # type: ignore[arg-type]  # notes what to undo
        del sys.modules[module]


def need_setuptools(least: int = 77) -> None:
    """Skip where setuptools is missing or older than what reads our pyproject.toml. It is not imported for that: it
    takes the place of distutils, and refuses to where that is in use already.
    """
    try:
        found = metadata.version("setuptools")
    except metadata.PackageNotFoundError:
        found = "0"
    if int(found.split(".")[0]) < least:
        pytest.skip(f"needs setuptools {least}")
