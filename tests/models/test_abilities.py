"""What is known of the models without loading them is what the loaded ones say."""

import subprocess
import sys

import pytest

from recast_nodes import models
from recast_nodes.errors import ModelMissing
from recast_nodes.graph.document import save
from recast_nodes.graph.edit import edit_graph
from recast_nodes.models.abilities import HAND_SLIDERS, weights
from recast_nodes.stages.expression.sliders import SLIDERS


@pytest.mark.parametrize("name", models.NAMES)
def test_the_sliders_are_the_models_own(name):
    assert models.get(name).sliders == HAND_SLIDERS[name]
    assert set(HAND_SLIDERS) == set(models.NAMES) and HAND_SLIDERS["mesh"] == SLIDERS


def test_weights_are_known_by_name():
    assert weights("mesh") == models.get("mesh").weights()
    with pytest.raises(ModelMissing, match="There is no model 'mash'"):
        weights("mash")


def test_a_check_loads_no_network_library(make_plate, tmp_path):
    save(edit_graph(make_plate(), make_plate(), str(tmp_path / "o.####.exr")), tmp_path / "s.yaml")
    code = (
        "import sys; from click.testing import CliRunner; from recast_nodes.hosts.cli import recast; "
        "print(CliRunner().invoke(recast, ['check', sys.argv[1]]).output); "
        "print('loaded', *({'torch', 'mediapipe', 'cv2', 'matplotlib', 'onnxruntime'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code, tmp_path / "s.yaml"], capture_output=True, text=True)
    assert answer.stdout.splitlines()[-1].split() == ["loaded"], answer.stdout + answer.stderr
    assert "s.yaml:" in answer.stdout
