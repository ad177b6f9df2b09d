"""The models of `recast models list`: our own, and those that other packages bring."""

from __future__ import annotations

from typing import Any

import click


def list_models() -> list[dict[str, Any]]:
    """Every model, and every one that a package brings in vain, as plain data."""
    from ...model_registry import MODELS

    entries: list[dict[str, Any]] = []
    for model in MODELS:
        entry = {"name": f"models/{model.name}", "state": "whole", "purpose": model.summary}
        entries.append(entry | {"package": str(MODELS.origin(model.name))})
    for problem in MODELS.problems:
        entries.append({"name": f"models/{problem.name}", "state": "damaged", "fault": problem.text})
    return entries


def show_installed_models() -> None:
    """Print every model with what it does, and those that cannot be used with why."""
    from ...model_registry import MODELS

    click.echo("Models, for `recast edit --model` and MotionExtract.model:")
    for model in MODELS:
        origin = f" (package {MODELS.origin(model.name)})" if MODELS.is_foreign(model.name) else ""
        click.echo(f"  {model.name}{origin}: {model.summary}")
    for problem in MODELS.problems:
        click.echo(f"  {problem.text}")
