"""Cut recast_nodes/digital_humans/small_head.npz, the head that ships, from the packed ICT-FaceKit.

    python -m tools.digital_humans.cut FOLDER [--output FILE]

FOLDER holds `ict_facekit.npz` and `parts.json`. Needs `fast-simplification`, which says which vertices fall together;
of each such group the vertex nearest to the new place is kept, so that every shape is the original's at that vertex.
Skin is thinned as one surface, so that face and neck stay joined. Where the kit's own coefficients move nothing by
more than a third of a millimetre they are left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import fast_simplification
import numpy as np

TARGET = Path(__file__).parents[2] / "recast_nodes" / "digital_humans" / "small_head.npz"
IDENTITIES = 50
# Parts that are thinned together, with the share of triangles that goes.
GROUPS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("Face", "Head and Neck"), 0.45),
    (("Mouth socket",), 0.75),
    (("Eye socket left",), 0.5),
    (("Eye socket right",), 0.5),
    (("Gums and tongue",), 0.65),
    (("Teeth",), 0.6),
    (("Eyeball left",), 0.5),
    (("Eyeball right",), 0.5),
)
PARTS = tuple(name for names, _ in GROUPS for name in names)


def thin(points: np.ndarray, faces: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows of `points` that stay, and triangles between them (as rows of `points`)."""
    used, local = np.unique(faces, return_inverse=True)
    local = local.reshape(-1, 3).astype(np.int32)
    start = points[used].astype(np.float32)
    _, _, collapses = fast_simplification.simplify(start, local, share, return_collapses=True)
    places, triangles, groups = fast_simplification.replay_simplification(start, local, collapses)
    away = np.linalg.norm(start - places[groups], axis=1)
    order = np.lexsort((away, groups))
    first = order[np.unique(groups[order], return_index=True)[1]]
    kept = np.full(len(places), -1)
    kept[groups[first]] = used[first]
    return np.unique(kept[triangles]), kept[triangles]


def cut(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of the small head."""
    data = np.load(folder / "ict_facekit.npz")
    about = json.loads((folder / "parts.json").read_text())
    ranges = about["parts"]["Face Model Topology"]
    label = np.full(len(data["V"]), -1)
    for number, name in enumerate(PARTS):
        first, last = ranges[name]["vertices"]
        label[first : last + 1] = number
    owner = label[data["F"]].max(1)
    rows, triangles = [], []
    for names, share in GROUPS:
        faces = data["F"][np.isin(owner, [PARTS.index(name) for name in names])]
        each = thin(data["V"], faces, share)
        rows.append(each[0])
        triangles.append(each[1])
    landmarks = np.array(about["landmark_vertices_68"])
    kept = np.unique(np.concatenate([*rows, landmarks]))
    new = np.full(len(data["V"]), -1)
    new[kept] = np.arange(len(kept))
    uv = np.zeros((len(data["V"]), 2), np.float32)
    uv[data["F"][::-1].ravel()] = data["UV"][data["FT"][::-1].ravel()]
    return {
        "vertices": data["V"][kept].astype(np.float32),
        "uv": uv[kept].astype(np.float16),
        "faces": new[np.concatenate(triangles)].astype(np.uint16),
        "parts": label[kept].astype(np.uint8),
        "part_names": np.array(PARTS),
        "identity": np.round(data["ID"][:IDENTITIES, kept].astype(np.float32), 3).astype(np.float16),
        "expression": np.round(data["EX"][:, kept].astype(np.float32), 3).astype(np.float16),
        "names": data["names"],
        "landmarks": new[landmarks].astype(np.uint16),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, default=TARGET)
    asked = parser.parse_args()
    arrays = cut(asked.folder)
    np.savez_compressed(asked.output, **arrays)
    print({name: values.shape for name, values in arrays.items()}, asked.output.stat().st_size)


if __name__ == "__main__":
    main()
