"""A user's AdaFace, SMIRK and L2CS: networks made up here that take and give what those do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="a user's own networks need the extra `faces`")
pytest.importorskip("onnx", reason="to make networks up")

import onnx
from click.testing import CliRunner
from onnx import TensorProto, helper, numpy_helper

from recast_nodes.errors import WeightsError
from recast_nodes.evaluation.benchmark.networks import Networks
from recast_nodes.evaluation.benchmark.own_networks import KINDS, OwnNetworks, show_aligned
from recast_nodes.evaluation.benchmark.readings import FaceReader, expression_distance, likeness
from recast_nodes.evaluation.benchmark.table import COLUMNS, columns_of
from recast_nodes.evaluation.fidelity import angle_between
from recast_nodes.face.published import ALIGNED_112
from recast_nodes.hosts.cli.bench import command
from recast_nodes.models.tracker.region import (
    LEFT_EYE_CORNERS,
    MOUTH_CORNERS,
    NOSE_TIP,
    RIGHT_EYE_CORNERS,
    five_points,
)


def write_network(path: Path, size: int, outputs: dict[str, np.ndarray]) -> Path:
    """A network whose outputs are these weights (3, N), times the mean of each channel, and these biases (row 3)."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["picture"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["means"]),
    ]
    weights, given = [], []
    for name, table in outputs.items():
        weights += [numpy_helper.from_array(table[:3].astype(np.float32), f"{name} w")]
        weights += [numpy_helper.from_array(table[3].astype(np.float32), f"{name} b")]
        nodes.append(helper.make_node("Gemm", ["means", f"{name} w", f"{name} b"], [name]))
        given.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, table.shape[1]]))
    taken = [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, size, size])]
    model = helper.make_model(helper.make_graph(nodes, "made up", taken, given, weights))
    model.opset_import[0].version, model.ir_version = 17, 8
    onnx.save(model, str(path))
    return path


def constant(values: list[float]) -> np.ndarray:
    """(4, N) a row of outputs that depend on nothing."""
    return np.concatenate([np.zeros((3, len(values))), [values]])


def peak(at: int, count: int = 90) -> np.ndarray:
    return constant([60.0 if number == at else 0.0 for number in range(count)])


@pytest.fixture
def landmarks() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.uniform(60, 196, (478, 3))


PIXELS = np.full((256, 256, 3), (255, 128, 0), np.uint8)


def test_adaface_is_shown_blue_first_from_minus_one_to_one(tmp_path, landmarks):
    table = np.zeros((4, 512))
    table[:3, :3] = np.eye(3)
    network = OwnNetworks({"csim": write_network(tmp_path / "adaface.onnx", 112, {"feature": table})})
    landmarks[:, :2] = 128 + (landmarks[:, :2] - 128) / 4
    seen = network.read(PIXELS, landmarks).embedding
    assert seen.shape == (512,)
    assert seen[0] < seen[1] < seen[2] and np.abs(seen).max() <= 1.0001


def test_faces_are_stood_upright_by_their_five_points():
    landmarks = np.zeros((478, 3))
    wanted = np.array(ALIGNED_112)
    turn = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
    mouth = [(corner,) for corner in MOUTH_CORNERS]
    for corners, place in zip([LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS, (NOSE_TIP,), *mouth], wanted, strict=True):
        landmarks[list(corners), :2] = 2 * (place - 56) @ turn.T + 300
    pixels = np.zeros((600, 600, 3), np.uint8)
    for x, y in np.round(five_points(landmarks)).astype(int):
        pixels[y - 3 : y + 4, x - 3 : x + 4] = 255
    shown = show_aligned(pixels, landmarks, 112)[0, 0]
    for x, y in np.round(wanted).astype(int):
        assert shown[y, x] > 0.9
    assert shown.mean() < -0.9


def test_smirk_gives_expression_and_pose_by_its_outputs_names(tmp_path, landmarks):
    outputs = {"expression_params": constant([0.5] * 50), "jaw_params": constant([0.1, 0, 0])}
    outputs |= {"eyelid_params": constant([0.2, 0.3]), "pose_params": constant([0.01, 0.02, 0.03])}
    outputs |= {"shape_params": constant([9.0] * 300)}
    network = OwnNetworks({"aed": write_network(tmp_path / "smirk.onnx", 224, outputs)})
    seen = network.read(PIXELS, landmarks)
    np.testing.assert_allclose(seen.expression, [0.5] * 50 + [0.1, 0, 0, 0.2, 0.3], atol=1e-6)
    np.testing.assert_allclose(seen.pose, [0.01, 0.02, 0.03], atol=1e-6)
    unnamed = write_network(tmp_path / "other.onnx", 224, {"output": constant([0.0] * 50)})
    with pytest.raises(WeightsError, match="'exp'"):
        OwnNetworks({"aed": unnamed}).read(PIXELS, landmarks)


