"""A fitted head as USD, by OpenUSD's own library (extra `performances`): a mesh whose points move, before its camera.

`/shot/camera` stands at the origin; `/shot/head` carries the head's pose, and `/shot/head/mesh` its points with the
expression of each frame. `/shot/head/expression` is a SkelAnimation: the parameters by name, as curves.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ...digital_humans.interface import HeadModel
from ...errors import NotInstalled
from ...wires import HeadParameters
from .whole_head import expression_of, person_at_rest, stand_of, whole_head, with_expression

SENSOR = 24.0  # millimetres of height; only the ratio to the focal length can be known
NEEDS = "USD needs OpenUSD's library: pip install 'recast-nodes[performances]'."


def require_usd() -> None:
    """Raises NotInstalled without OpenUSD's library."""
    try:
        import pxr  # noqa: F401
    except ImportError:
        raise NotInstalled(NEEDS) from None


def usd_of(heads: Mapping[int, HeadParameters], ending: str, size: tuple[float, float], rate: float) -> bytes:
    """A file's content, in the form of an ending such as .usda; `size` is the picture's in square pixels.

    Raises NotInstalled without the library.
    """
    require_usd()
    from pxr import Gf, Sdf, Usd, UsdGeom, UsdSkel

    layer = Sdf.Layer.CreateAnonymous(ending)
    stage = Usd.Stage.Open(layer)
    frames = list(heads)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    stage.SetStartTimeCode(frames[0])
    stage.SetEndTimeCode(frames[-1])
    stage.SetTimeCodesPerSecond(rate)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/shot").GetPrim())
    first = heads[frames[0]]
    _add_camera(UsdGeom.Camera.Define(stage, "/shot/camera"), size, stand_of(first).focal)
    turn = UsdGeom.Xform.Define(stage, "/shot/head").AddTransformOp()
    model = whole_head(first.model)
    neutral = person_at_rest(model, first)
    points = _add_mesh(UsdGeom.Mesh.Define(stage, "/shot/head/mesh"), model)
    animation = UsdSkel.Animation.Define(stage, "/shot/head/expression")
    animation.CreateBlendShapesAttr(list(expression_of(first)))
    weights = animation.CreateBlendShapeWeightsAttr()
    for frame, parameters in heads.items():
        stand = stand_of(parameters)
        matrix = np.eye(4)
        matrix[:3, :3], matrix[3, :3] = stand.rotation.T, stand.place  # USD's points are rows
        turn.Set(Gf.Matrix4d(matrix.tolist()), frame)
        points.Set(with_expression(model, neutral, parameters), frame)
        weights.Set([float(value) for value in expression_of(parameters).values()], frame)
    with TemporaryDirectory() as folder:  # the library writes by names alone
        path = Path(folder) / f"shot{ending}"
        layer.Export(str(path))
        return path.read_bytes()


def _add_camera(camera: Any, size: tuple[float, float], focal: float) -> None:
    width, height = size
    camera.CreateVerticalApertureAttr(SENSOR)
    camera.CreateHorizontalApertureAttr(SENSOR * width / height)
    camera.CreateFocalLengthAttr(SENSOR * focal / height)


def _add_mesh(mesh: Any, model: HeadModel) -> Any:
    """The mesh's points attribute, once what does not move is there."""
    from pxr import Sdf, UsdGeom

    faces = model.topology.faces
    mesh.CreateFaceVertexCountsAttr(np.full(len(faces), 3, np.int32))
    mesh.CreateFaceVertexIndicesAttr(faces.ravel().astype(np.int32))
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    variable = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex)
    variable.Set(model.topology.uv.astype(np.float32))
    return mesh.CreatePointsAttr()
