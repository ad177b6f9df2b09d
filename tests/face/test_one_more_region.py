"""A region more is one declaration: a knob, a row of the report, a column of the EXR forms, in every host."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from recast_nodes.face.regions import REGIONS

DECLARED = """
import recast_nodes.face.regions as regions
from recast_nodes.face.anatomy import FACE_SIDES
from recast_nodes.face.blendshapes import blendshapes

regions.REGIONS["ears"] = regions.Region("ears", "What is before the ears.", FACE_SIDES, 1.5, **{extra})
"""
MEASURED = '{"coefficients": blendshapes("noseSneer")}'
BARE = "{}"

KNOB = """
import json
from recast_nodes.graph.edit import edit_graph
from recast_nodes.hosts.blender.properties import properties
from recast_nodes.hosts.nuke.gizmos import gizmo
from recast_nodes.nodes import NODES

mix = NODES["ExpressionMix"]
knob = mix.knobs["ears"]
assert list(mix.knobs).index("reference") == list(mix.knobs).index("ears") + 1
assert mix(0).ears == 1.0 and mix(0, ears=0.5).ears == 0.5
assert "ears" in gizmo(mix) and "ears" in json.dumps(properties(NODES))
print(json.dumps(knob.describe()))
"""

EDIT = """
import sys, tempfile, torch
import numpy as np
from pathlib import Path
from recast_nodes.evaluation import metrics
from recast_nodes.evaluation.numbers import Numbers
from recast_nodes.evaluation.report import row_of
from recast_nodes.evaluation.summary import summarise
from recast_nodes.face.regions import REGIONS
from recast_nodes.media.exr.forms import read_form, write_form
from recast_nodes.media.journal.record_bytes import check_reads_back, encode_record
from recast_nodes.models.canonical import canonical_face
from recast_nodes.models.interface import DecodeKnobs, Scene
from recast_nodes.models.mesh.model import MeshModel
from recast_nodes.nodes import NODES
from recast_nodes.stages.expression.liveportrait import regions as of_liveportrait
from recast_nodes.stages.membership import region_weights
from recast_nodes.wires import Motion
from tests.performer import motions, plate, track

face = canonical_face().vertices
weights = region_weights(face)
assert len(weights) == len(REGIONS)
torch.testing.assert_close(weights.sum(0), torch.ones(len(face)))
assert float(weights[-1, REGIONS["ears"].landmarks[0]]) > 0.8

def motion(expression):
    eye, one = torch.eye(3), torch.ones(1)
    return Motion("mesh", face, expression, eye, one, torch.zeros(3), face + expression, torch.zeros(52), "tracked")

moved = torch.full((len(face), 3), 0.1)
still, driver = motion(torch.zeros_like(face)), motion(moved)
NAMES = [name for name in NODES["ExpressionMix"].knobs if name in REGIONS]
assert NAMES == list(REGIONS)

def edited(**knobs):
    node = NODES["ExpressionMix"](0, transfer="paper-equations", replace=1.0, retarget=0.0, likeness=0.0, **knobs)
    return MeshModel().mix(still, driver, None, None, node._mix()).expression

whole, without = edited(), edited(ears=0.0)
torch.testing.assert_close(whole - without, weights[-1][:, None] * moved)

(own,), picture = motions([track()]), plate()
acted = own._replace(expression=own.expression + 0.3, source=own.source[:0])

def rendered(ears):
    mix = NODES["ExpressionMix"](0, replace=1.0, ears=ears)._mix()
    scene = Scene(picture, track(), MeshModel().mix(own, acted, None, None, mix))
    return MeshModel().decode(MeshModel().warp(scene), None, DecodeKnobs(1.0, 0.0, 0.0, 1.0, 0)).pixels

assert bool((rendered(0.0) != rendered(2.0)).any()), "the knob moves pixels"

columns = of_liveportrait()
assert columns.shape == (21, len(REGIONS)) and not bool(columns[:, -1].any())
torch.testing.assert_close(columns.sum(1), torch.ones(21))

form = motion(moved)._replace(regions=weights.T.contiguous())
with tempfile.TemporaryDirectory() as folder:
    write_form(form, Path(folder) / "motion.exr")
    read = read_form(Path(folder) / "motion.exr")
assert torch.equal(read.regions, form.regions)
check_reads_back(encode_record("key", form), form)

curves = np.random.default_rng(0).random((4, 3, 52))
shot = [
    Numbers(frame, "tracked", 1.0, coefficients=three, expression=metrics.nearness(*three),
            regions={name: metrics.nearness(*three, name) for name in metrics.MEASURED_REGIONS})
    for frame, three in enumerate(curves)
]
row, summary = row_of(shot[0], []), summarise(shot)
assert "ears_moved" in row
print("measured" if row["ears_moved"] is not None else "empty", "ears" in summary.regions)
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("extra", [MEASURED, BARE], ids=["measured", "bare"])
def test_it_is_a_knob_in_every_host(extra: str) -> None:
    knob = json.loads(run(DECLARED.replace("{extra}", extra) + KNOB))
    assert knob["name"] == "ears" and knob["default"] == 1.0 and knob["group"] == "regions"
    assert knob["tip"].startswith("What is before the ears.")
    assert "Does nothing with liveportrait" in knob["tip"], "no keypoint of it is named there"


@pytest.mark.parametrize(
    "extra, reported", [(MEASURED, "measured True"), (BARE, "empty False")], ids=["measured", "bare"]
)
def test_it_is_edited_reported_written_and_read(extra: str, reported: str) -> None:
    assert run(DECLARED.replace("{extra}", extra) + EDIT).strip() == reported


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_a_region_says_what_it_is(region) -> None:  # type: ignore[no-untyped-def]
    assert region.tip.endswith(".") and region.landmarks and region.coefficients
    assert region.reach is None or 0 < region.reach < 3
    assert 0 < region.read <= 1 and 0 <= region.given_back <= 1 and 0 <= region.by_coefficients <= 1