def test_l2cs_bins_are_degrees(tmp_path, landmarks):
    def look(name: str, yaw: int, pitch: int, count: int = 90) -> np.ndarray:
        outputs = {"yaw": peak(yaw, count), "pitch": peak(pitch, count)}
        return OwnNetworks({"mae": write_network(tmp_path / name, 448, outputs)}).read(PIXELS, landmarks).gaze

    ahead = look("ahead.onnx", 45, 45)
    np.testing.assert_allclose(ahead, (0, 0, 1), atol=1e-6)
    assert abs(angle_between(ahead, look("aside.onnx", 50, 45)) - 20) < 1e-3
    assert abs(angle_between(ahead, look("up.onnx", 45, 48)) - 12) < 1e-3
    assert abs(angle_between(ahead, look("mpii.onnx", 19, 14, 28)) - 15) < 1e-3
    swapped = {"pitch": peak(45), "yaw": peak(50)}
    seen = OwnNetworks({"mae": write_network(tmp_path / "swapped.onnx", 448, swapped)}).read(PIXELS, landmarks).gaze
    np.testing.assert_allclose(seen, look("aside.onnx", 50, 45))


@pytest.mark.parametrize("metric", KINDS)
def test_a_network_of_another_size_or_another_kind_is_refused(tmp_path, metric, landmarks):
    other = write_network(tmp_path / "other.onnx", 96, {"output": constant([0.0] * 7)})
    with pytest.raises(WeightsError, match=KINDS[metric].called):
        OwnNetworks({metric: other})
    right = write_network(tmp_path / "right.onnx", KINDS[metric].size, {"output": constant([0.0] * 7)})
    with pytest.raises(WeightsError):
        OwnNetworks({metric: right}).read(PIXELS, landmarks)
    nothing = tmp_path / "nothing.onnx"
    nothing.write_bytes(b"no network")
    with pytest.raises(WeightsError, match="nothing.onnx cannot be read as ONNX.*exported to ONNX first"):
        OwnNetworks({metric: nothing})


def test_the_table_says_whose_numbers_they_are(tmp_path):
    file = write_network(tmp_path / "adaface.onnx", 112, {"feature": constant([1.0] * 512)})
    networks = Networks({"csim": file})
    sha256 = networks.files["csim"][1]
    rows = {"unedited": {"replacement": {"csim": 0.5, "aed": 0.1}}}
    csim, aed = (each for each in columns_of(rows, networks.columns))
    assert "AdaFace" in csim.about and sha256[:16] in csim.about and aed in COLUMNS
    assert any(sha256 in note for note in networks.notes)
    assert not any("CSIM is left out" in note for note in networks.notes)


def test_the_command_knows_which_metrics_take_a_network(tmp_path):
    file = write_network(tmp_path / "adaface.onnx", 112, {"feature": constant([1.0] * 512)})
    for text, said in ((f"psnr={file}", "AdaFace"), ("csim=nowhere.onnx", "not there"), ("csim", "csim=FILE")):
        ended = CliRunner().invoke(command, ["quality", "--folder", str(tmp_path), "--network", text])
        assert ended.exit_code == 2 and said in ended.output


def test_faces_are_read_by_them_in_place_of_the_usual_readers(tmp_path, shared):
    import cv2

    movie = cv2.VideoCapture(str(next((shared / "footage").glob("d18*"))))
    pixels = np.ascontiguousarray(movie.read()[1][..., ::-1])
    plain = FaceReader().read(pixels)
    files = {"mae": write_network(tmp_path / "l2cs.onnx", 448, {"yaw": peak(45), "pitch": peak(45)})}
    files["csim"] = write_network(tmp_path / "ada.onnx", 112, {"feature": constant([1.0] * 512)})
    own = FaceReader(OwnNetworks(files)).read(pixels)
    assert plain is not None and own is not None
    np.testing.assert_allclose(own.gaze, (0, 0, 1), atol=1e-6)
    assert own.embedding.shape == (512,) and abs(likeness(own, own) - 1) < 1e-6
    assert expression_distance(own, plain) == 0
