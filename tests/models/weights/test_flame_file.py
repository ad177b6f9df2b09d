"""FLAME's file and arithmetic: a synthetic model, with the published files' oddities, beside smplx and a plain loop."""

from __future__ import annotations

import pickle
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recast_nodes.digital_humans.flame import JOINTS, FlameHead, FlameModel
from recast_nodes.errors import WeightsError
from recast_nodes.models.weights.flame_file import read_flame

VERTICES = 5023
AGREES = 1e-6  # metres


class Ch:
    """Stands for chumpy's array when a file is written."""

    def __init__(self, x: np.ndarray):
        self.x = x


class csc_matrix:
    """Stands for SciPy's sparse matrix when a file is written."""

    def __init__(self, dense: np.ndarray):
        rows, columns = np.nonzero(dense.T)[::-1]
        order = np.lexsort((rows, columns))
        self.data, self.indices = dense[rows[order], columns[order]], rows[order].astype(np.int32)
        self.indptr = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=dense.shape[1]))]).astype(np.int32)
        self._shape = dense.shape


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    regressor = np.zeros((5, VERTICES))
    for joint in range(5):
        regressor[joint, rng.choice(VERTICES, 20, replace=False)] = rng.dirichlet(np.ones(20))
    return {
        "v_template": rng.normal(0, 0.1, (VERTICES, 3)),
        "shapedirs": rng.normal(0, 0.01, (VERTICES, 3, 400)),
        "posedirs": rng.normal(0, 0.001, (VERTICES, 3, 36)),
        "J_regressor": regressor,
        "weights": rng.dirichlet(np.ones(5), VERTICES),
        "kintree_table": np.array([[2**32 - 1, 0, 1, 1, 1], [0, 1, 2, 3, 4]], np.int64),
        "f": rng.integers(0, VERTICES, (9976, 3)).astype(np.uint32),
    }


@pytest.fixture
def as_published() -> Iterator[None]:
    """While it lasts, our stand-ins are pickled as chumpy's and SciPy's classes."""
    names = {"chumpy": Ch, "chumpy.ch": Ch}
    names |= dict.fromkeys(("scipy", "scipy.sparse", "scipy.sparse.csc"), csc_matrix)
    before = {name: sys.modules.get(name) for name in names}
    for name, kind in names.items():
        module = types.ModuleType(name)
        setattr(module, kind.__name__, kind)
        sys.modules[name] = module
    Ch.__module__, csc_matrix.__module__ = "chumpy.ch", "scipy.sparse.csc"
    yield
    Ch.__module__ = csc_matrix.__module__ = __name__
    for name, module in before.items():
        if module is None:
            del sys.modules[name]
        else:
            sys.modules[name] = module


def write(path: Path, arrays: dict[str, np.ndarray], protocol: int) -> Path:
    wrapped = dict(arrays) | {"J_regressor": csc_matrix(arrays["J_regressor"])}
    wrapped |= {name: Ch(arrays[name]) for name in ("shapedirs", "v_template")} | {"bs_style": "lbs"}
    path.write_bytes(pickle.dumps(wrapped, protocol))
    return path


def model_of(arrays: dict[str, np.ndarray]) -> FlameModel:
    parents = np.array([-1, 0, 1, 1, 1])
    plain = (arrays[n] for n in ("v_template", "shapedirs", "posedirs", "J_regressor", "weights"))
    return FlameModel(*plain, parents, arrays["f"].astype(np.int32))


@pytest.mark.parametrize("protocol", (0, 2, 4))
def test_a_published_file_is_read_with_its_oddities(tmp_path: Path, arrays, as_published, protocol: int):
    read = read_flame(write(tmp_path / "generic_model.pkl", arrays, protocol))
    for one, other in zip(read, model_of(arrays), strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_npz_is_read_too(tmp_path: Path, arrays):
    np.savez(tmp_path / "flame.npz", **arrays)
    np.testing.assert_array_equal(read_flame(tmp_path / "flame.npz").template, arrays["v_template"])


class Hostile:
    def __init__(self, witness: Path):
        self.witness = witness

    def __reduce__(self):
        return Path.touch, (self.witness,)


def test_a_hostile_file_is_refused_and_not_run(tmp_path: Path):
    path = tmp_path / "generic_model.pkl"
    path.write_bytes(pickle.dumps({"v_template": Hostile(tmp_path / "was-run")}, 2))
    with pytest.raises(WeightsError, match="Nothing of it was run"):
        read_flame(path)
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize("content", (b"", b"no pickle", pickle.dumps({"f": 1}), pickle.dumps([1, 2])))
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "generic_model.pkl"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"generic_model\.pkl"):
        read_flame(path)


