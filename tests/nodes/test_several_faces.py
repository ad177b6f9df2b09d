"""Composites in a row: what one face leaves, the next one keeps; and a face that others hide."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from recast_nodes.models import provenance
from recast_nodes.nodes import Decode, ExpressionMix, MaskComposite, Warp
from recast_nodes.stages.grid.shapes import fill_polygon
from recast_nodes.stages.track.hull import person_outline
from recast_nodes.wires import Face, Image, Track

from ..performer import motions, plate, track

LEFT, RIGHT = (track(size=110.0, centre=(x, 100.0)) for x in (90.0, 270.0))
LAYERS = ("face", "matte", "stmap", "landmarks", "difference", "folds")
SIZE = (360, 200)


def edited(image: Image, seen: Track, weight: float = 1.0) -> Face:
    (source,) = motions([seen])
    driving = motions([track({25: 0.7, 44: 0.8, 45: 0.8})])[0]
    mix = ExpressionMix(5, replace=weight)
    motion = mix.process(source, driving, mix.analyse({5: mix.observe(driving)}))
    return Decode(5).process(Warp(5).process(image, seen, motion))


@pytest.fixture(scope="module")
def image() -> Image:
    return plate(*SIZE)


@pytest.fixture
def painter(monkeypatch) -> str:
    """A model that paints, and whose weights need not be here."""
    monkeypatch.setattr(provenance, "weights", lambda name: f"{name}'s")
    return "liveportrait"


def layer(image: Image, name: str) -> np.ndarray:
    return np.asarray(image.main.channels[name], np.float32)


def test_layers_are_those_of_all_faces(image):
    faces = [(seen, edited(image, seen)) for seen in (LEFT, RIGHT)]
    comp = MaskComposite(5, layers=LAYERS)
    singles = [comp.process(image, *face) for face in faces]
    both = comp.process(singles[0], *faces[1])
    for name in ("matte.A", "landmarks.A", "difference.G", "stmap.U"):
        one, other, whole = (layer(each, name) for each in (*singles, both))
        assert (whole[:, :180] == one[:, :180]).all() and (whole[:, 180:] == other[:, 180:]).all(), name
        assert (one[:, :180] != other[:, :180]).any(), name


def test_an_unedited_face_leaves_the_layers_of_the_one_before(image):
    comp = MaskComposite(5, layers=LAYERS)
    one = comp.process(image, LEFT, edited(image, LEFT))
    both = comp.process(one, RIGHT, edited(image, RIGHT, 0.0))
    assert all((layer(one, name) == layer(both, name)).all() for name in one.main.channels)


def test_the_header_names_every_model_once(image, painter):
    one = MaskComposite(5).process(image, LEFT, edited(image, LEFT))
    header = MaskComposite(5).process(one, RIGHT, edited(image, RIGHT)).main.attributes
    assert header["recast:model"].value == "mesh" and header["recast:weights"].value == "mesh's"
    other = edited(image, RIGHT)._replace(model=painter)
    header = MaskComposite(5).process(one, RIGHT, other).main.attributes
    assert header["recast:model"].value == f"mesh, {painter}"
    assert "Trained" in header["Iptc4xmpExt:DigitalSourceType"].value


@pytest.mark.parametrize("guard", [0.0, 1.0])
def test_whatever_the_model_the_face_before_is_the_plate(image, guard):
    before = person_outline(track(size=110.0, centre=(130.0, 100.0)).landmarks)
    seen = LEFT._replace(nearer=before[None])
    (source,) = motions([seen])
    driving = motions([track({25: 0.7})])[0]
    mix = ExpressionMix(5, replace=1.0)
    motion = mix.process(source, driving, mix.analyse({5: mix.observe(driving)}))
    face = Decode(5).process(Warp(5, guard=guard).process(image, seen, motion))
    result = MaskComposite(5).process(image, seen, face)
    inside = fill_polygon(before, SIZE)[0].numpy() > 0
    changed = layer(result, "G") != layer(image, "G")
    assert changed.any() and not changed[inside].any()


def test_a_hidden_face_is_edited_less(image):
    moved = []
    for trust in (1.0, 0.5, 0.0):
        seen = LEFT._replace(trust=trust)
        result = MaskComposite(5).process(image, seen, edited(image, seen))
        moved.append(float(np.abs(layer(result, "G") - layer(image, "G")).mean()))
    assert moved[0] > moved[1] > moved[2] == 0


def test_what_a_model_paints_fades_as_it_is_hidden(image, painter):
    face = edited(image, LEFT)
    painted = face._replace(model=painter, pixels=face.pixels + 0.2, change=torch.ones_like(face.change))
    crop = torch.tensor([[2.5, 0.0, 0.0], [0.0, 2.5, 0.0], [0.0, 0.0, 1.0]])
    seen = LEFT._replace(crop=crop)
    full, half, none = (
        layer(MaskComposite(5, match_colour=0.0).process(image, seen._replace(trust=trust), painted), "G")
        for trust in (1.0, 0.5, 0.0)
    )
    own = layer(image, "G")
    np.testing.assert_allclose((half - own), (full - own) / 2, atol=2e-3)
    assert (full != own).any() and (none == own).all()
