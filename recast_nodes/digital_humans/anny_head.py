"""Anny's head, a second topology: MakeHuman's, with ARKit's 52 shapes. Needs the extra `anny`.

R. Brégier et al., "Human Mesh Modeling for Anny Body", 2025; the package is NAVER's, Apache-2.0. It has no landmarks,
teeth or colours that are known here, so it is posed and compared, and not yet drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import NotInstalled
from .ict import EYE_CENTRES
from .interface import EYES, SKIN, Points, Topology, floats

HEAD_BONES = ("neck01", "neck02", "neck03", "head", "eye.L", "eye.R")
EYE_BONES = ("eye.L", "eye.R")
USUAL, SPREAD = 0.5, 0.12  # of what Anny calls phenotypes, 0..1: the middle, and for a coefficient of one


class AnnyHead:
    """See `HeadModel`. Expressions have ARKit's names; identities are Anny's phenotypes.

    Lengths are those of the other heads: the eyes lie where ICT-FaceKit's do.
    """

    name = "anny"

    def __init__(self, model: Any):
        self._model = model
        self.identities, self.expressions = len(model.phenotype_labels), tuple(model.facial_action_labels)
        bones = np.array(model.bone_labels)
        strongest = model.vertex_bone_weights.argmax(1, keepdim=True)
        owner = bones[model.vertex_bone_indices.gather(1, strongest)[:, 0].numpy()]
        self._rows = np.flatnonzero(np.isin(owner, HEAD_BONES))
        self._eyes = [np.flatnonzero(owner[self._rows] == bone) for bone in EYE_BONES]
        self.topology = self._topology(model.faces.numpy())
        whole = self._shape({})
        self._shapes = {each: self._shape({each: 1.0}) - whole for each in self.expressions}

    def neutral(self, identity: NDArray[np.floating]) -> Points:
        return self._to_eyes(self._shape({}, np.asarray(identity, np.float64)))

    def posed(self, neutral: Points, expression: Mapping[str, float]) -> Points:
        points = neutral.astype(np.float64)
        for name, weight in expression.items():
            points += weight * self._scale * self._shapes[name]
        return floats(points)

    def _shape(self, expression: Mapping[str, float], identity: NDArray[np.floating] | None = None) -> NDArray:
        """(V, 3) the head in Anny's metres, turned as heads are here."""
        import torch

        model, coefficients = self._model, np.zeros(self.identities)
        if identity is not None:
            coefficients[: len(identity)] = identity
        amounts = np.clip(USUAL + SPREAD * coefficients, 0, 1)
        phenotypes = {
            label: torch.tensor([amount], dtype=torch.float32)
            for label, amount in zip(model.phenotype_labels, amounts.tolist(), strict=True)
        }
        still = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
        with torch.no_grad():
            made = model(pose_parameters=still, phenotype_kwargs=phenotypes, facial_actions=dict(expression))
        x, y, z = np.moveaxis(made["vertices"][0].numpy()[self._rows].astype(np.float64), -1, 0)
        return np.stack([x, z, -y], -1)

    def _topology(self, faces: NDArray[np.integer]) -> Topology:
        new = np.full(int(faces.max()) + 1, -1)
        new[self._rows] = np.arange(len(self._rows))
        chosen = new[faces]
        parts = np.zeros(len(self._rows), np.int32)
        for number, rows in enumerate(self._eyes, 1):
            parts[rows] = number
        shape = self._shape({})
        places = floats([EYE_CENTRES[each] for each in EYES])
        middles = np.stack([shape[rows].mean(0) for rows in self._eyes])
        self._scale = float(np.linalg.norm(places[0] - places[1]) / np.linalg.norm(middles[0] - middles[1]))
        return Topology(
            chosen[chosen.min(1) >= 0].astype(np.int32),
            parts,
            (SKIN[0], *EYES),
            np.zeros((len(parts), 2), np.float32),
            self._to_eyes(shape),
            np.zeros(68, np.int32),
        )

    def _to_eyes(self, shape: NDArray[np.floating]) -> Points:
        places = floats([EYE_CENTRES[each] for each in EYES]).mean(0)
        middle = np.mean([shape[rows].mean(0) for rows in self._eyes], 0)
        return floats((shape - middle) * self._scale + places)


@cache
def load_anny() -> AnnyHead:
    """The head of the installed package, built once; this takes some ten seconds. Raises NotInstalled."""
    try:
        import anny
    except ImportError as error:
        raise NotInstalled("Anny's head needs the package anny: pip install 'recast-nodes[anny]'.") from error
    return AnnyHead(anny.Anny(facial_actions="all"))