def test_wrong_shapes_are_refused(tmp_path: Path, arrays):
    np.savez(tmp_path / "flame.npz", **arrays | {"posedirs": arrays["posedirs"][..., :35]})
    with pytest.raises(WeightsError, match="posedirs"):
        read_flame(tmp_path / "flame.npz")


@pytest.fixture(scope="module")
def parameters() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.normal(size=300), rng.normal(size=100), rng.normal(0, 0.4, (5, 3))


def test_a_plain_loop_gives_the_same(arrays, parameters):
    """Eq. 2, vertex by vertex, with rotations by the exponential's series."""
    shape, expression, pose = parameters
    model = model_of(arrays)
    made = model.vertices(shape, expression, pose)
    shaped = arrays["v_template"] + arrays["shapedirs"] @ np.concatenate([shape, expression])
    joints = arrays["J_regressor"] @ shaped
    turns = []
    for x, y, z in pose:
        cross, term, total = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]]), np.eye(3), np.eye(3)
        for k in range(1, 30):
            term = term @ cross / k
            total = total + term
        turns.append(total)
    corrections = np.concatenate([(turn - np.eye(3)).ravel() for turn in turns[1:]])
    for vertex in (0, 17, 5022):
        start = shaped[vertex] + arrays["posedirs"][vertex] @ corrections
        total = np.zeros(3)
        for joint in range(5):
            point, at = start, joint
            while at >= 0:
                point = turns[at] @ (point - joints[at]) + joints[at]
                at = (-1, 0, 1, 1, 1)[at]
            total += arrays["weights"][vertex, joint] * point
        np.testing.assert_allclose(made[vertex], total, atol=1e-9)


def test_smplx_gives_the_same(tmp_path: Path, arrays, parameters):
    smplx = pytest.importorskip("smplx")
    torch = pytest.importorskip("torch")
    (tmp_path / "flame").mkdir()
    plain = dict(arrays) | {"f": arrays["f"].astype(np.int64)}
    (tmp_path / "flame" / "FLAME_NEUTRAL.pkl").write_bytes(pickle.dumps(plain, 2))
    landmarks = {"lmk_face_idx": np.zeros(51, np.int64), "lmk_b_coords": np.zeros((51, 3))}
    (tmp_path / "flame" / "flame_static_embedding.pkl").write_bytes(pickle.dumps(landmarks, 2))
    theirs = smplx.create(
        str(tmp_path),
        "flame",
        num_betas=300,
        num_expression_coeffs=100,
        use_face_contour=False,
        dtype=torch.float64,
    )
    shape, expression, pose = (torch.from_numpy(each)[None] for each in parameters)
    angles = dict(zip(("global_orient", "neck_pose", "jaw_pose", "leye_pose", "reye_pose"), pose[0][:, None]))
    wanted = theirs(betas=shape, expression=expression, **angles).vertices[0].detach().numpy()
    made = model_of(arrays).vertices(*parameters)
    np.testing.assert_allclose(made, wanted, atol=AGREES)


def test_the_head_is_in_centimetres_and_knows_its_names(arrays):
    head = FlameHead(model_of(arrays))
    neutral = head.neutral(np.array([1.0, -0.5]))
    np.testing.assert_allclose(head.posed(neutral, {}), neutral, atol=1e-4)
    opened = head.posed(neutral, {"jaw_x": 0.3, "expression_002": 1.0})
    pose = np.zeros((5, 3))
    pose[JOINTS.index("jaw"), 0] = 0.3
    weights = np.zeros(100)
    weights[2] = 1
    wanted = model_of(arrays).vertices(np.array([1.0, -0.5]), weights, pose) * 100
    np.testing.assert_allclose(opened, wanted, atol=1e-3)
    with pytest.raises(KeyError):
        head.posed(neutral, {"jawOpen": 1.0})
