"""The networks of models, made by name."""

from __future__ import annotations

from torch import nn

from ...errors import ModelMissing
from ...model_registry import MODELS


def build(model: str, part: str) -> nn.Module:
    """See `recast_nodes.models.build`."""
    declared = MODELS.get(model).networks
    if not declared:
        raise ModelMissing(f"There are no networks of a model {model!r}; there are {' and '.join(with_networks())}.")
    networks = MODELS.load(model, declared)
    if part not in networks:
        raise ModelMissing(f"The {model} model has no network {part!r}; it has {', '.join(networks)}.")
    return networks[part]().eval()


def with_networks() -> list[str]:
    """The models that have networks to build."""
    return [traits.name for traits in MODELS if traits.networks]


def parts_of(model: str) -> list[str]:
    """The networks of a model, none for one without."""
    declared = MODELS.get(model).networks
    return list(MODELS.load(model, declared)) if declared else []
